import type { Session, Speaker } from '../../../domain/session.ts';
import type { Stage } from '../../stage.ts';
import { decode as about } from './about.ts';
import { usableTracks, type UsableTrack } from './usable-tracks.ts';

export interface Decoded {
	/** As the metadata give them. */
	readonly speakers: readonly Speaker[];
	readonly people: null;
	readonly tracks: readonly UsableTrack[];
	readonly durationSeconds: number;
}

/** Finds the face tracks that can be used. */
export const decode: Stage<{ readonly session: Session }, Decoded> = {
	ids: [about.id],
	models: () => [],
	run: async ({ session }, ports, work) => {
		const tracks = await usableTracks(session, ports, work);
		const durationSeconds = Math.max(...tracks.map(({ endSeconds }) => endSeconds));
		return { speakers: session.speakers, people: null, tracks, durationSeconds };
	},
};
