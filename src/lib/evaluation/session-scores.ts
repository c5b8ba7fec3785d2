import type { Scores, SessionScores } from '../domain/result.ts';
import type { Labels, Speaker } from '../domain/session.ts';
import type { TimeRange } from '../domain/time-range.ts';
import type { Cue } from '../domain/transcript.ts';
import type { Problem } from '../support/errors.ts';
import { pairwiseF1, speakerF1 } from './clustering-f1.ts';
import { roundToFourDecimals } from './decimal-rounding.ts';
import { scoredWords } from './scored-words.ts';
import { alignWords } from './word-alignment.ts';
import type { AlignedWord } from './word-alignment.ts';
import { countErrors, wordErrorRate } from './word-errors.ts';
import type { WordErrors } from './word-errors.ts';

type ScoredSpeaker = Pick<Speaker, 'id' | 'uem'>;

/** What was said and what was recognised, side by side, as far as the scorer looks at it. */
export function compareTranscripts(
	reference: readonly Cue[],
	hypothesis: readonly Cue[],
	uem: TimeRange | null,
): AlignedWord[] {
	return alignWords(scoredWords(reference, uem), scoredWords(hypothesis, uem));
}

/** A speaker's word error rate, or why there is none. */
function speakerWer(
	speaker: Pick<Speaker, 'id'>,
	labels: Labels,
	errorsBySpeaker: ReadonlyMap<string, WordErrors>,
): number | Problem {
	const file = `labels/${speaker.id}.vtt`;
	if (!labels.transcripts.has(speaker.id)) {
		return { file, message: 'no reference transcript, so no word error rate' };
	}
	const errors = errorsBySpeaker.get(speaker.id);
	if (!errors) return { file, message: `nothing was recognised for ${speaker.id} to compare` };
	const rate = wordErrorRate(errors);
	if (rate === null) {
		const message =
			'no reference word is left inside the evaluated time after normalisation, ' +
			'so no word error rate (the challenge scorer stops here)';
		return { file, message };
	}
	return roundToFourDecimals(rate);
}

interface ClusterScores {
	readonly f1: number | null;
	readonly perSpeaker: ReadonlyMap<string, number>;
	readonly problem: Problem | null;
}

function clusterScores(labels: Labels, clusters: ReadonlyMap<string, number>): ClusterScores {
	const file = 'labels/speaker_to_cluster.json';
	const without = (message: string): ClusterScores => ({
		f1: null,
		perSpeaker: new Map(),
		problem: { file, message },
	});
	const truth = labels.conversations;
	if (!truth) return without('no reference conversations, so no F1');
	const missing = [...truth.keys()].filter((speaker) => !clusters.has(speaker));
	if (missing.length > 0) {
		return without(`has ${missing.join(', ')}, whom no conversation was found for, so no F1`);
	}
	return {
		f1: pairwiseF1(truth, clusters),
		perSpeaker: speakerF1(truth, clusters),
		problem: null,
	};
}

/** Plain mean of the numbers that there are; null when there are none. */
export function meanOf(values: readonly (number | null)[]): number | null {
	const present = values.filter((value) => value !== null);
	if (present.length === 0) return null;
	return present.reduce((sum, value) => sum + value, 0) / present.length;
}

/**
 * The MCoRec challenge's scores of one session. Per speaker the word error rate and F1 are rounded to four decimals and the joint
 * error is made from the rounded two; session values are plain means over speakers (not weighted by
 * words) and, like the pairwise F1, not rounded. Where the scorer would stop with an error the
 * number is null, a problem says why, and means are over the speakers that have one.
 * @param transcripts cues by speaker as the scorer reads them of WebVTT, in file order.
 * @param clusters conversation number by speaker.
 */
export function scoreSession(
	labels: Labels,
	transcripts: ReadonlyMap<string, readonly Cue[]>,
	clusters: ReadonlyMap<string, number>,
	speakers: readonly ScoredSpeaker[],
): SessionScores {
	const errors = new Map<string, WordErrors>();
	for (const { id, uem } of speakers) {
		const reference = labels.transcripts.get(id);
		const hypothesis = transcripts.get(id);
		if (!reference || !hypothesis) continue;
		errors.set(id, countErrors(compareTranscripts(reference, hypothesis, uem)));
	}
	return scoresOfErrors(labels, errors, clusters, speakers);
}

/**
 * The same from errors that are counted already.
 * @param errorsBySpeaker of those who have both a reference and a transcript.
 */
export function scoresOfErrors(
	labels: Labels,
	errorsBySpeaker: ReadonlyMap<string, WordErrors>,
	clusters: ReadonlyMap<string, number>,
	speakers: readonly Pick<Speaker, 'id'>[],
): SessionScores {
	const clustering = clusterScores(labels, clusters);
	const problems: Problem[] = clustering.problem ? [clustering.problem] : [];
	const perSpeaker = new Map<string, Scores>();
	for (const speaker of speakers) {
		const outcome = speakerWer(speaker, labels, errorsBySpeaker);
		if (typeof outcome !== 'number') problems.push(outcome);
		const wer = typeof outcome === 'number' ? outcome : null;
		const f1 = clustering.perSpeaker.get(speaker.id) ?? null;
		if (f1 === null && !clustering.problem) {
			const file = 'labels/speaker_to_cluster.json';
			problems.push({ file, field: speaker.id, message: 'no reference conversation, so no F1' });
		}
		const joint = wer === null || f1 === null ? null : 0.5 * wer + 0.5 * (1 - f1);
		perSpeaker.set(speaker.id, { wer, f1, joint });
	}
	const all = [...perSpeaker.values()];
	return {
		wer: meanOf(all.map((scores) => scores.wer)),
		f1: clustering.f1,
		joint: meanOf(all.map((scores) => scores.joint)),
		perSpeaker,
		problems,
	};
}
