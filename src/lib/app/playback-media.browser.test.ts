import { expect, test } from 'vitest';
import { makeMedia } from '../../../tests/fixtures/made-media.ts';
import { fileOf, sessionOf } from '../../../tests/fixtures/playback-session.ts';
import { createPlaybackClient } from './playback-media.ts';

function tone(seconds: number): Promise<Blob> {
	return makeMedia({
		container: 'wav',
		audio: { codec: 'pcm-s16', sampleRateHz: 16_000, seconds, frequenciesHz: [500] },
	});
}

test('a waveform is measured once, cancelled without harm, and told how far it is', async () => {
	const blob = await tone(12);
	let opened = 0;
	const session = sessionOf({
		...fileOf('central_video.mp4', blob),
		open: () => {
			opened += 1;
			return Promise.resolve(blob);
		},
	});
	const client = createPlaybackClient();
	const abort = new AbortController();
	const cut = client.peaks(session, { signal: abort.signal });
	abort.abort();
	await expect(cut).rejects.toMatchObject({ name: 'AbortError' });
	opened = 0;
	const told: number[] = [];
	const peaks = await client.peaks(session, { onProgress: ({ done }) => told.push(done) });
	expect(peaks.maximum).toHaveLength(1200);
	expect(peaks.maximum[600]).toBeCloseTo(0.5, 1);
	expect(told.length).toBeGreaterThan(3);
	expect(await client.peaks(session, {})).toBe(peaks);
	expect(opened).toBe(1);
});

test('without a central video the waveform is that of the tracks, each in its place', async () => {
	const short = fileOf('a.wav', await tone(2));
	const late = fileOf('b.wav', await tone(3));
	const peaks = await createPlaybackClient().peaks(
		sessionOf(null, [
			[0, short],
			[4, late],
		]),
		{},
	);
	expect(peaks.maximum).toHaveLength(700);
	expect(peaks.maximum[100]).toBeCloseTo(0.5, 1);
	expect(Math.max(...peaks.maximum.slice(205, 395))).toBe(0);
	expect(peaks.minimum[500]).toBeCloseTo(-0.5, 1);
});

test('what cannot be decoded says so, and the client goes on', async () => {
	const client = createPlaybackClient();
	const broken = sessionOf(fileOf('broken.mp4', new Blob(['no film'])));
	await expect(client.peaks(broken, {})).rejects.toMatchObject({ code: 'UnsupportedMedia' });
	const source = await client.openMedia(fileOf('tone.wav', await tone(1)));
	expect(source.info.audio?.sampleRateHz).toBe(16_000);
	await source.close();
});

test('the worker ends when it is idle, and another starts when it is needed', async () => {
	const client = createPlaybackClient(50);
	const file = fileOf('tone.wav', await tone(1));
	const first = await client.openMedia(file);
	// Open is in use, however long nothing is asked.
	await new Promise((resolve) => setTimeout(resolve, 200));
	let blocks = 0;
	for await (const { samples } of first.audio()) blocks += samples.length > 0 ? 1 : 0;
	expect(blocks).toBeGreaterThan(0);
	await first.close();
	await new Promise((resolve) => setTimeout(resolve, 200));
	const second = await client.openMedia(file);
	expect(second.info.durationSeconds).toBeCloseTo(1, 2);
	await second.close();
});

test('face boxes come packed, and a damaged file says what is wrong', async () => {
	const client = createPlaybackClient();
	const { speakers } = sessionOf(null, [[0, fileOf('a.wav', await tone(1))]]);
	const track = speakers[0]?.tracks[0];
	if (!track) throw new Error('no track');
	expect(await client.facePath(track)).toBeNull();
	const text = JSON.stringify({ '50': { x1: 1, y1: 2, x2: 3, y2: 4 } });
	const path = await client.facePath({ ...track, boxes: fileOf('b.json', new Blob([text])) });
	expect(path?.firstFrame).toBe(50);
	expect([...(path?.corners ?? [])]).toEqual([1, 2, 3, 4]);
	const damaged = { ...track, boxes: fileOf('b.json', new Blob(['{"1": 2}'])) };
	await expect(client.facePath(damaged)).rejects.toMatchObject({ code: 'InvalidSession' });
});
