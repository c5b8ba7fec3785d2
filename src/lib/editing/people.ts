import type { EditedCue, Edition } from '../domain/edition.ts';
import type { VoicePiece } from '../domain/people.ts';
import { durationOf, overlapSeconds } from '../domain/time-range.ts';
import type { Word } from '../domain/transcript.ts';
import { cueOfWords, middleOf, putCues, wordWithin } from './cues.ts';

/** The id of somebody who is not there yet. */
export function newPersonId({ voices, clusters }: Edition): string {
	const ids = [...voices, ...clusters.keys()];
	const numbers = ids.map((id) => Number(/^person_(\d+)$/.exec(id ?? '')?.[1] ?? 0));
	return `person_${String(Math.max(0, ...numbers) + 1)}`;
}

/**
 * Gives pieces of voice other owners. Words follow: each goes where the piece is that it was said in, and a
 * cue whose words part is split. Somebody new talks in the conversation that the pieces came from; somebody
 * who is left with nothing vanishes with their name.
 *
 * @param pieces of the run, in its order
 * @param owners person of each piece; null for nobody's
 * @throws TypeError unless there is one for each piece
 */
export function givePieces(
	edition: Edition,
	pieces: readonly VoicePiece[],
	owners: readonly (string | null)[],
): Edition {
	const { voices } = edition;
	if (owners.length !== pieces.length || voices.length !== pieces.length) {
		throw new TypeError('expected an owner for each piece of voice');
	}
	const changed = pieces.flatMap((piece, i) => (voices[i] === owners[i] ? [] : [{ piece, i }]));
	if (changed.length === 0) return edition;
	const from = new Set(changed.map(({ i }) => voices[i]));
	const gone: string[] = [];
	const cues: EditedCue[] = [];
	let made = 0;
	for (const cue of edition.cues) {
		if (!from.has(cue.speakerId)) continue;
		const own = pieces.flatMap((piece, i) =>
			voices[i] === cue.speakerId ? [{ piece, owner: owners[i] ?? cue.speakerId }] : [],
		);
		const parts = partsOf(cue, own);
		const [first] = parts;
		if (!first || (parts.length === 1 && first.speakerId === cue.speakerId)) continue;
		gone.push(cue.id);
		if (parts.length === 1) {
			cues.push({ ...cue, speakerId: first.speakerId });
			continue;
		}
		for (const [place, { speakerId, words }] of parts.entries()) {
			const id = place === 0 ? cue.id : String(edition.nextCue + made++);
			const range = rangeOfPart(cue, parts, place);
			const within = words.map((word) => wordWithin(word, range));
			cues.push({ ...cueOfWords({ id, speakerId }, range, within), edited: cue.edited });
		}
	}
	const next = putCues({ ...edition, voices: owners }, gone, cues, made);
	return withPeopleThere(next, edition, pieces);
}

/** Makes one person of two: all of `id` becomes `into`'s. */
export function mergePeople(
	edition: Edition,
	pieces: readonly VoicePiece[],
	id: string,
	into: string,
): Edition {
	if (id === into) return edition;
	const name = edition.speakerNames.get(into) ?? edition.speakerNames.get(id);
	const owners = edition.voices.map((owner) => (owner === id ? into : owner));
	const moved = givePieces(edition, pieces, owners);
	// Cues that a person made, or moved where no piece is.
	const cues = moved.cues.map((cue) => (cue.speakerId === id ? { ...cue, speakerId: into } : cue));
	const clusters = new Map([...moved.clusters].filter(([speaker]) => speaker !== id));
	const names = new Map([...moved.speakerNames].filter(([speaker]) => speaker !== id));
	if (name !== undefined) names.set(into, name);
	return { ...moved, cues, clusters, speakerNames: names };
}

/** Gives some pieces to somebody who is there, or, with `null`, to somebody new. */
export function movePieces(
	edition: Edition,
	pieces: readonly VoicePiece[],
	moved: readonly number[],
	to: string | null,
): Edition {
	const owner = to ?? newPersonId(edition);
	const places = new Set(moved);
	const owners = edition.voices.map((before, i) => (places.has(i) ? owner : before));
	return givePieces(edition, pieces, owners);
}

/**
 * Takes over another grouping of the pieces. Groups keep the ids of those with whom they share most time,
 * so that names stay with voices; the rest are new.
 *
 * @param groups number of each piece's group; null for nobody's
 */
export function regroupPieces(
	edition: Edition,
	pieces: readonly VoicePiece[],
	groups: readonly (number | null)[],
): Edition {
	const shared = new Map<string, { id: string; group: number; seconds: number }>();
	for (const [i, piece] of pieces.entries()) {
		const id = edition.voices[i] ?? null;
		const group = groups[i] ?? null;
		if (id === null || group === null) continue;
		const key = `${id} ${String(group)}`;
		const before = shared.get(key) ?? { id, group, seconds: 0 };
		shared.set(key, { ...before, seconds: before.seconds + durationOf(piece) });
	}
	const ids = new Map<number, string>();
	const taken = new Set<string>();
	for (const { id, group } of [...shared.values()].sort((a, b) => b.seconds - a.seconds)) {
		if (ids.has(group) || taken.has(id)) continue;
		ids.set(group, id);
		taken.add(id);
	}
	let next = Number(newPersonId(edition).slice('person_'.length));
	for (const group of groups) {
		if (group !== null && !ids.has(group)) ids.set(group, `person_${String(next++)}`);
	}
	const owners = groups.map((group) => (group === null ? null : (ids.get(group) ?? null)));
	return givePieces(edition, pieces, owners);
}

interface Part {
	readonly speakerId: string;
	readonly words: readonly Word[];
}

/** The words of a cue by the owner of the piece that each was said in, in runs; one run for one without words. */
function partsOf(
	cue: EditedCue,
	own: readonly { readonly piece: VoicePiece; readonly owner: string }[],
): readonly Part[] {
	const ownerAt = (seconds: number): string => {
		let best = { owner: cue.speakerId, distance: Infinity };
		for (const { piece, owner } of own) {
			const before = piece.startSeconds - seconds;
			const after = seconds - piece.endSeconds;
			const distance = Math.max(0, before, after);
			if (distance < best.distance) best = { owner, distance };
		}
		return best.owner;
	};
	const near = own.filter(({ piece }) => overlapSeconds(piece, cue) > 0);
	if (near.length === 0) return [{ speakerId: cue.speakerId, words: cue.words }];
	if (cue.words.length === 0) return [{ speakerId: ownerAt(middleOf(cue)), words: [] }];
	const parts: { speakerId: string; words: Word[] }[] = [];
	for (const word of cue.words) {
		const speakerId = ownerAt(middleOf(word));
		const last = parts.at(-1);
		if (last?.speakerId === speakerId) last.words.push(word);
		else parts.push({ speakerId, words: [word] });
	}
	return parts;
}

/** A part lasts from the middle of the gap before it to that of the gap after it. */
function rangeOfPart(cue: EditedCue, parts: readonly Part[], place: number) {
	const between = (at: number): number => {
		const before = parts[at - 1]?.words.at(-1);
		const after = parts[at]?.words[0];
		if (!before || !after) return at === 0 ? cue.startSeconds : cue.endSeconds;
		const gap = middleOf({ startSeconds: before.endSeconds, endSeconds: after.startSeconds });
		return Math.min(Math.max(gap, cue.startSeconds), cue.endSeconds);
	};
	return { startSeconds: between(place), endSeconds: between(place + 1) };
}

/** New people get the conversation that most of what is theirs came from; those without anything leave. */
function withPeopleThere(next: Edition, before: Edition, pieces: readonly VoicePiece[]): Edition {
	const here = new Set([...next.voices, ...next.cues.map(({ speakerId }) => speakerId)]);
	const clusters = new Map([...next.clusters].filter(([id]) => here.has(id)));
	for (const id of here) {
		if (id === null || clusters.has(id)) continue;
		const seconds = new Map<number, number>();
		for (const [i, piece] of pieces.entries()) {
			if (next.voices[i] !== id) continue;
			const conversation = before.clusters.get(before.voices[i] ?? '');
			if (conversation === undefined) continue;
			seconds.set(conversation, (seconds.get(conversation) ?? 0) + durationOf(piece));
		}
		const [most] = [...seconds].sort((a, b) => b[1] - a[1]);
		clusters.set(id, most?.[0] ?? 0);
	}
	const speakerNames = new Map([...next.speakerNames].filter(([id]) => here.has(id)));
	const left = new Set(clusters.values());
	const conversationNames = new Map(
		[...next.conversationNames].filter(([number]) => left.has(number)),
	);
	return { ...next, clusters, speakerNames, conversationNames };
}
