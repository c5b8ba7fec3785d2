import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import * as v from 'valibot';
import { ConfabError } from '../support/errors.ts';
import type { Gpu } from './gpu.ts';
import {
	type Provider,
	type ReadyModel,
	type ReferenceCheck,
	sampledOutputsSchema,
} from './manifest.ts';
import type { Tensors } from './model.ts';
import {
	type CheckMemory,
	type CheckOutcome,
	compareOutputs,
	type SampledOutputs,
	sampleOutputs,
} from './self-check.ts';

const outcomeSchema = v.object({ passed: v.boolean(), deviation: v.number() });

/** Finds out whether models are right where they run, and remembers it for this browser. */
export class ModelChecks {
	readonly #memory: CheckMemory;
	readonly #environment: string | Promise<string>;

	/** @param environment what computes, the device apart: what is remembered holds for this one alone */
	constructor(memory: CheckMemory, environment: string | Promise<string>) {
		this.#memory = memory;
		this.#environment = environment;
	}

	/**
	 * What the reference input should give.
	 *
	 * @param compute runs the model where it can be trusted; called when nobody has written it down
	 */
	async reference(entry: ReadyModel, compute: () => Promise<Tensors>): Promise<SampledOutputs> {
		if (entry.check.outputs) return entry.check.outputs;
		const inputs = digestOf(entry.check.inputs);
		const key = `reference ${contentOf(entry)} ${inputs} ${await this.#environment}`;
		const remembered = v.safeParse(sampledOutputsSchema, await this.#recall(key));
		if (remembered.success) return remembered.output;
		const outputs = sampleOutputs(await compute());
		await this.#keep(key, outputs);
		return outputs;
	}

	/**
	 * Whether the model gives the reference output.
	 *
	 * @param where the provider, and on which device
	 * @param run runs the reference input there
	 */
	async outcome(
		entry: ReadyModel,
		where: string,
		expected: SampledOutputs,
		run: () => Promise<Tensors>,
	): Promise<CheckOutcome> {
		const key = await this.#outcomeKey(entry, where);
		const remembered = await this.remembered(entry, where);
		if (remembered) return remembered;
		let outcome: CheckOutcome;
		try {
			outcome = compareOutputs(expected, entry.check.tolerance, await run());
		} catch (error) {
			if (error instanceof ConfabError) throw error;
			// A provider that cannot run the model at all is as wrong as one can be, but this may pass
			// (no memory just now), so it is not remembered.
			return { passed: false, deviation: Number.POSITIVE_INFINITY };
		}
		await this.#keep(key, outcome);
		return outcome;
	}

	/** What came of the latest check there, or null when there was none. */
	async remembered(entry: ReadyModel, where: string): Promise<CheckOutcome | null> {
		const kept = await this.#recall(await this.#outcomeKey(entry, where));
		const found = v.safeParse(outcomeSchema, kept);
		return found.success ? found.output : null;
	}

	async #outcomeKey(entry: ReadyModel, where: string): Promise<string> {
		return `${contentOf(entry)} ${digestOf(entry.check)} ${where} ${await this.#environment}`;
	}

	// A memory that fails (private mode, a full disk) only means that the check is made again.
	#recall(key: string): Promise<unknown> {
		return this.#memory.get(key).catch(() => undefined);
	}

	#keep(key: string, value: CheckOutcome | SampledOutputs): Promise<void> {
		return this.#memory.set(key, value).catch(() => undefined);
	}
}

/** Names all that a model computes with. */
function contentOf({ files, data }: ReadyModel): string {
	return [files.graph.sha256, ...data.map(({ sha256 }) => sha256.slice(0, 16))].join('-');
}

function digestOf(check: ReferenceCheck | ReferenceCheck['inputs']): string {
	return bytesToHex(sha256(utf8ToBytes(JSON.stringify(check)))).slice(0, 16);
}

/** A provider, and on which device: what an outcome holds for. */
export function placeOf(provider: Provider, gpu: Gpu): string {
	return provider === 'webgpu' && gpu.available ? `webgpu ${gpu.name}` : provider;
}
