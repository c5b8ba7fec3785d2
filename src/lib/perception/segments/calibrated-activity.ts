import type { SpeechActivity } from '../../domain/activity.ts';
import { frameRateHz } from '../../domain/session.ts';
import type { Detector } from '../../domain/settings.ts';
import { joinScores, type ScoredSpeaker } from './scored-track.ts';
import {
	expectSpeech,
	fitSpeechModel,
	logRatiosOf,
	type PriorStrength,
	type SpeechModel,
} from './speech-states.ts';

/*
 * The scores of Light-ASD separate a speaker's speech from the same speaker's silence well, but where
 * the line lies differs from face to face and from room to room: beside other voices a listener's
 * score rises far above the network's own threshold. So the line is found within the session, without
 * labels: a model of silence and speech is fitted first to all speakers together, then to each.
 */

/** Turns as people take them. */
const turns = { begin: 1 / (3 * frameRateHz), stop: 1 / (1.8 * frameRateHz) };

/**
 * Before anything is seen: the two modes of each detector's log odds. Light-ASD's on faces of the GRID
 * corpus in a mix of voices. The embedded recogniser's speech lies at 8 on faces of the kind it was trained on
 * and hardly lower on others; its silence at -6 to -9 on the former, but up to 2 on the latter beside other voices.
 * So the line is drawn high, where it makes no difference for the former (models/embedded/README.md).
 */
const generalModels: Readonly<Record<Detector, SpeechModel>> = {
	'light-asd': { means: [0, 4.1], deviations: [1, 1], ...turns },
	embedded: { means: [1, 8], deviations: [2, 2], ...turns },
};

const sessionStrength: PriorStrength = { meanSeconds: 30, deviationSeconds: 20, steps: 50 };
const speakerStrength: PriorStrength = { meanSeconds: 20, deviationSeconds: 20, steps: 50 };

/** Scores are averaged over this many frames: the network's own noise is faster than any word. */
const smoothingFrames = 5;

/** Gaps in a face up to this long keep the probability that their surroundings give them. */
const bridgedFrames = 0.4 * frameRateHz;

/** Part of all speech in a mix that a voice detector is held to miss. */
const missedVoice = 0.15;

/** Of one frame of voice activity, which is no more independent of the next than the scores are. */
const voiceWeight = 0.25;

/**
 * Probability of speech for every speaker of a session, all on one time line from the session's first
 * scored frame to its last. NaN where a speaker's face was not seen.
 *
 * @param detector whose scores these are
 * @param voiceActivity Probability that anyone speaks, by frame of the central video, where it is
 * known (NaN where it is not). It only ever speaks against speech: in a mix somebody else may always be talking.
 */
export function calibratedActivity(
	speakers: readonly ScoredSpeaker[],
	voiceActivity: Float32Array | null = null,
	detector: Detector = 'light-asd',
): SpeechActivity[] {
	const joined = speakers.map(({ tracks }) => joinScores(tracks.map(({ activity }) => activity)));
	const seen = joined.filter(({ scores }) => scores.length > 0);
	const frameStart = seen.reduce((least, track) => Math.min(least, track.frameStart), Infinity);
	const frameEnd = seen.reduce(
		(most, track) => Math.max(most, track.frameStart + track.scores.length),
		0,
	);
	if (seen.length === 0) {
		return speakers.map(({ speakerId }) => ({
			speakerId,
			frameStart: 0,
			probabilities: new Float32Array(0),
		}));
	}
	const scores = joined.map((track) => {
		const line = new Float64Array(frameEnd - frameStart).fill(NaN);
		if (track.scores.length > 0) line.set(track.scores, track.frameStart - frameStart);
		return line;
	});
	const smoothed = scores.map((line) => smooth(line, smoothingFrames));
	const evidence = voiceEvidence(voiceActivity, frameStart, frameEnd - frameStart);
	const shared = fitSpeechModel(
		smoothed,
		smoothed.map(() => evidence),
		generalModels[detector],
		sessionStrength,
	);
	return speakers.map(({ speakerId }, index) => {
		const line = smoothed[index]!;
		const model = fitSpeechModel([line], [evidence], shared, speakerStrength);
		const { speech } = expectSpeech(logRatiosOf(line, evidence, model), model);
		const probabilities = Float32Array.from(speech);
		forgetUnseen(scores[index]!, probabilities);
		return { speakerId, frameStart, probabilities };
	});
}

/** Mean over a window of odd length, of what is known in it; NaN stays NaN. */
function smooth(line: Float64Array, width: number): Float64Array {
	const reach = (width - 1) / 2;
	return line.map((value, t) => {
		if (Number.isNaN(value)) return NaN;
		let sum = 0;
		let count = 0;
		for (let k = Math.max(0, t - reach); k <= Math.min(line.length - 1, t + reach); k++) {
			if (Number.isNaN(line[k]!)) continue;
			sum += line[k]!;
			count++;
		}
		return sum / count;
	});
}

/** Log ratios, by frame, by which a silent room speaks against anyone's speech. */
function voiceEvidence(
	voiceActivity: Float32Array | null,
	frameStart: number,
	count: number,
): Float64Array {
	return Float64Array.from({ length: count }, (_, t) => {
		const voice = voiceActivity?.[frameStart + t] ?? NaN;
		if (Number.isNaN(voice)) return 0;
		return voiceWeight * Math.log(missedVoice + (1 - missedVoice) * voice);
	});
}

/** Sets probabilities to NaN where no face was seen, but for short gaps within a track. */
function forgetUnseen(scores: Float64Array, probabilities: Float32Array): void {
	for (let start = 0; start < scores.length; start++) {
		if (!Number.isNaN(scores[start]!)) continue;
		let end = start;
		while (end < scores.length && Number.isNaN(scores[end]!)) end++;
		const inside = start > 0 && end < scores.length;
		if (!inside || end - start > bridgedFrames) probabilities.fill(NaN, start, end);
		start = end;
	}
}
