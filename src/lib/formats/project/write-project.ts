import {
	BlobReader,
	BlobWriter,
	TextReader,
	Uint8ArrayReader,
	ZipWriter,
} from '@zip.js/zip.js/lib/zip-core-native.js';
import type { SessionResult } from '../../domain/result.ts';
import { type Session, sessionBytes } from '../../domain/session.ts';
import { ConfabError } from '../../support/errors.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { toJson } from '../records/record-form.ts';
import { manifestName, projectFormat, projectVersion } from './project-layout.ts';
import type { ProjectSession } from './project-session.ts';

/** Puts the floats of a run one behind the other. */
class FloatFile {
	readonly #parts: Float32Array[] = [];
	#length = 0;

	/** @returns where they are, as `run-1.json` says it. */
	put(floats: Float32Array): { start: number; length: number } {
		const place = { start: this.#length, length: floats.length };
		this.#parts.push(floats);
		this.#length += floats.length;
		return place;
	}

	/** Browsers run on little-endian machines alone. */
	bytes(): Uint8Array {
		const all = new Float32Array(this.#length);
		let at = 0;
		for (const part of this.#parts) {
			all.set(part, at);
			at += part.length;
		}
		return new Uint8Array(all.buffer);
	}
}

/** Voices tell people apart like fingerprints do: they stay on the machine that made them. */
function withoutVoices(result: SessionResult): SessionResult {
	const { people } = result;
	if (!people) return result;
	const pieces = people.pieces.map((piece) => ({ ...piece, embedding: null }));
	return { ...result, people: { ...people, pieces } };
}

function noFloats(): never {
	throw new TypeError('Only results have floats');
}

/**
 * One `.confab` file (`project-layout.ts`) of sessions; the same sessions give the same bytes.
 *
 * @param sessions read one after the other, so that one is in memory at a time.
 * @param count how many there are about to be, for the progress alone; parts of one are told, too.
 * @throws ConfabError `InvalidSession` when there are none, or a recording cannot be read; the signal's
 *   reason when it aborts.
 */
export async function writeProject(
	sessions: AsyncIterable<ProjectSession>,
	count: number,
	{ signal, onProgress }: SlowOptions = {},
): Promise<Blob> {
	const zip = new ZipWriter(new BlobWriter('application/zip'), {
		lastModDate: new Date(1980, 0, 1),
		extendedTimestamp: false,
		useWebWorkers: false,
		...(signal ? { signal } : {}),
	});
	const addJson = async (path: string, value: unknown, floats?: FloatFile): Promise<void> => {
		const text = toJson(value, floats ? (array) => floats.put(array) : noFloats);
		await zip.add(path, new TextReader(text));
	};
	const listed: { folder: string; sessionId: string; name: string }[] = [];
	/** Adds the files as they are: they are packed already, and can be read where they lie. */
	const addMedia = async (
		folder: string,
		session: Session,
		onBytes: (part: number) => void,
	): Promise<string[]> => {
		const all = Math.max(sessionBytes(session), 1);
		let before = 0;
		for (const file of session.files) {
			const reader = new BlobReader(await file.open(signal));
			await zip.add(`${folder}/media/${file.path}`, reader, {
				level: 0,
				onprogress: (bytes) => {
					onBytes((before + bytes) / all);
					return undefined;
				},
			});
			before += file.size;
		}
		return session.files.map(({ path }) => path);
	};
	for await (const session of sessions) {
		signal?.throwIfAborted();
		const { sessionId, folderName, givenName, reference } = session;
		const folder = `sessions/${listed.length + 1}`;
		const name = givenName ?? folderName;
		const { length: before } = listed;
		const tell = (part: number): void =>
			onProgress?.({
				stage: 'export',
				subject: name,
				done: before + part,
				total: count,
				unit: 'sessions',
			});
		tell(0);
		const runs = [];
		for (const [place, { result, finishedAt }] of session.runs.entries()) {
			const stem = `run-${place + 1}`;
			const floats = new FloatFile();
			await addJson(`${folder}/${stem}.json`, withoutVoices(result), floats);
			await zip.add(`${folder}/${stem}.f32`, new Uint8ArrayReader(floats.bytes()));
			runs.push({ file: `${stem}.json`, floats: `${stem}.f32`, finishedAt });
		}
		const editions = [];
		for (const [place, { edition, savedAt }] of session.editions.entries()) {
			const file = `edition-${place + 1}.json`;
			await addJson(`${folder}/${file}`, edition);
			editions.push({ file, savedAt });
		}
		await addJson(`${folder}/session.json`, {
			...{ sessionId, folderName, givenName, runs, editions, reference },
			media: session.recording ? await addMedia(folder, session.recording, tell) : [],
		});
		listed.push({ folder, sessionId, name });
	}
	if (listed.length === 0) {
		throw new ConfabError('InvalidSession', 'None of these sessions has a result to export.');
	}
	await addJson(manifestName, { format: projectFormat, version: projectVersion, sessions: listed });
	const blob = await zip.close();
	onProgress?.({ stage: 'export', done: listed.length, total: listed.length, unit: 'sessions' });
	return blob;
}
