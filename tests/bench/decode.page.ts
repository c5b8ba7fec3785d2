import * as v from 'valibot';
import { openMedia } from '../../src/lib/media/open-media.ts';

const inputSchema = v.object({ url: v.string(), prefer: v.picklist(['webcodecs', 'ffmpeg']) });

/** Decodes all frames of a file to grey and says how many there were and how long it took. */
export async function run(input: unknown): Promise<{ frames: number; seconds: number }> {
	const { url, prefer } = v.parse(inputSchema, input);
	const blob = await (await fetch(url)).blob();
	const decode = async (): Promise<{ frames: number; seconds: number }> => {
		const started = performance.now();
		const source = await openMedia(blob, { name: url, prefer });
		let frames = 0;
		try {
			for await (const block of source.frames()) frames += block.count;
		} finally {
			await source.close();
		}
		return { frames, seconds: (performance.now() - started) / 1000 };
	};
	// Once to load and compile what is needed, once to measure.
	await decode();
	return decode();
}
