import type { RecognisedCue } from '../../../domain/transcript.ts';
import { embeddedId } from '../../../recognisers/embedded.ts';
import { lipModelIds } from '../../lip-blocks.ts';
import type { Stage } from '../../stage.ts';
import type { RunPlan } from '../activity/plan.ts';
import type { SegmentedSpeaker } from '../segments/segment-speakers.ts';
import { lips, recognition } from './about.ts';
import { cutLips } from './lips.ts';
import type { SpokenTrack } from './read-clips.ts';
import { transcribe } from './transcribe.ts';

export interface WordsInput {
	readonly plan: RunPlan;
	/** What the segments are read from: face tracks, or files with sound alone. */
	readonly tracks: readonly SpokenTrack[];
	readonly segmented: ReadonlyMap<string, SegmentedSpeaker>;
}

export interface WordsFound {
	/** By speaker, in time order. */
	readonly cues: ReadonlyMap<string, readonly RecognisedCue[]>;
}

/** Lips and words of every segment. */
export function wordsStage(cut: typeof cutLips = cutLips): Stage<WordsInput, WordsFound> {
	return {
		ids: [lips.id, recognition.id],
		models: ({ recogniser }) => [
			...lipModelIds,
			// Recognisers that a person has added lie on this machine.
			...(recogniser === embeddedId ? [embeddedId] : []),
		],
		run: async ({ plan, tracks, segmented }, ports, work) => ({
			cues: await transcribe(tracks, segmented, { settings: plan.settings, cut, ports, work }),
		}),
	};
}
