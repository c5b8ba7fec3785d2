import type { Cue, RecognisedCue } from '../../domain/transcript.ts';
import type { TimeRange } from '../../domain/time-range.ts';
import type { Problem } from '../../support/errors.ts';
import { groupBy } from '../../support/group-by.ts';

/** What one file says of one speaker. */
export interface FoundSpeaker {
	/** As the file calls the speaker. */
	readonly name: string;
	readonly file: string;
	/** Reference cues in the order of the file; words with their times where the file has them. */
	readonly cues: readonly (Cue | RecognisedCue)[];
}

/** Where one file says that a speaker talks, without words. */
export interface FoundSpeech {
	readonly name: string;
	readonly file: string;
	readonly turns: readonly TimeRange[];
}

/** What a reader found in one file. With a problem, nothing of the file is used. */
export interface FoundFile {
	readonly speakers: readonly FoundSpeaker[];
	readonly speech: readonly FoundSpeech[];
	/** Conversation number by the file's name of the speaker; null for a file that says none. */
	readonly conversations: ReadonlyMap<string, number> | null;
	readonly problems: readonly Problem[];
	/** What is used in another way than it stands in the file. */
	readonly repairs: readonly Problem[];
}

/** A file that says nothing, but for what is given. */
export function foundFile(found: Partial<FoundFile>): FoundFile {
	return { speakers: [], speech: [], conversations: null, problems: [], repairs: [], ...found };
}

/** A tier of one speaker; several may be of one. */
export interface FoundTier {
	readonly name: string;
	readonly cues: readonly (Cue | RecognisedCue)[];
}

/** Tiers as what their speakers say; or, where none of them has a text, as when they talk. */
export function foundTiers(
	tiers: readonly FoundTier[],
	file: string,
): Pick<FoundFile, 'speakers' | 'speech'> {
	const byName = [...groupBy(tiers, ({ name }) => name)].map(([name, own]) => {
		const cues = own.flatMap((tier) => tier.cues);
		return { name, file, cues: cues.toSorted((a, b) => a.startSeconds - b.startSeconds) };
	});
	const all = byName.flatMap(({ cues }) => cues);
	if (all.length === 0 || all.some(({ text }) => text !== '')) {
		return { speakers: byName, speech: [] };
	}
	const speech = byName.map(({ name, cues }) => ({
		name,
		file,
		turns: cues.map(({ startSeconds, endSeconds }) => ({ startSeconds, endSeconds })),
	}));
	return { speakers: [], speech };
}
