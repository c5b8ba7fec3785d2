/**
 * Writes a checkpoint with weights by rule, in the layout of the published one:
 *
 *     npx tsx models/avsr-cocktail/generate.ts <folder> [--format safetensors|pytorch] [--shards 2]
 *         [--reduced]
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { publishedNetwork } from '../../src/lib/conversion/avsr/network.ts';
import { DiskStore } from './node-store.ts';
import { checkpointTensors, configOf, reducedNetwork } from './weight-rule.ts';
import { writePyTorch, writeSafetensors, writeShards } from './write-checkpoint.ts';

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		format: { type: 'string', default: 'safetensors' },
		shards: { type: 'string', default: '1' },
		reduced: { type: 'boolean', default: false },
	},
});

async function main(): Promise<void> {
	const [folder] = positionals;
	if (folder === undefined) throw new TypeError('Name the folder to write into');
	const store = new DiskStore(folder);
	const network = values.reduced ? reducedNetwork : publishedNetwork;
	const tensors = checkpointTensors(network);
	const pytorch = values.format === 'pytorch';
	const write = pytorch ? writePyTorch : writeSafetensors;
	const [stem, ending] = pytorch ? ['pytorch_model', 'bin'] : ['model', 'safetensors'];
	const shards = Number(values.shards);
	if (shards > 1) await writeShards(store, [stem, ending], tensors, shards, write);
	else await write(store, `${stem}.${ending}`, tensors);
	const config = await store.create('config.json');
	await config.write(new TextEncoder().encode(`${JSON.stringify(configOf(network))}\n`));
	await config.close();
	const memory = process.resourceUsage().maxRSS / 1024;
	console.log(`${tensors.size} tensors in ${folder}; at most ${memory.toFixed(0)} MB of memory`);
}

await main();
