import type { PairEvidence } from '../domain/conversation.ts';
import type { Scores, SessionResult, SessionScores } from '../domain/result.ts';
import type { Problem } from '../support/errors.ts';
import { exportedCues } from './exported-cues.ts';
import type { SessionReport } from './report-schema.ts';
import { serialiseVtt } from './webvtt.ts';

/** A file of a session's `output` folder. */
export interface OutputFile {
	/** Without a folder. */
	readonly name: string;
	readonly text: string;
}

/** Rounded for reading: what lies below is no measurement. */
function rounded(value: number, digits: number): number {
	return Number(value.toFixed(digits));
}

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

/** What `report.json` holds. */
function buildReport(result: SessionResult): SessionReport {
	const { report, conversations } = result;
	return {
		sessionName: result.sessionName,
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
			clusters: Object.fromEntries(conversations.clusters),
			confidence: conversations.confidence === null ? null : rounded(conversations.confidence, 4),
			pairs: conversations.evidence.map(reportedPair),
		},
		scores: result.scores && reportedScores(result.scores),
		problems: reportedProblems(result.problems),
	};
}

/**
 * A session's `output` folder: one WebVTT per speaker, even one who said nothing, the conversations, and
 * the report.
 */
export function buildOutput(result: SessionResult): readonly OutputFile[] {
	const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
	return [
		...result.speakers.map(({ speakerId, transcript, uem }) => ({
			name: `${speakerId}.vtt`,
			text: serialiseVtt(exportedCues(transcript.cues, uem)),
		})),
		{
			name: 'speaker_to_cluster.json',
			text: json(Object.fromEntries(result.conversations.clusters)),
		},
		{ name: 'report.json', text: json(buildReport(result)) },
	];
}
