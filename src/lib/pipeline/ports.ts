import type { SourceFile } from '../domain/session.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { RecognisedCue } from '../domain/transcript.ts';
import type { Model } from '../inference/model.ts';
import type { MediaSource } from '../media/media-source.ts';
import type { Batching, Joining } from '../recognisers/family.ts';
import { ConfabError, type Problem } from '../support/errors.ts';
import type { PassageClip } from './passage-clip.ts';
import type { Work } from './work.ts';

export interface OpenOptions {
	readonly signal?: AbortSignal | undefined;
	/** Given, as long as the file is open, what went wrong in decoding it and was got round. */
	readonly onProblem?: ((problem: Problem) => void) | undefined;
}

/** Opens files. */
export interface MediaPort {
	/** @throws ConfabError `UnsupportedMedia`. The caller closes what it gets. */
	open(file: SourceFile, options?: OpenOptions): Promise<MediaSource>;
}

/** The models that stages have in common. */
export interface ModelsPort {
	/**
	 * Names a model's content.
	 *
	 * @throws ConfabError `ModelUnavailable` when it is not here.
	 */
	version(id: string): Promise<string>;
	/** Whether a model that does not come with the app has been added in full. */
	isAdded(id: string): Promise<boolean>;
	/** A model, loaded when it is first needed; its use is noted. @throws as `Inference.load`. */
	get(id: string, work: Pick<Work, 'used'>): Promise<Model>;
	/** The result of work with models; it begins again, with others, where a model fails on the GPU. */
	evenIfLost<T>(work: () => Promise<T>): Promise<T>;
	/** Counts what a model has done, from which its speed is known. */
	count(id: string, amount: number, unit: 'seconds' | 'frames'): void;
	/** What went wrong with models of the run that others, or other ways to run them, made up for. */
	problems(): readonly Problem[];
}

/** The recogniser that settings name. */
export interface RecognisersPort {
	/** Whether it looks at lips. */
	needsLips(settings: RunSettings): boolean;
	/** Which segments of one speaker it hears as one; null where each is heard by itself. */
	joining(settings: RunSettings): Joining | null;
	/**
	 * Names the weights and parameters that the next words will come from.
	 *
	 * @throws ConfabError `ModelUnavailable`.
	 */
	version(settings: RunSettings): Promise<string>;
	/**
	 * How many passages `recognise` likes to get at once; null where that makes no difference.
	 *
	 * @throws ConfabError `ModelUnavailable`.
	 */
	batching(settings: RunSettings): Promise<Batching | null>;
	/**
	 * The words of some passages: for each, one cue per segment or, of one that is too long, per chunk that was decoded. Times are in seconds of the
	 * central video. Where a recogniser fails and another one takes its place, `version` is that one's
	 * from here on.
	 */
	recognise(
		clips: readonly PassageClip[],
		settings: RunSettings,
		work: Work,
	): Promise<readonly (readonly RecognisedCue[])[]>;
}

/** What stages know of the world. Workers wire the real ones; tests give fakes. */
export interface Ports {
	readonly media: MediaPort;
	readonly models: ModelsPort;
	readonly recognisers: RecognisersPort;
}

/**
 * The first of several models for one purpose that is here: the preferred one, or what stands in for it.
 *
 * @param ids the best first
 * @throws ConfabError `ModelUnavailable`, of the preferred one, when none is here.
 */
export async function firstHere(ids: readonly string[], { models }: Ports): Promise<string> {
	let missing: unknown = new TypeError('No models to choose from');
	for (const [index, id] of ids.entries()) {
		try {
			await models.version(id);
			return id;
		} catch (error) {
			if (!(error instanceof ConfabError) || error.code !== 'ModelUnavailable') throw error;
			if (index === 0) missing = error;
		}
	}
	throw missing;
}

/**
 * Opens a file for as long as `use` takes; what its decoders get round is noted.
 *
 * @throws ConfabError `UnsupportedMedia`.
 */
export async function withFile<T>(
	file: SourceFile,
	{ media }: Ports,
	work: Work,
	use: (media: MediaSource) => Promise<T>,
): Promise<T> {
	const opened = await media.open(file, {
		signal: work.signal,
		onProblem: (problem) => work.decoded(problem),
	});
	try {
		return await use(opened);
	} finally {
		await opened.close();
	}
}
