import * as v from 'valibot';
import type { RunSettings } from '../../../domain/settings.ts';
import type { RecognisedCue } from '../../../domain/transcript.ts';
import { lipModels, type PictureSource } from '../../lip-blocks.ts';
import { parser } from '../../stored.ts';
import type { StoredResult } from '../../stored-result.ts';
import { lips, recognition } from './about.ts';

/** What the words of a passage come from, beside the passage itself. */
export interface WordsBasis {
	readonly settings: RunSettings;
	readonly source: PictureSource;
}

const range = { startSeconds: v.number(), endSeconds: v.number(), text: v.string() };

/** The words of one passage. Lips are never stored: they are pictures of a face. */
export const storedWords: StoredResult<readonly RecognisedCue[], WordsBasis> = {
	name: 'recognition',
	stages: [lips.id, recognition.id],
	code: 1,
	models: async ({ settings, source }, ports) =>
		ports.recognisers.needsLips(settings) ? lipModels(source, ports) : [],
	parameters: async ({ settings }, { recognisers }) => [await recognisers.version(settings)],
	parse: parser(
		v.array(
			v.object({
				...range,
				confidence: v.number(),
				words: v.array(v.object({ ...range, confidence: v.number() })),
			}),
		),
	),
};
