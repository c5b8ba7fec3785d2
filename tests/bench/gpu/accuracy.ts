import * as v from 'valibot';
import {
	type ArtefactOutputs,
	type Difference,
	differenceOf,
	framesAsReference,
	referenceFrames,
	referenceSchema,
	runArtefact,
	stageErrors,
} from '../../../models/avsr-cocktail/comparison.ts';
import { optionsOf, type Variant } from './full-size.ts';
import { type GpuMachine, timed } from './machine.ts';

/** What fp32 may differ from the reference, as a fraction. */
const allowed = 2e-3;

/** Outputs of fp32 on the CPU, which `models/avsr-cocktail/compare.ts` leaves beside the artefacts. */
const singlePath = 'outputs-fp32.bin';

/**
 * The whole network on this GPU against the reference, stage by stage, and against fp32 on the CPU
 * where its outputs are here.
 */
export async function measureAccuracy(machine: GpuMachine, variant: Variant): Promise<void> {
	const name = `${variant.kind} in ${variant.arithmetic}`;
	const reference = v.parse(referenceSchema, machine.reference);
	const options = await optionsOf(machine, variant);
	const found = await runArtefact(options, reference, async (what, work) => {
		const { seconds, result } = await timed(work);
		machine.log(`${name}: ${what}: ${seconds.toFixed(2)} s`);
		return result;
	});
	const errors = stageErrors(found, reference);
	for (const { name: stage, error } of errors) {
		machine.log(`${name}: ${error.toExponential(1).padStart(9)}  ${stage}`);
	}
	const same = framesAsReference(found, reference);
	machine.log(`${name}: best CTC unit as in the reference in ${same}/${referenceFrames} frames`);
	machine.record({
		what: `avsr-cocktail ${name}, off the reference`,
		measured: {
			name: 'largest of a stage',
			value: Math.max(...errors.map(({ error }) => error)),
			unit: '',
		},
		against: { name: 'allowed for fp32', value: allowed, unit: '' },
		...(variant.kind === 'fp32' && { target: { atMost: 1 } }),
	});
	const { units } = options.manifest.shape;
	const single = await singleOutputs(machine, found);
	if (single === null) return;
	const joined = Float32Array.from(found.decoder.flatMap((values) => Array.from(values)));
	report(machine, `${name}, CTC`, differenceOf(found.ctc, single.ctc, units));
	report(machine, `${name}, decoder`, differenceOf(joined, single.decoder, units));
}

function report(
	machine: GpuMachine,
	what: string,
	{ largest, rms, sameRows, rows }: Difference,
): void {
	machine.log(
		`${what} against fp32: largest ${largest.toPrecision(3)}, rms ${rms.toPrecision(3)}, ` +
			`best unit same in ${sameRows}/${rows}`,
	);
	machine.record({
		what: `avsr-cocktail ${what}, off fp32`,
		measured: { name: 'largest', value: largest, unit: '' },
		against: { name: 'rms', value: rms, unit: '' },
	});
}

async function singleOutputs(
	{ read, log }: GpuMachine,
	found: ArtefactOutputs,
): Promise<{ ctc: Float32Array; decoder: Float32Array } | null> {
	let bytes: Uint8Array;
	try {
		bytes = await read(singlePath);
	} catch {
		log(`not compared with fp32 on the CPU: there is no ${singlePath}`);
		return null;
	}
	const single = new Float32Array(Uint8Array.from(bytes).buffer);
	return { ctc: single.subarray(0, found.ctc.length), decoder: single.subarray(found.ctc.length) };
}
