import { deferred } from '../support/deferred.ts';

/** What came of an attempt to reach an address, as far as a script can tell. */
export type Attempt =
	/** The browser reports that its policy has stopped it, and by which directive. */
	| { readonly verdict: 'blocked'; readonly directive: string }
	/** The browser, which tells when it tries, has not tried. */
	| { readonly verdict: 'untried' }
	/** An answer came back. */
	| { readonly verdict: 'through' }
	/** It failed or gave no sign, but no policy reported to have stopped it: it may have left. */
	| { readonly verdict: 'unproven'; readonly sign: string };

/** A policy's report comes shortly after what it stopped has failed. */
const reportMilliseconds = 700;

/**
 * Tries to reach an address and listens whether the browser reports that a policy has stopped it: that
 * alone counts as blocked, a failure does not.
 *
 * @param way resolves with whether an answer came, rejects when it failed
 * @param address what the browser's report will name
 */
export async function attempt(
	way: (address: string) => Promise<boolean>,
	address: string,
): Promise<Attempt> {
	const reported = deferred<Attempt>();
	const listen = (event: Event): void => {
		const uri: unknown = Reflect.get(event, 'blockedURI');
		const directive: unknown = Reflect.get(event, 'effectiveDirective');
		if (typeof uri !== 'string' || typeof directive !== 'string') return;
		if (Reflect.get(event, 'disposition') !== 'enforce' || !isOf(uri, address)) return;
		reported.resolve({ verdict: 'blocked', directive });
	};
	addEventListener('securitypolicyviolation', listen);
	try {
		const outcome = way(address).then(
			(answered): Attempt =>
				answered ? { verdict: 'through' } : { verdict: 'unproven', sign: 'no sign' },
			(error: unknown): Attempt => ({ verdict: 'unproven', sign: String(error) }),
		);
		const late = outcome.then(async (found) => {
			await new Promise((done) => setTimeout(done, reportMilliseconds));
			return found;
		});
		return await Promise.race([reported.promise, late]);
	} finally {
		removeEventListener('securitypolicyviolation', listen);
	}
}

/** Whether a report is about an address; some browsers name the origin alone. */
function isOf(reported: string, address: string): boolean {
	const short = (url: string): string => url.replace(/^(http|ws)/u, '').replace(/\/$/u, '');
	return reported !== '' && short(address).startsWith(short(reported));
}

/** Opens a WebSocket and closes it again; rejects when it fails. */
export function openSocket(address: string): Promise<boolean> {
	return new Promise((done, failed) => {
		const socket = new WebSocket(address.replace(/^http/u, 'ws'));
		socket.onopen = () => {
			socket.close();
			done(true);
		};
		socket.onerror = () => failed(new Error('it failed'));
	});
}

/** Asks for an address, whatever it answers; rejects when it fails. */
export async function ask(address: string): Promise<boolean> {
	await fetch(address, { mode: 'no-cors', credentials: 'omit' });
	return true;
}
