import type { Session } from '../domain/session.ts';
import { ConfabError } from '../support/errors.ts';
import type { Problem } from '../support/errors.ts';
import type { SlowOptions } from '../support/progress.ts';
import type { DroppedFile } from './dropped-files.ts';
import { maxFiles } from './limits.ts';
import { listFile } from './listed-file.ts';
import type { ListedFile } from './listed-file.ts';
import { baseName, checkPath, folderOf, isSystemLitter, joinPath } from './paths.ts';
import { capProblems } from './problems.ts';
import { readRecording, recordingName, referencesOf } from './read-recording.ts';
import { metadataName, readSession } from './read-session.ts';
import { isRecordingName, otherKindOf } from './recording-names.ts';
import { isLabelFile } from './reference/label-names.ts';
import { SessionFolder } from './session-folder.ts';
import { listZip } from './zip-archive.ts';

/** A folder with a `metadata.json` that is no session, or a recording that cannot be read. */
export interface RefusedSession {
	readonly name: string;
	/** Code `InvalidSession`; holds everything that is wrong. */
	readonly error: ConfabError;
}

export interface ReadSessions {
	/** In the order of their paths. */
	readonly sessions: readonly Session[];
	readonly refused: readonly RefusedSession[];
	/** About what was dropped as a whole, and everything about the refused sessions. */
	readonly problems: readonly Problem[];
}

/** Files that were dropped together, or one archive's. */
interface FileTree {
	/** Name for a session at its top. */
	readonly name: string;
	readonly files: ReadonlyMap<string, ListedFile>;
}

const isZip = (path: string): boolean => /\.zip$/i.test(path);

/**
 * The path of a file that an operating system gave, without what other systems would take for something
 * else: some let a name hold a backslash, a line break, or a colon after its first letter.
 */
function harmless(path: string): string {
	// eslint-disable-next-line no-control-regex -- control characters are what is looked for
	return path.replaceAll(/[\u0000-\u001f\u007f\\]/g, '_').replace(/^([a-z]):/i, '$1_');
}

/** The dropped files, and those of every dropped archive. */
async function listTrees(
	dropped: readonly DroppedFile[],
	problems: Problem[],
	signal?: AbortSignal,
): Promise<readonly FileTree[]> {
	const loose = new Map<string, ListedFile>();
	const trees: FileTree[] = [{ name: 'session', files: loose }];
	const refused: Problem[] = [];
	for (const { path, file } of dropped) {
		signal?.throwIfAborted();
		if (isSystemLitter(path)) continue;
		const checked = checkPath(harmless(path));
		if (!checked.ok) {
			refused.push({ file: path, message: `is refused: ${checked.reason}` });
		} else if (isZip(path)) {
			const listing = await listZip(file, signal);
			problems.push(...listing.problems);
			const files = new Map(listing.files.map((listed) => [listed.path, listed]));
			trees.push({ name: baseName(checked.path).replace(/\.zip$/i, ''), files });
		} else if (loose.has(checked.path)) {
			refused.push({ file: path, message: 'was dropped twice under the same path' });
		} else {
			loose.set(checked.path, listFile(checked.path, file));
		}
	}
	problems.push(...capProblems(refused));
	return trees;
}

/** Folders that hold a `metadata.json`, outer ones first. */
function sessionRoots(tree: FileTree): readonly string[] {
	const roots = [...tree.files.keys()]
		.filter((path) => baseName(path) === metadataName)
		.map(folderOf);
	const depth = (root: string): number => (root === '' ? 0 : root.split('/').length);
	return roots.sort((a, b) => depth(a) - depth(b) || a.localeCompare(b, 'en', { numeric: true }));
}

/**
 * Sound and video outside of all session folders. A file of no known kind that was dropped by itself is
 * taken for one: what it is, the decoders find out.
 */
function recordingsIn(tree: FileTree, roots: readonly string[]): readonly ListedFile[] {
	const isInside = (path: string): boolean =>
		roots.some((root) => root === '' || path.startsWith(`${root}/`));
	return [...tree.files.values()].filter(({ path, type }) => {
		// To an operating system `.stm` is music of another kind.
		if (isInside(path) || isLabelFile(path)) return false;
		if (isRecordingName(path, type)) return true;
		const isUnknown = otherKindOf(path) === null && !isZip(path);
		return isUnknown && !path.includes('/');
	});
}

/** Why nothing was found in what was dropped. */
function nothingFound(dropped: readonly DroppedFile[], trees: readonly FileTree[]): Problem {
	const paths = trees.flatMap(({ files }) => [...files.keys()]);
	const [first] = dropped;
	const file = first ? (first.path.split('/')[0] ?? first.path) : 'drop';
	if (paths.some(isZip)) {
		const message = 'holds an archive inside an archive: unpack the outer one first';
		return { file, message };
	}
	const [only = ''] = paths;
	const kind = paths.length === 1 ? otherKindOf(only) : null;
	if (kind !== null) return { file, message: `is ${kind}: drop sound or video` };
	const count = `${paths.length} file${paths.length === 1 ? '' : 's'}`;
	const what = `no sound, no video and no ${metadataName} among ${count}`;
	return { file, message: `holds no recording: ${what}` };
}

/** Problems of one session as they are told beside those of others. */
function prefixed(name: string, problems: readonly Problem[]): Problem[] {
	return problems.map((problem) => ({ ...problem, file: joinPath(name, problem.file) }));
}

/**
 * Finds and reads every session in what was dropped: session folders, folders of them, sound and video
 * files, and zip archives of any, which are read in place. Nothing that is found to be wrong rejects: it is reported in `problems`.
 *
 * @throws the signal's reason when it aborts.
 */
export async function readSessions(
	dropped: readonly DroppedFile[],
	options: SlowOptions = {},
): Promise<ReadSessions> {
	const { signal } = options;
	signal?.throwIfAborted();
	if (dropped.length > maxFiles) {
		const message = `${dropped.length} files were dropped, expected at most ${maxFiles}`;
		return { sessions: [], refused: [], problems: [{ file: 'drop', message }] };
	}
	const problems: Problem[] = [];
	const trees = await listTrees(dropped, problems, signal);
	const sessions: Session[] = [];
	const refused: RefusedSession[] = [];
	const names = new Set<string>();
	const uniqueName = (name: string): string => {
		let unique = name;
		for (let copy = 2; names.has(unique); copy++) unique = `${name} (${copy})`;
		names.add(unique);
		return unique;
	};
	let found = 0;
	/** Takes what `read` gives, or notes why there is none. @returns whether it gave one. */
	const add = async (name: string, file: string, read: Promise<Session>): Promise<boolean> => {
		found++;
		try {
			const session = await read;
			const same = sessions.find(({ id }) => id === session.id);
			if (same) {
				problems.push({ file, message: `holds the same files as ${same.name}: read once` });
			} else {
				sessions.push({ ...session, name: uniqueName(name) });
			}
			return true;
		} catch (error) {
			if (!(error instanceof ConfabError)) throw error;
			const unique = uniqueName(name);
			refused.push({ name: unique, error });
			problems.push(...prefixed(unique, error.problems));
			return false;
		}
	};
	for (const tree of trees) {
		const accepted: string[] = [];
		const roots = sessionRoots(tree);
		for (const root of roots) {
			// A session's own folders may hold other files of that name.
			if (accepted.some((outer) => outer === '' || root.startsWith(`${outer}/`))) continue;
			const name = root === '' ? tree.name : baseName(root);
			const folder = new SessionFolder(name, root, tree.files);
			const file = joinPath(name, metadataName);
			if (await add(name, file, readSession(folder, options))) accepted.push(root);
		}
		for (const recording of recordingsIn(tree, roots)) {
			const references = referencesOf(recording, tree.files);
			const reading = readRecording(recording, references, signal);
			await add(recordingName(recording.path), recording.path, reading);
		}
	}
	if (found === 0 && dropped.length > 0) problems.push(nothingFound(dropped, trees));
	return { sessions, refused, problems };
}
