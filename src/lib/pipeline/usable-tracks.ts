import type { Speaker, Track } from '../domain/session.ts';
import { ConfabError } from '../support/errors.ts';
import { fingerprint } from './fingerprint.ts';
import type { RunContext } from './run-context.ts';

/** A track that can be decoded. */
export interface UsableTrack {
	readonly speaker: Speaker;
	readonly track: Track;
	/** Fingerprint of the video: what every result of the track is kept by. */
	readonly content: string;
	readonly frameCount: number;
	/** When the track ends, in seconds of the central video. */
	readonly endSeconds: number;
}

/**
 * Opens every track once, so that what is broken is known before the long work begins.
 *
 * @throws ConfabError `UnsupportedMedia` when none can be used, with every reason.
 */
export async function usableTracks(run: RunContext): Promise<readonly UsableTrack[]> {
	const all = run.session.speakers.flatMap((speaker) =>
		speaker.tracks.map((track) => ({ speaker, track })),
	);
	const tracks: UsableTrack[] = [];
	for (const [index, { speaker, track }] of all.entries()) {
		run.progress('decode', { subject: speaker.id, done: index, total: all.length, unit: 'files' });
		const usable = await run.tolerate(track.video.path, () => probe(run, speaker, track));
		if (usable) tracks.push(usable);
	}
	if (tracks.length > 0) return tracks;
	throw new ConfabError(
		'UnsupportedMedia',
		`None of the ${all.length} face tracks of "${run.session.name}" can be used.`,
		{ problems: run.problems },
	);
}

async function probe(run: RunContext, speaker: Speaker, track: Track): Promise<UsableTrack> {
	const content = await fingerprint(await track.video.open(run.signal));
	return run.withMedia(track.video, ({ info }) => {
		if (!info.video) throw new ConfabError('UnsupportedMedia', 'It holds no picture.');
		if (!info.audio) {
			throw new ConfabError(
				'UnsupportedMedia',
				'It holds no sound. A face track needs the sound of the session beside the picture: export it again with an audio stream.',
			);
		}
		return Promise.resolve({
			speaker,
			track,
			content,
			frameCount: info.video.frameCount,
			endSeconds: track.startSeconds + info.durationSeconds,
		});
	});
}
