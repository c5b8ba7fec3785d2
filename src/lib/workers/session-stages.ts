import type { ActivityScores, SpeechActivity } from '../domain/activity.ts';
import type { Conversations } from '../domain/conversation.ts';
import { mcorecLimits } from '../domain/group-limits.ts';
import type { ModelUse, SessionScores } from '../domain/result.ts';
import { frameRateHz, sampleRateHz } from '../domain/session.ts';
import type { Labels, SourceFile, Speaker } from '../domain/session.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { TimeRange } from '../domain/time-range.ts';
import type { RecognisedCue, Transcript } from '../domain/transcript.ts';
import { findConversations } from '../conversations/find-conversations.ts';
import { clusterByOverlap, segmentsInside } from '../conversations/overlap-clustering.ts';
import { scoreSession } from '../evaluation/session-scores.ts';
import { scoredSpeech } from '../formats/index.ts';
import type { Inference } from '../inference/inference.ts';
import type { MediaSource } from '../media/media-source.ts';
import type { MediaClient } from '../media/remote.ts';
import { parseActivityScores } from '../perception/active-speaker/activity-scores-file.ts';
import { scoreTrack } from '../perception/active-speaker/score-track.ts';
import { extractLips, readLipClip, type LipBlock } from '../perception/lips/extract-lips.ts';
import { baselineTurns } from '../perception/segments/baseline-segments.ts';
import type { ScoredSpeaker } from '../perception/segments/scored-track.ts';
import { BilstmVoice } from '../perception/voice/bilstm-voice.ts';
import { WespeakerVoice } from '../perception/voice/wespeaker-voice.ts';
import { printStretches } from '../perception/voice/print-stretches.ts';
import { voiceActivity } from '../perception/voice-activity/silero-vad.ts';
import type {
	ChosenDetector,
	FrameRange,
	LipClip,
	LipSource,
	OpenOptions,
	SegmentClip,
	Stages,
	StoredStage,
	VoicePrints,
} from '../pipeline/stages.ts';
import { AvsrFamily } from '../recognisers/avsr/avsr-family.ts';
import type { AvsrShelf } from '../recognisers/avsr/avsr-shelf.ts';
import { EmbeddedFamily, embeddedId } from '../recognisers/embedded.ts';
import type { Batching } from '../recognisers/family.ts';
import { RecogniserChoice } from '../recognisers/recogniser-choice.ts';
import { WhisperFamily } from '../recognisers/whisper/whisper-family.ts';
import type { WhisperShelf } from '../recognisers/whisper/whisper-shelf.ts';
import { speechScores } from '../recognisers/speech-scores.ts';
import { ConfabError, type Problem } from '../support/errors.ts';
import type { SlowOptions } from '../support/progress.ts';
import {
	clipOf,
	durationsFor,
	lipSize,
	speechClipOf,
	wantsBaseline,
	wholeSound,
} from './session-clips.ts';
import { type AddedVoices, wespeakerId } from './added-voices.ts';
import { RunModels } from './run-models.ts';
import { segmentSpeakers } from './segment-speakers.ts';
import { SpeedLog } from './speed-log.ts';

/** Side of the face tracks that the active speaker detector was trained on, in pixels. */
const trackSize = 224;

/**
 * Frames looked at before and after a segment: smoothing wants six, and a face that is lost at the
 * edge is filled in from the others.
 */
const lipMarginFrames = 12;

/** Raised when the code of a stage gives other results for the same models and parameters. */
const codeVersions: Record<StoredStage, number> = {
	voice: 1,
	activity: 1,
	voices: 2,
	recognition: 1,
};

const activityModels = ['light-asd-visual', 'light-asd-audio', 'light-asd-head'] as const;
const lipModels = ['yunet', 'landmarks'] as const;

/** The work of the pipeline, done by the rooms below with models of the catalogue and of the shelf. */
export class SessionStages implements Stages {
	/** How fast the models are in a run. */
	readonly speed = new SpeedLog();
	readonly segment = segmentSpeakers;
	readonly #inference: Inference;
	readonly #media: MediaClient;
	readonly #models: RunModels;
	readonly #recogniser: RecogniserChoice;
	readonly #voices: AddedVoices;
	#usesEmbedded = false;
	/** Called when a recogniser has been loaded, so that loading does not count as work. */
	#onLoaded: () => void = () => undefined;

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
		this.#voices = added.voices;
		this.#inference = inference;
		this.#media = media;
		this.#models = new RunModels(inference, this.speed, () => {
			const all = ['silero-vad', ...activityModels, ...lipModels];
			// Recognisers that a person has added lie on this machine.
			return this.#usesEmbedded ? [...all, embeddedId] : all;
		});
		const families = [
			new EmbeddedFamily(inference),
			new AvsrFamily(added.avsr, inference),
			new WhisperFamily(added.whisper, inference),
		];
		this.#recogniser = new RecogniserChoice(families, (use) => {
			this.#onLoaded();
			this.#models.loaded(use);
		});
	}

	/**
	 * Begins a run: what has been added or deleted since the last one is seen.
	 *
	 * @param onUse told of each model when it is first used
	 */
	begin(onUse: (use: ModelUse) => void): void {
		this.#models.begin(onUse);
		this.#recogniser.begin();
		this.speed.clear();
	}

	async version(
		stage: StoredStage,
		settings: RunSettings,
		source: LipSource = 'track',
	): Promise<string> {
		this.#usesEmbedded = settings.recogniser === embeddedId;
		const faces = source === 'track' ? lipModels : [];
		const models = {
			voice: ['silero-vad'],
			activity: settings.detector === 'embedded' ? [embeddedId, ...faces] : activityModels,
			voices: stage === 'voices' ? [await this.#voiceModel()] : [],
			recognition: this.needsLips(settings) ? faces : [],
		}[stage];
		const names = await Promise.all(models.map((id) => this.#inference.version(id)));
		if (stage === 'recognition') names.push(await this.#recogniser.version(settings));
		const parameters =
			stage === 'activity' && settings.detector === 'light-asd'
				? [durationsFor(settings).join(''), settings.audioScale]
				: [];
		return [codeVersions[stage], ...names, ...parameters].join('-');
	}

	async open(file: SourceFile, options: OpenOptions = {}): Promise<MediaSource> {
		return this.#media.open(await file.open(options.signal), { ...options, name: file.path });
	}

	async detector(settings: RunSettings): Promise<ChosenDetector> {
		if (wantsBaseline(settings)) return { id: 'light-asd', instead: null };
		if (settings.detector === 'embedded') return { id: 'embedded', instead: null };
		try {
			await Promise.all(activityModels.map((id) => this.#inference.version(id)));
			return { id: 'light-asd', instead: null };
		} catch (error) {
			if (!(error instanceof ConfabError) || error.code !== 'ModelUnavailable') throw error;
			const instead = `${error.message} The embedded recogniser tells who speaks instead; it knows few faces.`;
			return { id: 'embedded', instead };
		}
	}

	async voiceActivity(media: MediaSource, slow: SlowOptions): Promise<Float32Array> {
		return this.#models.evenIfLost(async () => {
			const model = await this.#models.get('silero-vad');
			const voice = await voiceActivity(model, media.audio(slow.signal), slow);
			this.speed.count(model.id, voice.length / frameRateHz, 'seconds');
			return voice;
		});
	}

	async scoreTrack(
		media: MediaSource,
		frameStart: number,
		settings: RunSettings,
		slow: SlowOptions,
	): Promise<ActivityScores> {
		const options = {
			audioScale: settings.audioScale,
			durationsSeconds: durationsFor(settings),
		};
		return this.#models.evenIfLost(async () => {
			const [visual, audio, head] = await Promise.all([
				this.#models.get('light-asd-visual'),
				this.#models.get('light-asd-audio'),
				this.#models.get('light-asd-head'),
			]);
			const frames = media.frames({ width: trackSize, height: trackSize, signal: slow.signal });
			const track = { frames, audio: await this.audio(media, slow.signal), frameStart };
			const found = await scoreTrack({ visual, audio, head }, track, options, slow);
			for (const id of activityModels) this.speed.count(id, found.scores.length, 'frames');
			return found;
		});
	}

	async scoreLips(
		media: MediaSource,
		source: LipSource,
		frameStart: number,
		slow: SlowOptions,
	): Promise<ActivityScores> {
		return this.#models.evenIfLost(async () => {
			const model = await this.#models.get(embeddedId);
			const lips = await this.#lipBlocks(media, source, {}, slow.signal);
			const audio = await this.audio(media, slow.signal);
			const totalFrames = media.info.video?.frameCount ?? 0;
			const scores = await speechScores(model, lips, audio, { ...slow, totalFrames });
			return { frameStart, scores };
		});
	}

	async parseScores(file: SourceFile, signal?: AbortSignal): Promise<ActivityScores> {
		return parseActivityScores(await (await file.open(signal)).text(), file.path);
	}

	async voicePrints(
		media: MediaSource,
		stretches: readonly (readonly TimeRange[])[],
		slow: SlowOptions,
	): Promise<VoicePrints> {
		return this.#models.evenIfLost(async () => {
			const id = await this.#voiceModel();
			const model = await this.#models.get(id);
			const embedder = id === wespeakerId ? new WespeakerVoice(model) : new BilstmVoice(model);
			const prints = await printStretches(embedder, media.audio(slow.signal), stretches, slow);
			const { sameVoiceCosine, surelySameCosine, differentVoicesCosine } = embedder;
			return { prints, thresholds: { sameVoiceCosine, surelySameCosine, differentVoicesCosine } };
		});
	}

	audio(media: MediaSource, signal?: AbortSignal): Promise<Float32Array> {
		return wholeSound(media.audio(signal));
	}

	async lips(
		media: MediaSource,
		source: LipSource,
		range: FrameRange,
		slow: SlowOptions,
	): Promise<LipClip> {
		if (source === 'clip') {
			return clipOf(await this.#lipBlocks(media, source, range, slow.signal), range, slow);
		}
		const around = {
			startFrame: Math.max(0, range.startFrame - lipMarginFrames),
			endFrame: range.endFrame + lipMarginFrames,
		};
		return this.#models.evenIfLost(async () =>
			clipOf(await this.#lipBlocks(media, source, around, slow.signal), range, slow),
		);
	}

	async #lipBlocks(
		media: MediaSource,
		source: LipSource,
		range: Partial<FrameRange>,
		signal?: AbortSignal,
	): Promise<AsyncIterable<LipBlock>> {
		if (source === 'clip') {
			return readLipClip(media.frames({ ...range, width: lipSize, height: lipSize, signal }));
		}
		const [detector, landmarker] = await Promise.all([
			this.#models.get('yunet'),
			this.#models.get('landmarks'),
		]);
		const frames = media.frames({ ...range, signal });
		return this.#counted(extractLips(frames, { detector, landmarker }, { signal }));
	}

	async *#counted(blocks: AsyncIterable<LipBlock>): AsyncGenerator<LipBlock> {
		for await (const block of blocks) {
			for (const id of lipModels) this.speed.count(id, block.count, 'frames');
			yield block;
		}
	}

	needsLips(settings: RunSettings): boolean {
		return this.#recogniser.needsLips(settings);
	}

	batching(settings: RunSettings): Promise<Batching | null> {
		return this.#recogniser.batching(settings);
	}

	async recognise(
		clips: readonly SegmentClip[],
		settings: RunSettings,
		slow: SlowOptions,
	): Promise<readonly (readonly RecognisedCue[])[]> {
		this.#models.fetchAhead();
		const id = settings.recogniser;
		this.#models.used(id);
		const cues = await this.speed.time(id, (restart) => {
			this.#onLoaded = restart;
			return this.#recogniser.recognise(clips.map(speechClipOf), settings, slow);
		});
		for (const { audio } of clips) this.speed.count(id, audio.length / sampleRateHz, 'seconds');
		return cues;
	}

	converse(
		activities: readonly SpeechActivity[],
		scored: readonly ScoredSpeaker[],
		speakers: readonly Speaker[],
		settings: RunSettings,
	): Conversations {
		const uems = new Map(speakers.flatMap(({ id, uem }) => (uem ? [[id, uem] as const] : [])));
		if (settings.conversations === 'confab')
			return findConversations(activities, mcorecLimits, uems);
		return clusterByOverlap(
			new Map(
				scored.map(({ speakerId, tracks }) => {
					const turns = baselineTurns(tracks);
					const uem = uems.get(speakerId);
					return [speakerId, uem ? segmentsInside(turns, uem) : turns];
				}),
			),
		);
	}

	score(
		labels: Labels,
		speakers: readonly Speaker[],
		transcripts: readonly Transcript[],
		conversations: Conversations,
	): SessionScores {
		const uems = new Map(speakers.map(({ id, uem }) => [id, uem]));
		const written = transcripts.map(({ speakerId, cues }) => {
			return [speakerId, scoredSpeech(cues, uems.get(speakerId) ?? null)] as const;
		});
		return scoreSession(labels, new Map(written), conversations.clusters, speakers);
	}

	problems(): readonly Problem[] {
		return this.#models.problems();
	}

	takeUses(): readonly ModelUse[] {
		return this.#models.takeUses();
	}

	/** The better embedding, where a person has added it. */
	async #voiceModel(): Promise<string> {
		return (await this.#voices.here()) ? wespeakerId : 'voice-bilstm';
	}
}
