import { describe, expect, test } from 'vitest';
import {
	allAudio,
	makeMedia,
	middles,
	testCore,
	transcode,
} from '../../../tests/fixtures/made-media.ts';
import { hasSharedFiles, sharedFile } from '../../../tests/shared-browser.ts';
import { isAbort } from '../support/abort.ts';
import { describeMedia } from './describe.ts';
import { judgeChannels } from './judge-channels.ts';
import { openMedia } from './open-media.ts';
import { connectMedia, serveMedia } from './remote.ts';

const options = { name: 'made', ffmpegCore: testCore };

function even(count: number, rate: number): number[] {
	return Array.from({ length: count }, (_, i) => i / rate);
}

const tone = { codec: 'pcm-s16', sampleRateHz: 16000, seconds: 2, frequenciesHz: [500] } as const;
const picture = { starts: even(50, 25), lastSeconds: 0.04 };

/** A WAV file of hours, 8 bits at 8 kHz. */
function longWav(hours: number): Blob {
	const rate = 8000;
	const bytes = hours * 3600 * rate;
	const header = new DataView(new ArrayBuffer(44));
	const text = (at: number, word: string): void => {
		new Uint8Array(header.buffer).set(new TextEncoder().encode(word), at);
	};
	text(0, 'RIFF');
	header.setUint32(4, 36 + bytes, true);
	text(8, 'WAVEfmt ');
	header.setUint32(16, 16, true);
	header.setUint16(20, 1, true);
	header.setUint16(22, 1, true);
	header.setUint32(24, rate, true);
	header.setUint32(28, rate, true);
	header.setUint16(32, 1, true);
	header.setUint16(34, 8, true);
	text(36, 'data');
	header.setUint32(40, bytes, true);
	const hour = new Uint8Array(3600 * rate).fill(128);
	return new Blob([header, ...Array.from({ length: hours }, () => hour)]);
}

describe('a description', () => {
	test('tells picture, sound and how far they are apart', async () => {
		const file = await makeMedia({
			container: 'mkv',
			video: picture,
			audio: { ...tone, startSeconds: 0.7, seconds: 1.5 },
		});
		for (const prefer of ['webcodecs', 'ffmpeg'] as const) {
			const found = await describeMedia(file, { ...options, prefer });
			expect(found.durationSeconds).toBeCloseTo(2.2, 2);
			expect(found.video).toMatchObject({
				...{ width: 64, height: 48, rotation: 0, isVariableRate: false },
				...{ isStill: false, isSpherical: false },
			});
			expect(found.video?.framesPerSecond).toBeCloseTo(25, 1);
			expect(found.audio?.tracks).toMatchObject([
				{ channels: 1, sampleRateHz: 16000, language: null, isDefault: true },
			]);
			expect(found.offsetSeconds).toBeCloseTo(0.7, 2);
			expect(found.notes).toEqual([
				'The sound begins 0.70 s after the picture; they keep their distance.',
			]);
		}
	});

	test('turned and drawn out as it is displayed, and so are the frames', async () => {
		const made = await makeMedia({ container: 'mp4', video: picture });
		const wide = ['-c:v', 'libx264', '-vf', 'setsar=2', '-f', 'matroska'];
		const turned = await makeMedia({ container: 'mp4', video: { ...picture, rotation: 270 } });
		for (const [file, width, height, rotation] of [
			[await transcode(made, ...wide), 128, 48, 0],
			[turned, 48, 64, 270],
		] as const) {
			for (const prefer of ['webcodecs', 'ffmpeg'] as const) {
				const found = await describeMedia(file, { ...options, prefer });
				expect(found.video).toMatchObject({ width, height, rotation });
				const source = await openMedia(file, { ...options, prefer });
				expect(source.info.video).toMatchObject({ width, height });
				for await (const block of source.frames()) expect(block).toMatchObject({ width, height });
				await source.close();
			}
		}
	});

	test('a varying rate, slides, and a single picture', async () => {
		const film = (starts: number[], lastSeconds: number): Promise<Blob> =>
			makeMedia({ container: 'mkv', video: { starts, lastSeconds }, audio: tone });
		const of = async (file: Blob) => {
			const found = (await describeMedia(file, options)).video;
			for (const prefer of ['webcodecs', 'ffmpeg'] as const) {
				const source = await openMedia(file, { ...options, prefer });
				expect(source.info.video?.isStill).toBe(found?.isStill);
				await source.close();
			}
			return found;
		};
		const uneven = [...even(30, 30), ...even(15, 12).map((at) => at + 1)];
		expect(await of(await film(uneven, 1 / 12))).toMatchObject({
			...{ isVariableRate: true, isStill: false },
		});
		expect(await of(await film([0, 3, 6], 3))).toMatchObject({ isStill: true });
		expect(await of(await film([0], 2))).toMatchObject({ isStill: true, framesPerSecond: null });
	});

	test('a 360 degree picture by its shape and size', async () => {
		const made = await makeMedia({ container: 'mp4', video: picture });
		const scaled = (width: number, height: number): Promise<Blob> =>
			transcode(
				made,
				...['-vf', `fps=4,scale=${width}:${height},setsar=1`, '-c:v', 'libx264'],
				...['-preset', 'ultrafast', '-f', 'matroska'],
			);
		for (const [width, height, isSpherical] of [
			[3008, 1504, true],
			[1280, 640, false],
		] as const) {
			const found = await describeMedia(await scaled(width, height), options);
			expect(found.video).toMatchObject({ width, height, isSpherical });
			expect(found.notes.includes('The picture is a 360 degree view.')).toBe(isSpherical);
		}
	});

	test('several sound tracks: the default is used, another can be', async () => {
		const file = await transcode(
			await makeMedia({ container: 'wav', audio: tone }),
			...['-filter_complex', '[0:a]asplit[a][b];[a]volume=0.2[c]', '-map', '[c]', '-map', '[b]'],
			...['-c:a', 'flac', '-disposition:a:0', '0', '-disposition:a:1', 'default'],
			...['-metadata:s:a:0', 'language=deu', '-metadata:s:a:1', 'language=eng'],
			...['-f', 'matroska'],
		);
		for (const prefer of ['webcodecs', 'ffmpeg'] as const) {
			const found = await describeMedia(file, { ...options, prefer });
			expect(found.audio?.tracks).toMatchObject([
				{ language: expect.stringMatching(/^(deu|ger)$/) as string, isDefault: false },
				{ language: 'eng', isDefault: true },
			]);
			expect(found.notes).toContain('There are 2 sound tracks; number 2 is used.');
			const first = await describeMedia(file, { ...options, prefer, audioTrack: 0 });
			expect(first.notes).toContain('There are 2 sound tracks; number 1 is used.');
			for (const [audioTrack, height] of [
				[undefined, 0.5],
				[0, 0.1],
				[1, 0.5],
			] as const) {
				const source = await openMedia(file, {
					...{ ...options, prefer },
					...(audioTrack === undefined ? {} : { audioTrack }),
				});
				expect(Math.max(...(await allAudio(source)))).toBeCloseTo(height, 2);
				await source.close();
			}
		}
	});

	test('cover art is no picture', async () => {
		const cover = await transcode(
			await makeMedia({ container: 'mkv', video: { starts: [0], lastSeconds: 2 }, audio: tone }),
			...['-c:v', 'png', '-disposition:v:0', 'attached_pic', '-c:a', 'libmp3lame', '-f', 'mp3'],
		);
		for (const prefer of ['webcodecs', 'ffmpeg'] as const) {
			expect((await describeMedia(cover, { ...options, prefer })).video).toBeNull();
			const source = await openMedia(cover, { ...options, prefer });
			expect(source.info.video).toBeNull();
			expect((await allAudio(source)).length).toBeGreaterThan(31000);
			await source.close();
		}
	});

	test('five hours of sound at once, and their last second', async () => {
		const file = longWav(5);
		const found = await describeMedia(file, options);
		expect(found).toMatchObject({ durationSeconds: 18000, video: null, offsetSeconds: 0 });
		const source = await openMedia(file, options);
		let last = 0;
		const startSample = 17_999 * 16_000;
		for await (const block of source.audio(undefined, { startSample, near: true })) {
			last = block.startSample + block.samples.length;
		}
		expect(last).toBe(18_000 * 16_000);
		await source.close();
	});

	test('over another thread; an abort ends it', async () => {
		const { port1, port2 } = new MessageChannel();
		serveMedia(port1);
		const client = connectMedia(port2);
		const file = await makeMedia({ container: 'mkv', video: picture, audio: tone });
		expect(await client.describe(file, options)).toEqual(await describeMedia(file, options));
		await expect(client.describe(new Blob([]), options)).rejects.toMatchObject({
			code: 'UnsupportedMedia',
		});
		const signal = AbortSignal.abort();
		await expect(client.describe(file, { ...options, signal })).rejects.toSatisfy(isAbort);
		client.close();
		await expect(client.describe(file, options)).rejects.toMatchObject({ code: 'DeviceLost' });
	});
});

describe('what is no recording', () => {
	async function message(file: Blob): Promise<string> {
		const found: string[] = [];
		for (const call of [describeMedia, openMedia]) {
			try {
				await call(file, options);
				found.push('');
			} catch (error) {
				expect(error).toMatchObject({ code: 'UnsupportedMedia' });
				found.push(error instanceof Error ? error.message : '');
			}
		}
		return found.join('\n');
	}
	const twice = (pattern: string): RegExp => new RegExp(`^made: ${pattern}.*\nmade: ${pattern}`);

	test('an empty file, pictures, documents', async () => {
		expect(await message(new Blob([]))).toMatch(twice('the file is empty'));
		const canvas = new OffscreenCanvas(16, 16);
		canvas.getContext('2d')?.fillRect(0, 0, 8, 8);
		for (const type of ['image/png', 'image/jpeg', 'image/webp']) {
			expect(await message(await canvas.convertToBlob({ type }))).toMatch(
				twice('this is a picture'),
			);
		}
		expect(await message(new Blob(['%PDF-1.7\n...']))).toMatch(twice('this is a document .PDF'));
	});

	test('an mp4 whose index was never written', async () => {
		const whole = await makeMedia({ container: 'mp4', indexLast: true, video: picture });
		const cut = whole.slice(0, whole.size * 0.7);
		expect(await message(cut)).toMatch(twice('its index .the "moov" box. is missing'));
	});

	test('sound without a header', async () => {
		const wav = await makeMedia({ container: 'wav', audio: tone });
		const raw = wav.slice(100);
		expect(await message(raw)).toMatch(twice('this is not a sound or video file'));
		await expect(describeMedia(raw, { ...options, name: 'talk.wav' })).rejects.toMatchObject({
			code: 'UnsupportedMedia',
			message: expect.stringMatching(
				/^talk\.wav: it has no header .*; save it as WAV again/,
			) as string,
		});
	});

	test('0.3 s is too short', async () => {
		const short = await makeMedia({ container: 'wav', audio: { ...tone, seconds: 0.3 } });
		await expect(describeMedia(short, options)).rejects.toMatchObject({
			code: 'UnsupportedMedia',
			message: 'made: the recording is 0.30 s long, too short: 0.5 s is the least',
		});
	});
});

/** FFmpeg goes back to write how many samples there are, which it cannot here: 4 s at 48 kHz. */
async function makeFlac(wav: Blob): Promise<Blob> {
	const flac = await transcode(wav, '-ar', '48000', '-f', 'flac');
	const bytes = new DataView(await flac.arrayBuffer());
	bytes.setUint32(22, 4 * 48_000);
	return new Blob([bytes]);
}

test.each([
	['wav', (wav: Blob) => Promise.resolve(wav)],
	['flac', makeFlac],
] as const)('a %s that is cut short is used as far as it goes, and says so', async (kind, made) => {
	const wav = await makeMedia({ container: 'wav', audio: { ...tone, seconds: 4 } });
	const whole = await made(wav);
	expect((await describeMedia(whole, options)).notes.join()).not.toContain('cut short');
	const cut = whole.slice(0, Math.round(whole.size * 0.55));
	const said = /it is cut short: of 4\.0 s, as its header says, \d\.\d s are there/i;
	expect((await describeMedia(cut, options)).notes.join()).toMatch(said);
	const told: string[] = [];
	const source = await openMedia(cut, {
		...options,
		onProblem: ({ message: text }) => told.push(text),
	});
	let seconds = 0;
	for await (const { samples } of source.audio()) seconds += samples.length / 16_000;
	expect(Math.abs(seconds - (kind === 'wav' ? 2.2 : 2))).toBeLessThan(0.4);
	expect(told.join()).toMatch(said);
	await source.close();
});

test('a picture whose sound nobody can decode goes on without, and it is told', async () => {
	const made = await makeMedia({ container: 'mkv', video: picture, audio: { ...tone } });
	const bytes = new Uint8Array(await made.arrayBuffer());
	// The codec's name in the container becomes one that there is not.
	const text = new TextDecoder('latin1').decode(bytes);
	const at = text.indexOf('A_PCM/INT/LIT');
	expect(at).toBeGreaterThan(0);
	bytes.set(new TextEncoder().encode('A_XXX/INT/LIT'), at);
	const told: string[] = [];
	const source = await openMedia(new Blob([bytes]), {
		...options,
		onProblem: ({ message }) => told.push(message),
	});
	expect(source.info).toMatchObject({
		audio: null,
		soundFault: expect.stringContaining('its sound') as string,
	});
	expect((await middles(source)).length).toBe(50);
	const { notes, audio } = await describeMedia(new Blob([bytes]), options);
	expect(audio).toBeNull();
	expect(notes).toEqual(['Its sound is of a kind that cannot be decoded.']);
	expect(told.join()).toMatch(/sound .*cannot be decoded; the picture alone is used/);
	await source.close();
});

test.skipIf(!hasSharedFiles)('two people on a channel each, with leak', async () => {
	const file = await sharedFile('recordings/dyad-1/dyad-1.mp4');
	const source = await openMedia(file, options);
	const found = await judgeChannels(source);
	await source.close();
	expect(found?.areSeparate).toBe(true);
});
