import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import * as v from 'valibot';
import { type ReferenceCheck, sampledOutputsSchema } from '../../inference/manifest.ts';

/** The graphs of an artefact. */
export const graphNames = ['encoder', 'cross', 'decoder'] as const;

export type GraphName = (typeof graphNames)[number];

/** Name of the file of reference outputs among a model's files. */
export const referencesName = 'references.json';

const referencesSchema = v.object({
	version: v.literal(1),
	references: v.array(
		v.object({
			graph: v.picklist(graphNames),
			arithmetic: v.picklist(['float32', 'float16']),
			/** `inputsName` of the reference input. */
			inputs: v.string(),
			outputs: sampledOutputsSchema,
		}),
	),
});

/** What one graph of a model gives for its reference input, written down when the model was added. */
export type KeptReference = v.InferOutput<typeof referencesSchema>['references'][number];

/** Names a reference input: another version of Confab may have another one. */
export function inputsName(inputs: ReferenceCheck['inputs']): string {
	return bytesToHex(sha256(utf8ToBytes(JSON.stringify(inputs)))).slice(0, 16);
}

/** The references that the text holds; none where it is of another form. */
export function parseReferences(text: string): readonly KeptReference[] {
	try {
		const parsed = v.safeParse(referencesSchema, JSON.parse(text));
		return parsed.success ? parsed.output.references : [];
	} catch {
		return [];
	}
}

/** The references as text. */
export function referencesText(references: readonly KeptReference[]): string {
	return JSON.stringify({ version: 1, references });
}
