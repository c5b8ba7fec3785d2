import * as v from 'valibot';
import { createBrowserInference } from '../../src/lib/inference/browser-inference.ts';
import { threadCount } from '../../src/lib/inference/runtime.ts';
import { VolatileCheckMemory } from '../../src/lib/inference/self-check.ts';
import type { FrameBlock } from '../../src/lib/media/media-source.ts';
import { openMedia } from '../../src/lib/media/open-media.ts';
import {
	baselineDurationsSeconds,
	scoreTrack,
	type LightAsd,
} from '../../src/lib/perception/active-speaker/score-track.ts';

const inputSchema = v.object({ url: v.string(), frames: v.number() });

/** Frames of a call of the visual encoder by itself: a chunk of one second. */
const framesPerCall = 25;
const faceSide = 112;

interface Material {
	readonly blocks: readonly FrameBlock[];
	readonly audio: Float32Array;
	readonly frameCount: number;
}

/** Everything decoded beforehand: what is measured is the networks and what feeds them. */
async function material(url: string, frameCount: number): Promise<Material> {
	const blob = await (await fetch(url)).blob();
	const source = await openMedia(blob, { name: url });
	try {
		const blocks: FrameBlock[] = [];
		for await (const block of source.frames({ endFrame: frameCount })) blocks.push(block);
		const samples: number[] = [];
		for await (const block of source.audio()) samples.push(...block.samples);
		// A frame's worth more than the frames need, or the last would go without a score.
		return {
			blocks,
			audio: Float32Array.from(samples.slice(0, 640 * (frameCount + 1))),
			frameCount,
		};
	} finally {
		await source.close();
	}
}

async function* from(blocks: readonly FrameBlock[]): AsyncGenerator<FrameBlock> {
	for (const block of blocks) yield await Promise.resolve(block);
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
	const started = performance.now();
	await work();
	return (performance.now() - started) / 1000;
}

async function scored(
	models: LightAsd,
	{ blocks, audio, frameCount }: Material,
	durationsSeconds: readonly number[],
): Promise<Float32Array> {
	const track = { frames: from(blocks), audio, frameStart: 0 };
	const { scores } = await scoreTrack(models, track, { audioScale: 'int16', durationsSeconds });
	if (scores.length !== frameCount) throw new Error(`${scores.length} scores of ${frameCount}`);
	return scores;
}

/** Seconds that the visual encoder alone takes for the whole track in chunks of one second. */
async function encodeFaces({ visual }: LightAsd, frameCount: number): Promise<number> {
	const data = new Float32Array(framesPerCall * faceSide * faceSide);
	const grey = (_: number, i: number): number => (i * 31) % 256;
	const frames = { type: 'float32', dims: [1, framesPerCall, faceSide, faceSide] } as const;
	return timeOf(async () => {
		for (let done = 0; done < frameCount; done += framesPerCall) {
			await visual.run({ frames: { ...frames, data: data.map(grey) } });
		}
	});
}

/**
 * Scores the first frames of a track on WebAssembly: all durations of the baseline in one go, each in
 * a pass of its own, and the visual encoder alone. Seconds each.
 */
export async function run(input: unknown): Promise<{
	threads: number;
	shared: number;
	separate: number;
	onePass: number;
	encoder: number;
	farthest: number;
}> {
	const { url, frames } = v.parse(inputSchema, input);
	const inference = createBrowserInference({
		base: `${location.origin}/`,
		checks: new VolatileCheckMemory(),
		policy: 'wasm',
	});
	try {
		const [visual, audio, head] = await Promise.all([
			inference.load('light-asd-visual'),
			inference.load('light-asd-audio'),
			inference.load('light-asd-head'),
		]);
		const models = { visual, audio, head };
		const whole = await material(url, frames);
		console.log('decoded; once to warm up');
		await encodeFaces(models, 4 * framesPerCall);
		console.log('the visual encoder alone');
		let encoder = await encodeFaces(models, frames);
		console.log('all durations in one go');
		let together: Float32Array = new Float32Array(0);
		const atOnce = (): Promise<number> =>
			timeOf(async () => {
				together = await scored(models, whole, baselineDurationsSeconds);
			});
		let shared = await atOnce();
		const sums = new Float32Array(frames);
		let separate = 0;
		let onePass = Infinity;
		for (const duration of baselineDurationsSeconds) {
			console.log(`chunks of ${duration} s in a pass of their own`);
			const seconds = await timeOf(async () => {
				(await scored(models, whole, [duration])).forEach((score, t) => {
					sums[t] = (sums[t] ?? 0) + score;
				});
			});
			separate += seconds;
			onePass = Math.min(onePass, seconds);
		}
		console.log('both again: what disturbed only one of the two turns does not count');
		shared = Math.min(shared, await atOnce());
		encoder = Math.min(encoder, await encodeFaces(models, frames));
		// Each pass was rounded to 0.1 before this sum, their mean only once.
		const farthest = together.reduce(
			(most, score, t) =>
				Math.max(most, Math.abs(score - (sums[t] ?? NaN) / baselineDurationsSeconds.length)),
			0,
		);
		const threads = threadCount(navigator.hardwareConcurrency, crossOriginIsolated);
		return { threads, shared, separate, onePass, encoder, farthest };
	} finally {
		await inference.close();
	}
}
