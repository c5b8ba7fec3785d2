import type { SessionResult } from '../domain/result.ts';
import type { Labels } from '../domain/session.ts';
import type { StudioDocument } from '../domain/studio-document.ts';
import { documentOf } from '../editing/document-of.ts';
import { firstEdition } from '../editing/first-edition.ts';
import { timesOf } from '../evaluation/diarisation-scores.ts';
import { speechErrorsOf, type SpeechErrors } from '../evaluation/speech-errors.ts';
import { isAbort } from '../support/abort.ts';
import { Aligner, scoreDocument } from './document-scores.ts';
import type { DocumentScores } from './document-scores.ts';

/** A run, as a person corrected it and as the machine left it, against the truth. */
export class LabelComparison {
	readonly #machine: StudioDocument;
	readonly #labels: Labels;
	readonly #aligner = new Aligner();
	#status = $state.raw<'working' | 'ready' | 'failed'>('working');
	#part = $state.raw(0);
	#current = $state.raw<DocumentScores | null>(null);
	#own = $state.raw<DocumentScores | null>(null);
	#error = $state.raw<unknown>(null);
	#going: AbortController | null = null;

	constructor(result: SessionResult, labels: Labels) {
		this.#machine = documentOf(result, firstEdition(result));
		this.#labels = labels;
	}

	/** Whether there is anything to score: times alone say how well people were found, and nothing of given ones. */
	get scored(): boolean {
		const timed = this.#machine.cast === 'found' && (this.#labels.turns?.size ?? 0) > 0;
		return timed || this.worded;
	}

	/** Whether there are words or conversations to score against, and not only times. */
	get worded(): boolean {
		return this.#labels.transcripts.size > 0 || this.#labels.conversations !== null;
	}

	/** The reference's names of those who speak in it. */
	get referenceNames(): readonly string[] {
		return [...timesOf(this.#labels).keys()];
	}

	/** How well it was found when speakers talk, by speaker id, for those whose labels say that alone. */
	speechIn(document: StudioDocument): ReadonlyMap<string, SpeechErrors> {
		return speechErrorsOf(document, this.#current?.reference ?? this.#labels);
	}

	get status(): 'working' | 'ready' | 'failed' {
		return this.#status;
	}

	/** How far it is, 0 to 1. */
	get part(): number {
		return this.#part;
	}

	/** Of the document as it stands; the last that was computed while another is. */
	get current(): DocumentScores | null {
		return this.#current;
	}

	/** Of the machine's own result; null where changes made no difference to the numbers. */
	get machine(): DocumentScores | null {
		return this.#own && this.#current && !sameNumbers(this.#own, this.#current) ? this.#own : null;
	}

	get error(): unknown {
		return this.#error;
	}

	/** Compares anew; what is under way for an older document ends. Never rejects. */
	async compare(document: StudioDocument): Promise<void> {
		this.#going?.abort();
		const going = new AbortController();
		this.#going = going;
		const { signal } = going;
		this.#status = 'working';
		this.#part = 0;
		try {
			const current = await scoreDocument(document, this.#labels, this.#aligner, {
				signal,
				onPart: (part) => (this.#part = part / 2),
			});
			this.#own ??= await scoreDocument(this.#machine, this.#labels, this.#aligner, {
				signal,
				onPart: (part) => (this.#part = (1 + part) / 2),
			});
			signal.throwIfAborted();
			this.#current = current;
			this.#status = 'ready';
		} catch (thrown) {
			if (isAbort(thrown)) return;
			this.#error = thrown;
			this.#status = 'failed';
		}
	}

	/** Ends what is under way. */
	stop(): void {
		this.#going?.abort();
	}
}

function sameNumbers(a: DocumentScores, b: DocumentScores): boolean {
	const numbers = ({ diarisation, scores, speakers }: DocumentScores): string =>
		JSON.stringify([
			diarisation && { ...diarisation, mapping: [...diarisation.mapping] },
			scores.f1,
			[...scores.perSpeaker.values()],
			[...speakers.values()].map(({ errors }) => errors),
		]);
	return numbers(a) === numbers(b);
}
