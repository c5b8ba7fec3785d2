import type { Edition } from '../domain/edition.ts';
import { plainPersonName } from '../domain/people.ts';
import type { SessionResult } from '../domain/result.ts';
import type { DocumentConversation, StudioDocument } from '../domain/studio-document.ts';
import { layersOf } from '../layers/list.ts';
import { groupBy } from '../support/group-by.ts';
import { plainConversationName } from './names.ts';
import { speakersOf } from './speakers-of.ts';

/**
 * A run's result with an edition's changes in it.
 *
 * @throws TypeError for an edition of another session.
 */
export function documentOf(result: SessionResult, edition: Edition): StudioDocument {
	if (edition.sessionId !== result.sessionId) {
		throw new TypeError(`${edition.sessionId} is not an edition of ${result.sessionId}`);
	}
	const cuesBySpeaker = groupBy(edition.cues, ({ speakerId }) => speakerId);
	const speakers = speakersOf(result, edition).map(({ speakerId, uem, activity, segments }) => ({
		id: speakerId,
		name: edition.speakerNames.get(speakerId) ?? plainPersonName(speakerId),
		conversation: edition.clusters.get(speakerId) ?? null,
		uem,
		activity,
		segments,
		cues: cuesBySpeaker.get(speakerId) ?? [],
	}));
	const members = groupBy(speakers, ({ conversation }) => conversation);
	const conversations = [...members]
		.flatMap(([number, own]): DocumentConversation[] => {
			if (number === null) return [];
			const name = edition.conversationNames.get(number) ?? plainConversationName(number);
			return [{ number, name, speakerIds: own.map(({ id }) => id) }];
		})
		.sort((a, b) => a.number - b.number);
	const document: Omit<StudioDocument, 'layers'> = {
		sessionId: result.sessionId,
		sessionName: result.sessionName,
		durationSeconds: result.durationSeconds,
		cast: result.people ? 'found' : 'given',
		speakers,
		conversations,
		evidence: result.conversations.evidence,
		confidence: result.conversations.confidence,
	};
	return { ...document, layers: layersOf(result.layers, document) };
}
