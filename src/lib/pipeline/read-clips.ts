import type { Segment, SpeechActivity } from '../domain/activity.ts';
import { frameRateHz, sampleRateHz, type SourceFile } from '../domain/session.ts';
import type { MediaSource } from '../media/media-source.ts';
import { memo } from '../support/memo.ts';
import type { OnProgress } from '../support/progress.ts';
import { fingerprint } from './fingerprint.ts';
import { framesOf } from './frame-ranges.ts';
import type { RunContext } from './run-context.ts';
import type { FrameRange, LipClip, LipSource, SegmentClip } from './stages.ts';
import type { UsableTrack } from './usable-tracks.ts';
import type { WorkRecord } from './work-notes.ts';

const samplesPerFrame = sampleRateHz / frameRateHz;

/** Where the pictures of a segment come from. */
export interface ClipPlace {
	readonly source: LipSource;
	/** Fingerprint of the file. */
	readonly content: string;
	readonly range: FrameRange;
}

/** A segment, ready to be recognised. It depends on no open file. */
export interface ReadClip extends ClipPlace {
	readonly clip: SegmentClip;
	/** What reading it took. */
	readonly work: WorkRecord;
}

/** Frames of a clip. */
export function framesIn({ range }: ClipPlace): number {
	return range.endFrame - range.startFrame;
}

/** Segments of one track. */
export interface TrackWork {
	readonly usable: UsableTrack;
	readonly segments: readonly Segment[];
	readonly activity: SpeechActivity;
}

export interface ReadOptions {
	/** Whether lips from there can be used at all. */
	readonly isHere: (source: LipSource) => Promise<boolean>;
	/** Whether the segment's words are known, so that it is not read. */
	readonly isKnown: (segment: Segment, place: ClipPlace) => Promise<boolean>;
	/** Told of frames whose lips were looked for in the segment. */
	readonly onLips?: OnProgress;
}

/**
 * Lips and sound of a track's segments, one after the other: from the lip clip that the session brings
 * or, where that fails, from the face. What is wrong with a file is told, and its segments left out.
 */
export async function* readClips(
	run: RunContext,
	{ usable, segments, activity }: TrackWork,
	{ isHere, isKnown, onLips }: ReadOptions,
): AsyncGenerator<ReadClip> {
	const { video, lips: shipped } = usable.track;
	const files: (readonly [LipSource, SourceFile])[] = [['track', video]];
	if (shipped && !run.settings.recompute) files.unshift(['clip', shipped]);
	const left = new Set(segments);
	for (const [source, file] of files) {
		if (left.size === 0) return;
		run.signal?.throwIfAborted();
		if (!(await isHere(source))) continue;
		const opened = await run.tolerate(file.path, async () => {
			const content = await fingerprint(await file.open(run.signal));
			return { content, media: await run.open(file) };
		});
		if (!opened) continue;
		const { content, media } = opened;
		try {
			const audio = memo(() => run.stages.audio(media, run.signal));
			for (const segment of [...left]) {
				const range = framesOf(segment, usable.track, usable.frameCount);
				const place = { source, content, range };
				if (await isKnown(segment, place)) {
					left.delete(segment);
					continue;
				}
				const before = run.clock.spent('lips');
				const read = await run.tolerate(file.path, () =>
					run.noting(async (): Promise<SegmentClip> => {
						const lips = await lipsOf(run, usable, segment, media, place, onLips);
						return { segment, activity, lips, audio: soundOf(await audio(), range) };
					}),
				);
				if (!read) break;
				left.delete(segment);
				const seconds = { lips: run.clock.spent('lips') - before };
				yield { clip: read.value, work: { ...read.notes, seconds }, ...place };
			}
		} finally {
			await media.close();
		}
	}
}

/** Sound of a range of frames; where it ends before the picture, it is silence from there on. */
function soundOf(samples: Float32Array, { startFrame, endFrame }: FrameRange): Float32Array {
	const from = startFrame * samplesPerFrame;
	const heard = new Float32Array((endFrame - startFrame) * samplesPerFrame);
	heard.set(samples.subarray(from, from + heard.length));
	return heard;
}

async function lipsOf(
	run: RunContext,
	usable: UsableTrack,
	segment: Segment,
	media: MediaSource,
	{ source, range }: ClipPlace,
	onLips: OnProgress | undefined,
): Promise<LipClip> {
	if (!run.stages.needsLips(run.settings)) {
		return { data: new Uint8Array(), seen: new Uint8Array(range.endFrame - range.startFrame) };
	}
	const slow = { signal: run.signal, onProgress: onLips };
	const clip = await run.clock.measure('lips', () => run.stages.lips(media, source, range, slow));
	const unseen = clip.seen.reduce((count, seen) => count + (seen === 1 ? 0 : 1), 0);
	if (unseen > 0) {
		run.tell({
			file: usable.track.video.path,
			message: `No face is seen in ${unseen} of ${clip.seen.length} frames from ${segment.startSeconds.toFixed(2)} s to ${segment.endSeconds.toFixed(2)} s; what is said there is recognised by ear alone.`,
		});
	}
	return clip;
}
