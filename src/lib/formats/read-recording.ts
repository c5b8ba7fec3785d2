import type { Labels, Session } from '../domain/session.ts';
import { ConfabError } from '../support/errors.ts';
import type { Problem } from '../support/errors.ts';
import { contentId } from './content-id.ts';
import type { ListedFile } from './listed-file.ts';
import { baseName, folderOf } from './paths.ts';
import type { FoundFile } from './reference/found-labels.ts';
import { readLabelFiles } from './reference/label-files.ts';
import { otherKindOf } from './recording-names.ts';
import { endingOf, isLabelFile, stemOf } from './reference/label-names.ts';

/** Reference files of a recording: those beside it under its name (`talk.mp4`, `talk.rttm`, `talk.stm`). */
export function referencesOf(
	recording: ListedFile,
	files: ReadonlyMap<string, ListedFile>,
): readonly ListedFile[] {
	const folder = folderOf(recording.path);
	const stem = stemOf(recording.path);
	return [...files.values()].filter(
		({ path }) => folderOf(path) === folder && stemOf(path) === stem && isLabelFile(path),
	);
}

/**
 * The same by their names alone, for one file of a folder. @returns none for what is no recording
 */
export function referenceNames(name: string, siblings: readonly string[]): readonly string[] {
	if (otherKindOf(name) !== null || isLabelFile(name) || endingOf(name) === 'zip') return [];
	return siblings.filter((sibling) => isLabelFile(sibling) && stemOf(sibling) === stemOf(name));
}

/** What a recording is called: its file's name without the ending, or all of it where that leaves nothing. */
export function recordingName(path: string): string {
	return stemOf(path) || baseName(path);
}

/** What the files say, by their own names of the people: whom each means, only a result can tell. */
function labelsIn({ speakers, speech, conversations }: FoundFile): Labels | null {
	if (speakers.length + speech.length === 0) return null;
	return {
		conversations,
		transcripts: new Map(
			speakers.map(({ name, cues }) => [
				name,
				cues.map(({ startSeconds, endSeconds, text }) => ({ startSeconds, endSeconds, text })),
			]),
		),
		...(speech.length > 0 && { turns: new Map(speech.map(({ name, turns }) => [name, turns])) }),
	};
}

/**
 * Reads a sound or video file as a session whose people are to be found. What lies in the file is not
 * looked at here.
 *
 * @param references `referencesOf` it. With a fault in them the recording has none, and says why.
 * @throws ConfabError `InvalidSession` when it is empty or cannot be read.
 */
export async function readRecording(
	recording: ListedFile,
	references: readonly ListedFile[],
	signal?: AbortSignal,
): Promise<Session> {
	const name = recordingName(recording.path);
	const plain = (file: ListedFile): ListedFile => ({ ...file, path: baseName(file.path) });
	const file = plain(recording);
	if (file.size === 0) throw unreadable({ file: file.path, message: 'is empty (0 bytes)' });
	// The same bytes are the same recording, whatever it is called and whatever lies beside it.
	const { id, damaged } = await contentId([{ ...file, path: 'recording' }], signal);
	const [damage] = damaged.values();
	if (damage) throw unreadable({ ...damage, file: file.path });
	const labelFiles = references.map(plain);
	const found = await readLabelFiles(labelFiles, name, signal);
	const problems = [...found.problems];
	if (problems.length > 0) {
		const message = 'the recording is run without a reference: what lies beside it cannot be used';
		problems.push({ file: file.path, message });
	}
	return {
		name,
		id,
		recording: file,
		cast: 'found',
		speakers: [],
		labels: problems.length > 0 ? null : labelsIn(found),
		files: [file, ...labelFiles],
		problems,
	};
}

function unreadable(problem: Problem): ConfabError {
	return new ConfabError('InvalidSession', `${problem.file} ${problem.message}`, {
		problems: [problem],
	});
}
