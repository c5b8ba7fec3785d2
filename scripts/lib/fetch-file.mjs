import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** @param {string} path */
async function sha256OfFile(path) {
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(path)) hash.update(chunk);
	return hash.digest('hex');
}

/**
 * Whether the file is there with this content.
 *
 * @param {string} path
 * @param {{ bytes: number, sha256: string }} expected
 */
export async function isFile(path, { bytes, sha256 }) {
	const found = await stat(path).catch(() => null);
	return found?.isFile() === true && found.size === bytes && (await sha256OfFile(path)) === sha256;
}

/** A failure that another attempt would not mend. */
class FinalError extends Error {}

/**
 * Downloads a file, going on where an earlier attempt stopped, and checks it. It appears under
 * `path` only when it is whole and right.
 *
 * @param {{ url: string, bytes: number, sha256: string }} file
 * @param {string} path
 * @param {{ attempts?: number, pauseMs?: number, stallMs?: number, fetch?: typeof fetch }} [options]
 *   `stallMs`: how long the other side may stay silent before an attempt is given up
 * @throws {Error} with the last reason, when no attempt worked
 */
export async function download(
	file,
	path,
	{ attempts = 3, pauseMs = 500, stallMs = 20_000, fetch: get = fetch } = {},
) {
	const part = `${path}.part`;
	await mkdir(dirname(path), { recursive: true });
	/** @type {unknown} */
	let reason;
	for (let attempt = 0; attempt < attempts; attempt++) {
		if (attempt > 0) await pause(pauseMs * 2 ** (attempt - 1));
		try {
			await continueDownload(file, part, stallMs, get);
			if (await isFile(part, file)) {
				await rename(part, path);
				return;
			}
			await rm(part, { force: true });
			throw new Error('what was received is not the file: its checksum differs');
		} catch (error) {
			reason = error;
			if (error instanceof FinalError) break;
		}
	}
	throw new Error(describe(reason), { cause: reason });
}

/**
 * @param {{ url: string, bytes: number }} file
 * @param {string} part
 * @param {number} stallMs
 * @param {typeof fetch} get
 */
async function continueDownload({ url, bytes }, part, stallMs, get) {
	const have = await stat(part).then(
		({ size }) => size,
		() => 0,
	);
	if (have === bytes) return;
	const start = have < bytes ? have : 0;
	const stall = new AbortController();
	const giveUp = () => stall.abort(new Error(`no data for ${stallMs / 1000} s`));
	let timer = setTimeout(giveUp, stallMs);
	try {
		const response = await get(url, {
			signal: stall.signal,
			headers: start > 0 ? { Range: `bytes=${start}-` } : {},
		});
		if (!response.ok || !response.body) {
			const message = `${new URL(url).host} answered ${response.status}`;
			const mayPass = response.status >= 500 || response.status === 429;
			throw mayPass ? new Error(message) : new FinalError(message);
		}
		// A server that ignores ranges sends the whole file with status 200.
		const resumes = response.status === 206;
		const out = await open(part, resumes && start > 0 ? 'a' : 'w');
		try {
			let received = resumes ? start : 0;
			for await (const chunk of response.body) {
				clearTimeout(timer);
				timer = setTimeout(giveUp, stallMs);
				received += chunk.byteLength;
				if (received > bytes) throw new FinalError('the file is larger than expected');
				await out.write(chunk);
			}
		} finally {
			await out.close();
		}
	} finally {
		clearTimeout(timer);
	}
}

/** @param {unknown} error */
function describe(error) {
	if (!(error instanceof Error)) return String(error);
	// Node's fetch says only "fetch failed"; why is in the cause.
	return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
