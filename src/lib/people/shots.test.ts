import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rgbToHsv } from '../signal/hsv.ts';
import { hasShared, sharedPath } from '../../../tests/shared.ts';
import { ShotFinder, adaptiveRatios, contentChange, isCut, spacedCuts } from './shots.ts';

/** Pictures of one colour each; a colour stands for so many frames. */
function shotsOf(...parts: readonly (readonly [readonly number[], number])[]): number[][] {
	const finder = new ShotFinder();
	for (const [colour, count] of parts) {
		const data = Uint8Array.from({ length: 48 }, (_, i) => colour[i % 3]!);
		for (let k = 0; k < count; k++) finder.push({ width: 4, height: 4, channels: 3, data });
	}
	return finder.finish().map(({ startFrame, endFrame }) => [startFrame, endFrame]);
}

const white = [255, 255, 255];
const red = [200, 30, 30];
const skin = [210, 150, 120];
const black = [0, 0, 0];

describe('ShotFinder', () => {
	test('one shot covers a video without cuts, and no frames give none', () => {
		expect(shotsOf([skin, 100])).toEqual([[0, 100]]);
		expect(shotsOf()).toEqual([]);
	});

	test('a cut is found at its first frame', () => {
		expect(shotsOf([skin, 40], [red, 33], [white, 27])).toEqual([
			[0, 40],
			[40, 73],
			[73, 100],
		]);
	});

	test('a flash is no cut, neither when it comes nor when it goes', () => {
		expect(shotsOf([skin, 40], [white, 3], [skin, 57])).toEqual([[0, 100]]);
		expect(shotsOf([skin, 95], [white, 2], [skin, 3])).toEqual([[0, 100]]);
	});

	test('a fade through black is one cut in its middle', () => {
		expect(shotsOf([skin, 40], [black, 20], [red, 40])).toEqual([
			[0, 50],
			[50, 100],
		]);
	});

	test('black at the start is a shot of its own', () => {
		expect(shotsOf([black, 75], [skin, 75])).toEqual([
			[0, 75],
			[75, 150],
		]);
	});

	test('no shot is shorter than 0.4 s', () => {
		const changing = shotsOf([skin, 40], [red, 5], [white, 5], [red, 5], [skin, 50]);
		expect(Math.min(...changing.map(([from = 0, to = 0]) => to - from))).toBeGreaterThanOrEqual(10);
		expect(shotsOf([skin, 60], [red, 5]).at(-1)).toEqual([0, 65]);
	});
});

interface Vectors {
	readonly hsv: Readonly<Record<string, readonly number[]>>;
	readonly pairs: Readonly<Record<string, { readonly content_val: number }>>;
	readonly grad_frame_bgr: readonly (readonly (readonly number[])[])[];
	readonly flash_filter: Readonly<Record<string, { above: number[]; suppress: number[] }>>;
	readonly adaptive: {
		readonly scores: number[];
		readonly ratios: (number | null)[];
		readonly cuts_minlen15: number[];
		readonly cuts_minlen1: number[];
	};
}

const colours: Readonly<Record<string, readonly number[]>> = {
	...{ black, red: [255, 0, 0], green: [0, 255, 0], blue: [0, 0, 255], gray128: [128, 128, 128] },
	...{ white, skin: [210, 160, 120], dark: [40, 30, 20] },
};

describe.skipIf(!hasShared)('shots against PySceneDetect', () => {
	const vectors = (): Vectors =>
		JSON.parse(readFileSync(sharedPath('vectors/recordings/scene.json'), 'utf8')) as Vectors;
	const hsvOf = (rgb: readonly number[]): Uint8Array => {
		const out = new Uint8Array(rgb.length);
		for (let i = 0; i < rgb.length; i += 3) rgbToHsv(rgb[i]!, rgb[i + 1]!, rgb[i + 2]!, out, i);
		return out;
	};

	test('colours as OpenCV has them', () => {
		for (const [name, hsv] of Object.entries(vectors().hsv)) {
			expect([name, ...hsvOf(colours[name]!)]).toEqual([name, ...hsv]);
		}
	});

	test('how much a picture changes', () => {
		const { grad_frame_bgr: rows, pairs } = vectors();
		const gradient = rows.flat().flatMap((bgr) => [...bgr].reverse());
		const frame = (name: string): Uint8Array =>
			hsvOf(name === 'grad' ? gradient : Array<readonly number[]>(16).fill(colours[name]!).flat());
		for (const [pair, { content_val: value }] of Object.entries(pairs)) {
			const [from = '', to = ''] = pair.split('->');
			expect(contentChange(frame(from), frame(to)), pair).toBeCloseTo(value, 5);
		}
	});

	test('cuts too near the one before are left out', () => {
		for (const { above, suppress } of Object.values(vectors().flash_filter)) {
			expect(spacedCuts(above, 15)).toEqual(suppress);
		}
	});

	test('changes against those around them', () => {
		const { scores, ratios, cuts_minlen15, cuts_minlen1 } = vectors().adaptive;
		adaptiveRatios(scores).forEach((ratio, i) => {
			if (ratio === null) expect(ratios[i]).toBeNull();
			else expect(ratio).toBeCloseTo(ratios[i]!, 5);
		});
		const cuts = scores
			.map((_, frame) => frame)
			.filter((frame) => scores[frame]! < 45 && isCut(scores, frame));
		expect(spacedCuts(cuts, 15)).toEqual(cuts_minlen15.filter((frame) => scores[frame]! < 45));
		const all = scores.map((_, frame) => frame).filter((frame) => isCut(scores, frame));
		expect(spacedCuts(all, 1)).toEqual(cuts_minlen1);
		expect(spacedCuts(all, 15)).toEqual(cuts_minlen15);
	});
});
