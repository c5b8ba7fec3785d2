import * as v from 'valibot';
import type { SessionResult } from '../../domain/result.ts';
import type { Session } from '../../domain/session.ts';
import { ConfabError } from '../../support/errors.ts';
import type { Problem } from '../../support/errors.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { readJson, type Parsed } from '../json-file.ts';
import type { ListedFile } from '../listed-file.ts';
import { problemLine } from '../problems.ts';
import { readRecording } from '../read-recording.ts';
import { metadataName, readSession } from '../read-session.ts';
import { editionSchema } from '../records/edition-schema.ts';
import { jsonForm, type Schema } from '../records/record-form.ts';
import { resultSchema } from '../records/result-schema.ts';
import { SessionFolder } from '../session-folder.ts';
import { listZip } from '../zip-archive.ts';
import {
	anyManifestSchema,
	manifestName,
	manifestSchema,
	projectVersion,
	sessionSchema,
} from './project-layout.ts';
import type { KeptEdition, KeptRun, ProjectSession } from './project-session.ts';

const floatBytes = Float32Array.BYTES_PER_ELEMENT;

/** Where floats are, and they themselves from the bytes of the file beside. */
function floatsIn(bytes: ArrayBuffer): Schema<Float32Array> {
	const count = v.pipe(
		v.number(),
		v.integer('expected a whole number'),
		v.minValue(0, 'expected 0 or more'),
	);
	return v.pipe(
		v.strictObject({ start: count, length: count }),
		v.check(
			({ start, length }) => (start + length) * floatBytes <= bytes.byteLength,
			`expected a place in the ${bytes.byteLength / floatBytes} numbers beside it`,
		),
		v.transform(
			({ start, length }) =>
				new Float32Array(bytes.slice(start * floatBytes, (start + length) * floatBytes)),
		),
	);
}

const plainForm = jsonForm(v.never('expected no floats'));
const edition = editionSchema(plainForm);
const session = sessionSchema(plainForm);

function refuse(archive: string, problems: readonly Problem[]): ConfabError {
	const [first] = problems;
	const reason = first ? ` ${problemLine(first)}.` : '';
	return new ConfabError('InvalidSession', `${archive} cannot be taken in.${reason}`, { problems });
}

/** A project's archive, opened. */
class ProjectReader {
	readonly #name: string;
	readonly #files: ReadonlyMap<string, ListedFile>;
	readonly #signal: AbortSignal | undefined;

	constructor(name: string, files: readonly ListedFile[], signal: AbortSignal | undefined) {
		this.#name = name;
		this.#files = new Map(files.map((file) => [file.path, file]));
		this.#signal = signal;
	}

	/** The manifest's list. @throws ConfabError `InvalidSession`. */
	async manifest(): Promise<v.InferOutput<typeof manifestSchema>> {
		const file = this.#files.get(manifestName);
		if (!file) {
			throw this.refuse(`is no project of Confab: there is no ${manifestName} in it`, this.#name);
		}
		const any = await this.#must(readJson(file, anyManifestSchema, this.#signal));
		if (any.version > projectVersion) {
			const versions = `it is of version ${any.version}, and this one reads up to ${projectVersion}`;
			const what = 'was made by a newer version of Confab';
			throw this.refuse(`${what} (${versions}). Reload the page to get it`, this.#name);
		}
		const manifest = await this.#must(readJson(file, manifestSchema, this.#signal));
		for (const key of ['folder', 'sessionId'] as const) {
			const values = manifest.sessions.map((listed) => listed[key]);
			const twice = values.findIndex((value, place) => values.indexOf(value) < place);
			if (twice !== -1) {
				throw this.refuse('is there twice', manifestName, `sessions.${twice}.${key}`);
			}
		}
		return manifest;
	}

	/** @throws ConfabError `InvalidSession`. */
	async session(folder: string, sessionId: string): Promise<ProjectSession> {
		const file = `${folder}/session.json`;
		const about = await this.#json(file, session);
		if (about.sessionId !== sessionId) {
			throw this.refuse(`is not the one that ${manifestName} names`, file, 'sessionId');
		}
		const runs: KeptRun[] = [];
		for (const [place, listed] of about.runs.entries()) {
			const path = `${folder}/${listed.file}`;
			const result = await this.#result(path, `${folder}/${listed.floats}`);
			if (result.sessionId !== sessionId) {
				throw this.refuse('is not of this session', path, 'sessionId');
			}
			if (runs.some((run) => run.result.runId === result.runId)) {
				throw this.refuse('is the same run as another', file, `runs.${place}`);
			}
			runs.push({ result, finishedAt: listed.finishedAt });
		}
		const runIds = new Set(runs.map(({ result }) => result.runId));
		const editions: KeptEdition[] = [];
		for (const listed of about.editions) {
			editions.push({
				edition: await this.#edition(`${folder}/${listed.file}`, sessionId, runIds),
				savedAt: listed.savedAt,
			});
			runIds.delete(editions.at(-1)?.edition.runId ?? '');
		}
		const { folderName, givenName, reference } = about;
		const kept = { sessionId, folderName, givenName, runs, editions, reference };
		if (about.media.length === 0) return kept;
		return { ...kept, recording: await this.#recording(folder, about) };
	}

	refuse(message: string, file: string, field?: string): ConfabError {
		const problem = field === undefined ? { file, message } : { file, field, message };
		return refuse(this.#name, [problem]);
	}

	async #result(path: string, floatsPath: string): Promise<SessionResult> {
		const bytes = await (await this.#find(floatsPath).open(this.#signal)).arrayBuffer();
		if (bytes.byteLength % floatBytes !== 0) {
			throw this.refuse(`has ${bytes.byteLength} bytes, expected four a number`, floatsPath);
		}
		return this.#json(path, resultSchema(jsonForm(floatsIn(bytes))));
	}

	/** The session's own files. */
	async #recording(
		folder: string,
		{ sessionId, folderName, media }: v.InferOutput<typeof session>,
	): Promise<Session> {
		const root = `${folder}/media`;
		for (const path of media) this.#find(`${root}/${path}`);
		const read = await this.#readMedia(folderName, root, media).catch((error: unknown) => {
			if (!(error instanceof ConfabError)) throw error;
			const problems = error.problems.map((problem) => {
				return { ...problem, file: `${root}/${problem.file}` };
			});
			throw refuse(this.#name, problems);
		});
		if (read.id !== sessionId) throw this.refuse('is of another session than its results', root);
		return read;
	}

	/** A session with metadata or, without any, a recording and what lies beside it. */
	async #readMedia(name: string, root: string, media: readonly string[]): Promise<Session> {
		if (media.includes(metadataName)) {
			const files = new SessionFolder(name, root, this.#files);
			return readSession(files, this.#signal ? { signal: this.#signal } : {});
		}
		const [recording, ...beside] = media.map((path) => this.#find(`${root}/${path}`));
		if (!recording) throw this.refuse('is missing', root);
		return { ...(await readRecording(recording, beside, this.#signal)), name };
	}

	/** @param runIds those of which no edition was read yet. */
	async #edition(
		path: string,
		sessionId: string,
		runIds: ReadonlySet<string>,
	): Promise<KeptEdition['edition']> {
		const read = await this.#json(path, edition);
		if (read.sessionId !== sessionId) {
			throw this.refuse('is not of this session', path, 'sessionId');
		}
		if (!runIds.has(read.runId)) {
			throw this.refuse('is of no run of this session, or there are two of it', path, 'runId');
		}
		if (new Set(read.cues.map(({ id }) => id)).size < read.cues.length) {
			throw this.refuse('has two of the same id', path, 'cues');
		}
		return read;
	}

	#json<T>(path: string, schema: Schema<T>): Promise<T> {
		return this.#must(readJson(this.#find(path), schema, this.#signal));
	}

	#find(path: string): ListedFile {
		const file = this.#files.get(path);
		if (!file) throw this.refuse('is missing', path);
		return file;
	}

	async #must<T>(parsing: Promise<Parsed<T>>): Promise<T> {
		const parsed = await parsing;
		if (!parsed.ok) throw refuse(this.#name, parsed.problems);
		return parsed.value;
	}
}

/**
 * The sessions of a `.confab` file (`project-layout.ts`), one in memory at a time; recordings stay in the
 * file and are read from there for as long as they are held.
 *
 * @param project its name, where it has one, is told when it is refused.
 * @throws ConfabError `InvalidSession`, with file and field, for anything that is not as it should be;
 *   the signal's reason when it aborts.
 */
export async function* readProject(
	project: Blob,
	{ signal, onProgress }: SlowOptions = {},
): AsyncGenerator<ProjectSession> {
	const archive = project instanceof File ? project : new File([project], 'The project file');
	const { files, problems } = await listZip(archive, signal);
	if (problems.length > 0) throw refuse(archive.name, problems);
	const reader = new ProjectReader(archive.name, files, signal);
	const { sessions } = await reader.manifest();
	for (const [done, { folder, sessionId, name }] of sessions.entries()) {
		signal?.throwIfAborted();
		onProgress?.({
			stage: 'import',
			subject: name,
			done,
			total: sessions.length,
			unit: 'sessions',
		});
		yield await reader.session(folder, sessionId);
	}
}
