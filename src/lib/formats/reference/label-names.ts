import { baseName } from '../paths.ts';

/** The file of the MCoRec labels that says who talks with whom. */
export const clustersName = 'speaker_to_cluster.json';

/** A file's extension in small letters, without the dot; empty where it has none. */
export function endingOf(path: string): string {
	return /\.([^.]+)$/.exec(baseName(path))?.[1]?.toLowerCase() ?? '';
}

/** A file's name without its extension. */
export function stemOf(path: string): string {
	return baseName(path).replace(/\.[^.]*$/, '');
}

const labelEndings = ['vtt', 'stm', 'ctm', 'rttm', 'eaf', 'textgrid'];

/** Whether a file can hold labels, by its name. */
export function isLabelFile(path: string): boolean {
	return labelEndings.includes(endingOf(path)) || baseName(path).toLowerCase() === clustersName;
}
