import { durationOf } from '../domain/time-range.ts';
import type { Links } from './agglomerate.ts';
import { clusterVoices } from './cluster-voices.ts';
import type { CountBounds, VoiceClusters } from './cluster-voices.ts';
import { likenessTo } from './follow-voices.ts';
import { withOverlapped } from './overlapped-pieces.ts';
import type {
	FoundVoice,
	FoundVoices,
	VoiceDoubt,
	VoiceMaterial,
	VoicePiece,
} from './found-voices.ts';
import { tuningOf } from './voice-tuning.ts';
import type { VoiceTuning } from './voice-tuning.ts';
import { bestSample, overlappingTurnsOf, touches, turnsOf } from './voice-turns.ts';
import type { VoicedRange } from './voice-turns.ts';

/** How many voices there are: so many, between two numbers, or as many as are found. */
export type CountWish = number | { readonly min: number; readonly max: number } | null;

export interface ReclusterOptions {
	readonly count?: CountWish;
	/** What else is known, say from lips, as pairs of indices of pieces. */
	readonly links?: Links;
	/** By default what goes with the embedder. */
	readonly tuning?: VoiceTuning;
}

/** Steepness with which nearness to a voice becomes certainty. */
const certaintyPerCosine = 10;

const littleSpeechSeconds = 30;

const minorShare = 0.02;
const minorTurnSeconds = 2;

/**
 * The voices of pieces that have been listened to: without any sound, and at once. The same pieces and options
 * always give the same voices.
 * @throws TypeError for a number of voices that is not one, or links to pieces that are not there.
 */
export function recluster(material: VoiceMaterial, options: ReclusterOptions = {}): FoundVoices {
	const { embedder, speech } = material;
	const bounds = boundsOf(options.count ?? null);
	requireLinks(options.links ?? {}, material.pieces.length);
	const links = withChannels(options.links ?? {}, material.pieces);
	const pieces = material.pieces.map((piece) => ({ ...piece, voice: null }));
	const kept = { speech, embedder };
	const hearsOverlap = pieces.some(({ turn }) => turn !== undefined);
	const seconds = pieces.reduce((sum, piece) => sum + durationOf(piece), 0);
	if (pieces.length === 0) {
		return {
			...{ ...kept, pieces, voices: [], count: [0, 0] },
			...{ doubts: [{ code: 'no-speech' }], rung: 0, hearsOverlap },
		};
	}
	if (embedder === null || pieces.every((piece) => piece.embedding === null)) {
		return {
			...kept,
			pieces,
			voices: [],
			count: null,
			doubts: [{ code: 'voices-unknown' }],
			...{ rung: 0, hearsOverlap },
		};
	}
	const tuning = options.tuning ?? tuningOf(embedder);
	const joins = pieces.map((piece, i) => i > 0 && continues(pieces[i - 1]!, piece));
	// What is said by two at once is no voice; it is given to one afterwards.
	const prints = pieces.map(({ solo, embedding }) => (solo ? embedding : null));
	const clusters = clusterVoices({ prints, joins, links }, bounds, tuning);
	const certainties = certaintiesOf(clusters);
	const labels = hearsOverlap ? withOverlapped(pieces, clusters) : clusters.labels;
	const ranges = pieces.map(({ startSeconds, endSeconds }, i): VoicedRange => {
		return { startSeconds, endSeconds, voice: labels[i]!, certainty: certainties[i]! };
	});
	const voices = voicesOf(ranges, hearsOverlap ? null : speech);
	const count = rangeOf(clusters, bounds, tuning);
	return {
		...kept,
		pieces: pieces.map((piece, i) => ({ ...piece, voice: labels[i]! })),
		voices,
		count,
		doubts: [
			...(hearsOverlap ? [] : [{ code: 'overlap-unheard' as const }]),
			...doubtsOf(voices, count, seconds, links),
		],
		...{ rung: tuning.rung, hearsOverlap },
	};
}

/** Whether a piece goes on without a pause where another ends. */
function continues(before: VoicePiece, after: VoicePiece): boolean {
	return before.turn === after.turn && touches(before, after);
}

function boundsOf(wish: CountWish): CountBounds {
	if (wish === null) return { least: 1, most: Infinity };
	const { min, max } = typeof wish === 'number' ? { min: wish, max: wish } : wish;
	if (!Number.isInteger(min) || min < 1 || !(max >= min)) {
		throw new TypeError(`From ${min} to ${max} is no number of voices`);
	}
	return { least: min, most: max };
}

/** Each channel is one person: its pieces belong together, and apart from those of the others. */
function withChannels({ must = [], cannot = [] }: Links, pieces: VoiceMaterial['pieces']): Links {
	const firsts = new Map<number, number>();
	const together: [number, number][] = [];
	for (const [i, { channel }] of pieces.entries()) {
		if (channel === undefined) continue;
		const first = firsts.get(channel);
		if (first === undefined) firsts.set(channel, i);
		else together.push([first, i]);
	}
	const all = [...firsts.values()];
	const apart = all.flatMap((a, k) => all.slice(k + 1).map((b): [number, number] => [a, b]));
	return { must: [...must, ...together], cannot: [...cannot, ...apart] };
}

function requireLinks({ must = [], cannot = [] }: Links, count: number): void {
	for (const index of [...must, ...cannot].flat()) {
		if (!Number.isInteger(index) || index < 0 || index >= count) {
			throw new TypeError(`There is no piece ${index} to be linked`);
		}
	}
}

/** How much nearer each piece is to its own voice than to the others, 0 to 1. */
function certaintiesOf({ labels, heard }: VoiceClusters): number[] {
	const { labels: numbers, cosines } = likenessTo(heard, labels);
	return labels.map((label, i) => {
		const own = cosines.subarray(i * numbers.length, (i + 1) * numbers.length);
		const at = numbers.indexOf(label);
		let sum = 0;
		for (const cosine of own) sum += Math.exp(certaintyPerCosine * (cosine - own[at]!));
		return 1 / sum;
	});
}

/** @param speech null where the bounds of turns are known, and turns may overlap */
function voicesOf(ranges: readonly VoicedRange[], speech: Float32Array | null): FoundVoice[] {
	const turns = speech ? turnsOf(ranges, speech) : overlappingTurnsOf(ranges);
	const ids = [...new Set(ranges.map(({ voice }) => voice))].sort((a, b) => a - b);
	return ids.map((id) => {
		const own = turns.filter(({ voice }) => voice === id);
		const spokenSeconds = own.reduce((sum, turn) => sum + durationOf(turn), 0);
		const certain = own.reduce((sum, turn) => sum + durationOf(turn) * turn.certainty, 0);
		return {
			id,
			spokenSeconds,
			confidence: spokenSeconds > 0 ? certain / spokenSeconds : 0,
			turns: own.map(({ startSeconds, endSeconds }) => ({ startSeconds, endSeconds })),
			sample: bestSample(ranges.filter(({ voice }) => voice === id)),
		};
	});
}

/** From where to where the count may lie: with a line that is a little higher, and a little lower. */
function rangeOf(
	{ count, joined, open }: VoiceClusters,
	{ least, most }: CountBounds,
	{ mergeCosine, openCosine }: VoiceTuning,
): [number, number] {
	const hardlyJoined = joined.filter((likeness) => likeness < mergeCosine + openCosine).length;
	const nearlyJoined = open.filter((likeness) => likeness >= mergeCosine - openCosine).length;
	return [
		Math.min(count, Math.max(least, 1, count - nearlyJoined)),
		Math.max(count, Math.min(most, count + hardlyJoined)),
	];
}

function doubtsOf(
	voices: readonly FoundVoice[],
	[fewest, most]: readonly [number, number],
	seconds: number,
	{ must = [], cannot = [] }: Links,
): VoiceDoubt[] {
	const doubts: VoiceDoubt[] = [];
	if (seconds < littleSpeechSeconds) doubts.push({ code: 'little-speech', seconds });
	if (most > fewest) doubts.push({ code: 'count-open' });
	for (const { id, spokenSeconds, turns } of voices) {
		const isShort = turns.every((turn) => durationOf(turn) <= minorTurnSeconds);
		if (spokenSeconds < minorShare * seconds && isShort)
			doubts.push({ code: 'minor-voice', voice: id });
	}
	const pairs = new Set(must.map(([a, b]) => `${Math.min(a, b)} ${Math.max(a, b)}`));
	if (cannot.some(([a, b]) => pairs.has(`${Math.min(a, b)} ${Math.max(a, b)}`))) {
		doubts.push({ code: 'links-contradict' });
	}
	return doubts;
}
