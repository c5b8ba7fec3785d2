import { ConfabError, messageOf } from '../support/errors.ts';
import { memo } from '../support/memo.ts';
import type { SlowOptions } from '../support/progress.ts';
import {
	type ModelEntry,
	type ModelFile,
	type ModelManifest,
	parseManifest,
	type ReadyModel,
	type ServedRecogniser,
} from './manifest.ts';
import type { ModelSource } from './model-source.ts';

/** Gets a file of the model folder by its path there. */
export type FetchModelFile = (path: string, signal?: AbortSignal) => Promise<Response>;

/** What to do when something of the set-up is not there. */
export const remedy = 'Run "npm run models" where Confab is served from, then reload';

/**
 * The models as the set-up has left them beside the app. Nothing is given out that does not have the
 * manifest's checksum.
 */
export class ServedModels implements ModelSource {
	readonly local = false;
	readonly #fetch: FetchModelFile;
	/** The manifest. @throws ConfabError `ModelUnavailable` when there is none. */
	readonly manifest: () => Promise<ModelManifest>;

	constructor(fetch: FetchModelFile) {
		this.#fetch = fetch;
		this.manifest = memo(() => this.#readManifest());
	}

	/** Every model of the catalogue, those that could not be had too. */
	async entries(): Promise<readonly ModelEntry[]> {
		return (await this.manifest()).models;
	}

	/** The recognisers that are served whole. */
	async recognisers(): Promise<readonly ServedRecogniser[]> {
		return (await this.manifest()).recognisers;
	}

	async find(id: string): Promise<ModelEntry | null> {
		return (await this.entries()).find((model) => model.id === id) ?? null;
	}

	open(_model: ReadyModel, file: ModelFile, options: SlowOptions): Promise<Blob> {
		return this.file(file, options);
	}

	/**
	 * One file, with the content that the manifest says.
	 *
	 * @throws ConfabError `ModelUnavailable` when it is out of reach, `ModelMismatch` when its content is
	 * another one.
	 */
	async file(file: ModelFile, options: SlowOptions = {}): Promise<Blob> {
		return new Blob([await this.#download(file, options)]);
	}

	async #download(file: ModelFile, options: SlowOptions): Promise<Uint8Array<ArrayBuffer>> {
		const response = await this.#get(file.path, options.signal);
		const bytes = await readBody(response, file, options);
		const found = await sha256Of(bytes);
		if (bytes.byteLength !== file.bytes || found !== file.sha256) {
			throw new ConfabError(
				'ModelMismatch',
				`${file.path} is damaged: ${bytes.byteLength} bytes with checksum ${found.slice(0, 8)}…, ` +
					`not ${file.bytes} with ${file.sha256.slice(0, 8)}…. ${remedy}.`,
			);
		}
		return bytes;
	}

	async #readManifest(): Promise<ModelManifest> {
		const response = await this.#get('manifest.json');
		let json: unknown;
		try {
			json = await response.json();
		} catch (error) {
			throw new ConfabError('ModelUnavailable', `The list of models is not JSON. ${remedy}.`, {
				cause: error,
			});
		}
		const manifest = parseManifest(json);
		if ('models' in manifest) return manifest;
		throw new ConfabError('ModelUnavailable', `The list of models is of another form. ${remedy}.`, {
			problems: manifest.map((message) => ({ file: 'manifest.json', message })),
		});
	}

	async #get(path: string, signal?: AbortSignal): Promise<Response> {
		let response: Response;
		try {
			response = await this.#fetch(path, signal);
		} catch (error) {
			signal?.throwIfAborted();
			throw new ConfabError(
				'ModelUnavailable',
				`${path} cannot be loaded (${messageOf(error)}). ${remedy}.`,
				{ cause: error },
			);
		}
		if (response.ok) return response;
		throw new ConfabError(
			'ModelUnavailable',
			`${path} cannot be loaded (status ${response.status}). ${remedy}.`,
		);
	}
}

async function readBody(
	response: Response,
	file: ModelFile,
	{ signal, onProgress }: SlowOptions,
): Promise<Uint8Array<ArrayBuffer>> {
	// One buffer of the expected size: joining chunks afterwards would need twice the memory.
	const bytes = new Uint8Array(file.bytes);
	let received = 0;
	const reader = response.body?.getReader();
	if (!reader) return bytes.subarray(0, 0);
	try {
		for (;;) {
			signal?.throwIfAborted();
			const { done, value } = await reader.read();
			if (done) return bytes.subarray(0, received);
			if (received + value.byteLength > bytes.byteLength) {
				throw new ConfabError(
					'ModelMismatch',
					`${file.path} is larger than the expected ${file.bytes} bytes. ${remedy}.`,
				);
			}
			bytes.set(value, received);
			received += value.byteLength;
			onProgress?.({
				stage: 'model',
				subject: file.path,
				done: received,
				total: file.bytes,
				unit: 'bytes',
			});
		}
	} catch (error) {
		await reader.cancel().catch(() => undefined);
		signal?.throwIfAborted();
		if (error instanceof ConfabError) throw error;
		throw new ConfabError(
			'ModelUnavailable',
			`Loading ${file.path} broke off (${messageOf(error)}). ${remedy}.`,
			{ cause: error },
		);
	}
}

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
	const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
	return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
