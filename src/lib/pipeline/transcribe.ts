import type { Segment, SpeechActivity } from '../domain/activity.ts';
import { frameRateHz, sampleRateHz, type SourceFile } from '../domain/session.ts';
import type { RecognisedCue } from '../domain/transcript.ts';
import type { MediaSource } from '../media/media-source.ts';
import { present } from '../support/assert.ts';
import { ConfabError } from '../support/errors.ts';
import { memo } from '../support/memo.ts';
import { fingerprint } from './fingerprint.ts';
import { framesOf } from './frame-ranges.ts';
import type { RunContext } from './run-context.ts';
import type { FrameRange, LipClip, LipSource, SegmentClip, SegmentedSpeaker } from './stages.ts';
import { parseCues } from './stored.ts';
import type { UsableTrack } from './usable-tracks.ts';

const samplesPerFrame = sampleRateHz / frameRateHz;

/**
 * Lips and words of every segment, cues by speaker. Few segments are in memory at a time, and the words
 * of each are stored when it is done; its lips never are, for they are a picture of a face.
 */
export async function transcribe(
	run: RunContext,
	tracks: readonly UsableTrack[],
	segmented: ReadonlyMap<string, SegmentedSpeaker>,
): Promise<ReadonlyMap<string, readonly RecognisedCue[]>> {
	const work = tracks.flatMap((track) => {
		const speaker = segmented.get(track.speaker.id);
		const segments = speaker?.segments.filter(({ trackId }) => trackId === track.track.id) ?? [];
		return speaker && segments.length > 0 ? [{ track, segments, activity: speaker.activity }] : [];
	});
	run.clock.start('lips');
	run.clock.start('recognition');
	const cues = new Map<string, RecognisedCue[]>();
	const isHere = {
		clip: memo(() => recogniserIsHere(run, 'clip')),
		track: memo(() => recogniserIsHere(run, 'track')),
	};
	if (work.length > 0) {
		const totals = new Map<string, number>();
		for (const { track, segments } of work) {
			const { id } = track.speaker;
			totals.set(id, (totals.get(id) ?? 0) + segments.length);
		}
		const done = new Map<string, number>();
		for (const { track, segments, activity } of work) {
			const { id } = track.speaker;
			const list = cues.get(id) ?? [];
			cues.set(id, list);
			const onDone = (): void => {
				done.set(id, (done.get(id) ?? 0) + 1);
				const counts = { done: done.get(id) ?? 0, total: totals.get(id) ?? 0 };
				run.progress('lips', { subject: id, ...counts, unit: 'segments' });
				run.progress('recognition', { subject: id, ...counts, unit: 'segments' });
			};
			await transcribeTrack(run, track, segments, activity, isHere, (found) => {
				list.push(...found);
				onDone();
			});
			list.sort((a, b) => a.startSeconds - b.startSeconds);
		}
	}
	run.clock.finish('lips');
	run.clock.finish('recognition');
	return cues;
}

/**
 * So many frames at most are recognised together, unless one segment is longer or the recogniser is
 * quicker with more: as many as its longest chunk may have, so that cancelling never loses more than it
 * did with one segment at a time.
 */
const fewestTogether = 375;

/** Words of one track, from the lip clip that the session brings or, where that fails, from the faces. */
async function transcribeTrack(
	run: RunContext,
	usable: UsableTrack,
	segments: readonly Segment[],
	activity: SpeechActivity,
	isHere: Readonly<Record<LipSource, () => Promise<boolean>>>,
	onCues: (cues: readonly RecognisedCue[]) => void,
): Promise<void> {
	const { video, lips: shipped } = usable.track;
	const left = new Set(segments);
	const stages = ['lips', 'recognition'] as const;
	const settle = (segment: Segment, cues: readonly RecognisedCue[]): void => {
		left.delete(segment);
		onCues(cues);
	};
	const transcribeLeft = async (source: LipSource, file: SourceFile): Promise<void> => {
		if (!(await isHere[source]())) return;
		const content = await fingerprint(await file.open(run.signal));
		// The version is asked for each time: after a failure the words may come from another recogniser.
		const partsOf = async ({ startFrame, endFrame }: FrameRange) => {
			const version = await run.stages.version('recognition', run.settings, source);
			return [content, version, source, startFrame, endFrame];
		};
		await run.withMedia(file, async (media) => {
			const audio = memo(() => run.stages.audio(media, run.signal));
			let waiting: { clip: SegmentClip; range: FrameRange }[] = [];
			const recogniseWaiting = async (): Promise<void> => {
				const batch = waiting;
				waiting = [];
				if (batch.length === 0) return;
				const cues = await run.clock.measure('recognition', () =>
					run.stages.recognise(
						batch.map(({ clip }) => clip),
						run.settings,
						{ signal: run.signal },
					),
				);
				for (const [i, { clip, range }] of batch.entries()) {
					const found = present(cues[i], 'cues');
					await run.keep('recognition', stages, await partsOf(range), found);
					settle(clip.segment, found);
				}
			};
			let frames = 0;
			for (const segment of [...left]) {
				run.signal?.throwIfAborted();
				const range = framesOf(segment, usable.track, usable.frameCount);
				const length = range.endFrame - range.startFrame;
				const parts = await partsOf(range);
				const stored = length > 0 ? await run.stored('recognition', stages, parts, parseCues) : [];
				if (stored) {
					settle(segment, stored);
					continue;
				}
				if (frames + length > Math.max(fewestTogether, run.stages.framesTogether())) {
					await recogniseWaiting();
					frames = 0;
				}
				frames += length;
				const lips = await lipsOf(run, usable, segment, media, source);
				const heard = soundOf(await audio(), range);
				waiting.push({ clip: { segment, activity, lips, audio: heard }, range });
			}
			await recogniseWaiting();
		});
	};
	if (shipped && !run.settings.recompute) {
		await run.tolerate(shipped.path, () => transcribeLeft('clip', shipped));
	}
	if (left.size > 0) await run.tolerate(video.path, () => transcribeLeft('track', video));
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
	source: LipSource,
): Promise<LipClip> {
	const range = framesOf(segment, usable.track, usable.frameCount);
	if (!run.stages.needsLips(run.settings)) {
		return { data: new Uint8Array(), seen: new Uint8Array(range.endFrame - range.startFrame) };
	}
	const clip = await run.clock.measure('lips', () =>
		run.stages.lips(media, source, range, { signal: run.signal }),
	);
	const unseen = clip.seen.reduce((count, seen) => count + (seen === 1 ? 0 : 1), 0);
	if (unseen > 0) {
		run.tell({
			file: usable.track.video.path,
			message: `No face is seen in ${unseen} of ${clip.seen.length} frames from ${segment.startSeconds.toFixed(2)} s to ${segment.endSeconds.toFixed(2)} s; what is said there is recognised by ear alone.`,
		});
	}
	return clip;
}

/** Who talked with whom can be told without words: a missing recogniser is told, not fatal. */
async function recogniserIsHere(run: RunContext, source: LipSource): Promise<boolean> {
	try {
		await run.stages.version('recognition', run.settings, source);
		return true;
	} catch (error) {
		if (!(error instanceof ConfabError) || error.code !== 'ModelUnavailable') throw error;
		// What fails for lip clips is tried on the faces, and told there.
		if (source === 'track') {
			run.tell({
				file: `recogniser "${run.settings.recogniser}"`,
				message: `No words were recognised: ${error.message}`,
			});
		}
		return false;
	}
}
