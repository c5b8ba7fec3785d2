import type { Segment, SpeechActivity } from '../domain/activity.ts';
import { frameRateHz, type Session, type Speaker } from '../domain/session.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { RecognisedSpan, Span } from '../domain/span.ts';
import { clampRange, durationOf, timeRange, type TimeRange } from '../domain/time-range.ts';
import type { RecognisedCue } from '../domain/transcript.ts';
import { cutIntoChunks } from '../recognisers/chunks.ts';
import { present } from '../support/assert.ts';
import { ConfabError } from '../support/errors.ts';
import type { OnProgress, SlowOptions } from '../support/progress.ts';
import { framesOf } from './frame-ranges.ts';
import { passagesOf } from './passages.ts';
import type { PictureSource } from './lip-blocks.ts';
import type { Ports } from './ports.ts';
import type { ResultStore } from './result-cache.ts';
import { usableTracks, type UsableTrack } from './stages/decode/usable-tracks.ts';
import { cutLips } from './stages/words/lips.ts';
import { readClips, type Reading, type TrackWork } from './stages/words/read-clips.ts';
import { storedWords } from './stages/words/stored-words.ts';
import { versionOf } from './stored-result.ts';
import { Work } from './work.ts';

/** The longest stretch of which pictures and sound are in memory at once: a minute. */
const mostFrames = 1500;

/** A person says that there is speech: what a run made of it may not say less than this. */
const claimedProbability = 0.5;

export interface SpanOptions extends SlowOptions {
	readonly settings: RunSettings;
	readonly ports: Ports;
	/**
	 * How likely the speaker talks, from an earlier run: where a stretch that is too long for the recogniser
	 * may be cut, and whether a recogniser that hears no word is to be doubted. Nothing is computed where
	 * there is none; long stretches are cut by their length then.
	 */
	readonly activity: SpeechActivity | null;
	/** Tests give others. */
	readonly cut?: typeof cutLips;
}

/** Nothing of a span is kept, and nothing of a run is taken for it. */
const forgetful: ResultStore = {
	get: () => Promise.resolve(undefined),
	put: () => Promise.resolve(),
};

/**
 * The words of one stretch of one speaker, by whatever recogniser the settings name; nothing is stored.
 * Parts of it in which the speaker is in no face track are told of.
 *
 * Progress is in `files` of stage `decode`, `bytes` of `model` where a model is fetched, and in `frames`
 * of `lips` and of `recognition`.
 *
 * @throws ConfabError `UnsupportedMedia` when no track can be used, `ModelUnavailable`, and what the last
 * way to run the recogniser failed with; the signal's reason when aborted. TypeError for a speaker that
 * is not in the session and a span that is no range.
 */
export async function recogniseSpan(
	session: Session,
	span: Span,
	{ settings, ports, activity, cut = cutLips, signal, onProgress }: SpanOptions,
): Promise<RecognisedSpan> {
	timeRange(span.startSeconds, span.endSeconds);
	const speaker = session.speakers.find(({ id }) => id === span.speakerId);
	if (!speaker) throw new TypeError(`There is no speaker "${span.speakerId}" in the session`);
	signal?.throwIfAborted();
	const tracks = tracksAt(speaker, span);
	const work = Work.begin({
		sessionId: session.id,
		store: forgetful,
		signal,
		onEvent: (event) => event.kind === 'progress' && onProgress?.(event.progress),
	});
	work.clock.start('lips');
	const only = { name: session.name, speakers: [{ ...speaker, tracks }] };
	const usable = tracks.length === 0 ? [] : await usableTracks(only, ports, work);
	const { parts, gaps } = partsOf(span, usable);
	for (const { startSeconds, endSeconds } of gaps) {
		work.report({
			file: span.speakerId,
			message: `No face track shows ${span.speakerId} from ${startSeconds.toFixed(2)} s to ${endSeconds.toFixed(2)} s: nothing was recognised there.`,
		});
	}
	const claimed = claimedActivity(span, activity);
	const spoken = parts.map(({ usable: track, range }): TrackWork => {
		const passages = passagesOf(segmentsOf(range, track, claimed), null);
		return { usable: track, passages, activity: claimed };
	});
	const cues = await recognise({ settings, cut, ports, work }, spoken, onProgress);
	return {
		cues: cues.flatMap((cue) => within(cue, span)).sort((a, b) => a.startSeconds - b.startSeconds),
		models: work.models,
		problems: work.problems,
	};
}

/** Tracks that may show the speaker in the span: one face is in one track at a time. */
function tracksAt({ tracks }: Speaker, { startSeconds, endSeconds }: TimeRange): Speaker['tracks'] {
	const inOrder = [...tracks].sort((a, b) => a.startSeconds - b.startSeconds);
	const latest = inOrder.findLastIndex((track) => track.startSeconds <= startSeconds);
	return inOrder.slice(Math.max(0, latest)).filter((track) => track.startSeconds < endSeconds);
}

interface Part {
	readonly usable: UsableTrack;
	readonly range: TimeRange;
}

/** The parts of the span that tracks show, and those that none shows; both leave frames whole. */
function partsOf(
	span: TimeRange,
	tracks: readonly UsableTrack[],
): { readonly parts: readonly Part[]; readonly gaps: readonly TimeRange[] } {
	const parts: Part[] = [];
	const gaps: TimeRange[] = [];
	let at = span.startSeconds;
	const until = (endSeconds: number): void => {
		if (endSeconds - at > 1 / frameRateHz) gaps.push({ startSeconds: at, endSeconds });
	};
	for (const usable of tracks) {
		const { startSeconds } = usable.track;
		const endSeconds = startSeconds + usable.frameCount / frameRateHz;
		const wanted = { startSeconds: at, endSeconds: span.endSeconds };
		const range = clampRange(wanted, { startSeconds, endSeconds });
		if (!range) continue;
		until(range.startSeconds);
		parts.push({ usable, range });
		at = range.endSeconds;
	}
	until(span.endSeconds);
	return { parts, gaps };
}

/** What is known of the speaker, but never that nobody talks where a person says so. */
function claimedActivity(
	{ speakerId, startSeconds, endSeconds }: Span,
	activity: SpeechActivity | null,
): SpeechActivity {
	if (!activity) return { speakerId, frameStart: 0, probabilities: new Float32Array() };
	const from = Math.floor(startSeconds * frameRateHz) - activity.frameStart - 1;
	const to = Math.ceil(endSeconds * frameRateHz) - activity.frameStart + 1;
	const probabilities = activity.probabilities.map((value, frame) =>
		frame < from || frame > to ? value : Math.max(value, claimedProbability),
	);
	return { ...activity, probabilities };
}

/** Stretches of a track that are recognised one after the other. */
function segmentsOf(
	range: TimeRange,
	{ track, frameCount, speaker }: UsableTrack,
	{ frameStart, probabilities }: SpeechActivity,
): Segment[] {
	const about = { speakerId: speaker.id, trackId: track.id, meanProbability: 1 };
	const frames = framesOf({ ...range, ...about }, track, frameCount);
	const at = (frame: number): number => track.startSeconds + frame / frameRateHz;
	const first = Math.round(at(frames.startFrame) * frameRateHz) - frameStart;
	const length = frames.endFrame - frames.startFrame;
	const speech = first < 0 ? null : probabilities.subarray(first, first + length);
	return cutIntoChunks(length, speech, mostFrames).map(({ startFrame, endFrame }) => ({
		...about,
		startSeconds: at(frames.startFrame + startFrame),
		endSeconds: at(frames.startFrame + endFrame),
	}));
}

/** Words of all segments; one is in memory at a time. */
async function recognise(
	reading: Reading,
	spoken: readonly TrackWork[],
	onProgress: OnProgress | undefined,
): Promise<RecognisedCue[]> {
	const { settings, ports, work } = reading;
	const passages = spoken.flatMap((track) => track.passages);
	const total = passages.reduce((sum, passage) => sum + framesIn(passage), 0);
	const tell = (stage: string, done: number): void =>
		onProgress?.({ stage, done: Math.round(done), total, unit: 'frames' });
	const isHere = (source: PictureSource): Promise<boolean> => hasModels(reading, source);
	const cues: RecognisedCue[] = [];
	let before = 0;
	for (const track of spoken) {
		const clips = readClips(reading, track, {
			isHere,
			isKnown: () => Promise.resolve(false),
			onLips: ({ done }) => tell('lips', before + done),
		});
		for await (const { clip } of clips) {
			const frames = framesIn(clip.passage);
			tell('lips', before + frames);
			tell('recognition', before);
			const own = work.withProgress((progress) => {
				if (progress.stage !== 'recognition') onProgress?.(progress);
				else tell('recognition', before + (frames * progress.done) / progress.total);
			});
			const found = await ports.recognisers.recognise([clip], settings, own);
			work.signal?.throwIfAborted();
			cues.push(...present(found[0], 'cues'));
			before += frames;
			tell('recognition', before);
		}
	}
	return cues;
}

const framesIn = (range: TimeRange): number => Math.round(durationOf(range) * frameRateHz);

/** Lips from a clip may do where the models of the face are missing; then there is nothing else. */
async function hasModels({ settings, ports }: Reading, source: PictureSource): Promise<boolean> {
	try {
		await versionOf(storedWords, { settings, source }, ports);
		return true;
	} catch (error) {
		const missing = error instanceof ConfabError && error.code === 'ModelUnavailable';
		if (source !== 'clip' || !missing) throw error;
		return false;
	}
}

/** A cue of whole frames, cut to the span. */
function within(cue: RecognisedCue, span: TimeRange): RecognisedCue[] {
	const clamped = clampRange(cue, span);
	if (!clamped) return [];
	const inside = (seconds: number): number =>
		Math.min(clamped.endSeconds, Math.max(clamped.startSeconds, seconds));
	const words = cue.words.map((word) => ({
		...word,
		startSeconds: inside(word.startSeconds),
		endSeconds: inside(word.endSeconds),
	}));
	return [{ ...clamped, words }];
}
