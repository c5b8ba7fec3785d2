import type { Session } from './session.ts';

const mark = '-sound-track-';

/**
 * A recording of which another sound track is heard than its default one. What is found in it is another
 * recording's, so it has an id of its own.
 *
 * @param track counted from 0, in the order of the file; null for the default one
 */
export function withSoundTrack(session: Session, track: number | null): Session {
	const { recording } = session;
	const [id = session.id] = session.id.split(mark);
	if (!recording) return session;
	const { path, size } = recording;
	const plain = { path, size, open: recording.open.bind(recording) };
	if (track === null) return { ...session, id, recording: plain };
	return {
		...session,
		id: `${id}${mark}${String(track + 1)}`,
		recording: { ...plain, audioTrack: track },
	};
}

/** The recording as the session of that id has it; null where it is another recording. */
export function asSession(recording: Session, id: string): Session | null {
	if (recording.id === id) return recording;
	const [file, number] = id.split(mark);
	return file === recording.id && number !== undefined
		? withSoundTrack(recording, Number(number) - 1)
		: null;
}
