import type { DiarisationScores } from '../domain/diarisation.ts';
import { referenceOf } from '../domain/reference.ts';
import type { SessionScores } from '../domain/result.ts';
import type { Labels } from '../domain/session.ts';
import type { StudioDocument } from '../domain/studio-document.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { diarisationScoresInSteps } from '../evaluation/diarisation-scores.ts';
import { scoresOfErrors } from '../evaluation/session-scores.ts';
import type { WordedCue } from '../evaluation/source-words.ts';
import { alignTranscripts } from '../evaluation/transcript-alignment.ts';
import type { AlignedPair } from '../evaluation/transcript-alignment.ts';
import { countErrors } from '../evaluation/word-errors.ts';
import type { WordErrors } from '../evaluation/word-errors.ts';
import { exportedSpeech, scoredSpeech } from '../formats/exported-cues.ts';
import { inSlices } from '../support/slices.ts';

/** Two transcripts of one speaker side by side. */
export interface Comparison {
	/** In the order in which they are said. */
	readonly pairs: readonly AlignedPair[];
	readonly errors: WordErrors;
}

interface Task {
	readonly key: string;
	readonly reference: readonly WordedCue[];
	readonly hypothesis: readonly WordedCue[];
	readonly uem: TimeRange | null;
}

export interface AlignOptions {
	readonly signal?: AbortSignal | undefined;
	/** Part that is done, 0 to 1. */
	readonly onPart?: ((part: number) => void) | undefined;
}

/** So many alignments of a key are remembered: the machine's own and that of what a person made of it. */
const remembered = 2;

function sameCues(a: readonly WordedCue[], b: readonly WordedCue[]): boolean {
	return (
		a === b ||
		(a.length === b.length &&
			a.every((cue, i) => {
				const other = b[i];
				return (
					cue === other ||
					(cue.text === other?.text &&
						cue.startSeconds === other.startSeconds &&
						cue.endSeconds === other.endSeconds)
				);
			}))
	);
}

/** Aligns transcripts, and remembers: an edit of one speaker leaves the others as they are. */
export class Aligner {
	readonly #known = new Map<string, readonly { task: Task; comparison: Comparison }[]>();

	async align(task: Task, options: AlignOptions): Promise<Comparison> {
		const known = this.#known.get(task.key) ?? [];
		const found = known.find(
			(entry) =>
				sameCues(entry.task.reference, task.reference) &&
				sameCues(entry.task.hypothesis, task.hypothesis),
		);
		if (found) return found.comparison;
		const { reference, hypothesis, uem } = task;
		const pairs = await inSlices(alignTranscripts(reference, hypothesis, uem), options);
		const comparison = { pairs, errors: countErrors(pairs) };
		const latest = this.#known.get(task.key) ?? [];
		this.#known.set(task.key, [{ task, comparison }, ...latest].slice(0, remembered));
		return comparison;
	}
}

/** A document against its reference. */
export interface DocumentScores {
	/** Of found people; null where they were given. */
	readonly diarisation: DiarisationScores | null;
	/** The reference by the ids of the document's speakers. */
	readonly reference: Labels;
	readonly scores: SessionScores;
	/** By speaker, for those whose words somebody wrote down. */
	readonly speakers: ReadonlyMap<string, Comparison>;
}

/** How well people were found, as the document has them: whoever is whom in the reference follows from the times. */
async function scoreFound(
	{ speakers, durationSeconds }: StudioDocument,
	labels: Labels,
	{ signal }: AlignOptions,
): Promise<DiarisationScores> {
	const people = speakers.map(({ id, segments, uem, cues }) => {
		return { id, turns: segments, cues: scoredSpeech(cues, uem) };
	});
	return inSlices(diarisationScoresInSteps(labels, people, durationSeconds), { signal });
}

/**
 * The scores of a document as it would be exported, with the alignments that they count: the challenge's and,
 * for people who were found, those of diarisation.
 *
 * @param labels by the ids of given speakers; of found people by whatever names the reference has
 * @throws the signal's reason when it aborts.
 */
export async function scoreDocument(
	document: StudioDocument,
	labels: Labels,
	aligner: Aligner,
	options: AlignOptions,
): Promise<DocumentScores> {
	const { signal, onPart } = options;
	const diarisation =
		document.cast === 'found' ? await scoreFound(document, labels, options) : null;
	const reference = diarisation ? referenceOf(labels, diarisation.mapping) : labels;
	const speakers = new Map<string, Comparison>();
	for (const [i, { id, uem, cues }] of document.speakers.entries()) {
		const own = reference.transcripts.get(id);
		if (!own) continue;
		const task = { key: id, reference: own, hypothesis: scoredSpeech(cues, uem), uem };
		const all = document.speakers.length;
		speakers.set(
			id,
			await aligner.align(task, { signal, onPart: (part) => onPart?.((i + part) / all) }),
		);
	}
	const errors = new Map([...speakers].map(([id, comparison]) => [id, comparison.errors]));
	const clusters = new Map(
		document.speakers.flatMap(({ id, conversation }) =>
			conversation === null ? [] : [[id, conversation] as const],
		),
	);
	const scores = scoresOfErrors(reference, errors, clusters, document.speakers);
	return { diarisation, reference, scores, speakers };
}

/** Two documents of one session, speaker by speaker; the first stands where a reference would. */
export async function alignDocuments(
	first: StudioDocument,
	second: StudioDocument,
	aligner: Aligner,
	options: AlignOptions,
): Promise<ReadonlyMap<string, Comparison>> {
	const speakers = new Map<string, Comparison>();
	for (const [i, { id, uem, cues }] of first.speakers.entries()) {
		const other = second.speakers.find((speaker) => speaker.id === id);
		const task = {
			key: id,
			reference: exportedSpeech(cues, uem),
			hypothesis: exportedSpeech(other?.cues ?? [], uem),
			uem: null,
		};
		const all = first.speakers.length;
		const { signal, onPart } = options;
		speakers.set(
			id,
			await aligner.align(task, { signal, onPart: (part) => onPart?.((i + part) / all) }),
		);
	}
	return speakers;
}
