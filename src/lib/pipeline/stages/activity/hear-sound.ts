import type { PlacedFile } from '../../../domain/placed-files.ts';
import { frameRateHz, type SourceFile } from '../../../domain/session.ts';
import { overlapSeconds, type TimeRange } from '../../../domain/time-range.ts';
import { fingerprint } from '../../fingerprint.ts';
import { withFile, type Ports } from '../../ports.ts';
import { versionOf } from '../../stored-result.ts';
import type { Work } from '../../work.ts';
import type { UsableTrack } from '../decode/usable-tracks.ts';
import { type hearVoice, storedVoice } from './hear-voice.ts';

/** A file that the session's sound is heard from, and when in the session. */
export interface HeardFile extends PlacedFile, TimeRange {}

export interface SessionSound {
	/**
	 * Probability that anyone speaks, by frame of the central video; NaN where there is no sound. Null when
	 * it is not needed or cannot be had.
	 */
	readonly voiceActivity: Float32Array | null;
	/** As few files as it takes; none where nothing was to be heard. */
	readonly heard: readonly HeardFile[];
}

/** A track is not opened for less than this at its end: lengths are rounded. */
const leastGainSeconds = 0.3;

/**
 * Where there is speech at all: by the central video or, where that is missing or broken, by the tracks,
 * for all hear one microphone. Tells when none can be heard.
 */
export async function hearSound(
	recording: SourceFile | null,
	tracks: readonly UsableTrack[],
	hear: typeof hearVoice,
	ports: Ports,
	work: Work,
): Promise<SessionSound> {
	const voiceIn = async (placed: PlacedFile): Promise<HeardVoice | null> => {
		const { file, startSeconds } = placed;
		const voice = await work.tolerate(file.path, async () => {
			const content = await fingerprint(await file.open(work.signal));
			const version = await versionOf(storedVoice, null, ports);
			return work.cached(storedVoice, [content, version], (noted) =>
				// A few seconds of work: reported as progress it would pass for the whole stage.
				withFile(file, ports, noted, (media) => hear(media, ports, noted)),
			);
		});
		if (!voice || voice.length === 0) return null;
		return { heard: { ...placed, endSeconds: startSeconds + voice.length / frameRateHz }, voice };
	};
	const whole = recording && (await voiceIn({ file: recording, startSeconds: 0 }));
	if (whole) return { voiceActivity: whole.voice, heard: [whole.heard] };
	const parts: HeardVoice[] = [];
	const left = new Set(tracks);
	let known = 0;
	for (let next = nextTrack(left, known); next; next = nextTrack(left, known)) {
		left.delete(next);
		const { video: file, startSeconds } = next.track;
		const part = await voiceIn({ file, startSeconds });
		if (!part) continue;
		parts.push(part);
		known = Math.max(known, part.heard.endSeconds);
	}
	if (parts.length > 0) return { voiceActivity: joined(parts), heard: parts.map((p) => p.heard) };
	work.report({
		file: 'sound',
		message:
			'The sound of the session cannot be read from any file: when anybody speaks is told by faces alone, and voices are not compared.',
	});
	return { voiceActivity: null, heard: [] };
}

/** The file that holds most of some stretches; null where none holds any of them. */
export function fileFor(
	heard: readonly HeardFile[],
	stretches: readonly TimeRange[],
): HeardFile | null {
	const held = (file: TimeRange): number =>
		stretches.reduce((sum, stretch) => sum + overlapSeconds(file, stretch), 0);
	return heard.reduce<HeardFile | null>(
		(best, file) => (held(file) > (best ? held(best) : 0) ? file : best),
		null,
	);
}

interface HeardVoice {
	readonly heard: HeardFile;
	readonly voice: Float32Array;
}

/** The track that goes on for longest from a moment or, where none does, the next one to begin. */
function nextTrack(left: ReadonlySet<UsableTrack>, from: number): UsableTrack | null {
	const longer = [...left]
		.filter(({ endSeconds }) => endSeconds > from + leastGainSeconds)
		.sort((a, b) => b.endSeconds - a.endSeconds);
	const begun = longer.find(({ track }) => track.startSeconds <= from);
	if (begun) return begun;
	const starts = longer.map(({ track }) => track.startSeconds);
	return longer.find(({ track }) => track.startSeconds === Math.min(...starts)) ?? null;
}

/** All on one line; where two overlap, the one that began first has heard more. */
function joined(parts: readonly HeardVoice[]): Float32Array {
	const end = Math.max(...parts.map(({ heard }) => heard.endSeconds));
	const line = new Float32Array(Math.round(end * frameRateHz)).fill(NaN);
	for (const { heard, voice } of parts.toReversed()) {
		const first = Math.round(heard.startSeconds * frameRateHz);
		line.set(voice.subarray(0, line.length - first), first);
	}
	return line;
}
