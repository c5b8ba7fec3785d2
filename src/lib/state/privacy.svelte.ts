import { present } from '../support/assert.ts';
import { groupBy } from '../support/group-by.ts';
import type { RequestReport } from '../support/request-report.ts';
import type { Attempt } from '../workers/attempt.ts';
import { wayIds } from './privacy-client.ts';
import type { PolicyInForce, PrivacyClient, WayId } from './privacy-client.ts';

/** Addresses of nobody: made inside the browser. */
const inside = new Set(['blob:', 'data:']);

/** Requests of one kind to one address, counted. */
export interface RequestLine {
	readonly by: string;
	readonly url: string;
	readonly own: boolean;
	/** The browser has stopped it. */
	readonly blocked: boolean;
	readonly count: number;
}

/** What came of the ways tried so far. */
type Attempts = Readonly<Partial<Record<WayId, Attempt>>>;

/** An address to try, or why it is none. */
type Target = { readonly address: string } | { readonly problem: string };

/** What the page of privacy shows: requests seen, the policy in force, and attempts to get out. */
export class PrivacyState {
	readonly #client: PrivacyClient;
	#requests = $state.raw<readonly RequestReport[]>([]);
	#policy = $state.raw<PolicyInForce | null>(null);
	#error = $state.raw<unknown>(null);
	#attempts = $state.raw<Attempts>({});
	#trying = $state<WayId | null>(null);
	#tried = $state<string | null>(null);

	readonly lines: readonly RequestLine[] = $derived(this.#linesOf(this.#requests));
	/** Requests to anybody but the app's own server. */
	readonly strangers = $derived(
		this.lines.filter(({ own, blocked }) => !own && !blocked).reduce(countIn, 0),
	);
	/** Attempts that the browser has stopped. */
	readonly blocked = $derived(this.lines.filter(({ blocked }) => blocked).reduce(countIn, 0));
	/** Requests whose method and data the service worker has seen. */
	readonly inspected = $derived(this.#requests.filter(({ method }) => method !== null).length);
	/** Of those, the ones that could carry something out: with data, or of another method than GET. */
	readonly laden = $derived(
		this.#requests.filter(
			({ method, hasBody }) => method !== null && (method !== 'GET' || hasBody === true),
		),
	);
	/** Of those inspected, the ones of which this browser does not tell whether they had data. */
	readonly untold = $derived(
		this.#requests.filter(({ method, hasBody }) => method !== null && hasBody === null).length,
	);
	/** All ways tried, and every one stopped by a policy; null until all are tried. */
	readonly allBlocked = $derived(
		Object.keys(this.#attempts).length < wayIds.length
			? null
			: Object.values(this.#attempts).every(isStopped),
	);

	constructor(client: PrivacyClient) {
		this.#client = client;
	}

	/** Requests that were made. */
	get total(): number {
		return this.lines.filter(({ blocked }) => !blocked).reduce(countIn, 0);
	}

	/** Null until it is known. */
	get policy(): PolicyInForce | null {
		return this.#policy;
	}

	get error(): unknown {
		return this.#error;
	}

	get attempts(): Attempts {
		return this.#attempts;
	}

	/** The way that is being tried. */
	get trying(): WayId | null {
		return this.#trying;
	}

	/** The address that was tried last. */
	get tried(): string | null {
		return this.#tried;
	}

	/** Begins to listen. @returns to stop it */
	watch(): () => void {
		this.#requests = [];
		return this.#client.watchRequests((seen) => (this.#requests = [...this.#requests, ...seen]));
	}

	/** Reads the policy in force. Never rejects. */
	async readPolicy(): Promise<void> {
		this.#error = null;
		await this.#client.policy().then(
			(policy) => (this.#policy = policy),
			(thrown: unknown) => (this.#error = thrown),
		);
	}

	/** What a text means as an address to try. */
	targetOf(text: string): Target {
		const url = urlOf(text.trim());
		if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
			return { problem: 'Give an address that begins with https:// or http://.' };
		}
		if (url.origin === this.#client.origin) {
			return { problem: 'This is Confab’s own address; give one outside.' };
		}
		return { address: `${url.origin}/` };
	}

	/** Tries every way out, one after the other. Never rejects. */
	async tryAll(address: string): Promise<void> {
		if (this.#trying !== null) return;
		this.#attempts = {};
		this.#tried = address;
		try {
			for (const way of wayIds) {
				this.#trying = way;
				const attempt = await this.#client
					.tryOut(way, address)
					.catch((thrown: unknown): Attempt => ({ verdict: 'unproven', sign: String(thrown) }));
				this.#attempts = { ...this.#attempts, [way]: attempt };
			}
		} finally {
			this.#trying = null;
		}
	}

	#linesOf(requests: readonly RequestReport[]): RequestLine[] {
		const same = groupBy(requests, ({ by, url }) => `${by} ${url}`);
		return [...same.values()].map((group): RequestLine => {
			const { by, url } = present(group[0], 'The first of a group');
			const parsed = urlOf(url);
			const within = parsed !== null && inside.has(parsed.protocol);
			const origin = within ? 'this browser' : (parsed?.origin ?? url);
			// Such an attempt is told of as blocked and, by some browsers, as asked for besides.
			const blocked = group.filter((each) => each.blocked).length;
			return {
				by,
				url,
				own: within || origin === this.#client.origin,
				blocked: blocked > 0,
				count: blocked || group.length,
			};
		});
	}
}

/** Whether it is known that nothing left. */
export function isStopped({ verdict }: Attempt): boolean {
	return verdict === 'blocked' || verdict === 'untried';
}

function countIn(sum: number, { count }: RequestLine): number {
	return sum + count;
}

function urlOf(text: string): URL | null {
	return URL.canParse(text) ? new URL(text) : null;
}
