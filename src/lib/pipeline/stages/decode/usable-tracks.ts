import type { Session, Speaker, Track } from '../../../domain/session.ts';
import { ConfabError } from '../../../support/errors.ts';
import { fingerprint } from '../../fingerprint.ts';
import { withFile, type Ports } from '../../ports.ts';
import type { Work } from '../../work.ts';

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
export async function usableTracks(
	session: Pick<Session, 'name' | 'speakers'>,
	ports: Ports,
	work: Work,
): Promise<readonly UsableTrack[]> {
	const all = session.speakers.flatMap((speaker) =>
		speaker.tracks.map((track) => ({ speaker, track })),
	);
	const tracks: UsableTrack[] = [];
	for (const [index, { speaker, track }] of all.entries()) {
		work.progress('decode', { subject: speaker.id, done: index, total: all.length, unit: 'files' });
		const usable = await work.tolerate(track.video.path, () => probe(speaker, track, ports, work));
		if (usable) tracks.push(usable);
	}
	if (tracks.length > 0) return tracks;
	throw new ConfabError(
		'UnsupportedMedia',
		`None of the ${all.length} face tracks of "${session.name}" can be used.`,
		{ problems: work.problems },
	);
}

async function probe(
	speaker: Speaker,
	track: Track,
	ports: Ports,
	work: Work,
): Promise<UsableTrack> {
	const content = await fingerprint(await track.video.open(work.signal));
	return withFile(track.video, ports, work, ({ info }) => {
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
