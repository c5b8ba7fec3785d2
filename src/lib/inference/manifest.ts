import * as v from 'valibot';

/** Where a model may run. */
export const providers = ['webgpu', 'wasm'] as const;

export type Provider = (typeof providers)[number];

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const fileSchema = v.object({
	/** Beside the manifest. */
	path: v.string(),
	bytes: whole,
	sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

/** A tensor by formula: element i is `offset + amplitude * sin(step * i)`. */
export const formulaSchema = v.object({
	type: v.picklist(['float32', 'float16', 'int32', 'int64', 'bool']),
	dims: v.array(whole),
	offset: v.number(),
	amplitude: v.optional(v.number(), 0),
	step: v.optional(v.number(), 0),
});

/** Some elements of an output: those at `indices` of the flattened tensor. */
const sampledSchema = v.object({
	dims: v.array(whole),
	indices: v.array(whole),
	values: v.array(v.number()),
});

/** Outputs by name. */
export const sampledOutputsSchema = v.record(v.string(), sampledSchema);

const checkSchema = v.object({
	inputs: v.record(v.string(), formulaSchema),
	/**
	 * Left out for weights that nobody has seen before, those that a person adds: the reference is then
	 * what the CPU gives with all graph optimisations off.
	 */
	outputs: v.optional(sampledOutputsSchema),
	/** Largest difference allowed, as a fraction of the larger of 1 and the largest expected value. */
	tolerance: v.number(),
});

const describedSchema = {
	id: v.string(),
	title: v.string(),
	/** What the app cannot do without it, as people say it. */
	feature: v.string(),
	precision: v.picklist(['fp32', 'fp16', 'q8', 'q4']),
	/** The model whose work it does where that one is missing; it does nothing else. */
	standsInFor: v.optional(v.string()),
	/** Features of other models that it gives where those are missing, beside its own. */
	alsoFor: v.optional(v.array(v.string())),
	/** In order of preference. */
	providers: v.pipe(v.array(v.picklist(providers)), v.minLength(1)),
	licence: v.string(),
	source: v.object({
		repository: v.string(),
		commit: v.optional(v.string()),
		path: v.string(),
		/** Name and version of the npm package that it came in, when it came in one. */
		package: v.optional(v.string()),
	}),
};

const modelSchema = v.variant('status', [
	v.object({
		...describedSchema,
		status: v.literal('ready'),
		files: v.objectWithRest({ graph: fileSchema }, fileSchema),
		/** Weights that lie beside the graph, which names them by the last part of their paths. */
		data: v.optional(v.array(fileSchema), []),
		check: checkSchema,
		/** Why the preferred file is not in use, where another stands in for it. */
		standsIn: v.optional(v.string()),
	}),
	v.object({ ...describedSchema, status: v.literal('missing'), reason: v.string() }),
]);

const recogniserSchema = v.object({
	id: v.string(),
	/** `name` as its maker has it, `file` beside the manifest. */
	files: v.array(
		v.object({
			name: v.string(),
			file: v.string(),
			bytes: whole,
			sha256: fileSchema.entries.sha256,
		}),
	),
	licence: v.string(),
	source: v.object({ repository: v.string() }),
});

const manifestSchema = v.object({
	version: v.literal(1),
	models: v.array(modelSchema),
	/** Those of which all files are here, in the layout in which people add them too. */
	recognisers: v.optional(v.array(recogniserSchema), []),
});

/** One reference input and output of a model. */
export type ReferenceCheck = v.InferOutput<typeof checkSchema>;
export type TensorFormula = v.InferOutput<typeof formulaSchema>;
export type SampledTensor = v.InferOutput<typeof sampledSchema>;
export type ModelFile = v.InferOutput<typeof fileSchema>;
/** What the set-up has written about one model. */
export type ModelEntry = v.InferOutput<typeof modelSchema>;
export type ServedRecogniser = v.InferOutput<typeof recogniserSchema>;
export type ReadyModel = Extract<ModelEntry, { status: 'ready' }>;
/** What the app loads from `models/manifest.json`: all models of the catalogue, missing ones too. */
export type ModelManifest = v.InferOutput<typeof manifestSchema>;

/** The manifest, or the list of what is wrong with it. */
export function parseManifest(json: unknown): ModelManifest | readonly string[] {
	const parsed = v.safeParse(manifestSchema, json);
	if (parsed.success) return parsed.output;
	return parsed.issues.map((issue) => `${v.getDotPath(issue) ?? ''}: ${issue.message}`);
}
