import type { Model } from '../inference/model.ts';
import { CtcRecogniser } from './ctc-recogniser.ts';
import { bigramModel, parseArpa } from './decoding/language-model.ts';
import type { BeamOptions } from './decoding/prefix-beam.ts';
import { parseUnits } from './decoding/units.ts';
import type { Recogniser } from './recogniser.ts';

/** The best on the clips held out from training: models/embedded/evaluate.ts --tune and chunk-lengths.ts. */
export const embeddedBeam: Pick<BeamOptions, 'languageWeight' | 'unitBonus'> = {
	languageWeight: 0.5,
	unitBonus: 1.4,
};

/**
 * The recogniser that comes with the app (models/embedded): 51 words of one speaker's fixed grammar.
 * @param files Its units file, and its language model in ARPA format; null decodes without one.
 * @throws ConfabError `ModelUnavailable` when a file is damaged.
 */
export function embeddedRecogniser(
	model: Model,
	files: { units: string; languageModel: string | null },
): Recogniser {
	const vocabulary = parseUnits(files.units);
	const beam =
		files.languageModel === null
			? {}
			: {
					...embeddedBeam,
					languageModel: bigramModel(vocabulary, parseArpa(files.languageModel)),
				};
	return new CtcRecogniser({ model, vocabulary, beam });
}

/** Recognisers that a run can choose among, by their id in the model catalogue. */
export const recogniserIds: readonly string[] = ['embedded'];
