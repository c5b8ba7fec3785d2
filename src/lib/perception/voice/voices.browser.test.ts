import { afterAll, describe, expect, test } from 'vitest';
import { equalErrorRate } from '../../../../tests/fixtures/equal-error-rate.ts';
import { hasSharedFiles, sharedFile } from '../../../../tests/shared-browser.ts';
import { createBrowserInference } from '../../inference/browser-inference.ts';
import { VolatileCheckMemory } from '../../inference/self-check.ts';
import { openMedia } from '../../media/open-media.ts';
import { BilstmVoice } from './bilstm-voice.ts';
import { linkVoices } from './same-voice.ts';
import { cosineOf, meanPrint } from './voice-embedder.ts';
import type { VoicePrint } from './voice-embedder.ts';

const inference = createBrowserInference({
	base: `${location.origin}/`,
	checks: new VolatileCheckMemory(),
	policy: 'wasm',
});
afterAll(() => inference.close());

/** LibriSpeech chapters by speaker; three utterances of each are there. */
const chapters = {
	'test-clean/61': [70_968, 70_970],
	'test-clean/121': [121_726, 123_852],
	'test-clean/237': [126_133, 134_493, 134_500],
	'train-clean-100/19': [198, 227],
	'train-clean-100/26': [495, 496],
	'train-clean-100/27': [123_349, 124_992],
	'train-clean-100/32': [21_625, 4137],
	'train-clean-100/39': [121_914, 121_915],
};

async function samplesOf(path: string): Promise<Float32Array> {
	const file = await sharedFile(path);
	const media = await openMedia(file, { name: file.name });
	try {
		const parts: Float32Array[] = [];
		for await (const { samples } of media.audio()) parts.push(samples.slice());
		const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
		parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
		return all;
	} finally {
		await media.close();
	}
}

describe.skipIf(!hasSharedFiles)('voices of 51 recordings', () => {
	test('the small embedding tells them apart as well as it was measured elsewhere', async () => {
		const voice = new BilstmVoice(await inference.load('voice-bilstm'));
		const prints: { speaker: string; print: VoicePrint }[] = [];
		for (const [speaker, list] of Object.entries(chapters)) {
			const number = speaker.split('/')[1] ?? '';
			for (const chapter of list) {
				for (const utterance of ['0000', '0001', '0002']) {
					const name = `${number}-${chapter}-${utterance}.flac`;
					const samples = await samplesOf(`data/voices/${speaker}/${chapter}/${name}`);
					prints.push({ speaker, print: await voice.embed(samples) });
				}
			}
		}
		const same: number[] = [];
		const different: number[] = [];
		prints.forEach((a, i) => {
			for (const b of prints.slice(i + 1)) {
				(a.speaker === b.speaker ? same : different).push(cosineOf(a.print, b.print));
			}
		});
		const pairs = (prints.length * (prints.length - 1)) / 2;
		expect(same.length + different.length).toBe(pairs);
		const { rate, threshold: cosine } = equalErrorRate(same, different);
		// 10.65 % at 0.640 by an independent implementation in numpy.
		expect(Math.abs(rate - 0.1065)).toBeLessThan(0.005);
		expect(Math.abs(cosine - voice.sameVoiceCosine)).toBeLessThan(0.01);

		// Every other utterance of a person against the rest: each person is found again. Prints of
		// several utterances lie closer together than those of one.
		const speakers = Object.keys(chapters);
		const half = (speaker: string, part: 0 | 1): VoicePrint => {
			const own = prints.filter((entry) => entry.speaker === speaker);
			return meanPrint(own.filter((_, i) => i % 2 === part).map(({ print }) => print));
		};
		const halves = speakers.flatMap((speaker) => [half(speaker, 0), half(speaker, 1)]);
		const people = linkVoices({ sameVoiceCosine: 0.8 }, halves);
		expect(people).toEqual(speakers.flatMap((_, person) => [person, person]));

		// By what is sure enough to tell a person of, chapter against chapter, which are recordings of
		// different days: nobody is taken for somebody else, and half of the people are known again.
		const days = speakers.flatMap((speaker) => {
			const list = chapters[speaker as keyof typeof chapters];
			return list.map((_, day) => {
				const own = prints.filter((entry) => entry.speaker === speaker);
				const print = meanPrint(own.slice(3 * day, 3 * day + 3).map((entry) => entry.print));
				return { speaker, print };
			});
		});
		const owners = linkVoices(
			{ sameVoiceCosine: voice.surelySameCosine },
			days.map(({ print }) => print),
		);
		const of = (owner: number) => days.filter((_, i) => owners[i] === owner);
		const groups = [...new Set(owners)].map((owner) => of(owner).map(({ speaker }) => speaker));
		for (const group of groups) expect(new Set(group).size).toBe(1);
		const found = new Set(groups.filter((group) => group.length > 1).flat());
		expect(found.size).toBeGreaterThanOrEqual(speakers.length / 2);
	});
});
