/**
 * What the app's own face models see in drawn faces: for each grey 224 x 224 frame of the raw file IN the detector's best score
 * (0 for none) and the 68 landmarks of the face tracker (136 numbers, null for no face), as JSON lines on stdout.
 *
 *   npx tsx models/embedded/party/measure.ts IN [DETECT_EVERY] > OUT
 */
import { readFileSync } from 'node:fs';
import { createNodeInference } from '../../../tests/node-inference.ts';
import { detectFaces } from '../../../src/lib/perception/faces/yunet.ts';
import { FaceTracker } from '../../../src/lib/perception/lips/face-tracker.ts';
import type { Picture } from '../../../src/lib/signal/warp.ts';

const side = 224;
const [input, every = '1'] = process.argv.slice(2);
if (input === undefined) throw new TypeError('Wanted: a file of raw grey frames, 224 x 224');

const inference = createNodeInference();
const models = {
	detector: await inference.load('yunet'),
	landmarker: await inference.load('landmarks'),
};
const bytes = new Uint8Array(readFileSync(input));
const tracker = new FaceTracker(models, { detectEveryFrames: 1000 });
for (let frame = 0; frame < bytes.length / side ** 2; frame++) {
	const data = bytes.slice(frame * side ** 2, (frame + 1) * side ** 2);
	const picture: Picture = { width: side, height: side, channels: 1, data };
	const landmarks = await tracker.next(picture);
	let score = null;
	if (frame % Number(every) === 0) {
		const [face] = await detectFaces(models.detector, picture, { minimumScore: 0.1 });
		score = face?.score ?? 0;
	}
	console.log(JSON.stringify({ score, landmarks: landmarks && Array.from(landmarks) }));
}
await inference.close();
