import type { DroppedFile } from '../../formats/dropped-files.ts';
import type { Provider } from '../../inference/manifest.ts';
import { sha256Of } from '../../store/shelf/file-checksum.ts';
import { withJobLock } from '../../store/index.ts';
import type { ModelShelf } from '../../store/shelf/model-shelf.ts';
import type { ShelfEntry, ShelfFile } from '../../store/shelf/shelf-entry.ts';
import { present } from '../../support/assert.ts';
import { ConfabError } from '../../support/errors.ts';
import type { SlowOptions } from '../../support/progress.ts';
import type { HubPrecision } from '../added-model.ts';
import {
	whisperAbout,
	whisperFiles,
	whisperOffer,
	whisperTexts,
	type WhisperPrecisions,
} from './offers.ts';
import { readRules } from './rules.ts';

export interface AddFolderOptions extends SlowOptions {
	/** Id of the offer that the folder is for. */
	readonly offer: string;
	/** Whose files to take where there are those of several; WebAssembly's by default. */
	readonly prefer?: Provider;
}

/** Precisions that run somewhere, in the order in which they are taken when those of the offer are not there. */
const encoders: readonly HubPrecision[] = ['q8', 'fp32', 'q4', 'fp16'];
const decoders: readonly HubPrecision[] = ['q8', 'q4', 'fp32'];

/**
 * Puts a folder in the hub's layout on the shelf, wherever it lies in what was dropped. Aborted and
 * called again with the same, it goes on. Works in dedicated workers alone.
 *
 * @returns the model's id on the shelf, which is that of the offer
 * @throws ConfabError `ModelUnavailable` when files are missing or are not a Whisper's with word times;
 * as `ModelShelf.write`, `Busy` also when another tab adds the same. TypeError for an offer that there is not.
 */
export async function addWhisperFolder(
	shelf: ModelShelf,
	files: readonly DroppedFile[],
	{ offer: id, prefer = 'wasm', signal, onProgress }: AddFolderOptions,
): Promise<string> {
	const offer = whisperOffer(id);
	if (!offer) throw new TypeError(`There is no offer "${id}"`);
	const root = rootOf(files);
	const found = new Map(
		files
			.filter(({ path }) => path.startsWith(root))
			.map(({ path, file }) => [path.slice(root.length), file]),
	);
	const other = prefer === 'wasm' ? 'webgpu' : 'wasm';
	const pairs: WhisperPrecisions[] = [
		offer.variants[prefer],
		offer.variants[other],
		...encoders.flatMap((encoder) => decoders.map((decoder) => ({ encoder, decoder }))),
	];
	const pair = pairs.find((one) => whisperFiles(one).every((name) => found.has(name)));
	if (!pair) throw missing(found, offer.variants[prefer], offer.repository);
	await assertWhisper(found);

	await withJobLock(`model ${id}`, async () => {
		const entry = await entryOf(id, pair, found, { signal, onProgress });
		// Entered from the start, so that what is left of an attempt can be seen and deleted.
		await shelf.enter(entry);
		const total = entry.files.reduce((sum, { bytes }) => sum + bytes, 0);
		let before = 0;
		for (const file of entry.files) {
			const start = before;
			await shelf.write(
				id,
				file,
				(startByte) => {
					const rest = present(found.get(file.name), file.name).slice(startByte);
					return Promise.resolve({ startByte, stream: rest.stream() });
				},
				{
					signal,
					onProgress: ({ done }) =>
						onProgress?.({ stage: 'model', subject: id, done: start + done, total, unit: 'bytes' }),
				},
			);
			before += file.bytes;
		}
	});
	return id;
}

/** What the model is going to be made of: by the checksums a file that was cut short goes on later. */
async function entryOf(
	id: string,
	precisions: WhisperPrecisions,
	found: ReadonlyMap<string, File>,
	{ signal, onProgress }: SlowOptions,
): Promise<ShelfEntry> {
	const chosen = whisperFiles(precisions).map((name) => ({
		name,
		file: present(found.get(name), name),
	}));
	const total = chosen.reduce((sum, { file }) => sum + file.size, 0);
	const files: ShelfFile[] = [];
	let before = 0;
	for (const { name, file } of chosen) {
		const start = before;
		const tell = (done: number): void =>
			onProgress?.({ stage: 'verify', subject: name, done: start + done, total, unit: 'bytes' });
		files.push({ name, bytes: file.size, sha256: await sha256Of(file, tell, signal) });
		before += file.size;
	}
	return { version: 1, id, files, about: whisperAbout(id, precisions, null) };
}

/** The path, with a slash at its end, of the folder that holds the graphs' folder. */
function rootOf(files: readonly DroppedFile[]): string {
	const config = files
		.map(({ path }) => path)
		.filter((path) => /(^|\/)config\.json$/.test(path))
		.sort((a, b) => a.split('/').length - b.split('/').length);
	return (config[0] ?? '').replace(/config\.json$/, '');
}

async function assertWhisper(files: ReadonlyMap<string, File>): Promise<void> {
	const json = async (name: string): Promise<unknown> => {
		try {
			return JSON.parse((await files.get(name)?.text()) ?? '') as unknown;
		} catch (error) {
			throw new ConfabError('ModelUnavailable', `${name} is not JSON.`, { cause: error });
		}
	};
	readRules({
		config: await json('config.json'),
		generation: await json('generation_config.json'),
		tokenizer: await json('tokenizer.json'),
	});
}

function missing(
	found: ReadonlyMap<string, File>,
	precisions: WhisperPrecisions,
	repository: string,
): ConfabError {
	const lacking = whisperFiles(precisions).filter((name) => !found.has(name));
	const texts = whisperTexts.filter((name) => !found.has(name));
	return new ConfabError(
		'ModelUnavailable',
		`This is not the whole of ${repository}: there is no ${lacking.join(', ')}. ` +
			`Drop the folder with ${texts[0] ?? 'config.json'} in it and its folder "onnx".`,
		{ problems: lacking.map((file) => ({ file, message: 'is not there' })) },
	);
}
