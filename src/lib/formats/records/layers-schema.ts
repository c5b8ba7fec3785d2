import * as v from 'valibot';
import type { Layer } from '../../domain/layer.ts';
import { faultOf, migrated } from '../../layers/layer-kind.ts';
import { kindOf } from '../../layers/list.ts';
import { clonedForm, type RecordForm, type Schema } from './record-form.ts';

/**
 * Stored layers, as `form` lays them down, in the form that their kinds have now. Those that this version
 * does not know are refused or left out, as the form says.
 */
export function layersSchema({ object, strict, real, floats }: RecordForm): Schema<Layer[]> {
	const head = {
		kind: v.string(),
		version: v.pipe(v.number(), v.integer(), v.minValue(1)),
		personId: v.nullable(v.string()),
	};
	const channel = object({ name: v.string(), values: floats });
	const span = object({ startSeconds: real, endSeconds: real, text: v.string() });
	const series = { rateHz: real, startSeconds: real, channels: v.array(channel) };
	const layer: Schema<Layer> = v.union([
		object({ ...head, shape: v.literal('series'), ...series }),
		object({ ...head, shape: v.literal('spans'), spans: v.array(span) }),
	]);
	const known = v.check(
		(value: Layer) => unknownOf(value) === null,
		({ input }) => `this version does not know ${unknownOf(input) ?? ''}`,
	);
	return v.pipe(
		v.array(strict ? v.pipe(layer, known) : layer),
		v.transform((layers) =>
			layers.flatMap((stored) => {
				const kind = kindOf(stored);
				return kind && unknownOf(stored) === null ? [migrated(stored, kind)] : [];
			}),
		),
	);
}

/** Layers as a stage stores them. */
export const storedLayersSchema = layersSchema(clonedForm);

/** What of a layer is not known here, or null. */
function unknownOf(layer: Layer): string | null {
	const kind = kindOf(layer);
	return kind ? faultOf(layer, kind) : layer.kind;
}
