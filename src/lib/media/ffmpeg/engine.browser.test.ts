import { describe, expect, test } from 'vitest';
import { testCore } from '../../../../tests/fixtures/made-media.ts';
import { isAbort } from '../../support/abort.ts';
import type { Run } from './engine.ts';
import { outputPath, runFFmpeg } from './engine.ts';

const frameBytes = 64 * 48;

/** A drawn picture as raw grey frames, ten in a chunk. FFmpeg logs each frame that it makes. */
function drawn(seconds: number, more: Partial<Run> = {}): Run {
	const source = `testsrc=size=64x48:rate=25:duration=${seconds},showinfo`;
	return {
		tool: 'ffmpeg',
		input: new Blob([]),
		args: [
			...['-v', 'info', '-nostats', '-threads', '1', '-f', 'lavfi', '-i', source],
			...['-pix_fmt', 'gray', '-f', 'rawvideo', outputPath],
		],
		chunkBytes: 10 * frameBytes,
		...more,
	};
}

async function all(job: Run): Promise<{ code: number; chunks: Uint8Array<ArrayBuffer>[] }> {
	const run = runFFmpeg(testCore, job);
	const chunks: Uint8Array<ArrayBuffer>[] = [];
	for (;;) {
		const { value, done } = await run.next();
		if (done) return { code: value, chunks };
		chunks.push(value);
	}
}

async function bytesOf(chunks: readonly Uint8Array<ArrayBuffer>[]): Promise<Uint8Array> {
	return new Uint8Array(await new Blob([...chunks]).arrayBuffer());
}

const pause = (milliseconds: number): Promise<void> =>
	new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('runFFmpeg', () => {
	test('gives all that the tool writes, in chunks of one size and a rest', async () => {
		const { code, chunks } = await all(drawn(1));
		expect(code).toBe(0);
		expect(chunks.map(({ length }) => length / frameBytes)).toEqual([10, 10, 5]);
		const odd = await all(drawn(1, { chunkBytes: 1001 }));
		expect(await bytesOf(odd.chunks)).toEqual(await bytesOf(chunks));
	});

	test('lets the tool sleep while nobody takes its output, and an abort wakes it at once', async () => {
		let made = 0;
		const controller = new AbortController();
		const onLog = (line: string): void => {
			if (line.includes('pts_time')) made++;
		};
		const run = runFFmpeg(testCore, drawn(36_000, { onLog, signal: controller.signal }));
		await run.next();
		await pause(500);
		const asleep = made;
		await pause(500);
		expect(made).toBe(asleep);
		// Ten were taken; the others wait, or the tool holds them itself.
		expect(made).toBeLessThan(100);
		for (let chunk = 0; chunk < 10; chunk++) await run.next();
		await pause(500);
		expect(made).toBeGreaterThanOrEqual(110);
		expect(made).toBeLessThan(200);

		const next = (async () => {
			for (;;) if ((await run.next()).done) return;
		})();
		const aborted = performance.now();
		controller.abort();
		await expect(next).rejects.toSatisfy(isAbort);
		expect(performance.now() - aborted).toBeLessThan(1000);
	});

	test('logs a frame before it gives the frame', async () => {
		let made = 0;
		let taken = 0;
		const onLog = (line: string): void => {
			if (line.includes('pts_time')) made++;
		};
		for await (const chunk of runFFmpeg(testCore, drawn(20, { onLog }))) {
			taken += chunk.length / frameBytes;
			expect(made).toBeGreaterThanOrEqual(taken);
		}
		expect([made, taken]).toEqual([500, 500]);
	});

	test('gives the exit code of a tool that fails', async () => {
		const { code, chunks } = await all(drawn(1, { args: ['-i', '/nowhere', outputPath] }));
		expect(code).not.toBe(0);
		expect(chunks).toEqual([]);
	});

	test('says that a core cannot be loaded', async () => {
		for (const core of [
			{ ...testCore, scriptUrl: '/nowhere/ffmpeg-core.js' },
			{ ...testCore, wasmUrl: '/nowhere/ffmpeg-core.wasm' },
		]) {
			const run = runFFmpeg(core, drawn(1));
			await expect(run.next()).rejects.toMatchObject({ code: 'ModelUnavailable' });
		}
	});
});
