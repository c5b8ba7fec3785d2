/**
 * What the embedded recogniser says of whole sessions, in Node, through the app's own lips, features, calibration, segments and
 * decoder: who speaks (frames right, against the labels' cues) and what is said (word error rate as the challenge scores it).
 *
 *   npx tsx models/embedded/sessions.ts FOLDER... [--recompute] [--light-asd] [--tune]
 *
 * Lip clips that a session ships are used, as by the app; --recompute finds the lips anyhow. --light-asd finds speech with Light-ASD too, for comparison; --tune tries weights of the language model and bonuses for each word.
 * Frames and sound are decoded by a native ffmpeg; the models come from `npm run models`.
 */
import { execFileSync } from 'node:child_process';
import { openAsBlob, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createNodeInference } from '../../tests/node-inference.ts';
import type { SpeechActivity } from '../../src/lib/domain/activity.ts';
import { frameRateHz, type Session, type Speaker } from '../../src/lib/domain/session.ts';
import type { Detector } from '../../src/lib/domain/settings.ts';
import type { RecognisedCue } from '../../src/lib/domain/transcript.ts';
import { scoreSession } from '../../src/lib/evaluation/session-scores.ts';
import { readSessions } from '../../src/lib/formats/index.ts';
import type { FrameBlock } from '../../src/lib/media/media-source.ts';
import {
	calibratedDurationsSeconds,
	scoreTrack,
} from '../../src/lib/perception/active-speaker/score-track.ts';
import {
	extractLips,
	readLipClip,
	type LipBlock,
} from '../../src/lib/perception/lips/extract-lips.ts';
import { calibratedActivity } from '../../src/lib/perception/segments/calibrated-activity.ts';
import { calibratedSegments } from '../../src/lib/perception/segments/calibrated-segments.ts';
import { joinScores, type ScoredSpeaker } from '../../src/lib/perception/segments/scored-track.ts';
import { CtcRecogniser } from '../../src/lib/recognisers/ctc-recogniser.ts';
import type { LogProbs } from '../../src/lib/recognisers/decoding/ctc.ts';
import { bigramModel, parseArpa } from '../../src/lib/recognisers/decoding/language-model.ts';
import type { BeamOptions } from '../../src/lib/recognisers/decoding/prefix-beam.ts';
import { parseUnits } from '../../src/lib/recognisers/decoding/units.ts';
import { embeddedBeam } from '../../src/lib/recognisers/embedded.ts';
import { present } from '../../src/lib/support/assert.ts';
import { speechScores } from '../../src/lib/recognisers/speech-scores.ts';

const frameSize = 224;
const lipSize = 96;
const samplesPerFrame = 640;

const { values: options, positionals: folders } = parseArgs({
	allowPositionals: true,
	options: {
		'light-asd': { type: 'boolean', default: false },
		recompute: { type: 'boolean', default: false },
		tune: { type: 'boolean', default: false },
	},
});

/** A track, decoded. */
interface Clip {
	readonly id: string;
	readonly startSeconds: number;
	readonly frameStart: number;
	readonly lips: readonly LipBlock[];
	readonly frames: FrameBlock;
	readonly sound: Float32Array;
}

interface Seen {
	readonly speaker: Speaker;
	readonly clips: readonly Clip[];
}

const inference = createNodeInference();
const faces = {
	detector: await inference.load('yunet'),
	landmarker: await inference.load('landmarks'),
};
const embedded = await inference.load('embedded');
const weights = (name: string): string =>
	readFileSync(fileURLToPath(new URL(`weights/${name}`, import.meta.url)), 'utf8');
const vocabulary = parseUnits(weights('units.txt'));
const languageModel = bigramModel(vocabulary, parseArpa(weights('words.arpa')));

function ffmpeg(file: string, ...output: string[]): Uint8Array<ArrayBuffer> {
	const bytes = execFileSync(
		'ffmpeg',
		['-v', 'error', '-threads', '1', '-i', file, ...output, '-'],
		{
			maxBuffer: 2 ** 30,
		},
	);
	return new Uint8Array(bytes);
}

async function* one<T>(value: T): AsyncGenerator<T> {
	yield await Promise.resolve(value);
}

async function* each<T>(values: readonly T[]): AsyncGenerator<T> {
	for (const value of values) yield await Promise.resolve(value);
}

async function openSession(folder: string): Promise<Session> {
	const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
	const files = await Promise.all(
		entries
			.filter((entry) => entry.isFile())
			.map(async (entry) => {
				const onDisk = join(entry.parentPath, entry.name);
				const path = join(basename(folder), onDisk.slice(folder.length + 1));
				return { path, file: new File([await openAsBlob(onDisk)], entry.name) };
			}),
	);
	const { sessions } = await readSessions(files);
	const [session] = sessions;
	if (!session) throw new TypeError(`${folder} is no session`);
	return session;
}

/** All frames of a video of square pictures. */
function greyFrames(path: string, side: number): FrameBlock {
	const data = ffmpeg(path, '-f', 'rawvideo', '-pix_fmt', 'gray');
	return {
		startFrame: 0,
		count: data.length / side ** 2,
		width: side,
		height: side,
		channels: 1,
		data,
	};
}

async function watch(folder: string, speaker: Speaker): Promise<Seen> {
	const clips: Clip[] = [];
	for (const { id, startSeconds, frameStart, video, lips: shipped } of speaker.tracks) {
		const frames = greyFrames(join(folder, video.path), frameSize);
		const clip = shipped && !options.recompute ? join(folder, shipped.path) : null;
		const blocks = clip
			? readLipClip(one(greyFrames(clip, lipSize)))
			: extractLips(one(frames), faces);
		const lips: LipBlock[] = [];
		for await (const block of blocks) lips.push(block);
		const sound = new Float32Array(samplesPerFrame * frames.count);
		const bytes = ffmpeg(
			clip ?? join(folder, video.path),
			'-f',
			'f32le',
			'-ac',
			'1',
			'-ar',
			'16000',
		);
		sound.set(new Float32Array(bytes.buffer).subarray(0, sound.length));
		clips.push({ id, startSeconds, frameStart, lips, frames, sound });
	}
	return { speaker, clips };
}

async function scored(detector: Detector, { speaker, clips }: Seen): Promise<ScoredSpeaker> {
	const tracks: ScoredSpeaker['tracks'][number][] = [];
	for (const { id, startSeconds, frameStart, lips, frames, sound } of clips) {
		const activity =
			detector === 'embedded'
				? { frameStart, scores: await speechScores(embedded, each(lips), sound) }
				: await scoreTrack(
						{
							visual: await inference.load('light-asd-visual'),
							audio: await inference.load('light-asd-audio'),
							head: await inference.load('light-asd-head'),
						},
						{ frames: one(frames), audio: sound, frameStart },
						{ audioScale: 'int16', durationsSeconds: calibratedDurationsSeconds },
					);
		tracks.push({ trackId: id, startSeconds, activity });
	}
	return { speakerId: speaker.id, tracks };
}

/** Whether the labels have the speaker talk, for each frame of the evaluated part. */
function labelled(session: Session, speaker: Speaker): Map<number, boolean> {
	const { uem } = speaker;
	const talks = new Map<number, boolean>();
	const from = Math.round((uem?.startSeconds ?? 0) * frameRateHz);
	const to = Math.round((uem?.endSeconds ?? 0) * frameRateHz);
	for (let frame = from; frame < to; frame++) talks.set(frame, false);
	for (const { startSeconds, endSeconds } of session.labels?.transcripts.get(speaker.id) ?? []) {
		const end = Math.round(endSeconds * frameRateHz);
		for (let frame = Math.round(startSeconds * frameRateHz); frame < end; frame++) {
			if (talks.has(frame)) talks.set(frame, true);
		}
	}
	return talks;
}

class Tally {
	readonly #sums = [
		{ count: 0, sum: 0, squares: 0 },
		{ count: 0, sum: 0, squares: 0 },
	];
	right = 0;
	count = 0;

	add(said: boolean, truth: boolean, score: number): void {
		this.count++;
		if (said === truth) this.right++;
		const mode = present(this.#sums[truth ? 1 : 0], 'mode');
		mode.count++;
		mode.sum += score;
		mode.squares += score * score;
	}

	/** Share of frames that are right. */
	get accuracy(): string {
		return (this.right / this.count).toFixed(3);
	}

	/** Mean and deviation of the scores in silence and in speech. */
	get modes(): string {
		return this.#sums
			.map(({ count, sum, squares }) => {
				const mean = sum / count;
				return `${mean.toFixed(2)} +- ${Math.sqrt(squares / count - mean * mean).toFixed(2)}`;
			})
			.join(' and ');
	}
}

function judge(
	session: Session,
	seen: readonly Seen[],
	scores: readonly ScoredSpeaker[],
	activities: readonly SpeechActivity[],
): string {
	const raw = new Tally();
	const smooth = new Tally();
	const calibrated = new Tally();
	for (const [index, { speaker }] of seen.entries()) {
		const line = joinScores((scores[index]?.tracks ?? []).map(({ activity }) => activity));
		const activity = activities[index];
		for (const [frame, truth] of labelled(session, speaker)) {
			const at = frame - line.frameStart;
			const score = line.scores[at] ?? NaN;
			// A face that is lost says nothing; who is not seen is held to be silent.
			if (!Number.isNaN(score)) {
				raw.add(score > 0, truth, score);
				const near = [...line.scores.subarray(Math.max(0, at - 2), at + 3)].filter(
					(value) => !Number.isNaN(value),
				);
				const mean = near.reduce((sum, value) => sum + value, 0) / near.length;
				smooth.add(mean > 0, truth, mean);
			}
			const probability = activity?.probabilities[frame - activity.frameStart] ?? NaN;
			calibrated.add(probability > 0.5, truth, 0);
		}
	}
	return (
		`frames right: raw ${raw.accuracy}, mean of five ${smooth.accuracy}, calibrated ${calibrated.accuracy}; ` +
		`silence and speech: raw ${raw.modes}, mean of five ${smooth.modes}`
	);
}

/** What the network says of each chunk of each segment, with what is needed to decode it. */
interface Heard {
	readonly speakerId: string;
	readonly startSeconds: number;
	readonly logProbs: LogProbs;
}

async function listen(
	seen: readonly Seen[],
	scores: readonly ScoredSpeaker[],
	activities: readonly SpeechActivity[],
): Promise<Heard[]> {
	const recogniser = new CtcRecogniser({ model: embedded, vocabulary });
	const heard: Heard[] = [];
	for (const [index, { speaker, clips }] of seen.entries()) {
		const activity = activities[index];
		const tracks = scores[index]?.tracks;
		if (!activity || !tracks) continue;
		for (const { trackId, startSeconds, endSeconds } of calibratedSegments(activity, tracks)) {
			const clip = clips.find(({ id }) => id === trackId);
			if (!clip) continue;
			const lips = Buffer.concat(clip.lips.map(({ data }) => data));
			// Segments are at most as long as a chunk may be.
			const startFrame = Math.max(0, Math.floor((startSeconds - clip.startSeconds) * frameRateHz));
			const endFrame = Math.min(
				clip.frames.count,
				Math.ceil((endSeconds - clip.startSeconds) * frameRateHz),
			);
			const logProbs = await recogniser.logProbs(
				{ lips, audio: clip.sound, startSeconds: clip.startSeconds, speech: null },
				{ startFrame, endFrame },
			);
			heard.push({ speakerId: speaker.id, startSeconds, logProbs });
		}
	}
	return heard;
}

function wordErrors(
	session: Session,
	heard: readonly Heard[],
	beam: Partial<BeamOptions>,
): { wer: number; perSpeaker: string } {
	const recogniser = new CtcRecogniser({ model: embedded, vocabulary, beam });
	const transcripts = new Map<string, RecognisedCue[]>(session.speakers.map(({ id }) => [id, []]));
	for (const { speakerId, startSeconds, logProbs } of heard) {
		const cue = recogniser.decode(logProbs, startSeconds);
		if (cue) transcripts.get(speakerId)?.push(cue);
	}
	const labels = session.labels;
	if (!labels) throw new TypeError(`${session.name} has no labels`);
	const scores = scoreSession(labels, transcripts, new Map(), session.speakers);
	const perSpeaker = [...scores.perSpeaker.values()].map(({ wer }) => wer?.toFixed(3) ?? '-');
	return { wer: scores.wer ?? NaN, perSpeaker: perSpeaker.join(' ') };
}

for (const folder of folders) {
	const session = await openSession(folder);
	const seen: Seen[] = [];
	for (const speaker of session.speakers) seen.push(await watch(folder, speaker));
	const asked: Detector[] = options['light-asd'] ? ['embedded', 'light-asd'] : ['embedded'];
	for (const detector of asked) {
		const scores: ScoredSpeaker[] = [];
		for (const speaker of seen) scores.push(await scored(detector, speaker));
		const activities = calibratedActivity(scores, null, detector);
		console.log(
			`${session.name}, ${seen.length} people, ${detector}: ${judge(session, seen, scores, activities)}`,
		);
		const heard = await listen(seen, scores, activities);
		const { wer, perSpeaker } = wordErrors(session, heard, { ...embeddedBeam, languageModel });
		console.log(`  word errors ${(100 * wer).toFixed(1)} % (${perSpeaker})`);
		if (!options.tune) continue;
		for (const languageWeight of [0, 0.3, 0.5, 0.7, 0.9]) {
			for (const unitBonus of [0, 0.7, 1.4, 2.1]) {
				const tried = wordErrors(session, heard, { languageWeight, unitBonus, languageModel });
				console.log(
					`  LM ${languageWeight}, bonus ${unitBonus}: ${(100 * tried.wer).toFixed(2)} %`,
				);
			}
		}
	}
}
await inference.close();
