import * as v from 'valibot';
import type { Labels } from '../../domain/session.ts';
import type { RecordForm, Schema } from './record-form.ts';

/** The truth to compare with, as `form` lays it down. */
export function labelsSchema({ object, real, map }: RecordForm): Schema<Labels> {
	const cue = object({ startSeconds: real, endSeconds: real, text: v.string() });
	const turn = object({ startSeconds: real, endSeconds: real });
	return object({
		conversations: v.nullable(map(v.string(), v.number())),
		transcripts: map(v.string(), v.array(cue)),
		turns: v.exactOptional(map(v.string(), v.array(turn))),
	});
}
