/**
 * Writes a Whisper with random weights in the hub's layout.
 *
 *     npx tsx models/whisper/make-tiny.ts FOLDER [--size test|tiny|base|small|medium|turbo] [--seed N] [--storage fp32,q8,q4]
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { randomWhisper } from './random-whisper.ts';

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		size: { type: 'string', default: 'test' },
		seed: { type: 'string', default: '1' },
		storage: { type: 'string', default: 'fp32,q8' },
	},
});
const [folder] = positionals;
if (folder === undefined) throw new TypeError('No folder given');
const options = v.parse(
	v.object({
		size: v.picklist(['test', 'tiny', 'base', 'small']),
		seed: v.pipe(v.string(), v.transform(Number), v.safeInteger()),
		storages: v.array(v.picklist(['fp32', 'q8', 'q4'])),
	}),
	{ size: values.size, seed: values.seed, storages: values.storage.split(',') },
);
for (const [name, bytes] of randomWhisper(options)) {
	const path = join(folder, name);
	await mkdir(dirname(path), { recursive: true });
	await writeFile(path, bytes);
	console.log(`${name}: ${bytes.length.toLocaleString('en')} bytes`);
}
