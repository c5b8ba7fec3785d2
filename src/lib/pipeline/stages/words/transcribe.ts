import type { SpeechActivity } from '../../../domain/activity.ts';
import type { RecognisedCue } from '../../../domain/transcript.ts';
import { present } from '../../../support/assert.ts';
import { ConfabError } from '../../../support/errors.ts';
import { memo } from '../../../support/memo.ts';
import { fingerprint } from '../../fingerprint.ts';
import { speechOf } from '../../frame-ranges.ts';
import type { PictureSource } from '../../lip-blocks.ts';
import { type Passage, passagesOf } from '../../passages.ts';
import { versionOf } from '../../stored-result.ts';
import type { Work } from '../../work.ts';
import { joinNotes } from '../../work-notes.ts';
import type { SegmentedSpeaker } from '../segments/segment-speakers.ts';
import { lips, recognition } from './about.ts';
import { ClipBatches } from './clip-batches.ts';
import {
	framesIn,
	readClips,
	type ClipPlace,
	type ReadClip,
	type Reading,
	type SpokenTrack,
	type TrackWork,
} from './read-clips.ts';
import { storedWords } from './stored-words.ts';

/**
 * Lips and words of every segment, cues by speaker in time order. What one recogniser hears as one, a passage, is
 * read, recognised and stored as one. Few passages are in memory at a time, and the words of each are stored
 * when it is done; its lips never are, for they are a picture of a face.
 *
 * Passages are recognised together whichever track they are of: where tracks are short, none would fill
 * a batch by itself.
 */
export async function transcribe(
	tracks: readonly SpokenTrack[],
	segmented: ReadonlyMap<string, SegmentedSpeaker>,
	reading: Reading,
): Promise<ReadonlyMap<string, readonly RecognisedCue[]>> {
	const { settings, ports, work } = reading;
	const { recognisers } = ports;
	const spoken = tracks.flatMap((usable): TrackWork[] => {
		const speaker = segmented.get(usable.speaker.id);
		const segments = speaker?.segments.filter(({ trackId }) => trackId === usable.track.id) ?? [];
		const passages = passagesOf(segments, recognisers.joining(settings));
		return speaker && passages.length > 0 ? [{ usable, passages, activity: speaker.activity }] : [];
	});
	const here = {
		clip: memo(() => recogniserIsHere(reading, 'clip')),
		track: memo(() => recogniserIsHere(reading, 'track')),
		none: memo(() => recogniserIsHere(reading, 'none')),
	};
	const written = new Transcripts(work, spoken);
	// The version is asked for each time: after a failure the words may come from another recogniser.
	const partsOf = async (passage: Passage, activity: SpeechActivity, place: ClipPlace) => {
		const { content, source, range } = place;
		const version = await versionOf(storedWords, { settings, source }, ports);
		const speech = await speechKey(passage, activity, framesIn(place));
		return [content, version, source, range.startFrame, range.endFrame, speech];
	};

	const batches = new ClipBatches();
	const recognise = async (batch: readonly ReadClip[]): Promise<void> => {
		const clips = batch.map(({ clip }) => clip);
		const before = work.clock.spent(recognition.id);
		const { value: cues, notes } = await work.noting((noted) =>
			work.clock.measure(recognition.id, () => recognisers.recognise(clips, settings, noted)),
		);
		const together = batch.reduce((sum, read) => sum + framesIn(read), 0);
		const secondsPerFrame = (work.clock.spent(recognition.id) - before) / together;
		for (const [i, read] of batch.entries()) {
			const found = present(cues[i], 'cues');
			const { passage, activity } = read.clip;
			const seconds = { ...read.work.seconds, recognition: framesIn(read) * secondsPerFrame };
			await work.keep(storedWords, await partsOf(passage, activity, read), {
				value: found,
				work: { ...joinNotes(read.work, notes), seconds },
			});
			written.add(passage, found);
		}
		work.signal?.throwIfAborted();
	};
	for (const track of spoken) {
		const clips = readClips(reading, track, {
			isHere: (source) => here[source](),
			isKnown: async (passage, place) => {
				const empty = place.range.endFrame <= place.range.startFrame;
				const parts = await partsOf(passage, track.activity, place);
				const known = empty ? [] : await work.stored(storedWords, parts);
				if (known) {
					written.read(passage);
					written.add(passage, known);
				}
				return known !== null;
			},
		});
		for await (const read of clips) {
			written.read(read.clip.passage);
			const batching = await recognisers.batching(settings);
			for (const batch of batches.add(read, batching)) await recognise(batch);
		}
	}
	for (const batch of batches.takeRest()) await recognise(batch);
	return written.inOrder();
}

/**
 * Names what decides a passage's words beside its pictures and its sound: how likely speech is at each
 * moment, by which recognisers cut and doubt, when it is said, and where its segments begin and end.
 */
async function speechKey(
	passage: Passage,
	activity: SpeechActivity,
	frames: number,
): Promise<string> {
	const { startSeconds, segments } = passage;
	const speech = speechOf(passage, activity, frames);
	// One segment is its whole passage, and what is stored of it keeps its name.
	const turns =
		segments.length === 1
			? []
			: segments.map((segment) => `;${segment.startSeconds}-${segment.endSeconds}`);
	const name = await fingerprint(new Blob([`${startSeconds}:`, speech ?? 'unknown', ...turns]));
	return name.slice(0, 16);
}

/** What is written down so far; reports how far it is. */
class Transcripts {
	readonly #work: Work;
	readonly #cues = new Map<string, RecognisedCue[]>();
	/** Segments by speaker, and how many of them each stage is done with. */
	readonly #counts = new Map<string, { lips: number; recognition: number; total: number }>();

	constructor(work: Work, spoken: readonly TrackWork[]) {
		this.#work = work;
		for (const { usable, passages } of spoken) {
			const { id } = usable.speaker;
			const total =
				(this.#counts.get(id)?.total ?? 0) + passages.flatMap(({ segments }) => segments).length;
			this.#counts.set(id, { lips: 0, recognition: 0, total });
			this.#cues.set(id, []);
		}
	}

	/** One more passage has been read, or need not be. */
	read(passage: Passage): void {
		this.#count(lips.id, passage);
	}

	/** The words of one more passage. */
	add(passage: Passage, found: readonly RecognisedCue[]): void {
		present(this.#cues.get(passage.speakerId), 'cues').push(...found);
		this.#count(recognition.id, passage);
	}

	#count(stage: typeof lips.id | typeof recognition.id, { speakerId, segments }: Passage): void {
		present(this.#counts.get(speakerId), 'counts')[stage] += segments.length;
		this.#report(stage, speakerId);
	}

	#report(stage: typeof lips.id | typeof recognition.id, speakerId: string): void {
		const { [stage]: done, total } = present(this.#counts.get(speakerId), 'counts');
		this.#work.progress(stage, { subject: speakerId, done, total, unit: 'segments' });
	}

	inOrder(): ReadonlyMap<string, readonly RecognisedCue[]> {
		for (const cues of this.#cues.values()) cues.sort((a, b) => a.startSeconds - b.startSeconds);
		return this.#cues;
	}
}

/** Who talked with whom can be told without words: a missing recogniser is reported, not fatal. */
async function recogniserIsHere(
	{ settings, ports, work }: Reading,
	source: PictureSource,
): Promise<boolean> {
	try {
		await versionOf(storedWords, { settings, source }, ports);
		return true;
	} catch (error) {
		if (!(error instanceof ConfabError) || error.code !== 'ModelUnavailable') throw error;
		// What fails for lip clips is tried on the faces, and reported there.
		if (source !== 'clip') {
			work.report({
				file: `recogniser "${settings.recogniser}"`,
				message: `No words were recognised: ${error.message}`,
			});
		}
		return false;
	}
}
