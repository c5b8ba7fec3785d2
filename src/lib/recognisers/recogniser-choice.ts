import type { ModelUse } from '../domain/result.ts';
import { frameRateHz } from '../domain/session.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { RecognisedCue } from '../domain/transcript.ts';
import { AssertionError, present } from '../support/assert.ts';
import { ConfabError, messageOf } from '../support/errors.ts';
import type { SlowOptions } from '../support/progress.ts';
import type {
	Batching,
	Joining,
	OpenRecogniser,
	RecogniserCandidate,
	RecogniserFamily,
} from './family.ts';
import type { Recogniser, SpeechClip } from './recogniser.ts';

/** So much speech without a single word is a provider's fault before it is the speaker's. */
const wordlessSeconds = 10;

/** Speech that is sure enough to count for that. */
const sureSpeech = 0.8;

/**
 * Frames that a candidate is asked about at once until it has given a word: of the 30 s at least that
 * segments of 15 s then fill, a third is surely speech that is sure enough to judge it by. So the words of
 * all of them come from the next one where this one is given up.
 */
const judgedFrames = 45 * frameRateHz;

/** The ways to run one recogniser, and what became of them. */
interface Plan {
	readonly candidates: readonly RecogniserCandidate[];
	/** Why a candidate is not used any more in this run, by its name. */
	readonly ruledOut: Map<string, string>;
	/** Candidates that have given a word: they are doubted no more. */
	readonly proven: Set<string>;
	/** Seconds of sure speech in which a candidate gave no word, while it gave none at all. */
	readonly wordless: Map<string, number>;
}

/**
 * Runs the recogniser that the settings name in the best way that works here. One that cannot be
 * loaded, is wrong, loses its device or has heard no word in long speech gives way to the next, and that
 * is said in the note of its use; what was asked of it is asked of the next one. One recogniser is loaded
 * at a time. The owner closes it.
 */
export class RecogniserChoice {
	readonly #families: readonly RecogniserFamily[];
	readonly #onUse: (use: ModelUse) => void;
	readonly #plans = new Map<string, Promise<Plan>>();
	#open: { readonly key: string; readonly opened: OpenRecogniser } | null = null;

	/** @param onUse told of each recogniser when it is loaded, with why it is not a better one */
	constructor(families: readonly RecogniserFamily[], onUse: (use: ModelUse) => void) {
		this.#families = families;
		this.#onUse = onUse;
	}

	/** Looks anew at what is here, and gives those another chance that failed before. */
	begin(): void {
		this.#plans.clear();
	}

	needsLips({ recogniser }: RunSettings): boolean {
		return this.#familyOf(recogniser)?.needsLips ?? true;
	}

	joining({ recogniser }: RunSettings): Joining | null {
		return this.#familyOf(recogniser)?.joining ?? null;
	}

	/**
	 * Names the weights and parameters that the next words will come from.
	 *
	 * @throws ConfabError `ModelUnavailable`.
	 */
	async version(settings: RunSettings): Promise<string> {
		const plan = await this.#plan(settings);
		return asked(plan).version;
	}

	/**
	 * The words of several clips: cues of each, in order.
	 *
	 * @throws ConfabError what the last of the candidates failed with; the signal's reason when aborted.
	 */
	async recognise(
		clips: readonly SpeechClip[],
		settings: RunSettings,
		slow: SlowOptions = {},
	): Promise<RecognisedCue[][]> {
		const plan = await this.#plan(settings);
		for (;;) {
			const candidate = asked(plan);
			try {
				const { recogniser } = await this.#opened(candidate, plan, settings, slow);
				const cues = await recogniseAll(recogniser, clips, slow);
				if (cues.some((list) => list.length > 0)) plan.proven.add(candidate.name);
				// Where nobody hears a word, so be it: the last one stays.
				if (!givesUp(plan, candidate, sureSeconds(clips))) return cues;
			} catch (error) {
				slow.signal?.throwIfAborted();
				if (!mayPass(error) || !ruleOut(plan, candidate, messageOf(error))) throw error;
			}
		}
	}

	/**
	 * How many clips the one that is asked next likes to get at once, or that it takes to judge it while it
	 * has given no word; null where that makes no difference.
	 *
	 * @throws ConfabError `ModelUnavailable`.
	 */
	async batching(settings: RunSettings): Promise<Batching | null> {
		const plan = await this.#plan(settings);
		const { batching = null } = asked(plan);
		if (!isOnTrial(plan)) return batching;
		const frames = Math.max(judgedFrames, batching?.frames ?? 0);
		return { padTo: null, ...batching, frames };
	}

	/** Frees what is loaded. */
	async close(): Promise<void> {
		const open = this.#open;
		this.#open = null;
		await open?.opened.close();
	}

	async #opened(
		candidate: RecogniserCandidate,
		{ ruledOut }: Plan,
		settings: RunSettings,
		slow: SlowOptions,
	): Promise<OpenRecogniser> {
		const key = [settings.recogniser, candidate.name, candidate.version].join(' ');
		if (this.#open?.key === key) return this.#open.opened;
		await this.close();
		const opened = await candidate.open(slow);
		this.#open = { key, opened };
		const notes = [...ruledOut].map(([name, why]) => `not ${name}: ${why}`);
		const note = [...notes, ...(opened.use.note === undefined ? [] : [opened.use.note])].join('; ');
		this.#onUse({ ...opened.use, ...(note === '' ? {} : { note }) });
		return opened;
	}

	#plan(settings: RunSettings): Promise<Plan> {
		const key = JSON.stringify(settings);
		const known = this.#plans.get(key);
		if (known) return known;
		const plan = this.#makePlan(settings);
		this.#plans.set(key, plan);
		plan.catch(() => this.#plans.delete(key));
		return plan;
	}

	async #makePlan(settings: RunSettings): Promise<Plan> {
		const family = this.#familyOf(settings.recogniser);
		if (!family) {
			throw new ConfabError(
				'ModelUnavailable',
				`There is no recogniser "${settings.recogniser}". Choose another one.`,
			);
		}
		return {
			candidates: await family.candidates(settings),
			ruledOut: new Map(),
			proven: new Set(),
			wordless: new Map(),
		};
	}

	#familyOf(id: string): RecogniserFamily | undefined {
		return this.#families.find((family) => family.knows(id));
	}
}

/** The best that is left; the last one when all have been ruled out. */
function asked({ candidates, ruledOut }: Plan): RecogniserCandidate {
	const left = candidates.find(({ name }) => !ruledOut.has(name));
	return present(left ?? candidates.at(-1), 'candidate');
}

function isLast({ candidates, ruledOut }: Plan): boolean {
	return candidates.filter(({ name }) => !ruledOut.has(name)).length <= 1;
}

/** Whether the best that is left may yet be given up for want of words. */
function isOnTrial(plan: Plan): boolean {
	return !plan.proven.has(asked(plan).name) && !isLast(plan);
}

/** Gives up a candidate that has never given a word, when it gave none in long speech. */
function givesUp(plan: Plan, candidate: RecogniserCandidate, seconds: number): boolean {
	const { name } = candidate;
	if (plan.proven.has(name)) return false;
	const all = (plan.wordless.get(name) ?? 0) + seconds;
	plan.wordless.set(name, all);
	return (
		all >= wordlessSeconds && ruleOut(plan, candidate, `no word in ${all.toFixed(0)} s of speech`)
	);
}

/** Gives up a candidate, unless it is the last one. */
function ruleOut(plan: Plan, { name }: RecogniserCandidate, why: string): boolean {
	if (isLast(plan)) return false;
	plan.ruledOut.set(name, why.replace(/\.$/, ''));
	return true;
}

/** Whether another candidate may do better. Faults of our own are the same in all. */
function mayPass(error: unknown): boolean {
	if (error instanceof ConfabError) {
		return ['DeviceLost', 'ModelMismatch', 'ModelUnavailable'].includes(error.code);
	}
	// What a runtime throws when it runs out of memory is of many kinds.
	return !(error instanceof TypeError || error instanceof AssertionError);
}

async function recogniseAll(
	recogniser: Recogniser,
	clips: readonly SpeechClip[],
	slow: SlowOptions,
): Promise<RecognisedCue[][]> {
	if (recogniser.recogniseAll) return recogniser.recogniseAll(clips, slow);
	const cues: RecognisedCue[][] = [];
	for (const clip of clips) cues.push(await recogniser.recognise(clip, slow));
	return cues;
}

function sureSeconds(clips: readonly SpeechClip[]): number {
	const frames = clips.reduce(
		(sum, { speech }) => sum + (speech?.filter((value) => value >= sureSpeech).length ?? 0),
		0,
	);
	return frames / frameRateHz;
}
