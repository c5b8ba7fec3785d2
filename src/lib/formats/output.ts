import type { PairEvidence } from '../domain/conversation.ts';
import type { Scores, SessionResult, SessionScores } from '../domain/result.ts';
import type { StudioDocument } from '../domain/studio-document.ts';
import { documentOf } from '../editing/document-of.ts';
import { firstEdition } from '../editing/first-edition.ts';
import type { Problem } from '../support/errors.ts';
import { exportedCues } from './exported-cues.ts';
import { foundFiles, reportedDiarisation } from './found-output.ts';
import type { SessionReport } from './report-schema.ts';
import { rounded } from './rounded.ts';
import type { TextFile } from './text-file.ts';
import { serialiseVtt } from './webvtt.ts';

const noScores = { scores: null, diarisation: null };

function reportedProblems(problems: readonly Problem[]): SessionReport['problems'] {
	return problems.map(({ file, field, message }) => {
		return field === undefined ? { file, message } : { file, field, message };
	});
}

function reportedPair(evidence: PairEvidence): SessionReport['conversations']['pairs'][number] {
	return {
		speakers: [evidence.a, evidence.b],
		logLikelihoodRatio: rounded(evidence.logLikelihoodRatio, 4),
		overlapFraction: rounded(evidence.overlapFraction, 4),
		turnsPerMinute: rounded(evidence.turnsPerMinute, 4),
		correlation: rounded(evidence.correlation, 4),
	};
}

function reportedScores(scores: SessionScores): NonNullable<SessionReport['scores']> {
	const three = ({ wer, f1, joint }: Scores) => ({ wer, f1, joint });
	const perSpeaker = [...scores.perSpeaker].map(([id, own]) => [id, three(own)] as const);
	return {
		...three(scores),
		perSpeaker: Object.fromEntries(perSpeaker),
		problems: reportedProblems(scores.problems),
	};
}

/** What `report.json` says of how good a result is. */
export type ReportedScores = Pick<SessionResult, 'scores' | 'diarisation'>;

/** What `report.json` holds. */
function buildReport(
	result: SessionResult,
	document: StudioDocument,
	given: ReportedScores | null,
): SessionReport {
	const { report, conversations } = result;
	const edited = isEdited(result, document);
	// Those of the run are no longer true of what a person changed.
	const { scores, diarisation } = given ?? (edited ? noScores : result);
	return {
		sessionName: document.sessionName,
		edited,
		settings: { ...result.settings },
		stages: Object.fromEntries(
			Object.entries(report.stages).map(([stage, seconds]) => [stage, rounded(seconds, 3)]),
		),
		models: Object.fromEntries(
			report.models.map(({ id, provider, precision, note }) => {
				return [id, note === undefined ? { provider, precision } : { provider, precision, note }];
			}),
		),
		memory: null,
		speakers: Object.fromEntries(
			result.speakers.map(({ speakerId, segments }) => [
				speakerId,
				{
					segments: segments.map(({ startSeconds, endSeconds, meanProbability }) => [
						rounded(startSeconds, 3),
						rounded(endSeconds, 3),
						rounded(meanProbability, 4),
					]),
				},
			]),
		),
		conversations: {
			clusters: Object.fromEntries(clustersOf(document)),
			confidence: conversations.confidence === null ? null : rounded(conversations.confidence, 4),
			pairs: conversations.evidence.map(reportedPair),
		},
		scores: scores && reportedScores(scores),
		...(diarisation && reportedDiarisation(diarisation)),
		problems: reportedProblems([...result.problems, ...(diarisation?.problems ?? [])]),
	};
}

/** Conversation number by speaker, for those who have one. */
function clustersOf({ speakers }: StudioDocument): ReadonlyMap<string, number> {
	return new Map(
		speakers.flatMap(({ id, conversation }) =>
			conversation === null ? [] : [[id, conversation] as const],
		),
	);
}

/** Whether somebody changed words, times or conversations since the run; names do not count. */
function isEdited(result: SessionResult, document: StudioDocument): boolean {
	const found = documentOf(result, firstEdition(result));
	const told = ({ speakers }: StudioDocument): string =>
		JSON.stringify(
			speakers.map(({ id, conversation, cues }) => [
				id,
				conversation,
				cues.map(({ startSeconds, endSeconds, text }) => [startSeconds, endSeconds, text]),
			]),
		);
	return told(found) !== told(document);
}

/**
 * A session's `output` folder: one WebVTT per speaker, even one who said nothing, the conversations, and
 * the report; for people who were found also who they are and when they speak. Speakers go by their ids, as
 * the challenge has it.
 *
 * @param document the result with a person's changes; without any where it is left out.
 * @param scores of the document; where they are left out, those of the run if nothing was changed.
 */
export function buildOutput(
	result: SessionResult,
	document: StudioDocument = documentOf(result, firstEdition(result)),
	scores: ReportedScores | null = null,
): readonly TextFile[] {
	const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
	return [
		...(result.people ? foundFiles(result.people, document) : []),
		...document.speakers.map(({ id, cues, uem }) => ({
			name: `${id}.vtt`,
			text: serialiseVtt(exportedCues(cues, uem)),
		})),
		{ name: 'speaker_to_cluster.json', text: json(Object.fromEntries(clustersOf(document))) },
		{ name: 'report.json', text: json(buildReport(result, document, scores)) },
	];
}
