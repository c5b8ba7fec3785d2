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
	graph: fileSchema,
	/** Its weights; no file is larger than 256 MB. */
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
 * The kinds of artefact: the type of the weights, and that of the arithmetic.
 *
 * - `fp32`: single precision throughout; what the others are measured against
 * - `fp16`: half precision throughout, for a GPU with `shader-f16`
 * - `q4`: 4-bit matrices in blocks of 32, arithmetic in single precision; for any GPU
 * - `q4f16`: the same matrices, arithmetic in half precision; for a GPU with `shader-f16`
 * - `q8`: 8-bit matrices, for WebAssembly
 */
export const avsrKinds = ['fp32', 'fp16', 'q4', 'q4f16', 'q8'] as const;

export type AvsrKind = (typeof avsrKinds)[number];

const manifestSchema = v.object({
	version: v.literal(1),
	model: v.literal('avsr-cocktail'),
	kind: v.picklist(avsrKinds),
	/** Names the checkpoint that it was built from: a hash of tensor names, shapes and samples. */
	source: v.string(),
	shape: shapeSchema,
	/** Type of the keys and values that go between the graphs. */
	cacheType: v.picklist(['float32', 'float16']),
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
