import { expect, test } from 'vitest';
import { parseManifest } from '../inference/manifest.ts';
import { shippedInfo } from './model-infos.ts';

const sha256 = 'a'.repeat(64);
const described = {
	id: 'silero-vad',
	title: 'Silero VAD v6',
	feature: 'voice activity',
	precision: 'fp32',
	providers: ['wasm'],
	licence: 'MIT',
	source: { repository: 'https://git.example/vad', package: 'vad@1.0.0', path: 'vad.onnx' },
};

function infoOf(entry: object) {
	const manifest = parseManifest({ version: 1, models: [{ ...described, ...entry }] });
	const model = 'models' in manifest ? manifest.models[0] : undefined;
	if (!model) throw new TypeError('not a manifest');
	return shippedInfo(model, 'https://app.example/models/');
}

test('a stand-in tells of its package, and why the preferred file is not in use', () => {
	const info = infoOf({
		status: 'ready',
		standsIn: 'git.example cannot be reached',
		files: {
			graph: { path: 'vad.onnx', bytes: 7, sha256 },
			licence: { path: 'vad-licence.txt', bytes: 3, sha256 },
		},
		check: { inputs: {}, tolerance: 0.001 },
	});
	expect(info).toMatchObject({
		available: true,
		bytes: 7,
		package: 'vad@1.0.0',
		standsIn: 'git.example cannot be reached',
		terms: [{ name: 'MIT', address: 'https://app.example/models/vad-licence.txt', here: true }],
	});
});

test('what is missing says what cannot be done without it', () => {
	expect(infoOf({ status: 'missing', reason: 'out of reach' })).toMatchObject({
		available: false,
		reason: 'out of reach',
		disables: 'voice activity',
	});
});
