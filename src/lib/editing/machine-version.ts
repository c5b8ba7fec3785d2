import type { EditedCue, Edition } from '../domain/edition.ts';
import { durationOf, overlapSeconds } from '../domain/time-range.ts';
import { cueOf, putCues } from './cues.ts';

/** How much of a run a person has changed. */
export interface Changes {
	/** Cues that were changed or made. */
	readonly edited: number;
	/** Cues of the machine that nothing stands for any more. */
	readonly deleted: number;
	/** Speakers and conversations with a name. */
	readonly named: number;
	/** Speakers who are in another conversation than the machine found. */
	readonly moved: number;
	/** Pieces of voice that are another person's than the machine found. */
	readonly regrouped: number;
}

/** Whether two cues stand for the same talk: one speaker, and the shorter one lies mostly in the other. */
function standsFor(a: EditedCue, b: EditedCue): boolean {
	if (a.speakerId !== b.speakerId) return false;
	const shorter = Math.min(durationOf(a), durationOf(b));
	return overlapSeconds(a, b) > shorter / 2;
}

/**
 * What the machine made of the talk that this cue stands for; cues of it that stand unchanged beside it are
 * not counted. Empty where a person heard what the machine missed.
 *
 * @param machine the first edition of the run
 */
export function machineCues(edition: Edition, machine: Edition, id: string): readonly EditedCue[] {
	const cue = cueOf(edition, id);
	const untouched = new Set(edition.cues.filter(({ edited }) => !edited).map((each) => each.id));
	return machine.cues.filter(
		(each) => each.id === id || (!untouched.has(each.id) && standsFor(each, cue)),
	);
}

/** Puts what the machine made in the place of a cue, and of all that came of the same talk. */
export function restoreCue(edition: Edition, machine: Edition, id: string): Edition {
	const cue = cueOf(edition, id);
	if (!cue.edited) return edition;
	const own = machineCues(edition, machine, id);
	const known = new Set(machine.cues.map((each) => each.id));
	const pieces = edition.cues.filter(
		(each) => !known.has(each.id) && own.some((original) => standsFor(original, each)),
	);
	const gone = [id, ...own.map((each) => each.id), ...pieces.map((each) => each.id)];
	return putCues(edition, gone, own);
}

/** Cues of the machine that were deleted. */
export function deletedCues(edition: Edition, machine: Edition): readonly EditedCue[] {
	const here = new Set(edition.cues.map(({ id }) => id));
	const edited = edition.cues.filter((cue) => cue.edited);
	return machine.cues.filter(
		(cue) => !here.has(cue.id) && !edited.some((each) => standsFor(cue, each)),
	);
}

/** Brings a deleted cue of the machine back. */
export function bringBack(edition: Edition, machine: Edition, id: string): Edition {
	return putCues(edition, [id], [cueOf(machine, id)]);
}

/** Counts what differs from the machine's own result. */
export function changesOf(edition: Edition, machine: Edition): Changes {
	const speakers = new Set([...edition.clusters.keys(), ...machine.clusters.keys()]);
	const [owners, found] = [new Set(edition.voices), new Set(machine.voices)];
	return {
		edited: edition.cues.filter(({ edited }) => edited).length,
		deleted: deletedCues(edition, machine).length,
		named: edition.speakerNames.size + edition.conversationNames.size,
		moved: [...speakers].filter(
			// Who came or went with pieces of voice is in no other conversation.
			(id) =>
				edition.clusters.get(id) !== machine.clusters.get(id) && owners.has(id) === found.has(id),
		).length,
		regrouped: edition.voices.filter((id, i) => id !== machine.voices[i]).length,
	};
}
