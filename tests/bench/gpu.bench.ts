import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as v from 'valibot';
import { inProject } from '../../scripts/lib/command.mjs';
import { messageOf } from '../../src/lib/support/errors.ts';
import { hasShared, sharedPath } from '../shared.ts';
import { openBrowserPage } from './browser-page.ts';
import type { Bench, BenchRow } from './row.ts';

const measurementSchema = v.object({ name: v.string(), value: v.number(), unit: v.string() });

const rowSchema = v.object({
	what: v.string(),
	measured: measurementSchema,
	against: measurementSchema,
	target: v.exactOptional(
		v.union([v.object({ atLeast: v.number() }), v.object({ atMost: v.number() })]),
	),
});

const outcomeSchema = v.object({
	/** Why there is nothing to measure. */
	missing: v.nullable(v.string()),
	rows: v.array(rowSchema),
	good: v.boolean(),
});

/** How long the browser may take to say what GPU there is. */
const answerSeconds = 60;

/** Where `models/avsr-cocktail/prove.ts` leaves the whole network with weights by rule. */
const artefacts = inProject('models/.cache/avsr-cocktail/built');

/** Parts that need the whole network, and the kind of artefact of each. */
const wholeNetwork = { fp16: 'fp16', q4: 'q4', 'q4-single': 'q4' } as const;

/** The GPU of this machine, through the browser: networks right, and how fast. */
export const bench: Bench = {
	title: 'WebGPU: the reduced avsr-cocktail, the models that see, and the whole avsr-cocktail',
	async missing() {
		const page = await openBrowserPage({ gpu: 'real' });
		try {
			// Without a GPU the browser's GPU process may never come up, and the page waits for it for ever.
			return await Promise.race([
				page
					.call('tests/bench/gpu.page.ts', { part: null })
					.then((answer) => v.parse(outcomeSchema, answer).missing),
				setTimeout(answerSeconds * 1000, 'the browser finds no GPU, nor that there is none', {
					ref: false,
				}),
			]);
		} catch (error) {
			return `the browser cannot be asked for a GPU (${messageOf(error)})`;
		} finally {
			await page.close();
		}
	},
	async run({ log }) {
		const parts = Object.entries(wholeNetwork).filter(([, kind]) =>
			existsSync(join(artefacts, `manifest-${kind}.json`)),
		);
		if (parts.length === 0) {
			log('the whole network is not measured: make it with models/avsr-cocktail/prove.ts');
		}
		const page = await openBrowserPage({ gpu: 'real' });
		const rows: BenchRow[] = [];
		try {
			for (const part of ['small', ...parts.map(([name]) => name)]) {
				const answer = await page.call('tests/bench/gpu.page.ts', {
					part,
					artefacts: page.urlOf(artefacts),
					reference: hasShared ? page.urlOf(sharedPath('specs/avsr-reference.json')) : null,
				});
				const outcome = v.parse(outcomeSchema, answer);
				rows.push(...outcome.rows);
				if (!outcome.good) throw new Error(`${part}: see above`);
			}
		} finally {
			await page.close();
		}
		return rows;
	},
};
