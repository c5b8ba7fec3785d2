import type { Segment, SpeechActivity } from '../domain/activity.ts';
import { frameRateHz, sampleRateHz, type SourceFile } from '../domain/session.ts';
import type { RecognisedCue } from '../domain/transcript.ts';
import type { MediaSource } from '../media/media-source.ts';
import { ConfabError } from '../support/errors.ts';
import { memo } from '../support/memo.ts';
import { fingerprint } from './fingerprint.ts';
import { framesOf } from './frame-ranges.ts';
import type { RunContext } from './run-context.ts';
import type { LipClip, LipSource, SegmentedSpeaker } from './stages.ts';
import { parseCues } from './stored.ts';
import type { UsableTrack } from './usable-tracks.ts';

const samplesPerFrame = sampleRateHz / frameRateHz;

/**
 * Lips and words of every segment, cues by speaker. One segment is in memory at a time, and its words
 * are stored when it is done; its lips never are, for they are a picture of a face.
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
	const versions = {
		clip: memo(() => recogniserVersion(run, 'clip')),
		track: memo(() => recogniserVersion(run, 'track')),
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
			await transcribeTrack(run, track, segments, activity, versions, (found) => {
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

/** Words of one track, from the lip clip that the session brings or, where that fails, from the faces. */
async function transcribeTrack(
	run: RunContext,
	usable: UsableTrack,
	segments: readonly Segment[],
	activity: SpeechActivity,
	versions: Readonly<Record<LipSource, () => Promise<string | null>>>,
	onCues: (cues: readonly RecognisedCue[]) => void,
): Promise<void> {
	const { video, lips: shipped } = usable.track;
	const left = [...segments];
	const transcribeLeft = async (source: LipSource, file: SourceFile): Promise<void> => {
		const version = await versions[source]();
		if (version === null) return;
		const content = [await fingerprint(await file.open(run.signal)), version].join('/');
		await run.withMedia(file, async (media) => {
			const audio = memo(() => run.stages.audio(media, run.signal));
			for (let segment = left[0]; segment; left.shift(), segment = left[0]) {
				run.signal?.throwIfAborted();
				onCues(await cuesOf(segment, source, content, media, audio));
			}
		});
	};
	const cuesOf = async (
		segment: Segment,
		source: LipSource,
		content: string,
		media: MediaSource,
		audio: () => Promise<Float32Array>,
	): Promise<readonly RecognisedCue[]> => {
		const { startFrame, endFrame } = framesOf(segment, usable.track, usable.frameCount);
		if (endFrame <= startFrame) return [];
		const parts = [content, source, startFrame, endFrame];
		return run.cached('recognition', ['lips', 'recognition'], parts, parseCues, async () => {
			const clip = await run.clock.measure('lips', () =>
				lipsOf(run, usable, segment, media, source),
			);
			const samples = await audio();
			const from = startFrame * samplesPerFrame;
			// Sound that ends before the picture is silence from there on.
			const heard = new Float32Array((endFrame - startFrame) * samplesPerFrame);
			heard.set(samples.subarray(from, from + heard.length));
			return run.clock.measure('recognition', () =>
				run.stages.recognise(clip, heard, segment, activity, run.settings, {
					signal: run.signal,
				}),
			);
		});
	};
	if (shipped && !run.settings.recompute) {
		await run.tolerate(shipped.path, () => transcribeLeft('clip', shipped));
	}
	if (left.length > 0) await run.tolerate(video.path, () => transcribeLeft('track', video));
}

async function lipsOf(
	run: RunContext,
	usable: UsableTrack,
	segment: Segment,
	media: MediaSource,
	source: LipSource,
): Promise<LipClip> {
	const range = framesOf(segment, usable.track, usable.frameCount);
	const clip = await run.stages.lips(media, source, range, { signal: run.signal });
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
async function recogniserVersion(run: RunContext, source: LipSource): Promise<string | null> {
	try {
		return await run.stages.version('recognition', run.settings, source);
	} catch (error) {
		if (!(error instanceof ConfabError) || error.code !== 'ModelUnavailable') throw error;
		// What fails for lip clips is tried on the faces, and told there.
		if (source === 'track') {
			run.tell({
				file: `recogniser "${run.settings.recogniser}"`,
				message: `No words were recognised: ${error.message}`,
			});
		}
		return null;
	}
}
