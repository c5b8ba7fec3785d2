import { beforeEach, describe, expect, test } from 'vitest';
import { PointerGestures, turnWheel } from './pointer-gestures.ts';
import type { GestureTarget, PointerSample } from './pointer-gestures.ts';

let done: (readonly [what: string, ...numbers: number[]])[] = [];
const target: GestureTarget = {
	zoomAt: (x, factor) => done.push(['zoom', x, factor]),
	panBy: (pixels) => done.push(['pan', pixels]),
	seekAt: (x) => done.push(['seek', x]),
	selectBetween: (from, to) => done.push(['select', from, to]),
	selectTo: (x) => done.push(['select to', x]),
};
let gestures = new PointerGestures(target);
beforeEach(() => {
	done = [];
	gestures = new PointerGestures(target);
});

function mouse(x: number, more: Partial<PointerSample> = {}): PointerSample {
	return { pointerId: 1, x, touch: false, time: 0, shift: false, ...more };
}
function finger(pointerId: number, x: number, time = 0): PointerSample {
	return mouse(x, { pointerId, touch: true, time });
}

describe('a mouse', () => {
	test('that clicks seeks, even when it trembles', () => {
		gestures.down(mouse(100));
		gestures.move(mouse(102));
		gestures.up(mouse(102));
		expect(done).toEqual([['seek', 102]]);
	});

	test('that clicks with shift selects from the position', () => {
		gestures.down(mouse(100));
		gestures.up(mouse(100, { shift: true }));
		expect(done).toEqual([['select to', 100]]);
	});

	test('that drags selects from where it was pressed, and seeks nothing', () => {
		gestures.down(mouse(100));
		gestures.move(mouse(90));
		gestures.move(mouse(101));
		gestures.up(mouse(101));
		expect(done).toEqual([
			['select', 100, 90],
			['select', 100, 101],
		]);
	});

	test('that is not pressed does nothing', () => {
		gestures.move(mouse(10));
		expect(done).toEqual([]);
	});
});

describe('a finger', () => {
	test('that drags pans', () => {
		gestures.down(finger(1, 100));
		gestures.move(finger(1, 104, 20));
		gestures.move(finger(1, 120, 40));
		gestures.move(finger(1, 115, 60));
		gestures.up(finger(1, 115, 80));
		expect(done).toEqual([
			['pan', -20],
			['pan', 5],
		]);
	});

	test('that taps seeks', () => {
		gestures.down(finger(1, 100));
		gestures.up(finger(1, 104, 90));
		expect(done).toEqual([['seek', 104]]);
	});

	test('that is held and then moves selects', () => {
		gestures.down(finger(1, 100));
		gestures.move(finger(1, 130, 500));
		expect(done).toEqual([['select', 100, 130]]);
	});

	test('that the page takes over does nothing more', () => {
		gestures.down(finger(1, 100));
		gestures.cancel(1);
		gestures.move(finger(1, 180));
		expect(done).toEqual([]);
	});
});

test('two fingers zoom around their middle, and the one that stays pans', () => {
	gestures.down(finger(1, 100));
	gestures.down(finger(2, 200));
	gestures.move(finger(2, 300));
	expect(done).toEqual([
		['pan', -50],
		['zoom', 200, 2],
	]);
	done = [];
	gestures.up(finger(2, 300));
	gestures.move(finger(1, 110));
	gestures.up(finger(1, 110));
	expect(done).toEqual([['pan', -10]]);
});

describe('a wheel', () => {
	const still = { deltaX: 0, deltaY: 0, deltaMode: 0, zooms: false, shift: false };

	test('zooms with Ctrl or Command at the pointer, nearer when turned away', () => {
		expect(turnWheel(target, { ...still, deltaY: -22, zooms: true }, 70, 500)).toBe(true);
		expect(done).toEqual([['zoom', 70, Math.exp(0.1)]]);
		turnWheel(target, { ...still, deltaY: 1e6, zooms: true }, 70, 500);
		expect(done[1]).toEqual(['zoom', 70, Math.exp(-0.7)]);
	});

	test('pans sideways, or with shift', () => {
		expect(turnWheel(target, { ...still, deltaX: 30, deltaY: 4 }, 70, 500)).toBe(true);
		expect(turnWheel(target, { ...still, deltaY: 3, deltaMode: 1, shift: true }, 70, 500)).toBe(
			true,
		);
		expect(turnWheel(target, { ...still, deltaX: 1, deltaMode: 2 }, 70, 500)).toBe(true);
		expect(done).toEqual([
			['pan', 30],
			['pan', 48],
			['pan', 500],
		]);
	});

	test('is for the page otherwise', () => {
		expect(turnWheel(target, { ...still, deltaX: 4, deltaY: 30 }, 70, 500)).toBe(false);
		expect(done).toEqual([]);
	});
});
