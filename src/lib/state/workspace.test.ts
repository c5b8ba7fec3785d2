import { describe, expect, test } from 'vitest';
import type { KeptText } from './settings.svelte.ts';
import { Workspace } from './workspace.svelte.ts';

function memory(text: string | null = null): KeptText & { text: string | null } {
	return {
		text,
		getItem() {
			return this.text;
		},
		setItem(_key, value) {
			this.text = value;
		},
	};
}

describe('the panes of a result', () => {
	test('share the window as a person left them, also after a reload', () => {
		const kept = memory();
		const first = new Workspace(kept);
		expect(first.share('picture')).toBe(0.5);
		first.move('picture', 0.62);
		first.step('lanes', 1);
		const second = new Workspace(kept);
		expect(second.share('picture')).toBe(0.62);
		expect(second.share('lanes')).toBeCloseTo(first.share('lanes'), 12);
		second.reset('picture');
		expect(new Workspace(kept).share('picture')).toBe(0.5);
	});

	test('keep room for each other, whatever is dragged or was stored', () => {
		const workspace = new Workspace(memory('{"picture":7,"height":"wide","lanes":-1}'));
		for (const boundary of ['picture', 'height', 'lanes', 'strip'] as const) {
			const { least, most } = workspace.limits(boundary);
			expect(workspace.share(boundary)).toBeGreaterThanOrEqual(least);
			expect(workspace.share(boundary)).toBeLessThanOrEqual(most);
			workspace.move(boundary, -1);
			expect(workspace.share(boundary)).toBe(least);
			workspace.move(boundary, 2);
			expect(workspace.share(boundary)).toBe(most);
			workspace.move(boundary, NaN);
			expect(workspace.share(boundary)).toBe(most);
		}
	});

	test('are as usual where nothing readable is stored, and move where nothing can be', () => {
		for (const text of ['', 'no', '[]', 'null', '{}']) {
			expect(new Workspace(memory(text)).share('picture'), text).toBe(0.5);
		}
		const barred: KeptText = {
			getItem: () => {
				throw new Error('barred');
			},
			setItem: () => {
				throw new Error('barred');
			},
		};
		const workspace = new Workspace(barred);
		workspace.move('lanes', 0.5);
		expect(workspace.share('lanes')).toBe(0.5);
	});

	test('the text alone, and the lanes in its place, are not remembered', () => {
		const kept = memory();
		const workspace = new Workspace(kept);
		workspace.toggleText();
		workspace.toggleLanes();
		expect([workspace.textAlone, workspace.lanesOpen]).toEqual([true, true]);
		const later = new Workspace(kept);
		expect([later.textAlone, later.lanesOpen]).toEqual([false, false]);
	});
});
