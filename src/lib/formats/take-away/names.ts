import type { DocumentSpeaker } from '../../domain/studio-document.ts';
import { plainText } from '../plain-text.ts';

/** A name that stands in one field of the NIST formats: no white space, no comment, never empty. */
export function fieldName(name: string): string {
	const joined = plainText(name).replaceAll(' ', '_').replace(/^;+/, '_');
	return joined === '' ? '_' : joined;
}

const forbidden = /[<>:"/\\|?*]/g;
/** They turn the rest of a line around, so that a name reads as another one: `evil\u202Egnp.exe`. */
const turning = /[\u202A-\u202E\u2066-\u2069]/g;
const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * Bytes of a name that leave room for an extension and a number: file systems take 255. Longer names are cut.
 */
const mostBytes = 230;

/** A name that can be a file's, without its extension, on every system. */
export function fileStem(name: string): string {
	const plain = plainText(name)
		.replaceAll(turning, '')
		.replaceAll(forbidden, '_')
		.replace(/^\.+/, '_');
	const short = cutTo(mostBytes, plain).replace(/[. ]+$/, '');
	if (short === '') return '_';
	return device.test(short) ? `_${short}` : short;
}

/** Characters that are kept of a name that has to be told apart, so that what does so is not cut off. */
const keptCharacters = 40;

/** The beginning of a text that takes no more bytes than that, no character cut in two. */
function cutTo(bytes: number, text: string): string {
	const room = new Uint8Array(bytes);
	return text.slice(0, new TextEncoder().encodeInto(text, room).read);
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
			const apart = `${Array.from(name).slice(0, keptCharacters).join('')} (${id})`;
			let unique = counts.get(key(name)) === 1 ? name : apart;
			for (let number = 2; taken.has(key(unique)); number++) unique = `${apart} ${number}`;
			taken.add(key(unique));
			return [id, spell(unique)];
		}),
	);
}
