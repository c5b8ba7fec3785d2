import type { ConfabClient } from '../../src/lib/state/client.ts';
import { ConfabError } from '../../src/lib/support/errors.ts';
import { FakeClient } from '../fixtures/fake-client.ts';
import type { FakeModelOptions } from '../fixtures/fake-models.ts';
import { fakeFiles } from '../fixtures/fake-offline.ts';
import { seenRequest, type FakePrivacyOptions } from '../fixtures/fake-privacy.ts';

const plenty = { usedBytes: 48_200_000, quotaBytes: 61_000_000_000, persistent: true };

/** States of the models page, by the names that `client` in screens.ts gives them. */
const modelStates: Readonly<Record<string, FakeModelOptions>> = {
	stored: {
		shelved: {
			'avsr-cocktail-mcorec': { fp16: 1 },
			'whisper-base': { webgpu: 0.4 },
			'whisper-tiny': { wasm: 1 },
			'wespeaker-resnet34': { fp32: 1 },
		},
		damaged: ['encoder.onnx'],
	},
	going: { standAt: 0.4 },
	refused: {
		failAt: {
			fraction: 0.3,
			error: new ConfabError(
				'ModelUnavailable',
				'https://huggingface.co/api/models/onnx-community/whisper-tiny_timestamped/revision/main?blobs=true could not be fetched (status 429).',
			),
		},
	},
	wrong: {
		failAt: {
			fraction: 1,
			error: new ConfabError(
				'ModelMismatch',
				'voxceleb_resnet34_LM.onnx is not what it should be: its checksum is 9f86d081…, not 7bb2f06e…. It was thrown away; get it anew.',
			),
		},
		missing: ['landmarks'],
	},
};

/** A host that sends no policy, and somebody who was asked. */
const barePrivacy: FakePrivacyOptions = {
	seen: [
		seenRequest('/_app/immutable/start.js', { kind: 'script' }),
		seenRequest('https://example.com/?confab-tries=fetch'),
		seenRequest('/models/manifest.json', { by: 'service worker', method: 'POST', hasBody: true }),
	],
	attempts: {
		fetch: { verdict: 'through' },
		webrtc: { verdict: 'unproven', sign: 'it was tried (701 STUN host lookup received error.)' },
	},
	policy: {
		headers: { 'Content-Security-Policy': null, 'Connection-Allowlist': null },
		inPage: null,
		crossOriginIsolated: false,
	},
};

const safePrivacy: FakePrivacyOptions = {
	seen: [
		seenRequest('/privacy', { kind: 'navigation' }),
		...['start', 'app', 'page', 'page'].map((name) =>
			seenRequest(`/_app/immutable/${name}.js`, { kind: 'script' }),
		),
		seenRequest('https://example.com/?confab-tries=image', { blocked: true }),
		seenRequest('/models/embedded.onnx', { by: 'inference' }),
		seenRequest('/models/embedded.onnx', { by: 'service worker', method: 'GET', hasBody: false }),
	],
};

/** Takes the place of the app's own client when the screens are looked at (screens.ts beside). */
export function createClient(): ConfabClient {
	const wanted = new URLSearchParams(window.name);
	return new FakeClient({
		keepsStorage: !wanted.has('persist'),
		stepMilliseconds: Number(wanted.get('step') ?? '0'),
		models: modelStates[wanted.get('models') ?? ''] ?? {},
		...(wanted.has('scarce') && {
			machine: {
				webgpu: { available: false, software: false, halfPrecision: false },
				threads: 2,
				memoryGiB: 2,
				storage: { ...plenty, quotaBytes: 150_000_000, keepsFiles: true },
			},
		}),
		recognisers: wanted.getAll('recogniser'),
		unlabelled: wanted.has('unlabelled'),
		privacy: wanted.has('bare') ? barePrivacy : safePrivacy,
		offline: {
			newer: wanted.has('newer'),
			...(wanted.has('bare')
				? { refused: ['runtime/ort/here.wasm'] }
				: { kept: fakeFiles.map(({ path }) => path) }),
		},
		past: (wanted.get('past') ?? '').split(',').filter((name) => name !== ''),
		...(wanted.has('fail') && {
			failAt: {
				stage: 'lips',
				error: new ConfabError('StorageFull', 'The quota of this origin is used up.'),
			},
		}),
	});
}
