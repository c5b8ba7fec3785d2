import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { timesSchema } from './avsr-times.ts';
import type { Bench, BenchRow, Measurement } from './row.ts';

/** Artefacts at full size, as models/avsr-cocktail/build.ts writes them. */
const folder = resolve(process.env['CONFAB_AVSR'] ?? 'static/models/avsr-cocktail');

const kinds = ['q8', 'q4', 'fp32'] as const;

const missingKinds = (): string[] =>
	kinds.filter((kind) => !existsSync(join(folder, `manifest-${kind}.json`)));

/** A decoder says about four units in a second of speech. */
const unitsPerSecond = 4;

const answerSchema = v.union([timesSchema, v.object({ error: v.string() })]);

/** The AV-HuBERT recogniser at full size on WebAssembly: what a second of speech takes. */
export const bench: Bench = {
	title: 'avsr-cocktail at full size on WebAssembly',
	missing: () =>
		missingKinds().length < kinds.length
			? null
			: `no artefacts in ${folder} (CONFAB_AVSR names another folder)`,
	async run({ page, log }) {
		const rows: BenchRow[] = [];
		const speech: Measurement = { name: 'speech', value: 1, unit: 's' };
		for (const kind of kinds) {
			if (missingKinds().includes(kind)) {
				log(`${kind}: not built`);
				continue;
			}
			page.resetMemory();
			const order = { folder: `${page.urlOf(folder)}/`, kind };
			const answer = v.parse(answerSchema, await page.call('tests/bench/avsr.page.ts', order));
			if ('error' in answer) {
				log(`${kind}: ${answer.error}`);
				continue;
			}
			log(`${kind}: ${JSON.stringify(answer)}`);
			const seconds = (what: string, value: number, against = speech): BenchRow => ({
				what: `avsr-cocktail ${kind}, ${what}`,
				measured: { name: kind, value, unit: 's' },
				against,
			});
			const load = answer.encoderLoad + answer.otherLoad;
			rows.push(
				seconds('encoder, first run', answer.encoderFirst),
				seconds('encoder, warm', answer.encoderWarm),
				seconds('encoder, three clips together', answer.encoderTogether),
				seconds('decoder', answer.decoderStep * unitsPerSecond),
				seconds('decoder, three clips together', answer.decoderStepTogether * unitsPerSecond),
				seconds('first load, with its check', answer.firstLoad, {
					name: 'later ones',
					value: load,
					unit: 's',
				}),
			);
			const peak = page.peakBytes();
			if (peak !== null) {
				rows.push({
					what: `avsr-cocktail ${kind}, memory at most`,
					measured: { name: kind, value: peak / 1e6, unit: 'MB' },
					against: { name: 'WebAssembly’s limit', value: 2 ** 32 / 1e6, unit: 'MB' },
				});
			}
		}
		return rows;
	},
};
