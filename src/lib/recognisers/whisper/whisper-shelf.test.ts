import { describe, expect, test } from 'vitest';
import { randomWhisper } from '../../../../models/whisper/random-whisper.ts';
import { memoryFolder } from '../../../../tests/fixtures/memory-folder.ts';
import { createNodeInference } from '../../../../tests/node-inference.ts';
import { ModelShelf } from '../../store/shelf/model-shelf.ts';
import { addWhisperFolder } from './add-folder.ts';
import { heldOutputs } from './graphs.ts';
import { whisperAbout, whisperFiles, whisperOffer, whisperOffers } from './offers.ts';
import { graphId, WhisperShelf } from './whisper-shelf.ts';
import { WhisperRecogniser } from './whisper-recogniser.ts';

const made = randomWhisper({ size: 'test', seed: 2, storages: ['fp32', 'q8'] });

function dropped(keep: (name: string) => boolean = () => true) {
	return [...made]
		.filter(([name]) => keep(name))
		.map(([name, bytes]) => ({ path: `a/b/${name}`, file: new File([bytes], name) }));
}

function newShelf(): ModelShelf {
	return new ModelShelf(() => Promise.resolve(memoryFolder().handle));
}

describe('offers', () => {
	test('name what the hub is asked for', () => {
		expect(whisperOffers.map(({ id }) => id)).toEqual([
			'whisper-tiny',
			'whisper-base',
			'whisper-small',
			'whisper-medium',
			'whisper-large-v3-turbo',
		]);
		const turbo = whisperOffer('whisper-large-v3-turbo');
		expect(turbo?.repository).toBe('onnx-community/whisper-large-v3-turbo_timestamped');
		expect(whisperFiles({ encoder: 'q8', decoder: 'q4' })).toEqual([
			'config.json',
			'generation_config.json',
			'preprocessor_config.json',
			'tokenizer.json',
			'tokenizer_config.json',
			'onnx/encoder_model_quantized.onnx',
			'onnx/decoder_model_merged_q4.onnx',
		]);
		expect(whisperOffer('embedded')).toBeNull();
	});

	test('never have 8 bits, or half-precision decoders, for the GPU', () => {
		for (const { variants } of whisperOffers) {
			expect(variants.webgpu.encoder).not.toBe('q8');
			expect(variants.webgpu.decoder).toBe('q4');
		}
	});
});

describe('a folder', () => {
	test('is put on the shelf wherever it lies, once in each precision that is asked for', async () => {
		const shelf = newShelf();
		expect(await addWhisperFolder(shelf, dropped(), { offer: 'whisper-tiny' })).toBe(
			'whisper-tiny',
		);
		const entry = await shelf.get('whisper-tiny');
		expect(entry).toMatchObject({
			complete: true,
			about: whisperAbout('whisper-tiny', { encoder: 'q8', decoder: 'q8' }, null),
		});
		expect(entry?.files.map(({ name }) => name)).toEqual(
			whisperFiles({ encoder: 'q8', decoder: 'q8' }),
		);
		// fp32 and q4 would be the offer's; fp32 throughout is here.
		await addWhisperFolder(
			shelf,
			dropped((name) => !name.includes('quantized')),
			{ offer: 'whisper-base', prefer: 'webgpu' },
		);
		expect((await shelf.get('whisper-base'))?.about).toMatchObject({
			encoder: 'fp32',
			decoder: 'fp32',
		});
	});

	test.each([
		['generation_config.json', /no generation_config\.json/],
		['onnx/decoder_model_merged_quantized.onnx', /no onnx\/decoder_model_merged_quantized\.onnx/],
	])('without %s is refused', async (name, message) => {
		const files = dropped((one) => one !== name && !/model(_merged)?\.onnx/.test(one));
		const adding = addWhisperFolder(newShelf(), files, { offer: 'whisper-tiny' });
		await expect(adding).rejects.toMatchObject({ code: 'ModelUnavailable' });
		await expect(adding).rejects.toThrow(message);
	});

	test('that was not added to its end can be seen, and goes on', async () => {
		const shelf = newShelf();
		const stop = new AbortController();
		const adding = addWhisperFolder(shelf, dropped(), {
			offer: 'whisper-tiny',
			signal: stop.signal,
			onProgress: ({ stage, done, total }) => {
				if (stage === 'model' && done > total / 2) stop.abort();
			},
		});
		await expect(adding).rejects.toMatchObject({ name: 'AbortError' });
		const [begun] = await shelf.list();
		expect(begun).toMatchObject({ id: 'whisper-tiny', complete: false });
		const there = begun?.presentBytes ?? 0;
		expect(there).toBeGreaterThan(0);
		let first = Number.POSITIVE_INFINITY;
		await addWhisperFolder(shelf, dropped(), {
			offer: 'whisper-tiny',
			onProgress: ({ stage, done }) => {
				if (stage === 'model') first = Math.min(first, done);
			},
		});
		expect(first).toBeGreaterThan(there);
		expect(await shelf.get('whisper-tiny')).toMatchObject({ complete: true });
	});

	test('of other weights replaces what is there, and no old file passes for a new one', async () => {
		const shelf = newShelf();
		await addWhisperFolder(shelf, dropped(), { offer: 'whisper-tiny' });
		const before = await shelf.get('whisper-tiny');
		const others = [...randomWhisper({ size: 'test', seed: 3, storages: ['q8'] })].map(
			([name, bytes]) => ({ path: name, file: new File([bytes], name) }),
		);
		await addWhisperFolder(shelf, others, { offer: 'whisper-tiny' });
		const after = await shelf.get('whisper-tiny');
		expect(after).toMatchObject({ complete: true, totalBytes: before?.totalBytes });
		expect(after?.files).not.toEqual(before?.files);
		expect(await shelf.verify('whisper-tiny')).toEqual([]);
	});

	test('of another model is refused', async () => {
		const files = dropped((name) => name !== 'config.json');
		files.push({
			path: 'a/b/config.json',
			file: new File(['{"model_type":"bert"}'], 'config.json'),
		});
		await expect(
			addWhisperFolder(newShelf(), files, { offer: 'whisper-tiny' }),
		).rejects.toMatchObject({ code: 'ModelUnavailable' });
	});
});

describe('a recogniser', async () => {
	const models = newShelf();
	await addWhisperFolder(models, dropped(), { offer: 'whisper-tiny' });
	const shelf = new WhisperShelf(models);
	const entry = await shelf.entry('whisper-tiny');
	if (!entry) throw new Error('not on the shelf');
	const rules = await shelf.rules(entry);
	const inference = createNodeInference({ sources: [shelf] });
	const held = heldOutputs(rules);
	const load = (part: 'encoder' | 'decoder') =>
		inference.load(graphId('whisper-tiny', part, 'wasm'), { held: held[part], unchecked: true });
	const graphs = { encoder: await load('encoder'), decoder: await load('decoder') };
	let asked = 0;
	/** Seconds of sound in each window. */
	const windows: number[] = [];

	function recogniser(changes: { decode?: (ids: number[]) => string } = {}): WhisperRecogniser {
		return new WhisperRecogniser({
			id: 'whisper-tiny',
			graphs,
			rules,
			features: (audio) => {
				asked += 1;
				windows.push(audio.length / 16_000);
				const data = Float32Array.from({ length: 80 * 3000 }, (_, i) => audio[i % audio.length]!);
				return Promise.resolve({ type: 'float32', dims: [1, 80, 3000], data });
			},
			decode: (ids) => ids.map((id) => ` ${((id * 7919) % 9973).toString(36)}`).join(''),
			language: 'en',
			...changes,
		});
	}

	function clip(at: (t: number, i: number) => number, seconds = 3, speech: number | null = null) {
		const audio = Float32Array.from({ length: seconds * 16_000 }, (_, i) => at(i / 16_000, i));
		const probabilities = speech === null ? null : new Float32Array(seconds * 25).fill(speech);
		return { lips: new Uint8Array(0), audio, startSeconds: 0, speech: probabilities };
	}

	const speech = (t: number): number => 0.1 * Math.max(0, Math.sin(25 * t)) * Math.sin(1200 * t);

	test.each([
		['silence', () => 0],
		['hum', (t: number) => 0.1 * Math.sin(2 * Math.PI * 50 * t)],
		[
			'noise',
			(_: number, i: number) => 0.05 * (((Math.imul(i, 1_664_525) >>> 8) % 1000) / 500 - 1),
		],
	])('%s has no words, and is not even shown to the network', async (_, sound) => {
		asked = 0;
		expect(await recogniser().recognise(clip(sound, 3, 0.99))).toEqual([]);
		expect(asked).toBe(0);
	});

	test('speech has words, in chunks of 30 s at most', async () => {
		const cues = await recogniser().recognise(clip(speech, 40, 0.9));
		expect(cues).toHaveLength(2);
		expect(cues[0]?.words.length).toBeGreaterThan(3);
	});

	test('each clip is heard by itself, and keeps its words within its own time', async () => {
		windows.length = 0;
		const given = [0, 10, 20, 30].map((startSeconds) => ({
			...clip(speech, 2, 0.9),
			startSeconds,
		}));
		const found = await recogniser().recogniseAll(given);
		expect(windows).toEqual(given.map(() => 2));
		expect(found).toHaveLength(given.length);
		expect(found.flat().length).toBeGreaterThan(2);
		for (const [i, cues] of found.entries()) {
			const { startSeconds } = given[i]!;
			for (const word of cues.flatMap(({ words }) => words)) {
				expect(word.startSeconds).toBeGreaterThanOrEqual(startSeconds);
				expect(word.endSeconds).toBeLessThanOrEqual(startSeconds + 2);
			}
		}
	});

	test('turns of a clip are heard as one, with a cue each, and not the pauses between them', async () => {
		windows.length = 0;
		// Sound in the pause would be heard if it were not left out.
		const given = clip(speech, 8, 0.9);
		const turns = [
			{ startFrame: 25, endFrame: 75 },
			{ startFrame: 100, endFrame: 175 },
		];
		const cues = await recogniser().recognise({ ...given, startSeconds: 10, turns });
		expect(windows).toEqual([6]);
		expect(cues.length).toBeGreaterThan(0);
		const places = [
			[11, 13],
			[14, 17],
		];
		for (const { startSeconds, endSeconds, words } of cues) {
			expect(places).toContainEqual([startSeconds, endSeconds]);
			for (const word of words) {
				expect(word.startSeconds).toBeGreaterThanOrEqual(startSeconds);
				expect(word.endSeconds).toBeLessThanOrEqual(endSeconds);
			}
		}
	});

	test('a turn that can hold no speech is not heard with the others', async () => {
		windows.length = 0;
		const given = clip((t) => (t < 4 ? speech(t) : 0), 8, 0.9);
		const turns = [
			{ startFrame: 0, endFrame: 50 },
			{ startFrame: 75, endFrame: 100 },
			{ startFrame: 125, endFrame: 200 },
		];
		await recogniser().recognise({ ...given, turns });
		expect(windows).toEqual([4]);
	});

	test('turns of which what is heard together is made up are heard each by itself', async () => {
		windows.length = 0;
		const plain = recogniser();
		// The text of the first window goes in circles.
		const circles = recogniser({
			decode: (ids) =>
				windows.length === 1
					? ' thank you'.repeat(ids.length)
					: ids.map((id) => ` ${((id * 7919) % 9973).toString(36)}`).join(''),
		});
		const given = clip(speech, 5, 0.9);
		const turns = [
			{ startFrame: 0, endFrame: 50 },
			{ startFrame: 75, endFrame: 125 },
		];
		const cues = await circles.recognise({ ...given, turns });
		expect(windows).toEqual([5, 2, 2]);
		const alone = await plain.recognise({
			...given,
			audio: given.audio.slice(0, 2 * 16_000),
			speech: null,
		});
		expect(cues[0]).toEqual(alone[0]);
	});

	test('text that goes in circles whatever is tried is dropped', async () => {
		asked = 0;
		const circles = recogniser({ decode: (ids) => ' thank you'.repeat(ids.length) });
		expect(await circles.recognise(clip(speech))).toEqual([]);
		expect(asked).toBe(1);
	});

	test('stops when it is told to, and works the next time', async () => {
		const stop = new AbortController();
		const whisper = recogniser();
		const running = whisper.recognise(clip(speech, 70), {
			signal: stop.signal,
			onProgress: () => stop.abort(),
		});
		await expect(running).rejects.toMatchObject({ name: 'AbortError' });
		expect(await whisper.recognise(clip(speech))).toHaveLength(1);
	});

	test('refuses a language that it does not know', () => {
		expect(() => new WhisperRecogniser({ ...recogniserParts(), language: 'fi' })).toThrow(
			/does not know the language "fi"/,
		);
	});

	function recogniserParts() {
		return {
			id: 'whisper-tiny',
			graphs,
			rules,
			features: () => Promise.reject(new Error('unused')),
			decode: () => '',
		};
	}
});
