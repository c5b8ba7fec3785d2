import type { Stage } from '../../stage.ts';
import { segments as about } from './about.ts';
import { hearVoices, wantsVoices, type SegmentsInput } from './hear-voices.ts';
import { segmentSpeakers, type SegmentedSpeaker } from './segment-speakers.ts';
import { sessionVoiceModels, voicePrints } from './voice-prints.ts';

export interface SegmentsFound {
	/** By speaker. */
	readonly segmented: ReadonlyMap<string, SegmentedSpeaker>;
}

/** The slow work of the stage; tests give others. */
export interface SegmentsSteps {
	readonly segmentSpeakers: typeof segmentSpeakers;
	readonly voicePrints: typeof voicePrints;
}

/** When each speaker talks, by face and by voice, and the segments to recognise. */
export function segmentsStage(
	steps: SegmentsSteps = { segmentSpeakers, voicePrints },
): Stage<SegmentsInput, SegmentsFound> {
	return {
		ids: [about.id],
		models: (settings) => (wantsVoices(settings) ? sessionVoiceModels : []),
		run: async (input, ports, work) => {
			const { plan, scored } = input;
			const seen = steps.segmentSpeakers(scored.speakers, scored.voiceActivity, plan.settings);
			return { segmented: await hearVoices(input, seen, steps.voicePrints, ports, work) };
		},
	};
}
