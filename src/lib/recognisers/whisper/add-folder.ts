import type { DroppedFile } from '../../formats/dropped-files.ts';
import type { Provider } from '../../inference/manifest.ts';
import type { ModelShelf } from '../../store/shelf/model-shelf.ts';
import type { ShelfFile } from '../../store/shelf/shelf-entry.ts';
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
 * Puts a folder in the hub's layout on the shelf, wherever it lies in what was dropped. Works in
 * dedicated workers alone.
 *
 * @returns the model's id on the shelf, which is that of the offer
 * @throws ConfabError `ModelUnavailable` when files are missing or are not a Whisper's with word times;
 * as `ModelShelf.write`. TypeError for an offer that there is not.
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

	const names = whisperFiles(pair);
	const total = names.reduce((sum, name) => sum + (found.get(name)?.size ?? 0), 0);
	const written: ShelfFile[] = [];
	let before = 0;
	for (const name of names) {
		const file = found.get(name);
		if (!file) continue;
		const start = before;
		const one = await shelf.write(
			id,
			{ name, bytes: file.size },
			(startByte) => Promise.resolve({ startByte, stream: file.slice(startByte).stream() }),
			{
				signal,
				onProgress: ({ done }) =>
					onProgress?.({ stage: 'model', subject: id, done: start + done, total, unit: 'bytes' }),
			},
		);
		written.push(one);
		before += one.bytes;
	}
	await shelf.enter({ version: 1, id, files: written, about: whisperAbout(id, pair, null) });
	return id;
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
