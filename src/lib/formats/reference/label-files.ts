import type { SourceFile } from '../../domain/session.ts';
import type { Problem } from '../../support/errors.ts';
import { parseValue, readText } from '../json-file.ts';
import { clustersSchema } from '../mcorec-schema.ts';
import { fieldName } from '../take-away/names.ts';
import { foundFile } from './found-labels.ts';
import type { FoundFile } from './found-labels.ts';
import { clustersName, endingOf, stemOf } from './label-names.ts';
import { readEaf } from './read-eaf.ts';
import { readCtm, readRttm, readStm } from './read-nist.ts';
import { readTextGrid } from './read-textgrid.ts';
import { readVttLabels } from './read-vtt-labels.ts';

function readClusters(text: string, file: string): FoundFile {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		// The message of the engine names the place: "… at position 12 (line 2 column 3)".
		const message = `is not JSON: ${error instanceof Error ? error.message : String(error)}`;
		return foundFile({ problems: [{ file, message }] });
	}
	const parsed = parseValue(clustersSchema, value, file);
	if (!parsed.ok) return foundFile({ problems: parsed.problems });
	const conversations = new Map(Object.entries(parsed.value));
	if (conversations.size === 0) {
		return foundFile({ problems: [{ file, message: 'names no speaker' }] });
	}
	return foundFile({ conversations });
}

async function readOne(
	file: SourceFile,
	sessionName: string,
	signal?: AbortSignal,
): Promise<FoundFile> {
	const { path } = file;
	const text = await readText(file, signal);
	if (!text.ok) return foundFile({ problems: text.problems });
	const sessionField = fieldName(sessionName);
	switch (endingOf(path)) {
		case 'vtt':
			return readVttLabels(text.value, path, stemOf(path));
		case 'stm':
			return readStm(text.value, path, sessionField);
		case 'ctm':
			return readCtm(text.value, path, sessionField, stemOf(path));
		case 'rttm':
			return readRttm(text.value, path, sessionField);
		case 'eaf':
			return readEaf(text.value, path);
		case 'textgrid':
			return readTextGrid(text.value, path);
		default:
			return readClusters(text.value, path);
	}
}

/** Words of one speaker may come from one file only. */
function twiceSaid(files: readonly FoundFile[]): readonly Problem[] {
	const said = new Map<string, string>();
	return files.flatMap(({ speakers }) =>
		speakers.flatMap(({ name, file }): Problem[] => {
			const other = said.get(name);
			said.set(name, file);
			if (other === undefined || other === file) return [];
			return [{ file, message: `says what ${name} says, and so does ${other}: drop one of them` }];
		}),
	);
}

/**
 * Reads files of labels, all of them or none: a reference that lacks a part would give wrong scores.
 *
 * @param files for which `isLabelFile` holds.
 * @param sessionName of the session that they are meant for.
 */
export async function readLabelFiles(
	files: readonly SourceFile[],
	sessionName: string,
	signal?: AbortSignal,
): Promise<FoundFile> {
	const found: FoundFile[] = [];
	for (const file of files) found.push(await readOne(file, sessionName, signal));
	const problems = [...found.flatMap((one) => one.problems), ...twiceSaid(found)];
	const maps = found.flatMap(({ conversations }) => conversations ?? []);
	if (maps.length > 1) {
		problems.push({ file: clustersName, message: `is there ${maps.length} times: drop one` });
	}
	if (problems.length > 0) return foundFile({ problems });
	return foundFile({
		speakers: found.flatMap(({ speakers }) => speakers),
		speech: found.flatMap(({ speech }) => speech),
		conversations: maps[0] ?? null,
		repairs: found.flatMap(({ repairs }) => repairs),
	});
}
