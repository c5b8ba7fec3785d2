import type { Problem } from '../support/errors.ts';
import type { ModelUse } from './result.ts';
import type { TimeRange } from './time-range.ts';
import type { RecognisedCue } from './transcript.ts';

/** One stretch of one speaker that is to be recognised anew. */
export interface Span extends TimeRange {
	readonly speakerId: string;
}

/** What was recognised in a span. */
export interface RecognisedSpan {
	/** In time order, within the span; none where nothing was said, or the speaker is in no face track. */
	readonly cues: readonly RecognisedCue[];
	/** What it was recognised with. A note says why it was not run in a better way. */
	readonly models: readonly ModelUse[];
	/** Parts that nothing could be recognised in, files that could not be used, faces that were not seen. */
	readonly problems: readonly Problem[];
}
