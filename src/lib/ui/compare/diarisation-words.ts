import type { DiarisationScores } from '../../domain/diarisation.ts';
import { percentText } from '../common/number-text.ts';

/** A measure of how well people were found, as it is shown. */
export interface Measure {
	readonly name: string;
	readonly value: string;
	/** What it says, in one line. */
	readonly meaning: string;
}

/** `+1`, `−2`, `0`: people found less people there are; a dash where nobody knows. */
export function countErrorText(error: number | null): string {
	if (error === null) return '–';
	return error > 0 ? `+${String(error)}` : error < 0 ? `−${String(-error)}` : '0';
}

/** Every measure there is, the most used first. */
export function measuresOf(scores: DiarisationScores): readonly Measure[] {
	const { der, jer, cpWer, speakerCountError } = scores;
	return [
		{
			name: 'DER, full',
			value: percentText(der?.full.rate ?? null),
			meaning:
				'Time that is missed, heard where nobody talks, or given to the wrong person, of all that is said.',
		},
		{
			name: 'DER, fair',
			value: percentText(der?.fair.rate ?? null),
			meaning: 'The same, without the quarter of a second on either side of every change.',
		},
		{
			name: 'DER, forgiving',
			value: percentText(der?.forgiving.rate ?? null),
			meaning: 'As before, and without the moments in which several people talk.',
		},
		{
			name: 'JER',
			value: percentText(jer.jaccard),
			meaning:
				'How much of each person’s time is not shared with whoever was found for them; everybody counts alike. In frames, as dscore counts.',
		},
		{
			name: 'JER, by time',
			value: percentText(jer.time),
			meaning: 'The same without frames, as pyannote.metrics counts.',
		},
		{
			name: 'cpWER',
			value: percentText(cpWer?.rate ?? null),
			meaning: 'Wrong, missing and extra words, with the pairing of people that has the fewest.',
		},
		{
			name: 'People',
			value: countErrorText(speakerCountError),
			meaning: 'How many more people were found than there are; below zero, how many fewer.',
		},
	];
}

/** Somebody who was found, and who that is in the reference; one of them is null where nobody is. */
export interface Partners {
	readonly found: string | null;
	readonly reference: string | null;
}

/** Everybody once: those who were found in their order, then those of the reference who were not. */
export function partnersOf(
	speakers: readonly { readonly id: string; readonly name: string }[],
	mapping: DiarisationScores['mapping'],
	referenceNames: readonly string[],
): readonly Partners[] {
	const known = new Set(mapping.values());
	return [
		...speakers.map(({ id, name }) => ({ found: name, reference: mapping.get(id) ?? null })),
		...referenceNames
			.filter((name) => !known.has(name))
			.map((reference) => ({ found: null, reference })),
	];
}
