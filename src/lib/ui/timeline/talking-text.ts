import { conversationLetter } from '../../domain/conversation.ts';
import type { TimeRange } from '../../domain/time-range.ts';
import { preciseClockText } from '../common/time-text.ts';
import type { TimelineModel } from './timeline-model.ts';

/** What a screen reader says of a position: when it is, and who talks there. */
export function talkingText({ groups }: TimelineModel, seconds: number): string {
	const talking = groups.flatMap(({ conversation, name, lanes }) =>
		lanes
			.filter(({ segments }) => segments.at(seconds) !== null)
			.map((lane) => {
				if (conversation === null) return lane.name;
				const letter = conversationLetter(conversation);
				const usual = name === `Conversation ${letter}`;
				return `${lane.name} in ${usual ? `conversation ${letter}` : name}`;
			}),
	);
	const who = talking.length > 0 ? `${talking.join(', ')} talking` : 'nobody talking';
	return `${preciseClockText(seconds)}, ${who}`;
}

/** `0:10.0 to 0:12.5`. */
export function rangeText({ startSeconds, endSeconds }: TimeRange): string {
	return `${preciseClockText(startSeconds)} to ${preciseClockText(endSeconds)}`;
}
