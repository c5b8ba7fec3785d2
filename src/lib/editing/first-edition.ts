import type { Edition } from '../domain/edition.ts';
import type { SessionResult } from '../domain/result.ts';

/**
 * The edition that says what the run says.
 *
 * @param named an edition of another run of the session, whose names go on.
 */
export function firstEdition(result: SessionResult, named?: Edition): Edition {
	const cues = result.speakers
		.flatMap(({ speakerId, transcript }) => transcript.cues.map((cue) => ({ speakerId, cue })))
		.sort((a, b) => a.cue.startSeconds - b.cue.startSeconds)
		.map(({ speakerId, cue }, i) => ({ ...cue, speakerId, id: String(i), edited: false }));
	return {
		sessionId: result.sessionId,
		runId: result.runId,
		speakerNames: named?.speakerNames ?? new Map(),
		conversationNames: new Map(),
		clusters: result.conversations.clusters,
		voices: result.people?.pieces.map(({ personId }) => personId) ?? [],
		cues,
		nextCue: cues.length,
	};
}
