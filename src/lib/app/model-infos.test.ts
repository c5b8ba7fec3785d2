import { describe, expect, test } from 'vitest';
import { parseManifest } from '../inference/manifest.ts';
import { shippedInfos } from './model-infos.ts';

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

function infosOf(...entries: object[]) {
	const models = entries.map((entry) => ({ ...described, ...entry }));
	const manifest = parseManifest({ version: 1, models });
	if (!('models' in manifest)) throw new TypeError(`not a manifest: ${manifest.join()}`);
	return shippedInfos(manifest.models, 'https://app.example/models/');
}

test('a stand-in tells of its package, and why the preferred file is not in use', () => {
	const [info] = infosOf({
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
	const [info] = infosOf({ status: 'missing', reason: 'out of reach' });
	expect(info).toMatchObject({
		available: false,
		reason: 'out of reach',
		disables: 'voice activity',
		replacedBy: undefined,
	});
});

describe('another network that does the work of one that is missing', () => {
	const missing = { id: 'yunet', title: 'YuNet', feature: 'finding faces', status: 'missing' };
	const ready = {
		status: 'ready',
		files: { graph: { path: 'x.onnx', bytes: 7, sha256 } },
		check: { inputs: {}, tolerance: 0.001 },
	};
	const blaze = { ...ready, id: 'blaze', title: 'BlazeFace', feature: 'finding faces' };
	const standIn = { ...blaze, standsInFor: 'yunet' };

	test('is named by the one and says that it is in use', () => {
		const [preferred, other] = infosOf({ ...missing, reason: 'out of reach' }, standIn);
		expect(preferred).toMatchObject({ available: false, replacedBy: 'BlazeFace' });
		expect(other?.purpose).toBe(
			'For finding faces. In use: it stands in for YuNet, which is not here.',
		);
	});

	test('says that it is kept in reserve where that one is here', () => {
		const [preferred, other] = infosOf({ ...ready, id: 'yunet', title: 'YuNet' }, standIn);
		expect(preferred?.replacedBy).toBeUndefined();
		expect(other?.purpose).toBe('For finding faces. Kept in reserve: YuNet is here and in use.');
	});

	test('may have work of its own, and be named for more', () => {
		const all = { ...ready, id: 'all', title: 'All', alsoFor: ['finding faces', 'lips'] };
		const [preferred] = infosOf({ ...missing, reason: 'out of reach' }, all);
		expect(preferred?.replacedBy).toBe('All');
	});

	test('is not there where it is missing too, or for something else', () => {
		const reason = 'out of reach';
		const [first] = infosOf(
			{ ...missing, reason },
			{ ...missing, id: 'b', standsInFor: 'yunet', reason },
		);
		expect(first?.replacedBy).toBeUndefined();
		const [second] = infosOf({ ...missing, reason }, { ...blaze, standsInFor: 'landmarks' });
		expect(second?.replacedBy).toBeUndefined();
	});
});
