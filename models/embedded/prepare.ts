/**
 * Makes the training input of the embedded recogniser with the app's own lip pipeline: for each GRID clip 96 x 96 grey
 * lips (`<clip>.lips`, uint8, T x 96 x 96) and its sound (`<clip>.f32`, 640 T samples at 16 kHz), for each LibriSpeech voice its
 * sound. Goes on where it stopped. Frames and sound are decoded by a native ffmpeg; the models come from `npm run models`.
 *
 *   npx tsx models/embedded/prepare.ts [PART/PARTS]
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createNodeInference } from '../../tests/node-inference.ts';
import type { FrameBlock } from '../../src/lib/media/media-source.ts';
import { extractLips } from '../../src/lib/perception/lips/extract-lips.ts';
import { sharedPath } from '../../tests/shared.ts';

const frameSize = 224;
const samplesPerFrame = 640;
const cache = fileURLToPath(new URL('../.cache/embedded/', import.meta.url));

const [part = 0, parts = 1] = (process.argv[2] ?? '0/1').split('/').map(Number);

function ffmpeg(file: string, ...output: string[]): Buffer {
	return execFileSync('ffmpeg', ['-v', 'error', '-threads', '1', '-i', file, ...output, '-'], {
		maxBuffer: 2 ** 30,
	});
}

function sound(file: string): Float32Array {
	const bytes = ffmpeg(file, '-f', 'f32le', '-ac', '1', '-ar', '16000');
	return new Float32Array(new Uint8Array(bytes).buffer);
}

function save(path: string, data: Uint8Array | Float32Array): void {
	writeFileSync(`${path}.part`, data);
	renameSync(`${path}.part`, path);
}

async function* greyFrames(file: string): AsyncGenerator<FrameBlock> {
	const data = new Uint8Array(ffmpeg(file, '-f', 'rawvideo', '-pix_fmt', 'gray'));
	const count = data.length / frameSize ** 2;
	yield { startFrame: 0, count, width: frameSize, height: frameSize, channels: 1, data };
}

const inference = createNodeInference();
const models = {
	detector: await inference.load('yunet'),
	landmarker: await inference.load('landmarks'),
};

const clips = ['train', 'test'].flatMap((split) =>
	readdirSync(sharedPath(`data/grid-s1/${split}`)).map((file) => ({ split, file })),
);
let done = 0;
for (const [index, { split, file }] of clips.entries()) {
	const target = join(cache, split, basename(file, '.mp4'));
	if (index % parts !== part || existsSync(`${target}.lips`)) continue;
	mkdirSync(join(cache, split), { recursive: true });
	const path = sharedPath(`data/grid-s1/${split}/${file}`);
	const pictures: Uint8Array[] = [];
	let frames = 0;
	let unseen = 0;
	for await (const block of extractLips(greyFrames(path), models)) {
		pictures.push(block.data);
		frames += block.count;
		unseen += block.seen.filter((seen) => seen === 0).length;
	}
	const samples = new Float32Array(samplesPerFrame * frames);
	samples.set(sound(path).subarray(0, samples.length));
	save(`${target}.f32`, samples);
	save(`${target}.lips`, Buffer.concat(pictures));
	if (unseen > 0) console.log(`${split}/${file}: no face in ${unseen} of ${frames} frames`);
	if (++done % 20 === 0) console.log(`${done} clips`);
}

if (part === 0) {
	for (const split of ['train-clean-100', 'test-clean']) {
		const folder = sharedPath(`data/voices/${split}`);
		mkdirSync(join(cache, 'voices', split), { recursive: true });
		for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
			if (!file.endsWith('.flac')) continue;
			const target = join(cache, 'voices', split, `${basename(file, '.flac')}.f32`);
			if (!existsSync(target)) save(target, sound(join(folder, file)));
		}
	}
}
await inference.close();
