import { cosineOf } from './voice-embedder.ts';
import type { VoicePrint, VoiceThresholds } from './voice-embedder.ts';

/** The part of it that finding a voice again needs. */
type Threshold = Pick<VoiceThresholds, 'sameVoiceCosine'>;

/** What two voice prints say about their owners. */
export interface VoiceComparison {
	readonly cosine: number;
	readonly verdict: 'same' | 'different' | 'open';
}

/** Whether two stretches of speech, say two tracks that are held to show one speaker, are one voice. */
export function compareVoices(
	{ sameVoiceCosine, differentVoicesCosine }: VoiceThresholds,
	a: VoicePrint,
	b: VoicePrint,
): VoiceComparison {
	const cosine = cosineOf(a, b);
	if (cosine >= sameVoiceCosine) return { cosine, verdict: 'same' };
	return { cosine, verdict: cosine < differentVoicesCosine ? 'different' : 'open' };
}

/**
 * The person each print is nearest to, as an index of `people`; null where none is near enough.
 * @param people one print for each person who is known
 */
export function recogniseVoices(
	{ sameVoiceCosine }: Threshold,
	prints: readonly VoicePrint[],
	people: readonly VoicePrint[],
): (number | null)[] {
	return prints.map((print) => {
		let best: number | null = null;
		let highest = sameVoiceCosine;
		people.forEach((person, index) => {
			const cosine = cosineOf(print, person);
			if (cosine < highest || (best !== null && cosine === highest)) return;
			best = index;
			highest = cosine;
		});
		return best;
	});
}

/**
 * Tracks or channels taken together to people whom nobody has named: the two groups that are most
 * alike (by the mean cosine over their pairs) are joined as long as they count as one voice.
 * @param apart tells that two tracks cannot be one person, such as two faces seen at one time
 * @returns number of the person for each print, from 0 on in the order of their first prints.
 */
export function linkVoices(
	{ sameVoiceCosine }: Threshold,
	prints: readonly VoicePrint[],
	apart: (a: number, b: number) => boolean = () => false,
): number[] {
	const cosines = prints.map((a, i) =>
		prints.map((b, j) => (i !== j && (apart(i, j) || apart(j, i)) ? -Infinity : cosineOf(a, b))),
	);
	const groups = prints.map((_, i) => [i]);
	for (;;) {
		let best: readonly [number, number] | null = null;
		let highest = sameVoiceCosine;
		for (let a = 0; a < groups.length; a++) {
			for (let b = a + 1; b < groups.length; b++) {
				const likeness = meanBetween(cosines, groups[a]!, groups[b]!);
				if (likeness < highest || (best && likeness === highest)) continue;
				best = [a, b];
				highest = likeness;
			}
		}
		if (!best) break;
		const [kept, joined] = best;
		groups[kept]!.push(...groups.splice(joined, 1).flat());
	}
	const people = new Array<number>(prints.length).fill(0);
	groups.forEach((members, person) => {
		for (const member of members) people[member] = person;
	});
	return people;
}

function meanBetween(
	cosines: readonly (readonly number[])[],
	a: readonly number[],
	b: readonly number[],
): number {
	let sum = 0;
	for (const i of a) for (const j of b) sum += cosines[i]![j]!;
	return sum / (a.length * b.length);
}
