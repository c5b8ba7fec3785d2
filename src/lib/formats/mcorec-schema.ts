import * as v from 'valibot';

/** Any JSON object. A record schema alone takes a list as well, and passes over some keys in silence. */
export const objectSchema = v.custom<Readonly<Record<string, unknown>>>(
	(value) => typeof value === 'object' && value !== null && !Array.isArray(value),
	'expected an object',
);

const seconds = v.pipe(v.number(), v.finite('expected a finite number'));
const frame = v.pipe(
	v.number(),
	v.integer('expected a whole number'),
	v.minValue(0, 'expected 0 or more'),
);
const path = v.pipe(v.string(), v.nonEmpty('expected a path'));

/** One entry of `central.crops`. `asd` and `lip` are in the distributed sets, not in their documents. */
export const cropSchema = v.object({
	video: path,
	crop_metadata: path,
	bbox: v.optional(path),
	asd: v.optional(path),
	lip: v.optional(path),
});

/**
 * One speaker of `metadata.json`. `ego`, the view of the speaker's own glasses, is passed over. The
 * crops are held against their own schema one by one: a broken one does not take the others with it.
 */
export const speakerSchema = v.object({
	central: v.object({
		video: v.optional(path),
		uem: v.nullish(
			v.pipe(
				v.object({ start: seconds, end: seconds }),
				v.check(({ start, end }) => end > start, 'expected an end after the start'),
			),
		),
		crops: v.array(v.unknown()),
	}),
});

/** The crops alone of a speaker that breaks `speakerSchema` elsewhere. */
export const speakerCropsSchema = v.object({ central: v.object({ crops: v.array(v.unknown()) }) });

/** `track_XX.json`. */
export const trackSchema = v.pipe(
	v.object({
		frame_start: frame,
		frame_end: v.optional(frame),
		start_time: v.pipe(seconds, v.minValue(0, 'expected 0 or more')),
		end_time: v.optional(seconds),
		duration: v.optional(seconds),
	}),
	v.check(
		(track) =>
			(track.frame_end ?? track.frame_start) >= track.frame_start &&
			(track.end_time ?? track.start_time) >= track.start_time,
		'expected a track that ends after its start',
	),
);

/** Corners in pixels of the central video; x may exceed its width, the picture wraps around. */
const boxSchema = v.object({ x1: seconds, y1: seconds, x2: seconds, y2: seconds });

/** `track_XX_bbox.json`: a box by frame number. */
export const boxesSchema = v.pipe(
	objectSchema,
	v.record(v.pipe(v.string(), v.regex(/^\d+$/, 'expected a frame number')), boxSchema),
);

/** `labels/speaker_to_cluster.json`. */
export const clustersSchema = v.pipe(
	objectSchema,
	v.record(v.string(), v.pipe(v.number(), v.integer('expected a whole number'))),
);
