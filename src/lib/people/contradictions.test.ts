import { describe, expect, test } from 'vitest';
import { splitContradicted } from './contradictions.ts';
import type { FoundVoices } from './found-voices.ts';

/** Whole seconds of one voice each; `-` is silence. */
function voicesOf(line: string): FoundVoices {
	const ids = [...new Set(line.replaceAll('-', ''))].map(Number).sort((a, b) => a - b);
	const pieces = line.split('').flatMap((voice, i) =>
		voice === '-'
			? []
			: [
					{
						...{ startSeconds: i, endSeconds: i + 1, solo: true, voice: Number(voice) },
						embedding: null,
					},
				],
	);
	const at = { startSeconds: 0, endSeconds: 1 };
	return {
		...{ pieces, speech: new Float32Array(line.length * 25).fill(1), embedder: null },
		voices: ids.map((id) => ({ id, spokenSeconds: 1, confidence: 0.7, turns: [at], sample: at })),
		...{ count: null, doubts: [], rung: 1, hearsOverlap: false },
	};
}

/** A second a letter: speaking, listening, or out of sight. */
function face(line: string): Float32Array {
	const odds: Record<string, number> = { s: 3, l: -3, '.': NaN };
	return Float32Array.from(
		{ length: 25 * line.length },
		(_, t) => odds[line[Math.floor(t / 25)]!]!,
	);
}

function split(line: string, faces: readonly string[], faceOf: readonly (number | null)[]) {
	const found = splitContradicted(voicesOf(line), faces.map(face), faceOf);
	return found.pieces.map(({ voice }) => voice).join('');
}

describe('splitContradicted', () => {
	test('a voice that is heard for 3 s while its face is seen to be silent is split there', () => {
		expect(split('00000000', ['ssssslll'], [0])).toBe('00000111');
		expect(split('00000000', ['ssssssll'], [0])).toBe('00000000');
	});

	test('what another face says is apart from what nobody in sight says', () => {
		expect(split('0000000000', ['sssslllsll', 'lllllllsss'], [0, null])).toBe('0000111000');
		expect(split('0000000000', ['sssslllllll', 'llllsssllll'], [0])).toBe('0000111111');
	});

	test('pieces that follow each other count over pauses, but not over what the face says', () => {
		expect(split('0000-0-00', ['sssslllll'], [0])).toBe('0000111');
		expect(split('00000000', ['ssllslls'], [0])).toBe('00000000');
	});

	test('out of sight nothing contradicts, and a voice without a face never does', () => {
		expect(split('00000000', ['sss.....'], [0])).toBe('00000000');
		expect(split('00000000', ['llllllll'], [null])).toBe('00000000');
	});

	test('new voices follow the others and know where they are heard', () => {
		const given = voicesOf('00001111');
		const found = splitContradicted(given, [face('sssslsss'), face('llllllll')], [0, 1]);
		expect(found.voices.slice(2)).toMatchObject([
			{ id: 2, spokenSeconds: 4, confidence: 0.7, sample: { startSeconds: 4, endSeconds: 7 } },
		]);
		expect(splitContradicted(given, [face('sssslsss')], [0, null])).toBe(given);
	});
});
