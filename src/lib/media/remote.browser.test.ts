import { describe, expect, test } from 'vitest';
import {
	allAudio,
	madeGrey,
	makeMedia,
	middles,
	testCore,
} from '../../../tests/fixtures/made-media.ts';
import { isAbort } from '../support/abort.ts';
import { ConfabError } from '../support/errors.ts';
import { connectMedia, serveMedia } from './remote.ts';
import type { MediaClient } from './remote.ts';

function connect(): { client: MediaClient } {
	const { port1, port2 } = new MessageChannel();
	serveMedia(port1);
	return { client: connectMedia(port2) };
}

function recording(): Promise<Blob> {
	return makeMedia({
		container: 'mkv',
		video: { starts: Array.from({ length: 100 }, (_, i) => i / 25), lastSeconds: 0.04 },
		audio: { codec: 'pcm-s16', sampleRateHz: 16000, seconds: 4, frequenciesHz: [500] },
	});
}

describe('media on another thread', () => {
	test('sound and picture come over, side by side', async () => {
		const { client } = connect();
		const source = await client.open(await recording(), { name: 'made' });
		expect(source.info).toMatchObject({ decoder: 'webcodecs', video: { frameCount: 100 } });
		const [sound, greys] = await Promise.all([allAudio(source), middles(source)]);
		expect(sound.length).toBe(64000);
		expect(greys.length).toBe(100);
		expect(Math.abs((greys[60] ?? 0) - madeGrey(60))).toBeLessThan(5);
		await source.close();
		client.close();
	});

	test('nothing is decoded that was not asked for but two blocks', async () => {
		const { port1, port2 } = new MessageChannel();
		const relay = new MessageChannel();
		let blocks = 0;
		port1.onmessage = ({ data }: MessageEvent<unknown>) => relay.port2.postMessage(data);
		relay.port2.onmessage = ({ data }: MessageEvent<{ kind: string }>) => {
			if (data.kind === 'block') blocks++;
			port1.postMessage(data);
		};
		serveMedia(relay.port1);
		const source = await connectMedia(port2).open(await recording(), { name: 'made' });
		const frames = source.frames({ blockFrames: 5 })[Symbol.asyncIterator]();
		await frames.next();
		await new Promise((resolve) => setTimeout(resolve, 500));
		expect(blocks).toBeLessThanOrEqual(3);
		await frames.return?.();
		relay.port1.close();
	});

	test('an error keeps its code and findings', async () => {
		const { client } = connect();
		const error: unknown = await client
			.open(new Blob([]), { name: 'made' })
			.catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(ConfabError);
		expect(error).toMatchObject({ code: 'UnsupportedMedia', problems: [{ file: 'made' }] });
		const silent = await makeMedia({
			container: 'mkv',
			video: { starts: [0, 0.04], lastSeconds: 0.04 },
		});
		const source = await client.open(silent, { name: 'silent' });
		await expect(allAudio(source)).rejects.toMatchObject({ code: 'UnsupportedMedia' });
		client.close();
	});

	test('problems come over', async () => {
		const { client } = connect();
		const problems: string[] = [];
		const whole = await makeMedia({
			container: 'mp4',
			video: { starts: Array.from({ length: 100 }, (_, i) => i / 25), lastSeconds: 0.04 },
		});
		const source = await client.open(whole.slice(0, whole.size * 0.7), {
			name: 'cut',
			ffmpegCore: testCore,
			onProblem: ({ file, message }) => problems.push(`${file}: ${message}`),
		});
		await expect(middles(source)).rejects.toMatchObject({ code: 'UnsupportedMedia' });
		await source.close();
		client.close();
		expect(problems.join()).toMatch(/^cut: the browser's decoder .* FFmpeg continues from there/);
	});

	test('an abort reaches it, and it can be run again', async () => {
		const { client } = connect();
		const source = await client.open(await recording(), { name: 'made' });
		const controller = new AbortController();
		const aborted = (async () => {
			for await (const block of source.frames({
				blockFrames: 5,
				signal: controller.signal,
			})) {
				expect(block.startFrame).toBe(0);
				controller.abort();
			}
		})();
		await expect(aborted).rejects.toSatisfy(isAbort);
		expect((await middles(source)).length).toBe(100);
		client.close();
	});

	test('a thread that goes away fails what waits and what comes', async () => {
		const worker = new Worker(
			new URL('../../../tests/fixtures/serve-media.worker.ts', import.meta.url),
			{ type: 'module' },
		);
		const { port1, port2 } = new MessageChannel();
		worker.postMessage(null, [port1]);
		const client = connectMedia(port2);
		const source = await client.open(await recording(), { name: 'made' });
		expect((await middles(source)).length).toBe(100);
		const frames = source.frames({ blockFrames: 5 })[Symbol.asyncIterator]();
		await frames.next();
		worker.terminate();
		const rest = (async () => {
			while ((await frames.next()).done !== true);
		})();
		await expect(rest).rejects.toMatchObject({ code: 'DeviceLost' });
		await expect(client.open(new Blob(['x']), { name: 'late' })).rejects.toMatchObject({
			code: 'DeviceLost',
		});
	});

	test('a client that closes fails what waits on it', async () => {
		const { client } = connect();
		const source = await client.open(await recording(), { name: 'made' });
		const frames = source.frames({ blockFrames: 5 })[Symbol.asyncIterator]();
		await frames.next();
		client.close();
		const rest = (async () => {
			while ((await frames.next()).done !== true);
		})();
		await expect(rest).rejects.toMatchObject({ code: 'DeviceLost' });
	});
});
