import { expect } from 'vitest';
import type { JobEvent } from '../domain/job.ts';
import type { ModelUse } from '../domain/result.ts';
import type { Session, SourceFile, Speaker } from '../domain/session.ts';
import { defaultSettings } from '../domain/settings.ts';
import type { MediaInfo, MediaSource } from '../media/media-source.ts';
import type { Batching } from '../recognisers/family.ts';
import { ConfabError, type Problem } from '../support/errors.ts';
import type { ResultStore } from './result-cache.ts';
import { runSession } from './run-session.ts';
import type { Stages, StoredStage } from './stages.ts';

/** A file whose content is its path unless told otherwise. */
export function sourceFile(path: string, content = path): SourceFile {
	const blob = new Blob([content]);
	return { path, size: blob.size, open: () => Promise.resolve(blob) };
}

/** A speaker with a track of ten seconds at each of the starts, in seconds. */
export function speaker(id: string, trackStarts: readonly number[] = [0]): Speaker {
	return {
		id,
		uem: { startSeconds: 0, endSeconds: 20 },
		tracks: trackStarts.map((startSeconds, index) => ({
			id: `track_0${index}`,
			video: sourceFile(`speakers/${id}/central_crops/track_0${index}.mp4`),
			startSeconds,
			frameStart: startSeconds * 25,
			boxes: null,
			activity: null,
			lips: null,
		})),
	};
}

/** A session without labels and central video. */
export function sessionOf(...speakers: Speaker[]): Session {
	return {
		name: 'party',
		id: 'party-id',
		recording: null,
		cast: 'given',
		speakers,
		labels: null,
		files: [],
		problems: [],
	};
}

export const trackInfo: MediaInfo = {
	durationSeconds: 10,
	video: { width: 224, height: 224, codec: 'avc', frameCount: 250 },
	audio: { sampleRateHz: 16000, channels: 1, codec: 'aac' },
	decoder: 'webcodecs',
};

/** Media that only counts how often it is open. */
export class FakeMedia implements MediaSource {
	static open = 0;
	readonly info: MediaInfo;
	constructor(info: MediaInfo) {
		this.info = info;
		FakeMedia.open += 1;
	}
	audio = (): never => {
		throw new Error('the fake stages read no sound');
	};
	frames = (): never => {
		throw new Error('the fake stages read no pictures');
	};
	close(): Promise<void> {
		FakeMedia.open -= 1;
		return Promise.resolve();
	}
}

/** Everyone talks from 1 s to 3 s of each track, unless told otherwise, and says the file's name. */
export class FakeStages implements Stages {
	readonly calls: string[] = [];
	/** How many segments were recognised together, each time. */
	readonly batches: number[] = [];
	readonly info = new Map<string, MediaInfo | ConfabError>();
	versions: Partial<Record<StoredStage, string>> = {};
	recogniserMissing = false;
	segmentSeconds: readonly (readonly [number, number])[] = [[1, 3]];
	lipModelsMissing = false;
	detectorMissing = false;
	batch: Batching | null = null;
	used: readonly ModelUse[] = [];
	troubles: readonly Problem[] = [];
	onCall: (call: string) => void = () => undefined;

	#call(name: string, subject: string): void {
		this.calls.push(`${name} ${subject}`);
		this.onCall(`${name} ${subject}`);
	}
	version(...[stage, , source]: Parameters<Stages['version']>): Promise<string> {
		const lipModelsMissing = this.lipModelsMissing && source === 'track';
		if (stage === 'recognition' && (this.recogniserMissing || lipModelsMissing)) {
			return Promise.reject(new ConfabError('ModelUnavailable', 'It is not on this machine.'));
		}
		return Promise.resolve(this.versions[stage] ?? 'v1');
	}
	open(...[file]: Parameters<Stages['open']>): Promise<MediaSource> {
		const info = this.info.get(file.path) ?? trackInfo;
		if (info instanceof ConfabError) return Promise.reject(info);
		return Promise.resolve(new FakeMedia(info));
	}
	voiceActivity(): Promise<Float32Array> {
		this.#call('voice', 'session');
		return Promise.resolve(new Float32Array(250));
	}
	scoreTrack(_media: MediaSource, frameStart: number): ReturnType<Stages['scoreTrack']> {
		this.#call('score', String(frameStart));
		return Promise.resolve({ frameStart, scores: new Float32Array(250) });
	}
	detector({ detector }: Parameters<Stages['detector']>[0]): ReturnType<Stages['detector']> {
		if (!this.detectorMissing) return Promise.resolve({ id: detector, instead: null });
		return Promise.resolve({ id: 'embedded', instead: 'Light-ASD is not on this machine.' });
	}
	scoreLips(
		...[, source, frameStart]: Parameters<Stages['scoreLips']>
	): ReturnType<Stages['scoreLips']> {
		this.#call('score lips', `${source} ${frameStart}`);
		return Promise.resolve({ frameStart, scores: new Float32Array(250) });
	}
	parseScores(file: SourceFile): ReturnType<Stages['parseScores']> {
		this.#call('parse', file.path);
		const problem = this.info.get(file.path);
		if (problem instanceof ConfabError) return Promise.reject(problem);
		return Promise.resolve({ frameStart: 0, scores: new Float32Array(250) });
	}
	segment(speakers: Parameters<Stages['segment']>[0]): ReturnType<Stages['segment']> {
		return new Map(
			speakers.map(({ speakerId, tracks }) => [
				speakerId,
				{
					activity: { speakerId, frameStart: 0, probabilities: new Float32Array(250) },
					segments: tracks.flatMap(({ trackId, startSeconds }) =>
						this.segmentSeconds.map(([start, end]) => ({
							speakerId,
							trackId,
							startSeconds: startSeconds + start,
							endSeconds: startSeconds + end,
							meanProbability: 0.9,
						})),
					),
				},
			]),
		);
	}
	voicePrints(
		...[, stretches]: Parameters<Stages['voicePrints']>
	): ReturnType<Stages['voicePrints']> {
		this.#call('voices', String(stretches.length));
		const prints = stretches.map(() => Float32Array.of(1, 0));
		const thresholds = { sameVoiceCosine: 0.5, surelySameCosine: 0.9, differentVoicesCosine: 0.3 };
		return Promise.resolve({ prints, thresholds });
	}
	audio(): Promise<Float32Array> {
		return Promise.resolve(new Float32Array(160_000));
	}
	lips(...[, source, range]: Parameters<Stages['lips']>): ReturnType<Stages['lips']> {
		this.#call('lips', `${source} ${range.startFrame}-${range.endFrame}`);
		const frames = range.endFrame - range.startFrame;
		const seen = new Uint8Array(frames).fill(1);
		return Promise.resolve({ data: new Uint8Array(frames * 96 * 96), seen });
	}
	batching(): Promise<Batching | null> {
		return Promise.resolve(this.batch);
	}
	needsLips(): boolean {
		return true;
	}
	recognise(clips: Parameters<Stages['recognise']>[0]): ReturnType<Stages['recognise']> {
		this.batches.push(clips.length);
		return Promise.resolve(
			clips.map(({ lips, audio, segment: { startSeconds, endSeconds, speakerId } }) => {
				expect(audio.length).toBe(lips.seen.length * 640);
				this.#call('recognise', speakerId);
				return [{ startSeconds, endSeconds, text: speakerId, words: [], confidence: 1 }];
			}),
		);
	}
	converse(activities: Parameters<Stages['converse']>[0]): ReturnType<Stages['converse']> {
		const clusters = new Map(activities.map(({ speakerId }) => [speakerId, 0]));
		return { clusters, evidence: [], confidence: 1 };
	}
	score(): never {
		throw new Error('there are no labels');
	}
	problems(): readonly Problem[] {
		return this.troubles;
	}
	takeUses(): readonly ModelUse[] {
		return this.used;
	}
}

/** Results in memory; full after `limit` of them. */
export class MemoryStore implements ResultStore {
	readonly results = new Map<string, unknown>();
	limit = Infinity;
	get(key: string): Promise<unknown> {
		return Promise.resolve(this.results.get(key));
	}
	put(key: string, value: unknown): Promise<void> {
		if (this.results.size >= this.limit) {
			return Promise.reject(new ConfabError('StorageFull', 'The disk is full.'));
		}
		this.results.set(key, value);
		return Promise.resolve();
	}
}

/** Runs a session with the default settings but for those given. */
export function run(
	session: Session,
	stages: Stages,
	store: ResultStore,
	more: {
		signal?: AbortSignal;
		settings?: Partial<typeof defaultSettings>;
		events?: JobEvent[];
	} = {},
): ReturnType<typeof runSession> {
	return runSession(session, {
		settings: { ...defaultSettings, ...more.settings },
		stages,
		store,
		signal: more.signal,
		onEvent: (event) => more.events?.push(event),
	});
}
