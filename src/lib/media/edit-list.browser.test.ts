import { describe, expect, test } from 'vitest';
import { madeGrey, makeMedia, middles, testCore } from '../../../tests/fixtures/made-media.ts';
import { hasSeveralEdits } from './edit-list.ts';
import { openMedia } from './open-media.ts';

interface Edit {
	/** -1 for a pause. */
	readonly fromSeconds: number;
	readonly seconds: number;
}

function box(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
	const size = parts.reduce((sum, part) => sum + part.length, 8);
	const out = new Uint8Array(size);
	new DataView(out.buffer).setUint32(0, size);
	out.set(new TextEncoder().encode(type), 4);
	let at = 8;
	for (const part of parts) {
		out.set(part, at);
		at += part.length;
	}
	return out;
}

/** Content of the boxes in a stretch of a file, by type. */
function* boxesIn(data: Uint8Array): Generator<[string, Uint8Array]> {
	const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
	for (let at = 0; at < data.length; at += view.getUint32(at)) {
		const type = new TextDecoder().decode(data.subarray(at + 4, at + 8));
		yield [type, data.subarray(at + 8, at + view.getUint32(at))];
	}
}

function find(data: Uint8Array, type: string): Uint8Array {
	for (const [name, content] of boxesIn(data)) if (name === type) return content;
	throw new Error(`no ${type}`);
}

/** An `mvhd` or `mdhd` of version 0: units a second. */
function rateOf(header: Uint8Array): number {
	const view = new DataView(header.buffer, header.byteOffset);
	return view.getUint32(header[0] === 1 ? 20 : 12);
}

/** The file, its index last, with other edits of its only track. */
async function withEdits(file: Blob, edits: readonly Edit[]): Promise<Blob> {
	const bytes = new Uint8Array(await file.arrayBuffer());
	const parts: Uint8Array<ArrayBuffer>[] = [];
	for (const [type, content] of boxesIn(bytes)) {
		parts.push(
			new Uint8Array(
				type === 'moov' ? box('moov', ...editedMovie(content, edits)) : box(type, content),
			),
		);
	}
	return new Blob(parts);
}

function editedMovie(movie: Uint8Array, edits: readonly Edit[]): Uint8Array[] {
	const movieRate = rateOf(find(movie, 'mvhd'));
	return [...boxesIn(movie)].map(([type, content]) => {
		if (type !== 'trak') return box(type, content);
		const mediaRate = rateOf(find(find(content, 'mdia'), 'mdhd'));
		const list = new DataView(new ArrayBuffer(8 + 12 * edits.length));
		list.setUint32(4, edits.length);
		edits.forEach(({ fromSeconds, seconds }, i) => {
			list.setUint32(8 + 12 * i, Math.round(seconds * movieRate));
			list.setInt32(12 + 12 * i, fromSeconds < 0 ? -1 : Math.round(fromSeconds * mediaRate));
			list.setUint32(16 + 12 * i, 1 << 16);
		});
		const others = [...boxesIn(content)].filter(([name]) => name !== 'edts');
		const kept = others.map(([name, inside]) => box(name, inside));
		const edts = box('edts', box('elst', new Uint8Array(list.buffer)));
		return box('trak', ...kept.slice(0, 1), edts, ...kept.slice(1));
	});
}

/** 4 s, a key frame every 10 frames. */
function recording(): Promise<Blob> {
	return makeMedia({
		container: 'mp4',
		indexLast: true,
		video: { starts: Array.from({ length: 100 }, (_, i) => i / 25), lastSeconds: 0.04 },
	});
}

describe('edit lists', () => {
	test('a delay and a cut beginning are one edit', async () => {
		const file = await recording();
		expect(await hasSeveralEdits(file)).toBe(false);
		const pause = { fromSeconds: -1, seconds: 0.5 };
		const late = await withEdits(file, [pause, { fromSeconds: 0, seconds: 4 }]);
		expect(await hasSeveralEdits(late)).toBe(false);
		const cut = await withEdits(file, [{ fromSeconds: 1, seconds: 3 }]);
		expect(await hasSeveralEdits(cut)).toBe(false);
		expect(await hasSeveralEdits(new Blob(['no media']))).toBe(false);
	});

	test.each([
		{
			what: 'parts in another order',
			edits: [
				{ fromSeconds: 2, seconds: 1 },
				{ fromSeconds: 0.4, seconds: 1.2 },
			],
			shown: [...range(50, 75), ...range(10, 40)],
		},
		{
			what: 'an end that is left out',
			edits: [{ fromSeconds: 0, seconds: 2 }],
			shown: range(0, 50),
		},
	])('$what: honoured, by FFmpeg', async ({ edits, shown }) => {
		const file = await withEdits(await recording(), edits);
		expect(await hasSeveralEdits(file)).toBe(true);
		const source = await openMedia(file, { name: 'made', ffmpegCore: testCore });
		expect(source.info.decoder).toBe('ffmpeg');
		const greys = await middles(source);
		await source.close();
		expect(greys.length).toBe(shown.length);
		greys.forEach((grey, i) => expect(Math.abs(grey - madeGrey(shown[i] ?? NaN))).toBeLessThan(5));
	});
});

function range(from: number, to: number): number[] {
	return Array.from({ length: to - from }, (_, i) => from + i);
}
