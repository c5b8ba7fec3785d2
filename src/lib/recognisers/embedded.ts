import type { Inference } from '../inference/inference.ts';
import type { Model } from '../inference/model.ts';
import type { SlowOptions } from '../support/progress.ts';
import { CtcRecogniser } from './ctc-recogniser.ts';
import { bigramModel, parseArpa } from './decoding/language-model.ts';
import type { BeamOptions } from './decoding/prefix-beam.ts';
import { parseUnits } from './decoding/units.ts';
import type { OpenRecogniser, RecogniserCandidate, RecogniserFamily } from './family.ts';
import type { Recogniser } from './recogniser.ts';

/** The best on the clips held out from training: models/embedded/evaluate.ts --tune and chunk-lengths.ts. */
export const embeddedBeam: Pick<BeamOptions, 'languageWeight' | 'unitBonus'> = {
	languageWeight: 0.5,
	unitBonus: 1.4,
};

/**
 * The recogniser that comes with the app (models/embedded): the 629 words of the synthetic party and of GRID's sentences.
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

/** Id in the model catalogue, and in settings. */
export const embeddedId = 'embedded';

/** The recogniser that comes with the app, as one that a run can choose. */
export class EmbeddedFamily implements RecogniserFamily {
	readonly needsLips = true;
	readonly joining = null;
	readonly #inference: Inference;

	constructor(inference: Inference) {
		this.#inference = inference;
	}

	knows(id: string): boolean {
		return id === embeddedId;
	}

	async candidates(): Promise<readonly RecogniserCandidate[]> {
		const version = await this.#inference.version(embeddedId);
		return [{ name: embeddedId, version, open: (options) => this.#open(options) }];
	}

	async #open(options: SlowOptions): Promise<OpenRecogniser> {
		const read = async (role: string): Promise<string> =>
			new TextDecoder().decode(await this.#inference.readFile(embeddedId, role, options));
		const [units, languageModel] = [await read('units'), await read('lm')];
		const model = await this.#inference.load(embeddedId, options);
		try {
			const { id, provider, precision } = model;
			const use = this.#inference.uses().find((candidate) => candidate.id === id) ?? {
				id,
				provider,
				precision,
			};
			const recogniser = embeddedRecogniser(model, { units, languageModel });
			return { recogniser, use, close: () => model.close() };
		} catch (error) {
			await model.close();
			throw error;
		}
	}
}
