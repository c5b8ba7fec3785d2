import type { FaceBox, SourceFile } from '../domain/session.ts';
import { ConfabError } from '../support/errors.ts';
import { readJson } from './json-file.ts';
import { boxesSchema } from './mcorec-schema.ts';
import { problemLine } from './problems.ts';

/**
 * Face boxes of a track (`track_XX_bbox.json`) by frame number of the central video, in pixels of it.
 * @throws ConfabError `InvalidSession` when the file is none.
 */
export async function readBoxes(
	file: SourceFile,
	signal?: AbortSignal,
): Promise<ReadonlyMap<number, FaceBox>> {
	const parsed = await readJson(file, boxesSchema, signal);
	if (!parsed.ok) {
		const [first] = parsed.problems;
		const message = first ? problemLine(first) : `${file.path}: is no list of boxes`;
		throw new ConfabError('InvalidSession', message, { problems: parsed.problems });
	}
	return new Map(Object.entries(parsed.value).map(([frame, box]) => [Number(frame), box]));
}
