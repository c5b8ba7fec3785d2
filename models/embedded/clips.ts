import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sharedPath } from '../../tests/shared.ts';

/** Where prepare.ts puts lips and sound. */
export const cacheFolder = fileURLToPath(new URL('../.cache/embedded/', import.meta.url));

/** Clips of the train split that are kept out of training: what is tuned is tuned on them (data.py has the same rule). */
const validationClips = 40;

/** A GRID clip as prepare.ts left it. */
export interface GridClip {
	readonly name: string;
	readonly words: readonly string[];
	/** First frame with speech, and the one after the last. */
	readonly speech: { readonly startFrame: number; readonly endFrame: number };
	/** Grey, [T, 96, 96]. */
	readonly lips: Uint8Array;
	/** 640 T samples at 16 kHz. */
	readonly sound: Float32Array;
}

export type Split = 'test' | 'validation';

/** Clips of the test split, or those of the train split that were held out. */
export function readClips(split: Split): GridClip[] {
	const folder = split === 'test' ? 'test' : 'train';
	const rows = readFileSync(sharedPath('data/grid-s1/transcripts.tsv'), 'utf8')
		.split('\n')
		.slice(1)
		.map((line) => line.split('\t'))
		.filter(([kind]) => kind === folder)
		.map(([, name = '', text = '', timed = '']) => {
			const times = timed
				.split(' ')
				.map((word) => (word.split(':')[1] ?? '').split('-').map(Number));
			const startFrame = Math.floor(25 * (times[0]?.[0] ?? 0));
			const endFrame = Math.ceil(25 * (times.at(-1)?.[1] ?? 0));
			return { name, words: text.split(' '), speech: { startFrame, endFrame } };
		});
	const chosen =
		split === 'test'
			? rows
			: rows
					.map((row, index) => ({ row, index, hash: hashText(row.name) }))
					.sort((a, b) => a.hash - b.hash || a.index - b.index)
					.slice(0, validationClips)
					.map(({ row }) => row);
	return chosen.map(({ name, words, speech }) => {
		const base = join(cacheFolder, folder, name);
		const lips = new Uint8Array(readFileSync(`${base}.lips`));
		const sound = new Float32Array(new Uint8Array(readFileSync(`${base}.f32`)).buffer);
		return { name, words, speech, lips, sound };
	});
}

/** FNV-1a, 32 bits. */
export function hashText(text: string): number {
	let hash = 2166136261;
	for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 16777619) >>> 0;
	return hash;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: string): () => number {
	let state = hashText(seed);
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/**
 * The clip's sound with `interferers` others of the same voice, each at the clip's own level (0 dB), from a random
 * place of a random clip on. The same clip always gets the same ones.
 */
export function mixture(
	clip: GridClip,
	clips: readonly GridClip[],
	interferers: number,
): Float32Array {
	const random = randomNumbers(`${clip.name} ${interferers}`);
	const mixed = clip.sound.slice();
	const others = clips.filter((other) => other !== clip);
	for (let k = 0; k < interferers; k++) {
		const other = others[Math.floor(random() * others.length)];
		if (!other) throw new TypeError('There is no other clip to mix in');
		const gain = level(clip.sound) / level(other.sound);
		const shift = Math.floor(random() * 32_000) + other.sound.length - 16_000;
		for (let i = 0; i < mixed.length; i++) {
			const sample = other.sound[(i + shift) % other.sound.length] ?? 0;
			mixed[i] = (mixed[i] ?? 0) + gain * sample;
		}
	}
	return mixed;
}

/** Root mean square. */
function level(samples: Float32Array): number {
	return Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
}
