import { describe, expect, test } from 'vitest';
import type { ModelUse } from '../domain/result.ts';
import { defaultSettings } from '../domain/settings.ts';
import { ConfabError } from '../support/errors.ts';
import type { Batching, RecogniserCandidate, RecogniserFamily } from './family.ts';
import { RecogniserChoice } from './recogniser-choice.ts';
import type { SpeechClip } from './recogniser.ts';

/** What a fake candidate does when it is opened, and when it is asked. */
interface Behaviour {
	readonly batching?: Batching;
	readonly open?: () => void;
	/** Words of one clip. */
	readonly say: () => string[] | Promise<string[]>;
}

function setUp(behaviours: Readonly<Record<string, Behaviour>>) {
	const opened: string[] = [];
	const open = new Set<string>();
	const uses: ModelUse[] = [];
	const candidates = Object.entries(behaviours).map(([name, behaviour]): RecogniserCandidate => ({
		name,
		version: `version of ${name}`,
		...(behaviour.batching && { batching: behaviour.batching }),
		open: async () => {
			behaviour.open?.();
			opened.push(name);
			expect([...open]).toEqual([]);
			open.add(name);
			return Promise.resolve({
				recogniser: {
					id: 'fake',
					recognise: async (clip: SpeechClip) =>
						(await behaviour.say()).map((text) => {
							const { startSeconds } = clip;
							return { startSeconds, endSeconds: startSeconds + 1, text, words: [], confidence: 1 };
						}),
				},
				use: { id: 'fake', provider: 'wasm', precision: name },
				close: () => {
					open.delete(name);
					return Promise.resolve();
				},
			});
		},
	}));
	const family: RecogniserFamily = {
		needsLips: false,
		joining: null,
		knows: (id) => id === 'fake',
		candidates: () => Promise.resolve(candidates),
	};
	const choice = new RecogniserChoice([family], (use) => uses.push(use));
	const settings = { ...defaultSettings, recogniser: 'fake' };
	const hear = async (seconds = 2): Promise<string[]> => {
		const clip: SpeechClip = {
			lips: new Uint8Array(),
			audio: new Float32Array(seconds * 16_000),
			startSeconds: 0,
			speech: new Float32Array(seconds * 25).fill(0.9),
		};
		return (await choice.recognise([clip], settings)).flat().map(({ text }) => text);
	};
	return { choice, settings, hear, opened, open, uses };
}

const failing = (error: Error): Behaviour => ({
	say: () => {
		throw error;
	},
});
const good: Behaviour = { say: () => ['yes'] };

describe('RecogniserChoice', () => {
	test('takes the best, opens it once, and closes it', async () => {
		const { choice, settings, hear, opened, open, uses } = setUp({ fast: good, slow: good });
		expect(await choice.version(settings)).toBe('version of fast');
		expect(await hear()).toEqual(['yes']);
		expect(await hear()).toEqual(['yes']);
		expect(opened).toEqual(['fast']);
		expect(uses).toEqual([{ id: 'fake', provider: 'wasm', precision: 'fast' }]);
		await choice.close();
		expect(open.size).toBe(0);
	});

	test('tells how much the one that is asked next likes to get at once, before it is opened', async () => {
		const batching = { frames: 1500, padTo: (frames: number) => frames };
		const fast = { ...failing(new Error('mapAsync failed')), batching };
		const { choice, settings, hear, opened } = setUp({ fast, slow: good });
		expect(await choice.batching(settings)).toEqual(batching);
		expect(opened).toEqual([]);
		await hear();
		expect(await choice.batching(settings)).toBeNull();
	});

	test.each([
		['memory that is not there', new RangeError('Array buffer allocation failed')],
		['a runtime that cannot create it', new Error('no kernel')],
		['output off its reference', new ConfabError('ModelMismatch', 'wrong on webgpu.')],
	])('passes over one that cannot be opened: %s', async (_, error) => {
		const broken = {
			open: () => {
				throw error;
			},
			say: () => ['never'],
		};
		const { choice, settings, hear, opened, uses } = setUp({ fast: broken, slow: good });
		expect(await hear()).toEqual(['yes']);
		expect(opened).toEqual(['slow']);
		expect(uses[0]?.note).toBe(`not fast: ${error.message.replace(/\.$/, '')}`);
		// What comes from now on is stored as the other's.
		expect(await choice.version(settings)).toBe('version of slow');
		choice.begin();
		expect(await choice.version(settings)).toBe('version of fast');
	});

	test.each([
		['DeviceLost', new ConfabError('DeviceLost', 'The graphics processor went away.')],
		['an error of the runtime', new Error('mapAsync failed')],
	])('goes on with the next where one fails in mid-run: %s', async (_, error) => {
		let fails = false;
		const flaky: Behaviour = {
			say: () => {
				if (fails) throw error;
				return ['fast'];
			},
		};
		const { hear, opened, uses } = setUp({ fast: flaky, slow: { say: () => ['slow'] } });
		expect(await hear()).toEqual(['fast']);
		fails = true;
		expect(await hear()).toEqual(['slow']);
		expect(await hear()).toEqual(['slow']);
		expect(opened).toEqual(['fast', 'slow']);
		expect(uses[1]?.note).toContain('not fast: ');
	});

	test('asks another one about long speech without a word', async () => {
		const { hear, opened, uses } = setUp({ fast: { say: () => [] }, slow: good });
		expect(await hear(12)).toEqual(['yes']);
		expect(opened).toEqual(['fast', 'slow']);
		expect(uses[1]?.note).toBe('not fast: no word in 12 s of speech');
	});

	test('adds up what it hears no word in, call by call', async () => {
		const { hear, opened, uses } = setUp({ fast: { say: () => [] }, slow: good });
		expect(await hear(4)).toEqual([]);
		expect(await hear(4)).toEqual([]);
		expect(opened).toEqual(['fast']);
		expect(await hear(4)).toEqual(['yes']);
		expect(uses[1]?.note).toBe('not fast: no word in 12 s of speech');
	});

	test('doubts no one that has given a word', async () => {
		let words = ['one'];
		const { hear, opened } = setUp({ fast: { say: () => words }, slow: good });
		expect(await hear(12)).toEqual(['one']);
		words = [];
		expect(await hear(30)).toEqual([]);
		expect(opened).toEqual(['fast']);
	});

	test('stays with the last when nobody hears a word', async () => {
		const { hear, opened } = setUp({ fast: { say: () => [] }, slow: { say: () => [] } });
		for (let call = 0; call < 4; call++) expect(await hear(12)).toEqual([]);
		expect(opened).toEqual(['fast', 'slow']);
	});

	test('wants enough to judge one by, while there is another and it has given no word', async () => {
		const { choice, settings, hear } = setUp({ fast: good, slow: good });
		expect(await choice.batching(settings)).toEqual({ frames: 45 * 25, padTo: null });
		await hear();
		expect(await choice.batching(settings)).toBeNull();
		const only = setUp({ slow: good });
		expect(await only.choice.batching(only.settings)).toBeNull();
	});

	test('fails as the last one does', async () => {
		const { hear } = setUp({
			fast: failing(new Error('first')),
			slow: failing(new ConfabError('ModelMismatch', 'second')),
		});
		await expect(hear()).rejects.toThrow('second');
		await expect(hear()).rejects.toThrow('second');
	});

	test('takes neither an abort nor a fault of its own for a reason to go on', async () => {
		const { choice, settings, opened } = setUp({ fast: good, slow: good });
		const stop = new AbortController();
		stop.abort();
		const clip = {
			lips: new Uint8Array(),
			audio: new Float32Array(),
			startSeconds: 0,
			speech: null,
		};
		const wrong = setUp({ fast: failing(new TypeError('our own')), slow: good });
		await expect(wrong.hear()).rejects.toThrow('our own');
		expect(wrong.opened).toEqual(['fast']);
		const aborting = setUp({
			fast: {
				say: () => {
					throw stop.signal.reason;
				},
			},
			slow: good,
		});
		await expect(
			aborting.choice.recognise([clip], aborting.settings, { signal: stop.signal }),
		).rejects.toHaveProperty('name', 'AbortError');
		expect(aborting.opened).toEqual(['fast']);
		await choice.recognise([clip], settings);
		expect(opened).toEqual(['fast']);
	});

	test('says which recognisers there are not', async () => {
		const { choice } = setUp({ fast: good });
		await expect(choice.version({ ...defaultSettings, recogniser: 'other' })).rejects.toMatchObject(
			{
				code: 'ModelUnavailable',
			},
		);
	});
});
