import { describe, expect, test } from 'vitest';
import { ChannelMeter, PhaseMeter, meanOfChannels } from './channels.ts';

const rateHz = 16000;

/** Noise that is the same each time, -1 to 1. */
function* noise(seed: number): Generator<number, never> {
	let state = seed;
	for (;;) {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		yield state / 2 ** 31 - 1;
	}
}

/** Seconds of syllables, five a second, in the turns where `talks` says so. */
function speech(seconds: number, seed: number, talks: (second: number) => boolean): Float32Array {
	const source = noise(seed);
	return Float32Array.from({ length: seconds * rateHz }, (_, i) => {
		const value = source.next().value;
		const second = i / rateHz;
		const syllable = Math.sin(2 * Math.PI * (2.5 * second + seed * 0.37)) ** 4;
		return talks(Math.floor(second)) ? 0.3 * syllable * value : 0.0005 * value;
	});
}

function mixed(one: Float32Array, other: Float32Array, leakDb: number): Float32Array {
	const gain = 10 ** (leakDb / 20);
	return one.map((value, i) => value + gain * (other[i] ?? 0));
}

function verdict(...channels: Float32Array[]) {
	const meter = new ChannelMeter(channels.length, rateHz);
	meter.add(channels);
	return meter.verdict;
}

describe('channels that are a person each', () => {
	const turns = (second: number): boolean => second % 6 < 3;
	const one = speech(60, 1, turns);
	const other = speech(60, 2, (second) => !turns(second));

	test('without leak', () => {
		expect(verdict(one, other)).toMatchObject({ areSeparate: true });
	});

	test('with leak of -18 dB, in turns: one is nearest each time, though both rise and fall', () => {
		const found = verdict(mixed(one, other, -18), mixed(other, one, -18));
		expect(found.unlikeShare).toBeLessThan(0.1);
		expect(found.dominatedShare).toBeGreaterThan(0.9);
		expect(found.ownShares[0]).toBeCloseTo(0.5, 1);
		expect(found.areSeparate).toBe(true);
	});

	test('who talk at once: their energies rise and fall apart', () => {
		const always = (): boolean => true;
		const found = verdict(speech(60, 1, always), speech(60, 2, always));
		expect(found.unlikeShare).toBeGreaterThan(0.9);
		expect(found.areSeparate).toBe(true);
	});

	test('three of them', () => {
		const third = speech(60, 3, (second) => second % 7 === 0);
		expect(verdict(one, other, third)).toMatchObject({ areSeparate: true });
	});
});

describe('channels that are not', () => {
	const everyone = speech(60, 5, () => true);

	test('one microphone twice, the other way round, and 10 dB lower', () => {
		const lower = everyone.map((value) => value * 10 ** (-10 / 20));
		for (const second of [everyone, everyone.map((value) => -value), lower]) {
			expect(verdict(everyone, second)).toMatchObject({ areSeparate: false });
		}
	});

	test('two microphones in one room: levels differ by a few dB', () => {
		const one = speech(60, 1, (second) => second % 2 === 0);
		const other = speech(60, 2, (second) => second % 2 === 1);
		expect(verdict(mixed(one, other, -3), mixed(other, one, -3))).toMatchObject({
			areSeparate: false,
		});
	});

	test('silence, noise, one channel, nine channels', () => {
		const quiet = new Float32Array(rateHz * 5);
		expect(verdict(quiet, quiet)).toMatchObject({ speechSeconds: 0, areSeparate: false });
		const hiss = (seed: number): Float32Array => {
			const source = noise(seed);
			return quiet.map(() => 0.1 * source.next().value);
		};
		expect(verdict(hiss(1), hiss(2))).toMatchObject({ speechSeconds: 0, areSeparate: false });
		expect(verdict(everyone)).toMatchObject({ areSeparate: false });
		const nine = Array.from({ length: 9 }, (_, i) => speech(10, i, () => true));
		expect(verdict(...nine)).toMatchObject({ areSeparate: false });
	});
});

describe('mixing', () => {
	test('the mean of channels', () => {
		expect([...meanOfChannels([Float32Array.of(1, 2), Float32Array.of(3, -2)])]).toEqual([2, 0]);
		expect(meanOfChannels([])).toHaveLength(0);
	});

	test('opposite signs are known after three seconds of sound, silence not counted', () => {
		const wave = Float32Array.from({ length: rateHz }, (_, i) => 0.2 * Math.sin(i / 7));
		const turned = wave.map((value) => -0.8 * value);
		const silence = new Float32Array(rateHz);
		const meter = new PhaseMeter(rateHz);
		for (const [first, second] of [
			[wave, turned],
			[silence, silence],
			[wave, turned],
		] as const) {
			meter.add(first, second);
			expect(meter.isAntiPhase).toBeNull();
		}
		meter.add(wave, turned);
		expect(meter.isAntiPhase).toBe(true);
		const same = new PhaseMeter(rateHz);
		for (let i = 0; i < 3; i++) same.add(wave, wave);
		expect(same.isAntiPhase).toBe(false);
		const half = new PhaseMeter(rateHz);
		for (let i = 0; i < 3; i++) half.add(wave, silence);
		expect(half.isAntiPhase).toBe(false);
	});
});
