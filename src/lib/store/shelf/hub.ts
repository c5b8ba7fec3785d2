import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import * as v from 'valibot';
import { ConfabError, messageOf } from '../../support/errors.ts';
import type { ShelfFile } from './shelf-entry.ts';

/** Hugging Face's hub, the one place outside that models may be asked of. */
const hubAddress = 'https://huggingface.co';

/** Files that the hub keeps as text, without a checksum we could check while they come. */
const largestTextBytes = 32 * 1024 * 1024;

const answerSchema = v.object({
	sha: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)),
	siblings: v.array(
		v.object({
			rfilename: v.string(),
			size: v.pipe(v.number(), v.safeInteger()),
			/** Git's name of the content: SHA-1 over `blob SIZE\0` and the bytes. */
			blobId: v.string(),
			lfs: v.optional(v.object({ sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) })),
		}),
	),
});

/** What a repository holds at one commit. */
export interface HubFiles {
	/** The commit that a branch pointed to when it was asked. */
	readonly commit: string;
	readonly files: readonly ShelfFile[];
}

/** Where a file of a commit is to be had. */
export function hubFileAddress(repository: string, commit: string, name: string): string {
	return `${hubAddress}/${repository}/resolve/${commit}/${name}`;
}

/**
 * Asks the hub what some files of a repository are: their sizes and checksums at one commit. What the
 * hub names by a Git checksum alone (small text) is fetched to be checked and hashed.
 *
 * @param revision a branch or a commit
 * @throws ConfabError `ModelUnavailable` when the hub cannot be reached, does not know the repository
 * or lacks a file.
 */
export async function askHub(
	repository: string,
	revision: string,
	names: readonly string[],
	get: typeof fetch = fetch,
	signal?: AbortSignal,
): Promise<HubFiles> {
	const address = `${hubAddress}/api/models/${repository}/revision/${revision}?blobs=true`;
	const parsed = v.safeParse(answerSchema, await (await ask(address, get, signal)).json());
	if (!parsed.success) {
		throw new ConfabError('ModelUnavailable', `${address} answers in another form than expected.`);
	}
	const { sha: commit, siblings } = parsed.output;
	const missing = names.filter((name) => !siblings.some(({ rfilename }) => rfilename === name));
	if (missing.length > 0) {
		throw new ConfabError('ModelUnavailable', `${repository} has no ${missing.join(', ')}.`);
	}
	const files: ShelfFile[] = [];
	for (const { rfilename: name, size: bytes, blobId, lfs } of siblings) {
		if (!names.includes(name)) continue;
		if (lfs) {
			files.push({ name, bytes, sha256: lfs.sha256 });
			continue;
		}
		if (bytes > largestTextBytes) {
			throw new ConfabError('ModelUnavailable', `${name} of ${repository} has no checksum.`);
		}
		const response = await ask(hubFileAddress(repository, commit, name), get, signal);
		const content = new Uint8Array(await response.arrayBuffer());
		if ((await gitBlobId(content)) !== blobId) {
			throw new ConfabError('ModelMismatch', `${name} is not what the hub says it is. Try again.`);
		}
		files.push({ name, bytes: content.length, sha256: bytesToHex(sha256(content)) });
	}
	return { commit, files };
}

async function ask(
	address: string,
	get: typeof fetch,
	signal: AbortSignal | undefined,
): Promise<Response> {
	let response: Response;
	try {
		response = await get(address, signal ? { signal } : {});
	} catch (error) {
		signal?.throwIfAborted();
		throw new ConfabError(
			'ModelUnavailable',
			`${address} cannot be reached (${messageOf(error)}). Try again when this machine is online.`,
			{ cause: error },
		);
	}
	if (response.ok) return response;
	throw new ConfabError(
		'ModelUnavailable',
		`${address} could not be fetched (status ${response.status}).`,
	);
}

async function gitBlobId(content: Uint8Array): Promise<string> {
	const head = new TextEncoder().encode(`blob ${content.length}\0`);
	const bytes = new Uint8Array(head.length + content.length);
	bytes.set(head);
	bytes.set(content, head.length);
	return bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-1', bytes)));
}
