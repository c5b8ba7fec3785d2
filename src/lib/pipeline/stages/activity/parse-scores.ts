import * as v from 'valibot';
import type { ActivityScores } from '../../../domain/activity.ts';
import { parser, type Parse } from '../../stored.ts';

/** Scores of one track, as they are stored. */
export const parseScores: Parse<ActivityScores> = parser(
	v.object({
		frameStart: v.pipe(v.number(), v.integer()),
		scores: v.instance(Float32Array),
	}),
);
