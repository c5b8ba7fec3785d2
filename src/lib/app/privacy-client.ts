import type { PolicyInForce, PrivacyClient } from '../state/privacy-client.ts';
import { RequestLog } from './request-log.ts';

/** What the page of privacy shows of the headers. */
const shownHeaders = [
	'Content-Security-Policy',
	'Connection-Allowlist',
	'Cross-Origin-Opener-Policy',
	'Cross-Origin-Embedder-Policy',
	'Permissions-Policy',
	'Referrer-Policy',
];

/**
 * Watches requests from now on, and knows those since the page began to load.
 *
 * @param base absolute address the app is served at, with a slash at its end
 */
export function createPrivacyClient(base: string): PrivacyClient {
	const log = new RequestLog();
	return {
		origin: new URL(base).origin,
		watchRequests: (listener) => log.watch(listener),
		policy: async (): Promise<PolicyInForce> => {
			// Without the network the service worker gives the page with the headers it came with.
			const { headers } = await fetch(base);
			const meta = document.querySelector<HTMLMetaElement>(
				'meta[http-equiv="content-security-policy" i]',
			);
			return {
				headers: Object.fromEntries(shownHeaders.map((name) => [name, headers.get(name)])),
				inPage: meta?.content ?? null,
				crossOriginIsolated,
			};
		},
		tryOut: async (way, address) => (await import('./ways-out.ts')).tryOut(way, address),
	};
}
