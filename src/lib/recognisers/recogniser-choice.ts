import type { ModelUse } from '../domain/result.ts';
import { frameRateHz } from '../domain/session.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { RecognisedCue } from '../domain/transcript.ts';
import { AssertionError, present } from '../support/assert.ts';
import { ConfabError, messageOf } from '../support/errors.ts';
import type { SlowOptions } from '../support/progress.ts';
import type { Batching, OpenRecogniser, RecogniserCandidate, RecogniserFamily } from './family.ts';
import type { Recogniser, SpeechClip } from './recogniser.ts';

/** So much speech without a single word is a provider's fault before it is the speaker's. */
const wordlessSeconds = 10;

/** Speech that is sure enough to count for that. */
const sureSpeech = 0.8;

/** The ways to run one recogniser, and what became of them. */
interface Plan {
	readonly candidates: readonly RecogniserCandidate[];
	/** Why a candidate is not used any more in this run, by its name. */
	readonly ruledOut: Map<string, string>;
}

/**
 * Runs the recogniser that the settings name in the best way that works here. One that cannot be
 * loaded, is wrong, loses its device or hears no word in long speech gives way to the next, and that is
 * said in the note of its use; what was asked of it is asked of the next one. One recogniser is loaded
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
		const doubted: string[] = [];
		for (;;) {
			const candidate = asked(plan);
			try {
				const { recogniser } = await this.#opened(candidate, plan, settings, slow);
				const cues = await recogniseAll(recogniser, clips, slow);
				if (cues.some((list) => list.length > 0) || sureSeconds(clips) < wordlessSeconds) {
					return cues;
				}
				const seconds = sureSeconds(clips).toFixed(0);
				if (!ruleOut(plan, candidate, `no word in ${seconds} s of speech`)) {
					// Nobody else hears one either: so be it.
					for (const name of doubted) plan.ruledOut.delete(name);
					return cues;
				}
				doubted.push(candidate.name);
			} catch (error) {
				slow.signal?.throwIfAborted();
				if (!mayPass(error) || !ruleOut(plan, candidate, messageOf(error))) throw error;
			}
		}
	}

	/**
	 * How many clips the one that is asked next likes to get at once; null where that makes no difference.
	 *
	 * @throws ConfabError `ModelUnavailable`.
	 */
	async batching(settings: RunSettings): Promise<Batching | null> {
		return asked(await this.#plan(settings)).batching ?? null;
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
		return { candidates: await family.candidates(settings), ruledOut: new Map() };
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

/** Gives up a candidate, unless it is the last one. */
function ruleOut(plan: Plan, { name }: RecogniserCandidate, why: string): boolean {
	if (plan.candidates.filter((other) => !plan.ruledOut.has(other.name)).length <= 1) return false;
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
