import { afterEach, describe, expect, test } from 'vitest';
import {
	allAudio,
	makeMedia,
	middles,
	testCore,
	makeAac,
} from '../../../tests/fixtures/made-media.ts';
import { isCutOffMatroska } from './cut-off.ts';
import type { MediaSource } from './media-source.ts';
import { openMedia } from './open-media.ts';

const paths = ['webcodecs', 'ffmpeg'] as const;
type Path = (typeof paths)[number];

async function open(blob: Blob, prefer: Path, problems: string[] = []): Promise<MediaSource> {
	return openMedia(blob, {
		name: 'made',
		prefer,
		ffmpegCore: testCore,
		onProblem: ({ message }) => problems.push(message),
	});
}

/** How much comes before the error, and the error. */
async function untilError(blocks: AsyncIterable<unknown>): Promise<[number, unknown]> {
	let count = 0;
	try {
		for await (const block of blocks) if (block) count++;
	} catch (error) {
		return [count, error];
	}
	return [count, null];
}

function recording(container: 'mkv' | 'live mkv' = 'mkv'): Promise<Blob> {
	return makeMedia({
		container,
		video: { starts: Array.from({ length: 300 }, (_, i) => i / 25), lastSeconds: 0.04 },
		audio: { codec: 'pcm-s16', sampleRateHz: 16000, seconds: 12, frequenciesHz: [500] },
	});
}

describe('a Matroska file that is cut off', () => {
	test.each(paths)('gives what is there, then an error, by %s', async (path) => {
		const whole = await recording();
		expect(await isCutOffMatroska(whole)).toBe(false);
		const cut = whole.slice(0, whole.size * 0.6);
		expect(await isCutOffMatroska(cut)).toBe(true);
		const source = await open(cut, path);
		const [frames, noPicture] = await untilError(source.frames({ blockFrames: 1 }));
		expect(frames).toBeGreaterThan(100);
		expect(frames).toBeLessThan(250);
		expect(noPicture).toMatchObject({
			code: 'UnsupportedMedia',
			message: expect.stringMatching(
				/^made: the picture is damaged or cut off at .* of 12\.00 s/,
			) as string,
		});
		const [seconds, noSound] = await untilError(source.audio());
		expect(seconds).toBeGreaterThan(3);
		expect(noSound).toMatchObject({
			message: expect.stringMatching(/^made: the sound is damaged or cut off at/) as string,
		});
		await source.close();
	});

	test.each(paths)('one recorded live ends where it ends, by %s', async (path) => {
		const live = await recording('live mkv');
		expect(await isCutOffMatroska(live)).toBe(false);
		const source = await open(live, path);
		expect((await middles(source)).length).toBe(300);
		await source.close();
	});
});

describe('a decoder of sound that fails in mid-file', () => {
	const NativeDecoder = AudioDecoder;
	afterEach(() => {
		globalThis.AudioDecoder = NativeDecoder;
	});

	test('is followed by FFmpeg at the sample, and it is told', async () => {
		const aac = await makeAac(6);
		const sound = await open(aac, 'webcodecs');
		const right = await allAudio(sound);
		await sound.close();

		globalThis.AudioDecoder = class extends NativeDecoder {
			readonly #fail: AudioDecoderInit['error'];
			#packets = 0;

			constructor(init: AudioDecoderInit) {
				super(init);
				this.#fail = init.error;
			}

			override decode(chunk: EncodedAudioChunk): void {
				this.#packets++;
				if (this.#packets < 50) super.decode(chunk);
				else if (this.#packets === 50) this.#fail(new DOMException('provoked', 'EncodingError'));
			}
		};
		const problems: string[] = [];
		const failing = await open(aac, 'webcodecs', problems);
		const found = await allAudio(failing);
		await failing.close();
		expect(problems.join()).toMatch(/failed \(provoked\) at \d.* of the sound; FFmpeg continues/);
		expect(found.length).toBe(right.length);
		const worst = found.reduce(
			(most, sample, i) => Math.max(most, Math.abs(sample - (right[i] ?? NaN))),
			0,
		);
		expect(worst).toBeLessThan(1e-3);
	});
});
