import { groupingLike, weighAlternatives } from '../conversations/alternatives.ts';
import type { Alternatives } from '../conversations/alternatives.ts';
import type { GroupLimits } from '../domain/group-limits.ts';
import type { SessionResult } from '../domain/result.ts';
import { isAbort } from '../support/abort.ts';
import { inSlices } from '../support/slices.ts';

/** What else the grouping of a run could be. Weighed anew from the activities that the run went by. */
export class ConversationOutlook {
	readonly #result: SessionResult;
	readonly limits: GroupLimits;
	#status = $state.raw<'working' | 'ready' | 'none' | 'failed'>('working');
	#part = $state.raw(0);
	#alternatives = $state.raw<Alternatives | null>(null);
	#error = $state.raw<unknown>(null);
	#going: AbortController | null = null;

	/** @param limits those that the run was made with */
	constructor(result: SessionResult, limits: GroupLimits) {
		this.#result = result;
		this.limits = limits;
	}

	/** `none` where nothing can be told: the baseline's method, or too many speakers to try all ways. */
	get status(): 'working' | 'ready' | 'none' | 'failed' {
		return this.#status;
	}

	/** How far it is, 0 to 1. */
	get part(): number {
		return this.#part;
	}

	get alternatives(): Alternatives | null {
		return this.#alternatives;
	}

	/** Whether the likeliest way is not the run's: another version of the method made it. */
	get outdated(): boolean {
		const found = this.#alternatives;
		return (
			found !== null && groupingLike(found, this.#result.conversations.clusters) !== found.ranked[0]
		);
	}

	get error(): unknown {
		return this.#error;
	}

	/** Never rejects. */
	async weigh(): Promise<void> {
		const { settings, speakers } = this.#result;
		if (settings.conversations !== 'confab') {
			this.#status = 'none';
			return;
		}
		const going = new AbortController();
		this.#going = going;
		try {
			const found = await inSlices(weighAlternatives(speakers, this.limits), {
				signal: going.signal,
				onPart: (part) => (this.#part = part),
			});
			// Quick work may be done before it is stopped.
			going.signal.throwIfAborted();
			this.#alternatives = found;
			this.#status = this.#alternatives ? 'ready' : 'none';
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
