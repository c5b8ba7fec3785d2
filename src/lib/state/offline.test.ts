import { describe, expect, test } from 'vitest';
import { FakeOffline, type FakeOfflineOptions } from '../../../tests/fixtures/fake-offline.ts';
import { OfflineState } from './offline.svelte.ts';

function memory(): {
	getItem: (key: string) => string | null;
	setItem: (key: string, value: string) => void;
} {
	const kept = new Map<string, string>();
	return {
		getItem: (key) => kept.get(key) ?? null,
		setItem: (key, value) => void kept.set(key, value),
	};
}

function made(options: FakeOfflineOptions = {}, kept = memory()) {
	const client = new FakeOffline(options);
	const waits: number[] = [];
	const state = new OfflineState(client, {
		kept,
		busy: () => false,
		wait: (milliseconds) => {
			waits.push(milliseconds);
			return Promise.resolve();
		},
	});
	/** As the page does it. */
	const begin = async (): Promise<void> => {
		await state.start();
		await state.fillAtLeisure();
	};
	return { begin, client, state, kept, waits };
}

describe('keeping the app', () => {
	test('the app first, then what this machine would use of the rest', async () => {
		const { begin, client, state } = made();
		await begin();
		expect(state.supported).toBe(true);
		expect(client.asked).toEqual([
			'models/embedded.onnx',
			'runtime/ort/here.wasm',
			'runtime/ffmpeg/ffmpeg-core.wasm',
			'demo/dinner-party.mp4',
		]);
		expect(state.complete).toBe(true);
		expect(state.keptBytes).toBe(state.totalBytes);
		expect(state.totalBytes).toBe(67_400_000);
		expect(state.filling).toBe(false);
	});

	test('while the person’s own work goes on, nothing large is fetched', async () => {
		const busy = { checks: 0 };
		const client = new FakeOffline();
		const asked: number[] = [];
		const state = new OfflineState(client, {
			kept: null,
			busy: () => ++busy.checks <= 3,
			wait: () => {
				asked.push(client.asked.length);
				return Promise.resolve();
			},
		});
		await state.start();
		await state.fillAtLeisure();
		// Once until the page is at rest, then for as long as there is something to do.
		expect(asked).toEqual([0, 0, 0, 0]);
		expect(state.complete).toBe(true);
	});

	test('with little traffic wanted, the large files wait for a press', async () => {
		const { begin, client, state } = made({ sparing: true });
		await begin();
		expect(client.asked).toEqual([]);
		expect(state.complete).toBe(false);
		await state.fill();
		expect(state.complete).toBe(true);
	});

	test('a file that the browser does not keep is told, not passed over', async () => {
		const { begin, state } = made({ refused: ['runtime/ort/here.wasm'] });
		await begin();
		expect(String(state.error)).toContain('runtime/ort/here.wasm');
		expect(state.complete).toBe(false);
		expect(state.filling).toBe(false);
	});

	test('where nothing can be kept, it says so', async () => {
		const { begin, client, state } = made({ supported: false });
		await begin();
		expect(state.supported).toBe(false);
		expect(client.asked).toEqual([]);
		expect(state.error).toBe(null);
	});

	test('a browser that refuses to tell what is kept is no fault that goes unnoticed', async () => {
		const { client, state } = made();
		client.status = () => Promise.reject(new Error('refused'));
		await state.look();
		expect(String(state.error)).toContain('refused');
	});

	test('a newer version is told of and waits for the person', async () => {
		const { begin, client, state } = made({ newer: true });
		await begin();
		expect(state.updateReady).toBe(true);
		expect(client.updated).toBe(0);
		await state.update();
		expect(client.updated).toBe(1);
	});
});

describe('the switch', () => {
	test('off lets go of everything and is remembered; on keeps it again', async () => {
		const { begin, client, state, kept } = made();
		await begin();
		await state.turn(false);
		expect(client.kept.size).toBe(0);
		expect(state.keptBytes).toBe(0);
		const next = made({}, kept);
		await next.begin();
		expect(next.state.on).toBe(false);
		expect(next.client.kept.size).toBe(0);
		await next.state.turn(true);
		expect(next.state.complete).toBe(true);
	});

	test('off stops what is being fetched, and on starts again', async () => {
		const { begin, client, state } = made({ standAt: 'runtime/ort/here.wasm' });
		const starting = begin();
		await expect.poll(() => state.filling && client.asked.length).toBe(2);
		expect(state.keptBytes).toBe(2_300_000 + 12_700_000 + 7_150_000);
		await state.turn(false);
		await starting;
		expect(state.filling).toBe(false);
		expect(state.error).toBe(null);
		const again = state.turn(true);
		await expect.poll(() => client.asked.length).toBe(4);
		await state.turn(false);
		await again;
	});
});
