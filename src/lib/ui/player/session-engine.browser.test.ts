import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { madeGrey, makeMedia, transcode } from '../../../../tests/fixtures/made-media.ts';
import { fileOf, sessionOf } from '../../../../tests/fixtures/playback-session.ts';
import { createPlaybackClient } from '../../app/playback-media.ts';
import type { Session } from '../../domain/session.ts';
import type { PlaybackClient } from '../../state/playback-client.ts';
import { PlayerState, type PlayerView } from '../../state/player-state.svelte.ts';
import { Playback } from '../../state/playback.svelte.ts';
import { PicturePainter } from './picture-painter.ts';
import { SessionEngine } from './session-engine.ts';

const seconds = 8;

/** Frames of known grey, with a tone. */
function film(length = seconds): Promise<Blob> {
	return makeMedia({
		container: 'mkv',
		video: { starts: Array.from({ length: length * 25 }, (_, i) => i / 25), lastSeconds: 0.04 },
		audio: { codec: 'opus', sampleRateHz: 48_000, seconds: length, frequenciesHz: [400] },
	});
}

/** The same in a container and a codec that no browser plays. */
async function oldFilm(): Promise<Blob> {
	return transcode(
		await film(),
		...['-c:v', 'mpeg4', '-q:v', '2', '-c:a', 'pcm_s16le', '-f', 'avi'],
	);
}

const open: SessionEngine[] = [];

function setUp(
	session: Session,
	view: PlayerView,
	client: PlaybackClient = createPlaybackClient(),
) {
	const playback = new Playback(seconds);
	const player = new PlayerState(view);
	const canvas = document.createElement('canvas');
	const painter = new PicturePainter(canvas);
	let pictures = 0;
	const engine = new SessionEngine(session, view, {
		...{ playback, player, client, clear: true },
		onPicture: () => {
			pictures += 1;
			const { picture } = engine;
			if (picture) painter.paint(picture, true);
		},
	});
	open.push(engine);
	playback.attach(engine);
	const grey = (): number => {
		const { width, height } = canvas;
		return canvas.getContext('2d')?.getImageData(width / 2, height / 2, 1, 1).data[0] ?? -1;
	};
	return { playback, player, engine, grey, pictures: () => pictures };
}

const urls = new Set<string>();

// Browsers let nothing be heard before a click.
beforeAll(() => userEvent.click(document.body));

beforeEach(() => {
	urls.clear();
	const { createObjectURL, revokeObjectURL } = URL;
	vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
		const url = createObjectURL.call(URL, blob);
		urls.add(url);
		return url;
	});
	vi.spyOn(URL, 'revokeObjectURL').mockImplementation((url) => {
		urls.delete(url);
		revokeObjectURL.call(URL, url);
	});
});

afterEach(() => {
	for (const engine of open.splice(0)) engine.close();
	expect([...urls]).toEqual([]);
	vi.restoreAllMocks();
});

const paths = [
	{ path: 'browser', make: () => film() },
	{ path: 'ffmpeg', make: oldFilm },
] as const;

for (const { path, make } of paths) {
	test(`${path}: the frame of a place, then time goes on and pictures with it`, async () => {
		const session = sessionOf(fileOf('central_video', await make()));
		const { playback, player, grey, pictures } = setUp(session, { kind: 'central' });
		await expect.poll(() => player.status.path).toBe(path);
		expect(player.size).toEqual({ width: 64, height: 48 });
		for (const frame of [50, 3, 151]) {
			playback.seek(frame / 25);
			await expect.poll(() => Math.abs(grey() - madeGrey(frame))).toBeLessThan(8);
		}
		playback.step(1);
		await expect.poll(() => Math.abs(grey() - madeGrey(152))).toBeLessThan(8);
		playback.seek(1);
		await expect.poll(() => player.status.state).toBe('ready');
		const before = pictures();
		playback.play();
		await expect.poll(() => playback.seconds).toBeGreaterThan(1.8);
		// A busy machine draws fewer of them, so it goes on until there are some.
		await expect.poll(() => pictures() - before).toBeGreaterThan(2);
		playback.pause();
		const stopped = playback.seconds;
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(playback.seconds).toBe(stopped);
	});

	test(`${path}: faster, over and over, and to the end`, async () => {
		const session = sessionOf(fileOf('central_video', await make()));
		const { playback, player } = setUp(session, { kind: 'central' });
		await expect.poll(() => player.status.state).toBe('ready');
		playback.setLoop({ startSeconds: 2, endSeconds: 2.6 });
		playback.setRate(2);
		playback.play();
		const seen: number[] = [];
		await expect
			.poll(
				() => {
					seen.push(playback.seconds);
					return seen.filter((at, i) => at < (seen[i - 1] ?? 0)).length;
				},
				{ interval: 30 },
			)
			.toBeGreaterThan(2);
		expect(Math.min(...seen)).toBeGreaterThanOrEqual(2);
		expect(Math.max(...seen)).toBeLessThan(2.8);
		playback.setLoop(null);
		playback.seek(seconds - 1);
		await expect.poll(() => playback.playing).toBe(false);
		expect(playback.seconds).toBe(seconds);
		// And from the beginning again.
		playback.play();
		await expect.poll(() => playback.seconds).toBeGreaterThan(0.3);
		expect(playback.seconds).toBeLessThan(6);
	});
}

test('as fast as it was recorded, by the clock on the wall', async () => {
	const session = sessionOf(fileOf('central_video', await oldFilm()));
	const { playback, player } = setUp(session, { kind: 'central' });
	await expect.poll(() => player.status.state).toBe('ready');
	playback.play();
	await expect.poll(() => playback.seconds).toBeGreaterThan(0.5);
	const [from, at] = [playback.seconds, performance.now()];
	await new Promise((resolve) => setTimeout(resolve, 3000));
	// A busy machine may tell late where it is, but the further it is, the less that counts.
	const rate = (): number => (playback.seconds - from) / ((performance.now() - at) / 1000);
	await expect.poll(rate).toBeGreaterThan(0.9);
	expect(rate()).toBeLessThan(1.05);
});

test('one speaker alone: track after track, and nothing in between', async () => {
	const session = sessionOf(fileOf('central_video', await film()), [
		[0, fileOf('track_00', await film(2))],
		[4, fileOf('track_01', await film(2))],
	]);
	const { playback, player, grey } = setUp(session, { kind: 'speaker', speakerId: 'spk_0' });
	await expect.poll(() => player.status.state).toBe('ready');
	playback.seek(4.4);
	await expect.poll(() => Math.abs(grey() - madeGrey(10))).toBeLessThan(8);
	playback.seek(3);
	await expect.poll(() => player.status.state).toBe('gap');
	playback.play();
	await expect.poll(() => playback.seconds).toBeGreaterThan(4.5);
	expect(player.status.state).not.toBe('gap');
});

test('without a central video a track is heard, and the time goes on where there is none', async () => {
	const session = sessionOf(null, [[3, fileOf('track_00', await film(2))]]);
	const { playback, player } = setUp(session, { kind: 'sound' });
	playback.setRate(2);
	playback.play();
	await expect.poll(() => playback.seconds).toBeGreaterThan(3.2);
	expect(player.status.path).toBe('browser');
	await expect.poll(() => playback.seconds).toBeGreaterThan(6);
	expect(player.status.state).toBe('gap');
});

test('a file that nothing plays is said to be one, and another place is tried', async () => {
	const broken = fileOf('track_00', new Blob(['no film']));
	const session = sessionOf(fileOf('central_video', await film()), [
		[0, broken],
		[4, fileOf('track_01', await film(2))],
	]);
	const { playback, player } = setUp(session, { kind: 'speaker', speakerId: 'spk_0' });
	await expect.poll(() => player.status.state).toBe('failed');
	expect(player.status).toMatchObject({ file: 'track_00', error: { code: 'UnsupportedMedia' } });
	playback.seek(5);
	await expect.poll(() => player.status.state).toBe('ready');
});

test('closed in the middle of everything, it lets go of every file', async () => {
	const client = createPlaybackClient();
	let decoding = 0;
	const counting: PlaybackClient = {
		...client,
		openMedia: async (file, signal) => {
			const source = await client.openMedia(file, signal);
			decoding += 1;
			const close = async (): Promise<void> => {
				decoding -= 1;
				await source.close();
			};
			return {
				info: source.info,
				audio: (stop, start) => source.audio(stop, start),
				frames: (options) => source.frames(options),
				close,
			};
		},
	};
	const hard = fileOf('central_video', await oldFilm());
	const easy = fileOf('track_00', await film());
	for (const milliseconds of [0, 5, 50, 300, 1000]) {
		const session = sessionOf(hard, [[0, easy]]);
		const { engine, playback } = setUp(session, { kind: 'speaker', speakerId: 'spk_0' }, counting);
		playback.play();
		await new Promise((resolve) => setTimeout(resolve, milliseconds));
		playback.seek(2);
		engine.close();
	}
	await expect.poll(() => decoding).toBe(0);
	await expect.poll(() => urls.size).toBe(0);
});
