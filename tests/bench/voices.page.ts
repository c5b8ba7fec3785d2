import * as v from 'valibot';
import type { TimeRange } from '../../src/lib/domain/time-range.ts';
import {
	compareTurns,
	derProtocols,
	diarisationErrorRate,
	diarisationErrors,
	type DerRules,
} from '../../src/lib/evaluation/der.ts';
import { createBrowserInference } from '../../src/lib/inference/browser-inference.ts';
import { VolatileCheckMemory } from '../../src/lib/inference/self-check.ts';
import { openMedia } from '../../src/lib/media/open-media.ts';
import { cosineMatrix } from '../../src/lib/people/agglomerate.ts';
import { mergedByCentroid, withoutMinor } from '../../src/lib/people/clusters.ts';
import { findVoices } from '../../src/lib/people/find-voices.ts';
import type { FoundVoices } from '../../src/lib/people/found-voices.ts';
import { recluster } from '../../src/lib/people/recluster.ts';
import { spectralClusters } from '../../src/lib/people/spectral.ts';
import { compressed, subSegments } from '../../src/lib/people/sub-segments.ts';
import type { VoiceEmbedder } from '../../src/lib/perception/voice/voice-embedder.ts';
import { XVectorVoice } from '../../src/lib/perception/voice/xvector-voice.ts';
import { makeTalk } from '../fixtures/made-talk.ts';

const inputSchema = v.variant('kind', [
	v.object({ kind: v.literal('talk'), people: v.array(v.array(v.string())), seed: v.number() }),
	v.object({
		kind: v.literal('recording'),
		url: v.string(),
		turns: v.array(v.tuple([v.string(), v.number(), v.number()])),
	}),
]);

type Turns = ReadonlyMap<string, readonly TimeRange[]>;

const talkSeconds = 180;

/** Of 3D-Speaker's clustering. */
const largestMinor = 4;
const mergeCosine = 0.8;
const sampleRateHz = 16_000;

async function samplesOf(url: string): Promise<Float32Array> {
	const source = await openMedia(await (await fetch(url)).blob(), { name: url });
	try {
		const parts: Float32Array[] = [];
		for await (const { samples } of source.audio()) parts.push(samples.slice());
		const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
		parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
		return all;
	} finally {
		await source.close();
	}
}

async function materialOf(
	input: v.InferOutput<typeof inputSchema>,
): Promise<{ samples: Float32Array; turns: Turns }> {
	if (input.kind === 'talk') {
		const people = await Promise.all(
			input.people.map(async (urls, index) => {
				return { id: `${index}`, recordings: await Promise.all(urls.map(samplesOf)) };
			}),
		);
		return makeTalk(people, { seed: input.seed, seconds: talkSeconds });
	}
	const turns = new Map<string, TimeRange[]>();
	for (const [person, startSeconds, endSeconds] of input.turns) {
		turns.set(person, [...(turns.get(person) ?? []), { startSeconds, endSeconds }]);
	}
	return { samples: await samplesOf(input.url), turns };
}

function turnsOf({ voices }: FoundVoices): Turns {
	return new Map(voices.map(({ id, turns }) => [`${id}`, turns]));
}

/** Sliding windows over the same speech and spectral clustering of their prints, as 3D-Speaker does it. */
async function baseline(
	embedder: VoiceEmbedder,
	samples: Float32Array,
	{ pieces }: FoundVoices,
): Promise<Turns> {
	const regions: { startSeconds: number; endSeconds: number }[] = [];
	for (const { startSeconds, endSeconds } of pieces) {
		const last = regions.at(-1);
		if (last && startSeconds - last.endSeconds < 0.005) last.endSeconds = endSeconds;
		else regions.push({ startSeconds, endSeconds });
	}
	const windows = regions.flatMap((region) => subSegments(region));
	const prints = [];
	for (const { startSeconds, endSeconds } of windows) {
		const part = samples.slice(startSeconds * sampleRateHz, endSeconds * sampleRateHz);
		prints.push(await embedder.embed(part));
	}
	const found = spectralClusters(prints.length, cosineMatrix(prints));
	const labels = mergedByCentroid(prints, withoutMinor(prints, found, largestMinor), mergeCosine);
	const runs = compressed(windows.map((range, i) => ({ ...range, label: labels[i]! })));
	return new Map(
		[...new Set(labels)].map((label) => [`${label}`, runs.filter((run) => run.label === label)]),
	);
}

export async function run(raw: unknown): Promise<unknown> {
	const { samples, turns } = await materialOf(v.parse(inputSchema, raw));
	const inference = createBrowserInference({
		base: `${location.origin}/`,
		checks: new VolatileCheckMemory(),
		policy: 'wasm',
	});
	try {
		const vad = await inference.load('silero-vad');
		const embedder = new XVectorVoice(await inference.load('xvector'));
		const seconds = samples.length / sampleRateHz;
		const started = performance.now();
		const found = await findVoices(samples, { vad, embedder });
		const took = (performance.now() - started) / 1000;
		const whole = { startSeconds: 0, endSeconds: seconds };
		const errorOf = (hypothesis: Turns, rules: DerRules = derProtocols.fair): number | null =>
			diarisationErrorRate(diarisationErrors(compareTurns(turns, hypothesis, whole), rules));
		const plain = await baseline(embedder, samples, found);
		return {
			seconds: took / seconds,
			people: turns.size,
			found: found.voices.length,
			error: errorOf(turnsOf(found)),
			exactError: errorOf(turnsOf(recluster(found, { count: turns.size }))),
			baselineFound: plain.size,
			baselineError: errorOf(plain),
			fullError: errorOf(turnsOf(found), derProtocols.full),
			baselineFullError: errorOf(plain, derProtocols.full),
		};
	} finally {
		await inference.close();
	}
}
