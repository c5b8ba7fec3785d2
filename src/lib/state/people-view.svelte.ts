import { SvelteSet } from 'svelte/reactivity';
import type { FoundPeople, PeopleCount, VoicePiece } from '../domain/people.ts';
import type { DocumentSpeaker } from '../domain/studio-document.ts';
import { durationOf, type TimeRange } from '../domain/time-range.ts';
import type { Change } from '../editing/cues.ts';
import { mergePeople, movePieces, newPersonId, regroupPieces } from '../editing/people.ts';
import { groupBy } from '../support/group-by.ts';
import { pieceTexts, turnsOfPieces, type PieceTurn } from './piece-turns.ts';
import { confidencesByPerson, regroupVoices } from './regroup-voices.ts';
import type { Studio } from './studio.svelte.ts';

/** Longest stretch that is played to hear who somebody is, as of samples that a run takes. */
const sampleSeconds = 6;

/** Somebody as the list of people shows them. */
export interface PersonSummary {
	readonly speaker: DocumentSpeaker;
	readonly talkSeconds: number;
	/** Part of all talk, 0 to 1. */
	readonly share: number;
	readonly turnCount: number;
	/** How surely all of it is one person, 0 to 1; null where that was changed by hand or nothing can tell. */
	readonly confidence: number | null;
	/** Whether the pieces are those that the run gave to this person. */
	readonly asFound: boolean;
	/** What this voice sounds like; null for somebody who has no piece of voice. */
	readonly sample: TimeRange | null;
	/** Whether so little is heard that it may be nobody. */
	readonly minor: boolean;
}

/** Why the voices cannot be grouped again. */
export type RegroupHindrance = 'no-model' | 'no-prints';

/** The people that a run found under a person's hands: who is one, who is two, and how many there are. */
export class PeopleView {
	readonly #studio: Studio;
	readonly #people: FoundPeople;
	readonly #chosen = new SvelteSet<string>();
	readonly #picked = new SvelteSet<number>();
	#openId = $state.raw<string | null>(null);
	#count = $state.raw<PeopleCount | null>(null);
	#regrouping = $state.raw(false);
	/** How sure a regrouping is of each person, by the owners of the pieces that it gave. */
	readonly #regrouped = new WeakMap<readonly (string | null)[], ReadonlyMap<string, number>>();
	readonly #summaries = $derived.by(() => this.#summarise());
	readonly #turns = $derived.by(() => this.#turnsOfOpen());

	/** @param people those of the studio's result */
	constructor(studio: Studio, people: FoundPeople) {
		this.#studio = studio;
		this.#people = people;
		this.#count = studio.result.settings.people;
	}

	/** Everybody, in the order of the document. */
	get people(): readonly PersonSummary[] {
		return this.#summaries;
	}

	/** Those who are chosen to be one person, in the order of the document. */
	get chosen(): readonly PersonSummary[] {
		return this.#summaries.filter(({ speaker }) => this.#chosen.has(speaker.id));
	}

	isChosen(id: string): boolean {
		return this.#chosen.has(id);
	}

	choose(id: string, chosen: boolean): void {
		if (chosen) this.#chosen.add(id);
		else this.#chosen.delete(id);
	}

	/** Makes one person of those who are chosen, and says who that is; null for fewer than two. */
	merge(): string | null {
		const [into, ...others] = this.chosen.toSorted((a, b) => b.talkSeconds - a.talkSeconds);
		if (!into || others.length === 0) return null;
		const change: Change = (edition) =>
			others.reduce(
				(merged, { speaker }) =>
					mergePeople(merged, this.#people.pieces, speaker.id, into.speaker.id),
				edition,
			);
		this.#chosen.clear();
		this.#picked.clear();
		this.#studio.editor.apply(change, 'Merge people');
		return this.#nameOf(into.speaker.id);
	}

	/** Whose pieces are looked at; null for nobody's. */
	get openId(): string | null {
		return this.#summaries.some(({ speaker }) => speaker.id === this.#openId) ? this.#openId : null;
	}

	open(id: string | null): void {
		this.#openId = id;
		this.#picked.clear();
	}

	/** The turns of whoever is open. */
	get turns(): readonly PieceTurn[] {
		return this.#turns;
	}

	/** What is said in pieces of whoever is open, in their order. */
	textsIn(turn: PieceTurn): readonly string[] {
		const cues = this.#open?.cues ?? [];
		return pieceTexts(
			turn.pieces.map((i) => this.pieceAt(i)),
			cues,
		);
	}

	/** @throws TypeError for one that is not there */
	pieceAt(index: number): VoicePiece {
		const piece = this.#people.pieces[index];
		if (!piece) throw new TypeError(`There is no piece of voice ${String(index)}`);
		return piece;
	}

	/** Pieces of whoever is open that are picked to be moved. */
	get picked(): readonly number[] {
		const { voices } = this.#studio.editor.edition;
		return [...this.#picked].filter((i) => voices[i] === this.openId);
	}

	isPicked(index: number): boolean {
		return this.#picked.has(index);
	}

	pick(pieces: readonly number[], picked: boolean): void {
		for (const index of pieces) {
			if (picked) this.#picked.add(index);
			else this.#picked.delete(index);
		}
	}

	/**
	 * Gives the picked pieces to somebody, or with `new` to somebody new, and says who that is; null when none are
	 * picked.
	 */
	move(to: string): string | null {
		const { editor } = this.#studio;
		const moved = this.picked;
		if (moved.length === 0) return null;
		const owner = to === 'new' ? newPersonId(editor.edition) : to;
		this.#picked.clear();
		editor.apply(
			(edition) => movePieces(edition, this.#people.pieces, moved, owner),
			'Move voice to another person',
		);
		return this.#nameOf(owner);
	}

	/** How many people a regrouping is to find; null: as many as the voices say. */
	get count(): PeopleCount | null {
		return this.#count;
	}

	set count(count: PeopleCount | null) {
		this.#count = count;
	}

	/** What keeps voices from being grouped again; null for nothing. */
	get hindrance(): RegroupHindrance | null {
		const { voiceModel, pieces } = this.#people;
		if (voiceModel === null) return 'no-model';
		return pieces.some(({ embedding }) => embedding !== null) ? null : 'no-prints';
	}

	/** Whether voices are being grouped. */
	get regrouping(): boolean {
		return this.#regrouping;
	}

	/**
	 * Groups the voices again by what is stored of them, without their sound.
	 *
	 * @returns whether anything is different now
	 */
	async regroup(): Promise<boolean> {
		if (this.hindrance !== null || this.#regrouping) return false;
		this.#regrouping = true;
		try {
			const { editor, result } = this.#studio;
			const regrouping = await regroupVoices(this.#people, result.speakers, this.#count);
			this.#picked.clear();
			this.#chosen.clear();
			const changed = editor.apply(
				(edition) => regroupPieces(edition, this.#people.pieces, regrouping.groups),
				'Regroup people',
			);
			const { voices } = editor.edition;
			this.#regrouped.set(voices, confidencesByPerson(regrouping, voices));
			return changed;
		} finally {
			this.#regrouping = false;
		}
	}

	get #open(): DocumentSpeaker | null {
		return this.#studio.document.speakers.find(({ id }) => id === this.openId) ?? null;
	}

	#turnsOfOpen(): readonly PieceTurn[] {
		const { voices } = this.#studio.editor.edition;
		const open = this.#open;
		if (!open) return [];
		const own = voices.flatMap((id, i) => (id === open.id ? [i] : []));
		return turnsOfPieces(this.#people.pieces, own, open.cues);
	}

	#nameOf(id: string): string {
		return this.#studio.document.speakers.find((speaker) => speaker.id === id)?.name ?? id;
	}

	#summarise(): readonly PersonSummary[] {
		const { document, editor } = this.#studio;
		const { people, pieces, doubts, voiceModel } = this.#people;
		const { voices } = editor.edition;
		const own = groupBy(places(voices), (i) => voices[i] ?? null);
		const found = groupBy(places(pieces), (i) => pieces[i]?.personId ?? null);
		const talk = document.speakers.map(({ segments }) =>
			segments.reduce((sum, segment) => sum + durationOf(segment), 0),
		);
		const all = talk.reduce((sum, seconds) => sum + seconds, 0);
		const sureness = this.#regrouped.get(voices);
		return document.speakers.map((speaker, place) => {
			const mine = own.get(speaker.id) ?? [];
			const before = found.get(speaker.id) ?? [];
			const asFound = mine.length === before.length && mine.every((i, k) => i === before[k]);
			const person = people.find(({ id }) => id === speaker.id);
			const stated = asFound && voiceModel !== null ? person?.confidence : undefined;
			const turns = turnsOfPieces(pieces, mine, []);
			const talkSeconds = talk[place] ?? 0;
			return {
				speaker,
				talkSeconds,
				share: all > 0 ? talkSeconds / all : 0,
				turnCount: turns.length,
				confidence: stated ?? sureness?.get(speaker.id) ?? null,
				asFound,
				sample: (asFound ? person?.sample : null) ?? longestOf(turns),
				minor:
					asFound &&
					doubts.some((doubt) => doubt.code === 'minor-voice' && doubt.personId === speaker.id),
			};
		});
	}
}

/** The longest turn, as far as it is worth listening to; null without any. */
function longestOf(turns: readonly PieceTurn[]): TimeRange | null {
	const [longest] = turns.toSorted((a, b) => durationOf(b) - durationOf(a));
	if (!longest) return null;
	const { startSeconds, endSeconds } = longest;
	return { startSeconds, endSeconds: Math.min(endSeconds, startSeconds + sampleSeconds) };
}

function places(items: readonly unknown[]): readonly number[] {
	return items.map((_, i) => i);
}
