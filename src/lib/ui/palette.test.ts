import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { conversationColours, conversationPatterns } from './common/conversation-name.ts';

type Triple = readonly [number, number, number];

const patterns = readFileSync(new URL('common/patterns.css', import.meta.url), 'utf8');
const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');
const [lightCss = '', darkCss = ''] = css.split('@media (prefers-color-scheme: dark)');

function token(block: string, name: string): Triple {
	const hex = new RegExp(`--${name}:\\s*#([0-9a-f]{6});`, 'u').exec(block)?.[1];
	if (!hex) throw new Error(`--${name} is not a colour`);
	const part = (at: number) => {
		const value = parseInt(hex.slice(at, at + 2), 16) / 255;
		return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
	};
	return [part(0), part(2), part(4)];
}

function times(matrix: readonly Triple[], [r, g, b]: Triple): Triple {
	const [x = 0, y = 0, z = 0] = matrix.map((row) => row[0] * r + row[1] * g + row[2] * b);
	return [x, y, z];
}

/** Machado, Oliveira, Fernandes 2009, severity 1, on linear RGB. */
const sights: Readonly<Record<string, readonly Triple[]>> = {
	typical: [
		[1, 0, 0],
		[0, 1, 0],
		[0, 0, 1],
	],
	protanopia: [
		[0.152286, 1.052583, -0.204868],
		[0.114503, 0.786281, 0.099216],
		[-0.003882, -0.048116, 1.051998],
	],
	deuteranopia: [
		[0.367322, 0.860646, -0.227968],
		[0.280085, 0.672501, 0.047413],
		[-0.01182, 0.04294, 0.968881],
	],
	tritanopia: [
		[1.255528, -0.076749, -0.178779],
		[-0.078411, 0.930809, 0.147602],
		[0.004733, 0.691367, 0.3039],
	],
};

const toXyz: readonly Triple[] = [
	[0.4124 / 0.9505, 0.3576 / 0.9505, 0.1805 / 0.9505],
	[0.2126, 0.7152, 0.0722],
	[0.0193 / 1.089, 0.1192 / 1.089, 0.9505 / 1.089],
];

function clipped([r, g, b]: Triple): Triple {
	const within = (part: number) => Math.min(1, Math.max(0, part));
	return [within(r), within(g), within(b)];
}

function lab(linear: Triple): Triple {
	const [x, y, z] = times(toXyz, clipped(linear)).map((t) =>
		t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116,
	) as [number, number, number];
	return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function contrast(a: Triple, b: Triple): number {
	const light = ([r, g, blue]: Triple) => 0.2126 * r + 0.7152 * g + 0.0722 * blue + 0.05;
	return Math.max(light(a), light(b)) / Math.min(light(a), light(b));
}

/** What the rule for a colour or a pattern sets of a property; null for none. */
function styleOf(sheet: string, style: string, property: string): string | null {
	const rules = sheet.matchAll(/([^{}]+)\{([^{}]*)\}/gu);
	const own = [...rules].find(
		([, selector = '', body = '']) =>
			selector.includes(`[data-conversation~='${style}']`) && body.includes(`${property}:`),
	);
	const value = new RegExp(`${property}:([^;]*);`, 'u').exec(own?.[2] ?? '')?.[1];
	return value?.replaceAll(/\s+/gu, ' ').trim() ?? null;
}

const colours = Array.from({ length: conversationColours }, (_, place) => place);

test('every colour has a rule, and no two patterns are the same', () => {
	expect(colours.map((place) => styleOf(css, `colour-${place}`, '--hue'))).toEqual(
		colours.map((place) => `var(--conversation-${place})`),
	);
	const drawn = Array.from({ length: conversationPatterns }, (_, place) =>
		styleOf(patterns, `pattern-${place}`, 'background-image'),
	);
	expect(drawn[0]).toBeNull();
	expect(drawn.slice(1)).not.toContain(null);
	expect(new Set(drawn).size).toBe(conversationPatterns);
});

describe.each([
	['light', lightCss],
	['dark', darkCss],
])('%s', (_, block) => {
	const conversations = colours.map((place) => token(block, `conversation-${place}`));
	const grounds = ['paper', 'surface', 'sunken', 'accent-soft', 'warn-soft'].map((name) =>
		token(block, name),
	);

	test('conversations stand out from every ground', () => {
		for (const colour of [...conversations, token(block, 'edge')]) {
			for (const ground of grounds) expect(contrast(colour, ground)).toBeGreaterThanOrEqual(3);
		}
	});

	test('text can be read on every ground', () => {
		for (const name of ['ink', 'muted', 'accent', 'bad', 'warn', 'good']) {
			for (const ground of grounds) {
				expect(contrast(token(block, name), ground), name).toBeGreaterThanOrEqual(4.5);
			}
		}
		expect(contrast(token(block, 'on-accent'), token(block, 'accent'))).toBeGreaterThanOrEqual(4.5);
		for (const tone of ['bad', 'warn', 'accent']) {
			const ground = token(block, `${tone}-soft`);
			expect(contrast(token(block, 'ink'), ground)).toBeGreaterThanOrEqual(4.5);
			expect(contrast(token(block, 'muted'), ground), tone).toBeGreaterThanOrEqual(4.5);
		}
	});

	test.each(Object.keys(sights))('conversations stand out from every ground under %s', (sight) => {
		const seen = (colour: Triple) => clipped(times(sights[sight] ?? [], colour));
		for (const colour of conversations) {
			for (const ground of grounds) {
				expect(contrast(seen(colour), seen(ground))).toBeGreaterThanOrEqual(3);
			}
		}
	});

	test.each(Object.keys(sights))('conversations can be told apart under %s', (sight) => {
		const seen = conversations.map((colour) => lab(times(sights[sight] ?? [], colour)));
		for (const [place, a] of seen.entries()) {
			for (const [more, b] of seen.slice(place + 1).entries()) {
				// The first four, all that most recordings need, are far apart to everybody.
				const least = place + more < 3 || sight === 'typical' ? 25 : 14;
				expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeGreaterThan(least);
			}
		}
	});
});
