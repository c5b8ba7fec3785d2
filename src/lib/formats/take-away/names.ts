import type { DocumentSpeaker } from '../../domain/studio-document.ts';
import { plainText } from '../plain-text.ts';

/** A name that stands in one field of the NIST formats: no white space, no comment, never empty. */
export function fieldName(name: string): string {
	const joined = plainText(name).replaceAll(' ', '_').replace(/^;+/, '_');
	return joined === '' ? '_' : joined;
}

const forbidden = /[<>:"/\\|?*]/g;
const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** A name that can be a file's, without its extension, on every system. */
export function fileStem(name: string): string {
	const plain = plainText(name).replaceAll(forbidden, '_').replace(/^\.+/, '_');
	const short = Array.from(plain)
		.slice(0, 80)
		.join('')
		.replace(/[. ]+$/, '');
	if (short === '') return '_';
	return device.test(short) ? `_${short}` : short;
}

/**
 * A name for each speaker, by id, told apart where two come out the same: with the id in brackets, which
 * is written as `spell` writes names, too.
 */
export function namesBySpeaker(
	speakers: readonly DocumentSpeaker[],
	spell: (name: string) => string,
): ReadonlyMap<string, string> {
	const key = (name: string): string => spell(name).toLowerCase();
	const counts = new Map<string, number>();
	for (const { name } of speakers) counts.set(key(name), (counts.get(key(name)) ?? 0) + 1);
	const taken = new Set<string>();
	return new Map(
		speakers.map(({ id, name }) => {
			let unique = counts.get(key(name)) === 1 ? name : `${name} (${id})`;
			while (taken.has(key(unique))) unique = `${unique} (${id})`;
			taken.add(key(unique));
			return [id, spell(unique)];
		}),
	);
}
