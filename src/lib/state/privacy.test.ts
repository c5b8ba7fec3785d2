import { describe, expect, test } from 'vitest';
import {
	FakePrivacy,
	seenRequest,
	type FakePrivacyOptions,
} from '../../../tests/fixtures/fake-privacy.ts';
import { wayIds } from './privacy-client.ts';
import { PrivacyState } from './privacy.svelte.ts';

function made(options: FakePrivacyOptions = {}) {
	const client = new FakePrivacy(options);
	return { client, state: new PrivacyState(client) };
}

describe('requests', () => {
	test('those of before and of now, the same ones counted together', () => {
		const { client, state } = made({ seen: [seenRequest('/a.js'), seenRequest('/a.js')] });
		const stop = state.watch();
		client.see(seenRequest('/models/x.onnx', { by: 'inference' }));
		expect(state.total).toBe(3);
		expect(state.lines.map(({ by, count, own }) => [by, count, own])).toEqual([
			['page', 2, true],
			['inference', 1, true],
		]);
		expect(state.strangers).toBe(0);
		stop();
		client.see(seenRequest('/later.js'));
		expect(state.total).toBe(3);
	});

	test('somebody else is counted as such; what is made in the browser is not somebody', () => {
		const { state } = made({
			seen: [
				seenRequest('https://confab.example.net/x'),
				seenRequest('https://confab.example:8443/x'),
				seenRequest('blob:https://confab.example/1'),
				seenRequest('data:text/plain,x'),
			],
		});
		state.watch();
		expect(state.strangers).toBe(2);
	});

	test('what the browser has blocked was not made, though its timeline lists it', () => {
		const address = 'https://example.com/?confab-tries=image';
		const { client, state } = made({ seen: [seenRequest(address), seenRequest('/a.js')] });
		state.watch();
		expect(state.strangers).toBe(1);
		client.see(seenRequest(address, { blocked: true }));
		expect([state.strangers, state.blocked, state.total]).toEqual([0, 1, 1]);
		// Another address there is another matter.
		client.see(seenRequest('https://example.com/'));
		expect(state.strangers).toBe(1);
	});

	test('what could carry something out is told apart from what could not', () => {
		const seen = [
			seenRequest('/a', { by: 'service worker', method: 'GET', hasBody: false }),
			seenRequest('/b', { by: 'service worker', method: 'GET', hasBody: null }),
			seenRequest('/c', { by: 'service worker', method: 'POST', hasBody: null }),
			seenRequest('/d', { by: 'service worker', method: 'GET', hasBody: true }),
			seenRequest('/e'),
		];
		const { state } = made({ seen });
		state.watch();
		expect(state.inspected).toBe(4);
		expect(state.laden.map(({ url }) => new URL(url).pathname)).toEqual(['/c', '/d']);
		expect(state.untold).toBe(2);
	});
});

describe('trying to get out', () => {
	test('each way once, one after the other; only when all are stopped does it say so', async () => {
		const { client, state } = made();
		expect(state.allBlocked).toBe(null);
		await state.tryAll('https://example.com/');
		expect(client.tried.map(({ way }) => way)).toEqual(wayIds);
		expect(state.allBlocked).toBe(true);
		expect(state.tried).toBe('https://example.com/');
	});

	test.each([{ verdict: 'through' } as const, { verdict: 'unproven', sign: 'it failed' } as const])(
		'one that is $verdict is enough to say no',
		async (attempt) => {
			const { state } = made({ attempts: { image: attempt } });
			await state.tryAll('https://example.com/');
			expect(state.allBlocked).toBe(false);
			expect(state.attempts.image).toEqual(attempt);
		},
	);

	test('one that breaks down proves nothing', async () => {
		const { client, state } = made();
		client.tryOut = () => Promise.reject(new Error('the worker failed'));
		await state.tryAll('https://example.com/');
		expect(state.allBlocked).toBe(false);
		expect(state.trying).toBe(null);
	});

	test('an address must be outside, and no more than its origin is asked', () => {
		const { state } = made();
		expect(state.targetOf(' https://example.com/a?b=c ')).toEqual({
			address: 'https://example.com/',
		});
		for (const text of ['', 'example.com', 'ftp://example.com', 'https://confab.example/x']) {
			expect(state.targetOf(text), text).toHaveProperty('problem');
		}
	});
});

test('the policy is read, and failing to is told', async () => {
	const { client, state } = made();
	await state.readPolicy();
	expect(state.policy?.headers['Content-Security-Policy']).toContain("default-src 'none'");
	client.policy = () => Promise.reject(new Error('no answer'));
	await state.readPolicy();
	expect(String(state.error)).toContain('no answer');
});
