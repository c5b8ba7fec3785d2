import type { SessionResult, SessionScores } from '../../domain/result.ts';
import type { Labels } from '../../domain/session.ts';
import type { StudioDocument } from '../../domain/studio-document.ts';
import { scoreSession } from '../../evaluation/session-scores.ts';
import { exportedCues } from '../exported-cues.ts';
import { clustersOf, isEdited } from '../output.ts';

/**
 * Scores of a document as it stands: against the reference where there is one; else those of the run, as
 * long as nothing of it was changed.
 */
export function scoresOf(
	result: SessionResult,
	document: StudioDocument,
	reference: Labels | null,
): SessionScores | null {
	if (!reference) return isEdited(result, document) ? null : result.scores;
	const written = document.speakers.map(
		({ id, cues, uem }) => [id, exportedCues(cues, uem)] as const,
	);
	return scoreSession(reference, new Map(written), clustersOf(document), document.speakers);
}
