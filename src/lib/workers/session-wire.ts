import type { Session, SourceFile } from '../domain/session.ts';
import { untilAborted } from '../support/abort.ts';

/** Opens one file of a session on the thread that holds it. */
export type OpenFile = (index: number) => Promise<Blob>;

/** A file as its place in the list of a session's files. */
interface FileWire {
	readonly path: string;
	readonly size: number;
	readonly audioTrack?: number;
	readonly index: number;
}

type Wire<T> = T extends SourceFile
	? FileWire
	: T extends ReadonlyMap<unknown, unknown>
		? T
		: T extends readonly (infer Item)[]
			? readonly Wire<Item>[]
			: T extends object
				? { readonly [Key in keyof T]: Wire<T[Key]> }
				: T;

/** A session whose files stay behind: all else is plain data. */
export type SessionWire = Wire<Session>;

/** A file's `audioTrack`, where it has one. */
function trackOf({ audioTrack }: SourceFile): Pick<SourceFile, 'audioTrack'> {
	return audioTrack === undefined ? {} : { audioTrack };
}

/** The session as it crosses threads, and the function by which its files are opened from there. */
export function packSession(session: Session): { wire: SessionWire; open: OpenFile } {
	const files: SourceFile[] = [];
	const pack = (file: SourceFile): FileWire => {
		files.push(file);
		const { path, size } = file;
		return { path, size, ...trackOf(file), index: files.length - 1 };
	};
	const packOptional = (file: SourceFile | null): FileWire | null => file && pack(file);
	const wire: SessionWire = {
		...session,
		recording: packOptional(session.recording),
		speakers: session.speakers.map((speaker) => ({
			...speaker,
			tracks: speaker.tracks.map((track) => ({
				...track,
				video: pack(track.video),
				boxes: packOptional(track.boxes),
				activity: packOptional(track.activity),
				lips: packOptional(track.lips),
			})),
		})),
		files: session.files.map(pack),
	};
	const open: OpenFile = (index) => {
		const file = files[index];
		return file ? file.open() : Promise.reject(new TypeError(`No file ${index} in the session`));
	};
	return { wire, open };
}

/** The session again, on the other side. */
export function unpackSession(wire: SessionWire, openFile: OpenFile): Session {
	const unpack = ({ path, size, index, ...track }: FileWire): SourceFile => ({
		path,
		size,
		...track,
		open: (signal) => untilAborted(openFile(index), signal),
	});
	const unpackOptional = (file: FileWire | null): SourceFile | null => file && unpack(file);
	return {
		...wire,
		recording: unpackOptional(wire.recording),
		speakers: wire.speakers.map((speaker) => ({
			...speaker,
			tracks: speaker.tracks.map((track) => ({
				...track,
				video: unpack(track.video),
				boxes: unpackOptional(track.boxes),
				activity: unpackOptional(track.activity),
				lips: unpackOptional(track.lips),
			})),
		})),
		files: wire.files.map(unpack),
	};
}
