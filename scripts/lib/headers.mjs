import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What every response of the app carries but one (below), documents and worker scripts alike: a worker
 * does not inherit the page's policy, it has the one its own script came with. This list is the only
 * one: the server, the `_headers` file of the build and the policy inside index.html are all made from
 * it.
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
 * Path of the one script that may reach another origin: the worker that downloads models when a person
 * asks for them. It takes no data but the name of an offer (src/lib/workers/download.worker.ts).
 */
export const downloadWorkerPath = '/_app/workers/download.worker.js';

/** Where it asks: Hugging Face's hub. */
export const hubOrigin = 'https://huggingface.co';

/**
 * Where the hub sends whoever asks for a large file: its storage, as its documentation lists it
 * (huggingface.co/docs/hub/models-downloading, "Downloading behind a proxy or firewall"), and the bridge
 * that it used before.
 */
export const hubFileOrigins = [
	'https://us.aws.cdn.hf.co',
	'https://us.gcp.cdn.hf.co',
	'https://cdn-lfs-us-1.hf.co',
	'https://cdn-lfs-eu-1.hf.co',
	'https://cas-bridge.xethub.hf.co',
];

/** In place of those above, for the script at `downloadWorkerPath` alone. */
const downloadHeaders = {
	'Content-Security-Policy': policyText({
		'default-src': ['none'],
		'script-src': ['self'],
		'connect-src': [hubOrigin, ...hubFileOrigins],
		'frame-ancestors': ['none'],
	}),
	// Redirects are blocked unless they are allowed; where they may lead, the policy above says.
	'Connection-Allowlist': `(response-origin "${hubOrigin}");redirects=allow`,
	// Nobody makes a document of it: opened in a window it would be one of our origin under this policy.
	'Content-Disposition': 'attachment',
};

/**
 * A policy as a header's value.
 *
 * @param {Readonly<Record<string, readonly string[]>>} policy
 */
function policyText(policy) {
	return Object.entries(policy)
		.map(([directive, sources]) => [
			directive,
			...sources.map((source) => (source.includes(':') ? source : `'${source}'`)),
		])
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
 * Headers of every response of a built app, but of the script at `downloadWorkerPath`.
 *
 * @param {string} buildFolder holds index.html, whose one inline script starts the app
 * @returns {Record<string, string>}
 */
export function headersOf(buildFolder) {
	const html = readFileSync(join(buildFolder, 'index.html'), 'utf8');
	const scripts = [...contentSecurityPolicy['script-src'], ...inlineScriptHashes(html)];
	const policy = policyText({ ...contentSecurityPolicy, 'script-src': scripts });
	return { 'Content-Security-Policy': policy, ...fixedHeaders };
}

/**
 * Headers of the script at `downloadWorkerPath`.
 *
 * @returns {Record<string, string>}
 */
export function headersOfDownloadWorker() {
	return { ...fixedHeaders, ...downloadHeaders };
}

/** How long a file may be kept: one whose name holds its hash, for ever. */
export const immutablePrefix = '/_app/immutable/';
export const cacheControl = {
	immutable: 'public, max-age=31536000, immutable',
	other: 'no-cache',
};

/**
 * Writes `_headers` beside the built app, for static hosts that read one (Netlify, Cloudflare Pages).
 * Where two rules are for one path, Netlify takes a header from the closer one; Cloudflare joins both
 * unless the first is detached (`!`), which Netlify ignores. A host that joins them blocks downloads and
 * opens nothing.
 *
 * @param {string} buildFolder
 */
export function writeHeadersFile(buildFolder) {
	/** @param {Record<string, string>} headers */
	const linesOf = (headers) =>
		Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`);
	const strict = headersOf(buildFolder);
	const replaced = Object.keys(downloadHeaders).filter((name) => name in strict);
	const lines = [
		'/*',
		...linesOf(strict),
		downloadWorkerPath,
		...replaced.map((name) => `  ! ${name}`),
		...linesOf(downloadHeaders),
		`${immutablePrefix}*`,
		`  Cache-Control: ${cacheControl.immutable}`,
	];
	writeFileSync(join(buildFolder, '_headers'), `${lines.join('\n')}\n`);
}
