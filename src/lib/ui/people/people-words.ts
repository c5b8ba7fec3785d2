import type { FoundPeople, PeopleCount } from '../../domain/people.ts';
import type { RegroupHindrance } from '../../state/people-view.svelte.ts';
import { countText } from '../common/number-text.ts';
import { durationText } from '../common/time-text.ts';

/** How sure it is, in words: nine parts of ten, or seven, are clearly nearer to this voice than to any other. */
export function surenessText(confidence: number): 'sure' | 'fairly sure' | 'unsure' {
	if (confidence >= 0.9) return 'sure';
	return confidence >= 0.7 ? 'fairly sure' : 'unsure';
}

/** `4 people`, `1 person`. */
export function peopleText(count: number): string {
	return countText(count, 'person', 'people');
}

/**
 * `4 people; the voices allow 3 to 5`.
 *
 * @param now how many there are, after all changes
 * @param wish how many the run was asked for; null for as many as it finds
 */
export function countLine(
	now: number,
	{ count, voiceModel }: Pick<FoundPeople, 'count' | 'voiceModel'>,
	wish: PeopleCount | null,
): string {
	const people = peopleText(now);
	if (voiceModel === null) return people;
	if (count.least < count.most) {
		return `${people}; the voices allow ${String(count.least)} to ${String(count.most)}`;
	}
	if (wish?.least === wish?.most && wish !== null) {
		return `${people}; the run was asked for exactly ${String(wish.least)}`;
	}
	return now === count.least
		? `${people}; the voices allow no other number`
		: `${people}; the voices allow ${String(count.least)}`;
}

const models: Readonly<Record<string, string>> = {
	xvector: 'the x-vectors that come with Confab',
	'voice-bilstm': 'the small voice network that comes with Confab',
	'wespeaker-resnet34': 'WeSpeaker’s network, which was added',
};

/** By what voices were told apart, and what that cannot do. */
export function meansText({ voiceModel, doubts }: FoundPeople): string {
	if (voiceModel === null) {
		return 'No model that tells voices apart was there, so all speech is held to be one person’s.';
	}
	const means = `Voices are told apart by ${models[voiceModel] ?? voiceModel}`;
	return doubts.some(({ code }) => code === 'overlap-unheard')
		? `${means}; people who talk at the same time are heard as one.`
		: `${means}; people who talk at the same time are heard with pyannote’s network, which was added.`;
}

/**
 * What is not sure, a sentence each, without what `meansText` says.
 *
 * @param nameOf what somebody is called; null for those who are not there any more
 */
export function doubtTexts(
	{ doubts }: Pick<FoundPeople, 'doubts'>,
	nameOf: (id: string) => string | null,
): readonly string[] {
	return doubts.flatMap((doubt): string[] => {
		switch (doubt.code) {
			case 'count-open':
				return ['The number of people is open: two of these voices may be one, or one may be two.'];
			case 'little-speech': {
				const heard = `Only ${durationText(doubt.seconds)} of speech are heard`;
				return [`${heard}, which says little of how many people there are.`];
			}
			case 'minor-voice': {
				const name = nameOf(doubt.personId);
				const little = 'is heard so little that it may be nobody: a noise, or one of the others.';
				return name === null ? [] : [`${name} ${little}`];
			}
			case 'no-speech':
			case 'voices-unknown':
			case 'overlap-unheard':
				return [];
		}
	});
}

/** Why voices cannot be grouped again. */
export const hindranceTexts: Readonly<Record<RegroupHindrance, string>> = {
	'no-model': 'Voices can be grouped again only where a model has told them apart.',
	'no-prints':
		'What the voices sound like is not stored here: project files leave it out, as it tells who somebody is. Run the recording again to group them.',
};
