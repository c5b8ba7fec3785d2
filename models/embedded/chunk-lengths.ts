/**
 * How long the chunks may be that the embedded recogniser is given, and which bonus a word gets there: word error rates on
 * talks made of several held-out GRID clips, cut as the app cuts. Needs the output of prepare.ts.
 *
 *   npx tsx models/embedded/chunk-lengths.ts [FILE.onnx]
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { alignWords } from '../../src/lib/evaluation/word-alignment.ts';
import {
	addErrors,
	countErrors,
	noErrors,
	wordErrorRate,
} from '../../src/lib/evaluation/word-errors.ts';
import { CtcRecogniser } from '../../src/lib/recognisers/ctc-recogniser.ts';
import { bigramModel, parseArpa } from '../../src/lib/recognisers/decoding/language-model.ts';
import { parseUnits } from '../../src/lib/recognisers/decoding/units.ts';
import { embeddedBeam } from '../../src/lib/recognisers/embedded.ts';
import type { SpeechClip } from '../../src/lib/recognisers/recogniser.ts';
import { mixture, randomNumbers, readClips, type GridClip } from './clips.ts';
import { openOnnxFile } from './onnx-model.ts';

const pixels = 96 * 96;
const samplesPerFrame = 640;

/** Sentences to a talk. */
const sentences = 4;

function file(name: string): string {
	return fileURLToPath(new URL(`weights/${name}`, import.meta.url));
}

/** Clips one after the other, each with a little rest around its speech, beside one other voice at 0 dB. */
function talkOf(clips: readonly GridClip[], all: readonly GridClip[]): SpeechClip {
	const random = randomNumbers(clips.map(({ name }) => name).join(' '));
	const parts = clips.map((clip) => {
		const frames = clip.lips.length / pixels;
		const start = Math.max(0, clip.speech.startFrame - Math.floor(2 + 12 * random()));
		const end = Math.min(frames, clip.speech.endFrame + Math.floor(2 + 12 * random()));
		const speech = new Float32Array(end - start);
		speech.fill(1, clip.speech.startFrame - start, clip.speech.endFrame - start);
		return {
			speech,
			lips: clip.lips.subarray(start * pixels, end * pixels),
			sound: mixture(clip, all, 1).subarray(start * samplesPerFrame, end * samplesPerFrame),
		};
	});
	const frames = parts.reduce((sum, { speech }) => sum + speech.length, 0);
	const lips = new Uint8Array(frames * pixels);
	const audio = new Float32Array(frames * samplesPerFrame);
	const speech = new Float32Array(frames);
	let at = 0;
	for (const part of parts) {
		lips.set(part.lips, at * pixels);
		audio.set(part.sound, at * samplesPerFrame);
		speech.set(part.speech, at);
		at += part.speech.length;
	}
	return { lips, audio, speech, startSeconds: 0 };
}

const vocabulary = parseUnits(readFileSync(file('units.txt'), 'utf8'));
const languageModel = bigramModel(vocabulary, parseArpa(readFileSync(file('words.arpa'), 'utf8')));
const model = await openOnnxFile(process.argv[2] ?? file('model.onnx'), 'embedded');
const clips = readClips('validation');
for (const unitBonus of [0.7, 1.4, 2.1]) {
	const beam = { ...embeddedBeam, unitBonus, languageModel };
	for (const maximumChunkFrames of [60, 100, 150, 250, 375]) {
		const recogniser = new CtcRecogniser({ model, vocabulary, beam, maximumChunkFrames });
		let errors = noErrors;
		for (let first = 0; first + sentences <= clips.length; first += sentences) {
			const spoken = clips.slice(first, first + sentences);
			const cues = await recogniser.recognise(talkOf(spoken, clips));
			const heard = cues.flatMap(({ text }) => text.split(' '));
			const said = spoken.flatMap(({ words }) => words);
			errors = addErrors(errors, countErrors(alignWords(said, heard)));
		}
		const rate = (100 * (wordErrorRate(errors) ?? 0)).toFixed(1);
		const { substitutions, deletions, insertions } = errors;
		console.log(
			`bonus ${unitBonus}, chunks of ${(maximumChunkFrames / 25).toFixed(1)} s: ${rate} %`,
			`(${substitutions} wrong, ${deletions} missing, ${insertions} added)`,
		);
	}
}
