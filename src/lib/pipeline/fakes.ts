import { expect } from 'vitest';
import type { ActivityScores } from '../domain/activity.ts';
import type { ModelUse } from '../domain/result.ts';
import type { Session, SourceFile, Speaker } from '../domain/session.ts';
import { defaultSettings } from '../domain/settings.ts';
import type { RecognisedCue } from '../domain/transcript.ts';
import type { Model } from '../inference/model.ts';
import type { AudioBlock, MediaInfo, MediaSource } from '../media/media-source.ts';
import type { Batching, Joining } from '../recognisers/family.ts';
import { ConfabError, type Problem } from '../support/errors.ts';
import type { JobEvent } from './job.ts';
import type { Ports } from './ports.ts';
import type { ResultStore } from './result-cache.ts';
import { facePath, runSession, type FaceSteps, type SessionPath } from './run-session.ts';
import type { PassageClip } from './passage-clip.ts';
import type { ActivitySteps } from './stages/activity/stage.ts';
import type { SegmentsSteps } from './stages/segments/stage.ts';
import type { Work } from './work.ts';

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
	video: { width: 224, height: 224, codec: 'avc', frameCount: 250, isStill: false },
	audio: { sampleRateHz: 16000, channels: 1, codec: 'aac' },
	soundFault: null,
	decoder: 'webcodecs',
};

/** Media of ten silent seconds that count how often they are open. */
export class FakeMedia implements MediaSource {
	static open = 0;
	readonly info: MediaInfo;
	constructor(info: MediaInfo) {
		this.info = info;
		FakeMedia.open += 1;
	}
	async *audio(): AsyncGenerator<AudioBlock> {
		yield await Promise.resolve({ startSample: 0, samples: new Float32Array(160_000) });
	}
	frames = (): never => {
		throw new Error('the fake stages read no pictures');
	};
	close(): Promise<void> {
		FakeMedia.open -= 1;
		return Promise.resolve();
	}
}

type LipSteps = NonNullable<FaceSteps['lips']>;

/**
 * Fake ports, and slow work without models: everyone talks from 1 s to 3 s of each track, unless a test
 * says otherwise, and says their id. All else is what the stages really do.
 */
export class FakeStages {
	readonly calls: string[] = [];
	/** How many segments were recognised together, each time. */
	readonly batches: number[] = [];
	readonly info = new Map<string, MediaInfo | ConfabError>();
	/** What names the recogniser. */
	recogniser = 'v1';
	recogniserMissing = false;
	segmentSeconds: readonly (readonly [number, number])[] = [[1, 3]];
	/** Ids of models that are not there, and what is said of them. */
	readonly missing = new Map<string, string>();
	batch: Batching | null = null;
	joining: Joining | null = null;
	/** Models that a call uses. */
	usesOf: (call: string) => readonly ModelUse[] = () => [];
	troubles: readonly Problem[] = [];
	onCall: (call: string) => void = () => undefined;

	#call(name: string, subject: string, work?: Work): void {
		const call = `${name} ${subject}`;
		this.calls.push(call);
		for (const use of this.usesOf(call)) work?.used(use);
		this.onCall(call);
	}

	get ports(): Ports {
		return {
			media: { open: (...given) => this.open(...given) },
			models: {
				version: (id) => this.version(id),
				isAdded: () => Promise.resolve(false),
				get: (id): Promise<Model> => Promise.reject(new Error(`the fake stages use no ${id}`)),
				evenIfLost: (work) => work(),
				count: () => undefined,
				problems: () => this.troubles,
			},
			recognisers: {
				needsLips: () => this.needsLips(),
				joining: () => this.joining,
				version: () => this.recogniserVersion(),
				batching: () => Promise.resolve(this.batch),
				recognise: (...given) => this.recognise(...given),
			},
		};
	}
	get path(): SessionPath {
		return facePath({
			activity: {
				hearVoice: (...given) => this.voiceActivity(...given),
				scoreFaces: (...given) => this.scoreTrack(...given),
				scoreLips: (...given) => this.scoreLips(...given),
				readScores: (file) => this.parseScores(file),
			},
			segments: {
				segmentSpeakers: (...given) => this.segment(...given),
				voicePrints: (...given) => this.voicePrints(...given),
			},
			lips: this.cut,
		});
	}
	readonly cut: LipSteps = (...given) => this.lips(...given);

	version(id: string): Promise<string> {
		const why = this.missing.get(id);
		if (why === undefined) return Promise.resolve(`<${id}>`);
		return Promise.reject(new ConfabError('ModelUnavailable', why));
	}
	recogniserVersion(): Promise<string> {
		if (!this.recogniserMissing) return Promise.resolve(this.recogniser);
		return Promise.reject(new ConfabError('ModelUnavailable', 'It is not on this machine.'));
	}
	open(...[file]: Parameters<Ports['media']['open']>): Promise<MediaSource> {
		const info = this.info.get(file.path) ?? trackInfo;
		if (info instanceof ConfabError) return Promise.reject(info);
		return Promise.resolve(new FakeMedia(info));
	}
	voiceActivity(...[, , work]: Parameters<ActivitySteps['hearVoice']>): Promise<Float32Array> {
		this.#call('voice', 'session', work);
		return Promise.resolve(new Float32Array(250));
	}
	scoreTrack(
		...[, frameStart, , , work]: Parameters<ActivitySteps['scoreFaces']>
	): Promise<ActivityScores> {
		this.#call('score', String(frameStart), work);
		return Promise.resolve({ frameStart, scores: new Float32Array(250) });
	}
	scoreLips(
		...[, source, frameStart, , work]: Parameters<ActivitySteps['scoreLips']>
	): Promise<ActivityScores> {
		this.#call('score lips', `${source} ${frameStart}`, work);
		return Promise.resolve({ frameStart, scores: new Float32Array(250) });
	}
	parseScores(file: SourceFile): Promise<ActivityScores> {
		this.#call('parse', file.path);
		const problem = this.info.get(file.path);
		if (problem instanceof ConfabError) return Promise.reject(problem);
		return Promise.resolve({ frameStart: 0, scores: new Float32Array(250) });
	}
	segment(
		...[speakers]: Parameters<SegmentsSteps['segmentSpeakers']>
	): ReturnType<SegmentsSteps['segmentSpeakers']> {
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
		...[, stretches, , work]: Parameters<SegmentsSteps['voicePrints']>
	): ReturnType<SegmentsSteps['voicePrints']> {
		this.#call('voices', String(stretches.length), work);
		const prints = stretches.map(() => Float32Array.of(1, 0));
		const thresholds = { sameVoiceCosine: 0.5, surelySameCosine: 0.9, differentVoicesCosine: 0.3 };
		return Promise.resolve({ prints, thresholds });
	}
	lips(...[, source, range, , work]: Parameters<LipSteps>): ReturnType<LipSteps> {
		this.#call('lips', `${source} ${range.startFrame}-${range.endFrame}`, work);
		const frames = range.endFrame - range.startFrame;
		const seen = new Uint8Array(frames).fill(1);
		return Promise.resolve({ data: new Uint8Array(frames * 96 * 96), seen });
	}
	needsLips(): boolean {
		return true;
	}
	recognise(
		...[clips, , work]: Parameters<Ports['recognisers']['recognise']>
	): Promise<readonly (readonly RecognisedCue[])[]> {
		this.batches.push(clips.length);
		return Promise.resolve(
			clips.map(({ lips, audio, passage }: PassageClip) => {
				const { speakerId, segments } = passage;
				expect(audio.length).toBe(lips.seen.length * 640);
				this.#call('recognise', speakerId, work);
				return segments.map(({ startSeconds, endSeconds }) => {
					return { startSeconds, endSeconds, text: speakerId, words: [], confidence: 1 };
				});
			}),
		);
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

/** Runs a session whose faces are known with the default settings but for those given. */
export function run(
	session: Session,
	{ ports, path }: FakeStages,
	store: ResultStore,
	more: {
		signal?: AbortSignal;
		settings?: Partial<typeof defaultSettings>;
		events?: JobEvent[];
	} = {},
): ReturnType<typeof runSession> {
	return runSession(session, {
		settings: { ...defaultSettings, ...more.settings },
		ports,
		path,
		store,
		signal: more.signal,
		onEvent: (event) => more.events?.push(event),
	});
}
