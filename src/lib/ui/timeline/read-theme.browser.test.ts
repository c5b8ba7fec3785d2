import { expect, test } from 'vitest';
import { present } from '../../support/assert.ts';
import { conversationPatterns, conversationStyles } from '../common/conversation-name.ts';
import '../tokens.css';
import { tilePixels, type Paint } from './draw-context.ts';
import { readTheme } from './read-theme.ts';

const side = 4 * tilePixels;

/** A patch of a paint, four bytes a pixel. */
function patchOf(paint: Paint): Uint8ClampedArray {
	const canvas = document.createElement('canvas');
	[canvas.width, canvas.height] = [side, side];
	const context = present(canvas.getContext('2d'), 'The drawing context');
	context.fillStyle = paint;
	context.fillRect(0, 0, side, side);
	return context.getImageData(0, 0, side, side).data;
}

/** Part of the pixels that are clearly not the same, 0 to 1. */
function differing(a: Uint8ClampedArray, b: Uint8ClampedArray): number {
	let count = 0;
	for (let i = 0; i < a.length; i += 4) {
		const distance = [0, 1, 2].map((part) => Math.abs(a[i + part]! - b[i + part]!));
		if (Math.max(...distance) > 48) count += 1;
	}
	return count / (side * side);
}

test.each([
	['with their colours', false],
	['where the system allows no colours', true],
])('no two conversations look alike, %s', (_, forced) => {
	const { talk } = readTheme({ scheme: 'light', forced, pixelRatio: 1 });
	expect(talk).toHaveLength(conversationStyles);
	// Where colours are the system's, patterns alone differ, and there are so many.
	const distinct = forced ? conversationPatterns : conversationStyles;
	const patches = talk.slice(0, distinct).map(({ patterned }) => patchOf(patterned));
	for (const [i, one] of patches.entries()) {
		for (const [j, other] of patches.entries()) {
			if (i < j) expect(differing(one, other), `${i} and ${j}`).toBeGreaterThan(0.1);
		}
	}
});
