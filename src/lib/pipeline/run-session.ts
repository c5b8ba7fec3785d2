import type { JobEvent } from '../domain/job.ts';
import type { SessionResult, SpeakerResult } from '../domain/result.ts';
import { frameRateHz, type Session, type Speaker, type Track } from '../domain/session.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { RecognisedCue } from '../domain/transcript.ts';
import { ConfabError, messageOf, type Problem } from '../support/errors.ts';
import type { OnProgress, SlowOptions } from '../support/progress.ts';
import { fingerprint } from './fingerprint.ts';
import { framesOf, lipRanges } from './frame-ranges.ts';
import { ResultCache, type ResultStore } from './result-cache.ts';
import { StageClock } from './stage-clock.ts';
import type { LipSource, ScoredSpeaker, SegmentedSpeaker, Stages } from './stages.ts';
import { parseCues, parseFloats, parseLandmarkTrack, parseStoredScores } from './stored.ts';

export interface RunOptions {
	readonly settings: RunSettings;
	readonly stages: Stages;
	readonly store: ResultStore;
	readonly signal?: AbortSignal | undefined;
	readonly onEvent: (event: JobEvent) => void;
	/** Largest memory seen so far, in bytes; null where the browser does not tell. */
	readonly peakMemoryBytes?: () => Promise<number | null>;
}

/** A track that can be decoded. */
interface UsableTrack {
	readonly speaker: Speaker;
	readonly track: Track;
	/** Fingerprint of the video. */
	readonly content: string;
	readonly frameCount: number;
	readonly durationSeconds: number;
	readonly shippedScores: boolean;
	readonly shippedLips: boolean;
}

/**
 * Takes a session through all stages. Each result is stored as soon as it is known and read from the
 * store when it is there, so a run that was cancelled or cut off goes on where it was.
 *
 * A track that cannot be used is told of and left out; the others go on.
 *
 * @throws ConfabError when no track at all can be used, or when a model that everything needs is
 * missing; the signal's reason when aborted.
 */
export async function runSession(session: Session, options: RunOptions): Promise<SessionResult> {
	return new SessionRun(session, options).run();
}

class SessionRun {
	readonly #session: Session;
	readonly #settings: RunSettings;
	readonly #stages: Stages;
	readonly #options: RunOptions;
	readonly #problems: Problem[];
	readonly #clock: StageClock;
	readonly #cache: ResultCache;

	constructor(session: Session, options: RunOptions) {
		this.#session = session;
		this.#settings = options.settings;
		this.#stages = options.stages;
		this.#options = options;
		this.#problems = [...session.problems];
		this.#clock = new StageClock(options.onEvent);
		this.#cache = new ResultCache(options.store, session.id, (problem) => this.#tell(problem));
	}

	async run(): Promise<SessionResult> {
		const started = performance.now();
		const { tracks, durationSeconds } = await this.#probe();
		const scored = await this.#score(tracks);
		const segmented = await this.#segment(scored.speakers, scored.voiceActivity);
		const lips = await this.#lips(tracks, segmented);
		const cues = await this.#recognise(tracks, segmented, lips);
		const speakers = this.#session.speakers.map((speaker): SpeakerResult => {
			const { activity, segments } = this.#of(segmented, speaker.id);
			const transcript = { speakerId: speaker.id, cues: cues.get(speaker.id) ?? [] };
			return { speakerId: speaker.id, uem: speaker.uem, activity, segments, transcript };
		});
		const conversations = await this.#clock.run('conversations', () =>
			this.#stages.converse(
				speakers.map((speaker) => speaker.activity),
				new Map(speakers.map((speaker) => [speaker.speakerId, speaker.segments])),
				this.#session.speakers,
				this.#settings,
			),
		);
		const scores = await this.#clock.run('scores', () =>
			this.#session.labels
				? this.#stages.score(
						this.#session.labels,
						this.#session.speakers,
						speakers.map((speaker) => speaker.transcript),
						conversations,
					)
				: null,
		);
		return {
			sessionId: this.#session.id,
			sessionName: this.#session.name,
			durationSeconds,
			settings: this.#settings,
			speakers,
			conversations,
			scores,
			report: {
				stages: this.#clock.seconds,
				fromStore: this.#clock.fromStore,
				models: this.#stages.uses(),
				peakMemoryBytes: (await this.#options.peakMemoryBytes?.()) ?? null,
				seconds: (performance.now() - started) / 1000,
			},
			problems: this.#problems,
		};
	}

	/** Opens every track once, so that what is broken is known before the long work begins. */
	#probe(): Promise<{ tracks: readonly UsableTrack[]; durationSeconds: number }> {
		return this.#clock.run('decode', async () => {
			const all = this.#session.speakers.flatMap((speaker) =>
				speaker.tracks.map((track) => ({ speaker, track })),
			);
			const tracks: UsableTrack[] = [];
			for (const [index, { speaker, track }] of all.entries()) {
				this.#progress('decode', speaker.id, index, all.length, 'files');
				const usable = await this.#tolerate(track.video.path, () =>
					this.#probeTrack(speaker, track),
				);
				if (usable) tracks.push(usable);
			}
			if (tracks.length === 0) {
				throw new ConfabError(
					'UnsupportedMedia',
					`None of the ${all.length} face tracks of "${this.#session.name}" can be used.`,
					{ problems: this.#problems },
				);
			}
			const durationSeconds = Math.max(
				...tracks.map(({ track, durationSeconds }) => track.startSeconds + durationSeconds),
			);
			return { tracks, durationSeconds };
		});
	}

	async #probeTrack(speaker: Speaker, track: Track): Promise<UsableTrack> {
		const { signal } = this.#options;
		const content = await fingerprint(await track.video.open(signal));
		const media = await this.#stages.open(track.video, signal);
		try {
			const { video, audio, durationSeconds } = media.info;
			if (!video) throw new ConfabError('UnsupportedMedia', 'It holds no picture.');
			if (!audio) {
				throw new ConfabError(
					'UnsupportedMedia',
					'It holds no sound. A face track needs the sound of the session beside the picture; export it again with an audio stream.',
				);
			}
			return {
				speaker,
				track,
				content,
				frameCount: video.frameCount,
				durationSeconds,
				shippedScores: track.activity !== null && !this.#settings.recompute,
				shippedLips: track.lips !== null && !this.#settings.recompute,
			};
		} finally {
			await media.close();
		}
	}

	#score(
		tracks: readonly UsableTrack[],
	): Promise<{ speakers: readonly ScoredSpeaker[]; voiceActivity: Float32Array | null }> {
		return this.#clock.run('activity', async (computed) => {
			const voiceActivity = await this.#voiceActivity(tracks, computed);
			const version = await this.#stages.version('activity', this.#settings);
			const scoredTracks = new Map<string, ScoredSpeaker['tracks'][number][]>();
			for (const usable of tracks) {
				const { speaker, track, content } = usable;
				const activity = await this.#tolerate(track.video.path, async () => {
					if (usable.shippedScores && track.activity) {
						return this.#stages.parseScores(track.activity, this.#options.signal);
					}
					const parts = [content, version, track.frameStart];
					const { value, fromStore } = await this.#cache.get(
						'activity',
						parts,
						parseStoredScores,
						() =>
							this.#withMedia(track.video, (media) =>
								this.#stages.scoreTrack(
									media,
									track.frameStart,
									this.#settings,
									this.#slow('activity', speaker.id),
								),
							),
					);
					if (!fromStore) computed();
					return value;
				});
				if (!activity) continue;
				const list = scoredTracks.get(speaker.id) ?? [];
				list.push({ trackId: track.id, startSeconds: track.startSeconds, activity });
				scoredTracks.set(speaker.id, list);
			}
			const speakers = this.#session.speakers.map((speaker) => ({
				speakerId: speaker.id,
				tracks: scoredTracks.get(speaker.id) ?? [],
			}));
			return { speakers, voiceActivity };
		});
	}

	/** Of the central video, or of the longest track where that is missing. */
	async #voiceActivity(
		tracks: readonly UsableTrack[],
		computed: () => void,
	): Promise<Float32Array | null> {
		if (this.#settings.speechActivity === 'baseline') return null;
		const starting = tracks.filter(({ track }) => track.startSeconds === 0);
		const longest = [...starting].sort((a, b) => b.durationSeconds - a.durationSeconds)[0];
		const file = this.#session.centralVideo ?? longest?.track.video;
		if (!file) return null;
		return this.#tolerate(file.path, async () => {
			const content = await fingerprint(await file.open(this.#options.signal));
			const version = await this.#stages.version('voice', this.#settings);
			const { value, fromStore } = await this.#cache.get(
				'voice',
				[content, version],
				parseFloats,
				() =>
					this.#withMedia(file, (media) =>
						this.#stages.voiceActivity(media, this.#slow('activity', 'session')),
					),
			);
			if (!fromStore) computed();
			return value;
		});
	}

	#segment(
		speakers: readonly ScoredSpeaker[],
		voiceActivity: Float32Array | null,
	): Promise<ReadonlyMap<string, SegmentedSpeaker>> {
		return this.#clock.run('segments', () =>
			this.#stages.segment(speakers, voiceActivity, this.#settings),
		);
	}

	/** The points of every face while it speaks, by fingerprint of the track. */
	#lips(
		tracks: readonly UsableTrack[],
		segmented: ReadonlyMap<string, SegmentedSpeaker>,
	): Promise<ReadonlyMap<UsableTrack, LandmarksOfTrack>> {
		return this.#clock.run('lips', async (computed) => {
			const found = new Map<UsableTrack, LandmarksOfTrack>();
			for (const usable of tracks) {
				const { speaker, track, content, frameCount } = usable;
				const { segments } = this.#of(segmented, speaker.id);
				const ranges = lipRanges(segments, track, frameCount);
				if (usable.shippedLips || ranges.length === 0) continue;
				const version = await this.#stages.version('lips', this.#settings);
				const wanted = ranges.map((range) => `${range.startFrame}-${range.endFrame}`).join(',');
				const landmarks = await this.#tolerate(track.video.path, async () => {
					const { value, fromStore } = await this.#cache.get(
						'lips',
						[content, version, wanted],
						parseLandmarkTrack,
						() =>
							this.#withMedia(track.video, (media) =>
								this.#stages.landmarks(media, ranges, this.#slow('lips', speaker.id)),
							),
					);
					if (!fromStore) computed();
					return value;
				});
				if (!landmarks) continue;
				found.set(usable, landmarks);
				for (const lost of landmarks.lost) {
					const start = track.startSeconds + lost.startFrame / frameRateHz;
					const end = track.startSeconds + lost.endFrame / frameRateHz;
					this.#tell({
						file: track.video.path,
						message: `No face is seen from ${start.toFixed(2)} s to ${end.toFixed(2)} s; words said there are recognised by ear alone.`,
					});
				}
			}
			return found;
		});
	}

	#recognise(
		tracks: readonly UsableTrack[],
		segmented: ReadonlyMap<string, SegmentedSpeaker>,
		landmarks: ReadonlyMap<UsableTrack, LandmarksOfTrack>,
	): Promise<ReadonlyMap<string, readonly RecognisedCue[]>> {
		return this.#clock.run('recognition', async (computed) => {
			const cues = new Map<string, RecognisedCue[]>();
			const usable = tracks.filter(
				(track) => landmarks.has(track) || (track.shippedLips && track.track.lips !== null),
			);
			const work = usable.map((track) => ({
				track,
				segments: this.#of(segmented, track.speaker.id).segments.filter(
					(segment) => segment.trackId === track.track.id,
				),
			}));
			const total = work.reduce((sum, { segments }) => sum + segments.length, 0);
			if (total === 0) return cues;
			const version = await this.#recogniserVersion();
			if (version === null) return cues;
			let done = 0;
			for (const { track, segments } of work) {
				const list = cues.get(track.speaker.id) ?? [];
				cues.set(track.speaker.id, list);
				const { activity } = this.#of(segmented, track.speaker.id);
				const file = track.shippedLips && track.track.lips ? track.track.lips : track.track.video;
				await this.#tolerate(file.path, () =>
					this.#withMedia(file, async (media) => {
						const points = landmarks.get(track);
						const lips: LipSource = points
							? { kind: 'landmarks', media, landmarks: points }
							: { kind: 'clip', media };
						for (const segment of segments) {
							this.#options.signal?.throwIfAborted();
							this.#progress('recognition', track.speaker.id, done, total, 'segments');
							const range = framesOf(segment, track.track, track.frameCount);
							const { value, fromStore } = await this.#cache.get(
								'recognition',
								[track.content, version, lips.kind, range.startFrame, range.endFrame],
								parseCues,
								() =>
									this.#stages.recognise(lips, segment, range, activity, this.#settings, {
										signal: this.#options.signal,
									}),
							);
							if (!fromStore) computed();
							list.push(...value);
							done += 1;
						}
						return true;
					}),
				);
				list.sort((a, b) => a.startSeconds - b.startSeconds);
			}
			this.#progress('recognition', 'session', done, total, 'segments');
			return cues;
		});
	}

	/** Who talked with whom can be told without words: a missing recogniser is told, not fatal. */
	async #recogniserVersion(): Promise<string | null> {
		try {
			return await this.#stages.version('recognition', this.#settings);
		} catch (error) {
			if (!(error instanceof ConfabError) || error.code !== 'ModelUnavailable') throw error;
			this.#tell({
				file: `recogniser "${this.#settings.recogniser}"`,
				message: `No words were recognised: ${error.message}`,
			});
			return null;
		}
	}

	/** One broken file must not cost the others: tells what is wrong and gives null. */
	async #tolerate<T>(file: string, work: () => Promise<T>): Promise<T | null> {
		this.#options.signal?.throwIfAborted();
		try {
			return await work();
		} catch (error) {
			const tolerable =
				error instanceof ConfabError &&
				(error.code === 'UnsupportedMedia' || error.code === 'InvalidSession');
			if (!tolerable) throw error;
			if (error.problems.length > 0) for (const problem of error.problems) this.#tell(problem);
			else this.#tell({ file, message: messageOf(error) });
			return null;
		}
	}

	async #withMedia<T>(
		file: Track['video'],
		use: (media: Awaited<ReturnType<Stages['open']>>) => Promise<T>,
	): Promise<T> {
		const media = await this.#stages.open(file, this.#options.signal);
		try {
			return await use(media);
		} finally {
			await media.close();
		}
	}

	#of(segmented: ReadonlyMap<string, SegmentedSpeaker>, speakerId: string): SegmentedSpeaker {
		return (
			segmented.get(speakerId) ?? {
				activity: { speakerId, frameStart: 0, probabilities: new Float32Array(0) },
				segments: [],
			}
		);
	}

	#tell(problem: Problem): void {
		this.#problems.push(problem);
		this.#options.onEvent({ kind: 'problem', problem });
	}

	#slow(stage: 'activity' | 'lips', subject: string): SlowOptions {
		const onProgress: OnProgress = (progress) =>
			this.#options.onEvent({ kind: 'progress', stage, progress: { ...progress, subject } });
		return { signal: this.#options.signal, onProgress };
	}

	#progress(
		stage: 'decode' | 'recognition',
		subject: string,
		done: number,
		total: number,
		unit: 'files' | 'segments',
	): void {
		const progress = { stage, subject, done, total, unit };
		this.#options.onEvent({ kind: 'progress', stage, progress });
	}
}

type LandmarksOfTrack = Awaited<ReturnType<Stages['landmarks']>>;
