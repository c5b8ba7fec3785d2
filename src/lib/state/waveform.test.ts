import { expect, test } from 'vitest';
import type { Peaks } from '../domain/peaks.ts';
import { deferred } from '../support/deferred.ts';
import { Waveform } from './waveform.svelte.ts';

const peaks: Peaks = { rateHz: 100, minimum: Float32Array.of(-1), maximum: Float32Array.of(1) };

test('it is read once, however often it is shown', async () => {
	let reads = 0;
	const waveform = new Waveform(() => {
		reads += 1;
		return Promise.resolve(peaks);
	});
	expect(waveform.status).toBe('idle');
	await Promise.all([waveform.show(), waveform.show()]);
	expect(waveform.peaks).toBe(peaks);
	waveform.hide();
	await waveform.show();
	expect(waveform.status).toBe('ready');
	expect(reads).toBe(1);
});

test('hidden while it is read, it is read anew when it is shown again', async () => {
	const first = deferred<Peaks>();
	const signals: AbortSignal[] = [];
	const waveform = new Waveform((signal) => {
		signals.push(signal);
		return signals.length === 1 ? first.promise : Promise.resolve(peaks);
	});
	const going = waveform.show();
	expect(waveform.status).toBe('loading');
	waveform.hide();
	expect(signals[0]?.aborted).toBe(true);
	expect(waveform.status).toBe('idle');
	const again = waveform.show();
	first.reject(new DOMException('', 'AbortError'));
	await Promise.all([going, again]);
	expect(waveform.status).toBe('ready');
	expect(signals[1]?.aborted).toBe(false);
});

test('a failure is told, and can be tried again', async () => {
	let fails = true;
	const fault = new Error('no sound');
	const waveform = new Waveform(() => (fails ? Promise.reject(fault) : Promise.resolve(peaks)));
	await waveform.show();
	expect([waveform.status, waveform.error]).toEqual(['failed', fault]);
	fails = false;
	await waveform.show();
	expect(waveform.status).toBe('ready');
});
