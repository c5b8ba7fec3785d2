import type { ModelUse } from '../domain/result.ts';
import { sampleRateHz } from '../domain/session.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { RecognisedCue } from '../domain/transcript.ts';
import type { Inference } from '../inference/inference.ts';
import type { MediaClient } from '../media/remote.ts';
import type { MediaPort, Ports, RecognisersPort } from '../pipeline/ports.ts';
import { speechClipOf, type PassageClip } from '../pipeline/passage-clip.ts';
import type { Work } from '../pipeline/work.ts';
import { AvsrFamily } from '../recognisers/avsr/avsr-family.ts';
import type { AvsrShelf } from '../recognisers/avsr/avsr-shelf.ts';
import { EmbeddedFamily } from '../recognisers/embedded.ts';
import type { Batching, Joining } from '../recognisers/family.ts';
import { RecogniserChoice } from '../recognisers/recogniser-choice.ts';
import { WhisperFamily } from '../recognisers/whisper/whisper-family.ts';
import type { WhisperShelf } from '../recognisers/whisper/whisper-shelf.ts';
import type { AddedVoices } from './added-voices.ts';
import { RunModels } from './run-models.ts';
import { SpeedLog } from './speed-log.ts';

/** What stages know of the world, wired to the media worker, the catalogue and the shelf. */
export class RunPorts implements Ports {
	/** How fast the models are in a run. */
	readonly speed = new SpeedLog();
	readonly media: MediaPort;
	readonly models: RunModels;
	readonly recognisers: RunRecognisers;

	/** @param added is among the sources of the inference */
	constructor(
		inference: Inference,
		media: MediaClient,
		added: {
			readonly avsr: AvsrShelf;
			readonly whisper: WhisperShelf;
			readonly voices: AddedVoices;
		},
	) {
		this.media = {
			open: async (file, options = {}) => {
				const { path: name, audioTrack } = file;
				return media.open(await file.open(options.signal), { ...options, name, audioTrack });
			},
		};
		this.models = new RunModels(inference, this.speed, added.voices);
		const families = [
			new EmbeddedFamily(inference),
			new AvsrFamily(added.avsr, inference),
			new WhisperFamily(added.whisper, inference),
		];
		this.recognisers = new RunRecognisers(families, this.models, this.speed);
	}

	/**
	 * Begins a run: what has been added or deleted since the last one is seen.
	 *
	 * @param needed ids of models that the run may need
	 * @param onUse called for each model when it is loaded
	 */
	begin(needed: readonly string[], onUse: (use: ModelUse) => void): void {
		this.models.begin(needed, onUse);
		this.recognisers.begin();
		this.speed.clear();
	}
}

/** The recogniser that settings name, timed and counted. */
class RunRecognisers implements RecognisersPort {
	readonly #models: RunModels;
	readonly #speed: SpeedLog;
	readonly #choice: RecogniserChoice;
	/** Called when a recogniser has been loaded, so that loading does not count as work. */
	#onLoaded: () => void = () => undefined;

	constructor(
		families: ConstructorParameters<typeof RecogniserChoice>[0],
		models: RunModels,
		speed: SpeedLog,
	) {
		this.#models = models;
		this.#speed = speed;
		this.#choice = new RecogniserChoice(families, (use) => {
			this.#onLoaded();
			models.loaded(use);
		});
	}

	begin(): void {
		this.#choice.begin();
	}

	needsLips(settings: RunSettings): boolean {
		return this.#choice.needsLips(settings);
	}

	joining(settings: RunSettings): Joining | null {
		return this.#choice.joining(settings);
	}

	version(settings: RunSettings): Promise<string> {
		return this.#choice.version(settings);
	}

	batching(settings: RunSettings): Promise<Batching | null> {
		return this.#choice.batching(settings);
	}

	async recognise(
		clips: readonly PassageClip[],
		settings: RunSettings,
		work: Work,
	): Promise<readonly (readonly RecognisedCue[])[]> {
		this.#models.fetchAhead();
		const id = settings.recogniser;
		const { signal, onProgress } = work;
		const cues = await this.#speed.time(id, (restart) => {
			this.#onLoaded = restart;
			const spoken = clips.map(speechClipOf);
			return this.#choice.recognise(spoken, settings, { signal, onProgress });
		});
		this.#models.used(id, work);
		for (const { audio } of clips) this.#speed.count(id, audio.length / sampleRateHz, 'seconds');
		return cues;
	}
}
