import * as v from 'valibot';
import type { DroppedFile, DroppedFiles } from '../formats/index.ts';
import { ConfabError, messageOf } from '../support/errors.ts';

/** Lists the demo's files, as paths beside itself. */
const listPath = 'demo/dinner-party.json';

/** What a run of it found, with nothing changed (made as models/embedded/party/README.md says). */
const projectPath = 'demo/dinner-party.confab';

const listSchema = v.array(v.string());

/**
 * The session that comes with the app: a dinner party of made-up people (models/embedded/party), as if it
 * had been dropped.
 *
 * @param base address the app is served at, with a slash at its end
 * @throws ConfabError `InvalidSession` when it cannot be had from there.
 */
export async function demoFiles(
	base: string,
	signal: AbortSignal,
	get: typeof fetch = fetch,
): Promise<DroppedFiles> {
	const list = new URL(listPath, base);
	const parsed = v.safeParse(listSchema, await (await fetchFile(list, signal, get)).json());
	if (!parsed.success) throw new ConfabError('InvalidSession', `${listPath} is damaged.`);
	const files = await Promise.all(
		parsed.output.map(async (path): Promise<DroppedFile> => {
			const blob = await (await fetchFile(new URL(path, list), signal, get)).blob();
			return { path, file: new File([blob], path.split('/').at(-1) ?? path) };
		}),
	);
	return { files, problems: [] };
}

/**
 * The finished result of the demo, as a `.confab` file without the recordings.
 *
 * @param base address the app is served at, with a slash at its end
 * @throws ConfabError `InvalidSession` when it cannot be fetched from there.
 */
export async function demoProject(
	base: string,
	signal: AbortSignal,
	get: typeof fetch = fetch,
): Promise<Blob> {
	return (await fetchFile(new URL(projectPath, base), signal, get)).blob();
}

async function fetchFile(address: URL, signal: AbortSignal, get: typeof fetch): Promise<Response> {
	let reason: string;
	try {
		const response = await get(address, { signal });
		if (response.ok) return response;
		reason = `status ${response.status}`;
	} catch (error) {
		signal.throwIfAborted();
		reason = messageOf(error);
	}
	throw new ConfabError(
		'InvalidSession',
		`The example's ${address.pathname.split('/').at(-1) ?? 'file'} could not be fetched (${reason}). Is the Confab server still running?`,
	);
}
