import { measureAccuracy } from './accuracy.ts';
import { measureDecoder, measureEncoder, openFullSize, type Variant } from './full-size.ts';
import { attempt, type GpuMachine, short } from './machine.ts';
import { measureLeak, measureParty } from './search.ts';
import { matrixSpeed, reducedNetwork, seeingModels } from './small.ts';

/** Variants of the whole network, the one that people get first. */
const variants = {
	fp16: { kind: 'fp16', arithmetic: 'float16' },
	q4: { kind: 'q4', arithmetic: 'float16' },
	'q4-single': { kind: 'q4', arithmetic: 'float32' },
	fp32: { kind: 'fp32', arithmetic: 'float32' },
} as const satisfies Record<string, Variant>;

/** What can be asked for: small networks, or a variant of the whole one. */
export const partNames = ['small', 'fp16', 'q4', 'q4-single', 'fp32'] as const;

export type PartName = (typeof partNames)[number];

/** Frames and segments of a run of the encoder: what the app makes of one long chunk or some short ones. */
const lengths = [
	[125, 1],
	[250, 1],
	[375, 1],
] as const;

/** More at once than the app takes; the first layer of more than 3,000 frames would not fit a binding. */
const batches = [
	[125, 3],
	[125, 8],
	[375, 4],
	[375, 8],
] as const;

/**
 * Measures one part and records its rows, the most telling first. A piece that fails is told of, and
 * the others go on.
 *
 * @returns whether every piece went well
 */
export async function measurePart(machine: GpuMachine, part: PartName): Promise<boolean> {
	let good = true;
	const piece = async <T>(what: string, work: () => Promise<T>): Promise<T | null> => {
		const outcome = await attempt(machine, `${part}: ${what}`, work);
		if (outcome === null) good = false;
		return outcome?.result ?? null;
	};
	if (part === 'small') {
		await piece('reduced network', () => reducedNetwork(machine));
		await piece('models that see', () => seeingModels(machine));
		return good;
	}
	const variant = variants[part];
	if (variant.arithmetic === 'float16' && !machine.halfPrecision) {
		machine.log(`${part} is not measured: this GPU does not compute in half precision`);
		return good;
	}
	const product = await piece('matrix product', () => matrixSpeed(machine, variant.arithmetic));
	const matrixGflops = product ?? Number.NaN;
	machine.log(`${variant.arithmetic} matrix product: ${short(matrixGflops)} GFLOP/s`);
	if (machine.reference === null) machine.log('no reference numbers here: accuracy not measured');
	else await piece('accuracy', () => measureAccuracy(machine, variant));
	const full = await piece('opening', () => openFullSize(machine, variant));
	if (full === null) return false;
	const encoder = ([frames, segments]: readonly [number, number]): Promise<unknown> =>
		piece(`encoder ${segments} x ${frames}`, () =>
			measureEncoder(machine, full, { frames, segments, matrixGflops }),
		);
	for (const length of lengths) await encoder(length);
	for (const segments of [1, 4, 8]) {
		await piece(`decoder for ${segments}`, () =>
			measureDecoder(machine, full, { frames: 250, segments }),
		);
	}
	await piece('party', () => measureParty(machine, full, { together: false }));
	await piece('party together', () =>
		measureParty(machine, full, { framesAtOnce: 3000, together: true }),
	);
	for (const batch of batches) await encoder(batch);
	await piece('leak', () => measureLeak(machine, full));
	await piece('party, half as many together', () =>
		measureParty(machine, full, { framesAtOnce: 1500, together: true }),
	);
	await piece('release', () => full.release());
	return good;
}
