import { afterAll, describe, expect, test } from 'vitest';
import { hasSharedFiles, sharedFile } from '../../../../tests/shared-browser.ts';
import { createBrowserInference } from '../../inference/browser-inference.ts';
import { VolatileCheckMemory } from '../../inference/self-check.ts';
import { openMedia } from '../../media/open-media.ts';
import { extractLips } from './extract-lips.ts';
import { lipSize } from './lip-crop.ts';

const inference = createBrowserInference({
	base: `${location.origin}/`,
	checks: new VolatileCheckMemory(),
	policy: 'wasm',
});
afterAll(() => inference.close());

const pictureBytes = lipSize * lipSize;

/** Mean absolute change from picture to picture around the lips, over a stretch of pictures. */
function motion(lips: Uint8Array, startFrame: number, endFrame: number): number {
	let sum = 0;
	let count = 0;
	for (let frame = startFrame; frame < endFrame; frame++) {
		for (let row = 32; row < 64; row++) {
			for (let column = 24; column < 72; column++) {
				const at = frame * pictureBytes + row * lipSize + column;
				sum += Math.abs((lips[at] ?? 0) - (lips[at - pictureBytes] ?? 0));
				count++;
			}
		}
	}
	return sum / count;
}

describe.skipIf(!hasSharedFiles)('on a real face track', () => {
	test('finds the lips in every frame; they move when the person speaks', async () => {
		const file = await sharedFile(
			'sessions/grid-party-4/speakers/spk_0/central_crops/track_00.mp4',
		);
		const media = await openMedia(file, { name: file.name });
		const models = {
			detector: await inference.load('yunet'),
			landmarker: await inference.load('landmarks'),
		};
		const frames = media.frames({ channels: 1, startFrame: 80, endFrame: 160 });
		const parts: Uint8Array[] = [];
		let next = 80;
		let seen = 0;
		for await (const block of extractLips(frames, models)) {
			expect(block.startFrame).toBe(next);
			next += block.count;
			seen += block.seen.reduce((sum, value) => sum + value, 0);
			parts.push(block.data);
		}
		await media.close();
		expect(next).toBe(160);
		expect(seen).toBe(80);
		const lips = new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
		// Labelled speech: frames 119 to 160. Measured: 4.5 against 0.5.
		expect(motion(lips, 42, 78)).toBeGreaterThan(4 * motion(lips, 1, 30));
		// Mean brightness of the same pictures made from natively decoded frames in Node: 147.3.
		for (const frame of [0, 19]) {
			const picture = lips.subarray(frame * pictureBytes, (frame + 1) * pictureBytes);
			const mean = picture.reduce((sum, value) => sum + value, 0) / pictureBytes;
			expect(Math.abs(mean - 147.3)).toBeLessThan(3);
		}
	});
});
