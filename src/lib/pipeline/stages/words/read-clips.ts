import type { SpeechActivity } from '../../../domain/activity.ts';
import { frameRateHz, sampleRateHz, type SourceFile, type Track } from '../../../domain/session.ts';
import type { MediaSource } from '../../../media/media-source.ts';
import type { RunSettings } from '../../../domain/settings.ts';
import { memo } from '../../../support/memo.ts';
import type { OnProgress } from '../../../support/progress.ts';
import { fingerprint } from '../../fingerprint.ts';
import { framesOf, type FrameRange } from '../../frame-ranges.ts';
import type { PictureSource } from '../../lip-blocks.ts';
import type { Ports } from '../../ports.ts';
import type { LipClip, PassageClip } from '../../passage-clip.ts';
import type { Passage } from '../../passages.ts';
import type { Work } from '../../work.ts';
import type { WorkRecord } from '../../work-notes.ts';
import { wholeSound } from '../../whole-sound.ts';
import { lips as about } from './about.ts';
import { unseenLips, type cutLips } from './lips.ts';

const samplesPerFrame = sampleRateHz / frameRateHz;

/** Where the pictures of a passage come from. */
export interface ClipPlace {
	readonly source: PictureSource;
	/** Fingerprint of the file. */
	readonly content: string;
	readonly range: FrameRange;
}

/** A passage, ready to be recognised. It depends on no open file. */
export interface ReadClip extends ClipPlace {
	readonly clip: PassageClip;
	/** What reading it took. */
	readonly work: WorkRecord;
}

/** Frames of a clip. */
export function framesIn({ range }: ClipPlace): number {
	return range.endFrame - range.startFrame;
}

/** A file that segments are read from: a face track, or sound alone. */
export interface SpokenTrack {
	readonly speaker: { readonly id: string };
	readonly track: Pick<Track, 'id' | 'video' | 'lips' | 'startSeconds'>;
	/** How long it is, in frames of 25 Hz. */
	readonly frameCount: number;
	/** Whether it has no pictures: words are recognised by ear, whatever the recogniser looks at. */
	readonly soundAlone?: boolean;
}

/** What the words of all tracks are found with. */
export interface Reading {
	readonly settings: RunSettings;
	readonly cut: typeof cutLips;
	readonly ports: Ports;
	readonly work: Work;
}

/** Passages of one track. */
export interface TrackWork {
	readonly usable: SpokenTrack;
	readonly passages: readonly Passage[];
	readonly activity: SpeechActivity;
}

export interface ReadOptions {
	/** Whether lips from there can be used at all. */
	readonly isHere: (source: PictureSource) => Promise<boolean>;
	/** Whether the passage's words are known, so that it is not read. */
	readonly isKnown: (passage: Passage, place: ClipPlace) => Promise<boolean>;
	/** Called with how many frames of the passage have been looked at for lips. */
	readonly onLips?: OnProgress;
}

/**
 * Lips and sound of a track's passages, one after the other: from the lip clip that the session brings
 * or, where that fails, from the face. What is wrong with a file is reported, and its passages left out.
 */
export async function* readClips(
	reading: Reading,
	{ usable, passages, activity }: TrackWork,
	{ isHere, isKnown, onLips }: ReadOptions,
): AsyncGenerator<ReadClip> {
	const { settings, ports, work } = reading;
	const { video, lips: shipped } = usable.track;
	const own = usable.soundAlone ? 'none' : 'track';
	const files: (readonly [PictureSource, SourceFile])[] = [[own, video]];
	if (shipped && !settings.recompute) files.unshift(['clip', shipped]);
	const left = new Set(passages);
	for (const [source, file] of files) {
		if (left.size === 0) return;
		work.signal?.throwIfAborted();
		if (!(await isHere(source))) continue;
		// Who reads the file: what its decoders get round is noted with his work.
		let reader = work;
		const opened = await work.tolerate(file.path, async () => {
			const content = await fingerprint(await file.open(work.signal));
			const media = await ports.media.open(file, {
				signal: work.signal,
				onProblem: (problem) => reader.decoded(problem),
			});
			return { content, media };
		});
		if (!opened) continue;
		const { content, media } = opened;
		try {
			const audio = memo(() => wholeSound(media.audio(work.signal), media.info.durationSeconds));
			for (const passage of [...left]) {
				const range = framesOf(passage, usable.track, usable.frameCount);
				const place = { source, content, range };
				if (await isKnown(passage, place)) {
					left.delete(passage);
					continue;
				}
				const before = work.clock.spent(about.id);
				const read = await work.tolerate(file.path, () =>
					work.withProgress(onLips).noting(async (noted): Promise<PassageClip> => {
						reader = noted;
						const lips = await lipsOf({ ...reading, work: noted }, usable, passage, media, place);
						const turns = turnsOf(passage, usable, range);
						return { passage, turns, activity, lips, audio: soundOf(await audio(), range) };
					}),
				);
				reader = work;
				if (!read) break;
				left.delete(passage);
				const seconds = { lips: work.clock.spent(about.id) - before };
				yield { clip: read.value, work: { ...read.notes, seconds }, ...place };
			}
		} finally {
			await media.close();
		}
	}
}

/** Frames of each segment of a passage, from the passage's first frame on. */
function turnsOf(
	{ segments }: Passage,
	{ track, frameCount }: SpokenTrack,
	{ startFrame: first }: FrameRange,
): FrameRange[] {
	return segments.map((segment) => {
		const { startFrame, endFrame } = framesOf(segment, track, frameCount);
		return { startFrame: startFrame - first, endFrame: endFrame - first };
	});
}

/** Sound of a range of frames; where it ends before the picture, it is silence from there on. */
function soundOf(samples: Float32Array, { startFrame, endFrame }: FrameRange): Float32Array {
	const from = startFrame * samplesPerFrame;
	const heard = new Float32Array((endFrame - startFrame) * samplesPerFrame);
	heard.set(samples.subarray(from, from + heard.length));
	return heard;
}

async function lipsOf(
	{ settings, cut, ports, work }: Reading,
	usable: SpokenTrack,
	passage: Passage,
	media: MediaSource,
	{ source, range }: ClipPlace,
): Promise<LipClip> {
	if (!ports.recognisers.needsLips(settings)) {
		return { data: new Uint8Array(), seen: new Uint8Array(range.endFrame - range.startFrame) };
	}
	if (source === 'none') return unseenLips(range);
	const clip = await work.clock.measure(about.id, () => cut(media, source, range, ports, work));
	const unseen = clip.seen.reduce((count, seen) => count + (seen === 1 ? 0 : 1), 0);
	if (unseen > 0) {
		work.report({
			file: usable.track.video.path,
			message: `No face is seen in ${unseen} of ${clip.seen.length} frames from ${passage.startSeconds.toFixed(2)} s to ${passage.endSeconds.toFixed(2)} s; what is said there is recognised by ear alone.`,
		});
	}
	return clip;
}
