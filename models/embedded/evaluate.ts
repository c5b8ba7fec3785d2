/**
 * Word error rates of the embedded recogniser on GRID clips of its speaker, through the app's own features and decoder,
 * with and without the language model. Needs the output of prepare.ts.
 *
 *   npx tsx models/embedded/evaluate.ts [--model FILE.onnx] [--split test|validation] [--tune]
 *
 * --tune tries weights of the language model and bonuses for each word.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { alignWords } from '../../src/lib/evaluation/word-alignment.ts';
import {
	addErrors,
	countErrors,
	noErrors,
	wordErrorRate,
} from '../../src/lib/evaluation/word-errors.ts';
import { noFaceGrey } from '../../src/lib/perception/lips/lip-crop.ts';
import { CtcRecogniser } from '../../src/lib/recognisers/ctc-recogniser.ts';
import { greedyUnits } from '../../src/lib/recognisers/decoding/ctc.ts';
import type { LogProbs } from '../../src/lib/recognisers/decoding/ctc.ts';
import { bigramModel, parseArpa } from '../../src/lib/recognisers/decoding/language-model.ts';
import {
	defaultBeamOptions,
	prefixBeamSearch,
} from '../../src/lib/recognisers/decoding/prefix-beam.ts';
import type { BeamOptions } from '../../src/lib/recognisers/decoding/prefix-beam.ts';
import { parseUnits } from '../../src/lib/recognisers/decoding/units.ts';
import { embeddedBeam } from '../../src/lib/recognisers/embedded.ts';
import { mixture, readClips } from './clips.ts';
import { openOnnxFile } from './onnx-model.ts';

const { values: options } = parseArgs({
	options: {
		model: { type: 'string', default: file('model.onnx') },
		split: { type: 'string', default: 'test' },
		tune: { type: 'boolean', default: false },
	},
});

/** How many voices talk besides the clip's own, and what of the clip there is. */
const conditions = [
	{ name: 'clean', interferers: 0, sound: true, lips: true },
	{ name: 'one interferer, 0 dB', interferers: 1, sound: true, lips: true },
	{ name: 'three interferers, 0 dB each', interferers: 3, sound: true, lips: true },
	{ name: 'lips only', interferers: 0, sound: false, lips: true },
	{ name: 'sound only, clean', interferers: 0, sound: true, lips: false },
	{ name: 'sound only, one interferer, 0 dB', interferers: 1, sound: true, lips: false },
];

interface Heard {
	readonly words: readonly string[];
	readonly logProbs: LogProbs;
}

function file(name: string): string {
	return fileURLToPath(new URL(`weights/${name}`, import.meta.url));
}

const vocabulary = parseUnits(readFileSync(file('units.txt'), 'utf8'));
const languageModel = bigramModel(vocabulary, parseArpa(readFileSync(file('words.arpa'), 'utf8')));
const model = await openOnnxFile(options.model, 'embedded');
const recogniser = new CtcRecogniser({ model, vocabulary });
const clips = readClips(options.split === 'validation' ? 'validation' : 'test');

const heard = new Map<string, Heard[]>();
for (const { name, interferers, sound, lips } of conditions) {
	const list: Heard[] = [];
	for (const clip of clips) {
		const frames = clip.lips.length / (96 * 96);
		const logProbs = await recogniser.logProbs(
			{
				lips: lips ? clip.lips : new Uint8Array(clip.lips.length).fill(noFaceGrey),
				audio: sound ? mixture(clip, clips, interferers) : new Float32Array(clip.sound.length),
				startSeconds: 0,
				speech: null,
			},
			{ startFrame: 0, endFrame: frames },
		);
		list.push({ words: clip.words, logProbs });
	}
	heard.set(name, list);
}

const beam = (part: Partial<BeamOptions>) => (logProbs: LogProbs) =>
	prefixBeamSearch(logProbs, { ...defaultBeamOptions, ...part })[0]?.units ?? [];
const decoders: [string, (logProbs: LogProbs) => readonly number[]][] = [
	['greedy', greedyUnits],
	['beam', beam({})],
	['beam + LM', beam({ ...embeddedBeam, languageModel })],
];
if (options.tune) {
	for (const languageWeight of [0.3, 0.5, 0.7, 0.9, 1.2]) {
		for (const unitBonus of [0, 0.7, 1.4, 2.1]) {
			const tried = beam({ languageWeight, unitBonus, languageModel });
			decoders.push([`LM ${languageWeight}, bonus ${unitBonus}`, tried]);
		}
	}
}

const percent = (rate: number): string => `${(100 * rate).toFixed(1)} %`.padStart(8);
console.log(
	`${options.split}: ${clips.length} clips, ${conditions.map(({ name }) => name).join(' | ')}`,
);
for (const [name, decode] of decoders) {
	const rates = conditions.map((condition) => {
		let errors = noErrors;
		for (const { words, logProbs } of heard.get(condition.name) ?? []) {
			const text = decode(logProbs).map((unit) => (vocabulary.units[unit] ?? '').slice(1));
			errors = addErrors(errors, countErrors(alignWords(words, text)));
		}
		return wordErrorRate(errors) ?? 0;
	});
	console.log(`${name.padEnd(18)} ${rates.map(percent).join(' |')}`);
}
