import { expect, test, vi } from 'vitest';
import { MemoryMeter } from './memory-meter.ts';

test('keeps the largest measurement since the start', async () => {
	vi.useFakeTimers();
	try {
		const sizes = [100, 300, 200];
		const meter = new MemoryMeter(() => Promise.resolve({ bytes: sizes.shift() ?? 0 }));
		meter.start(1000);
		await vi.advanceTimersByTimeAsync(2500);
		expect(meter.peakBytes).toBe(300);
		meter.stop();
		meter.start(1000);
		await vi.advanceTimersByTimeAsync(500);
		expect(meter.peakBytes).toBe(0);
		meter.stop();
	} finally {
		vi.useRealTimers();
	}
});

test('knows nothing where the browser does not tell, or refuses', async () => {
	const silent = new MemoryMeter(null);
	silent.start();
	silent.stop();
	expect(silent.peakBytes).toBeNull();
	const refusing = new MemoryMeter(() => Promise.reject(new Error('not isolated')));
	refusing.start();
	await Promise.resolve();
	refusing.stop();
	expect(refusing.peakBytes).toBeNull();
});
