import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What every response of the app carries, documents and worker scripts alike: a worker does not
 * inherit the page's policy, it has the one its own script came with. This list is the only one: the
 * server, the `_headers` file of the build and the policy inside index.html are all made from it.
 *
 * Nothing may be loaded, fetched or sent anywhere but our own origin. `wasm-unsafe-eval` compiles
 * WebAssembly, and nothing else; there is no `unsafe-eval` and no `unsafe-inline`.
 */
export const contentSecurityPolicy = /** @type {const} */ ({
	'default-src': ['none'],
	'script-src': ['self', 'wasm-unsafe-eval'],
	'worker-src': ['self'],
	'connect-src': ['self'],
	'img-src': ['self', 'blob:'],
	'media-src': ['self', 'blob:'],
	'style-src': ['self'],
	// The one style attribute that is not ours: SvelteKit's hidden announcer of page changes.
	'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
	'font-src': ['none'],
	'manifest-src': ['self'],
	'base-uri': ['none'],
	'form-action': ['none'],
	'frame-src': ['none'],
	'frame-ancestors': ['none'],
	'object-src': ['none'],
});

/** Together these two make the page cross-origin isolated, which WASM threads need. */
export const isolationHeaders = {
	'Cross-Origin-Opener-Policy': 'same-origin',
	'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The other headers, all fixed. */
const fixedHeaders = {
	...isolationHeaders,
	'Cross-Origin-Resource-Policy': 'same-origin',
	// One list at the network layer over everything a page or worker can open, WebRTC included.
	// Browsers that do not know it yet ignore it and keep to the policy above.
	'Connection-Allowlist': '(response-origin)',
	'Permissions-Policy': [
		'camera',
		'microphone',
		'geolocation',
		'display-capture',
		'payment',
		'usb',
		'serial',
		'browsing-topics',
	]
		.map((feature) => `${feature}=()`)
		.join(', '),
	'Referrer-Policy': 'no-referrer',
	'X-Content-Type-Options': 'nosniff',
};

/**
 * The policy as a header's value.
 *
 * @param {readonly string[]} scriptHashes `sha256-…` of the inline scripts that may run
 */
function policyText(scriptHashes) {
	return Object.entries(contentSecurityPolicy)
		.map(([directive, sources]) => {
			const all = directive === 'script-src' ? [...sources, ...scriptHashes] : sources;
			return [directive, ...all.map((source) => (source === 'blob:' ? source : `'${source}'`))];
		})
		.map((parts) => parts.join(' '))
		.join('; ');
}

/**
 * Hashes of the inline scripts of a page, as a policy names them.
 *
 * @param {string} html
 * @returns {string[]}
 */
export function inlineScriptHashes(html) {
	return [...html.matchAll(/<script(?:\s[^>]*)?>([\s\S]*?)<\/script>/g)]
		.map((match) => match[1] ?? '')
		.filter((script) => script.trim() !== '')
		.map((script) => `sha256-${createHash('sha256').update(script).digest('base64')}`);
}

/**
 * Headers of every response of a built app.
 *
 * @param {string} buildFolder holds index.html, whose one inline script starts the app
 * @returns {Record<string, string>}
 */
export function headersOf(buildFolder) {
	const html = readFileSync(join(buildFolder, 'index.html'), 'utf8');
	return { 'Content-Security-Policy': policyText(inlineScriptHashes(html)), ...fixedHeaders };
}

/** How long a file may be kept: one whose name holds its hash, for ever. */
export const immutablePrefix = '/_app/immutable/';
export const cacheControl = {
	immutable: 'public, max-age=31536000, immutable',
	other: 'no-cache',
};

/**
 * Writes `_headers` beside the built app, for static hosts that read one (Netlify, Cloudflare Pages).
 *
 * @param {string} buildFolder
 */
export function writeHeadersFile(buildFolder) {
	const lines = Object.entries(headersOf(buildFolder)).map(
		([name, value]) => `  ${name}: ${value}`,
	);
	writeFileSync(
		join(buildFolder, '_headers'),
		['/*', ...lines, `${immutablePrefix}*`, `  Cache-Control: ${cacheControl.immutable}`, ''].join(
			'\n',
		),
	);
}
