import * as v from 'valibot';

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

const fileSchema = v.object({
	/** Beside the manifest. A graph refers to its data by this name. */
	path: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]*$/)),
	bytes: whole,
	sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

const graphSchema = v.object({
	/** The graph by what it computes in; all read the same weights. */
	graphs: v.object({ float32: v.optional(fileSchema), float16: v.optional(fileSchema) }),
	/** The weights, in files of at most 128 MB. */
	data: v.array(fileSchema),
});

/** Sizes of a network, read from the shapes of its weights. */
const shapeSchema = v.object({
	/** Of the encoder's and the decoder's states. */
	width: positive,
	encoderLayers: positive,
	encoderHeads: positive,
	decoderLayers: positive,
	decoderHeads: positive,
	/** Units, blank (0) and sos = eos (the last one) included. */
	units: positive,
	/** Steps that the decoder can count, sos included. */
	maxPositions: positive,
});

/**
 * The kinds of artefact, by what the matrices are stored in.
 *
 * - `fp32`: single precision; what the others are measured against
 * - `fp16`: half precision, arithmetic too: for a GPU with `shader-f16`
 * - `q4`: 4 bits in blocks of 32, the rest in half precision. Two graphs over the same weights: one
 *   computes in half precision (`shader-f16`), one in single precision, for any GPU
 * - `q8`: 8 bits, their products in whole numbers: for WebAssembly
 */
export const avsrKinds = ['fp32', 'fp16', 'q4', 'q8'] as const;

export type AvsrKind = (typeof avsrKinds)[number];

/** What a graph computes in, and so the type of the keys and values that go between the graphs. */
export type AvsrArithmetic = 'float32' | 'float16';

const manifestSchema = v.object({
	version: v.literal(1),
	model: v.literal('avsr-cocktail'),
	kind: v.picklist(avsrKinds),
	/** Names the checkpoint that it was built from: a hash of tensor names, shapes and samples. */
	source: v.string(),
	shape: shapeSchema,
	frameBuckets: v.array(positive),
	graphs: v.object({ encoder: graphSchema, cross: graphSchema, decoder: graphSchema }),
});

export type AvsrFile = v.InferOutput<typeof fileSchema>;
export type AvsrGraph = v.InferOutput<typeof graphSchema>;
export type AvsrShape = v.InferOutput<typeof shapeSchema>;
/** What lies beside the files of one artefact, as `manifest.json`. */
export type AvsrManifest = v.InferOutput<typeof manifestSchema>;

/** The manifest, or the list of what is wrong with it. */
export function parseAvsrManifest(json: unknown): AvsrManifest | readonly string[] {
	const parsed = v.safeParse(manifestSchema, json);
	if (parsed.success) return parsed.output;
	return parsed.issues.map((issue) => `${v.getDotPath(issue) ?? ''}: ${issue.message}`);
}
