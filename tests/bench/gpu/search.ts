import { chainOf } from '../../../models/avsr-cocktail/trial-chain.ts';
import type { ChainModel } from '../../../src/lib/inference/model.ts';
import {
	type AvsrGraphs,
	AvsrRecogniser,
	heldOutputs,
} from '../../../src/lib/recognisers/avsr/avsr-recogniser.ts';
import type { SpeechClip } from '../../../src/lib/recognisers/recogniser.ts';
import type { FullSize } from './full-size.ts';
import { type GpuMachine, timed } from './machine.ts';

const framesPerSecond = 25;
const pictureBytes = 96 * 96;
const samplesPerFrame = 640;

/** The session of the goal: the baseline takes 290 s for one on a Titan RTX. */
const party = { speakers: 8, seconds: 360, share: 0.4, goalSeconds: 60 } as const;

/**
 * Lengths of what one person says at a stretch, in seconds, one after the other. MCoRec's segments are
 * of one to fifteen seconds.
 */
const stretches = [3.2, 7, 1.6, 12, 4.6, 9, 2.4, 15] as const;

/**
 * Units that a second of speech has at most: three words of conversation, 1.2 of 5,000 pieces each,
 * rounded up. The weights by rule never end a sentence by themselves.
 */
const unitsPerSecond = 4;

/** Steps that a search goes on beyond the last unit until it sees that there is nothing to come. */
const stepsToEnd = 4;

/** Graphs that count their runs and the time these take. */
interface Tallied {
	readonly graphs: AvsrGraphs;
	readonly runs: Record<keyof AvsrGraphs, { count: number; seconds: number }>;
}

function tallied({ runtime }: GpuMachine, { options, sessions }: FullSize): Tallied {
	const held = heldOutputs(options.manifest.shape);
	const runs = {
		encoder: { count: 0, seconds: 0 },
		cross: { count: 0, seconds: 0 },
		decoder: { count: 0, seconds: 0 },
	};
	const wrap = (name: keyof AvsrGraphs): ChainModel => {
		const model = chainOf(runtime, sessions[name], name, held[name], true);
		return {
			...model,
			runChain: async (inputs, signal) => {
				const { seconds, result } = await timed(() => model.runChain(inputs, signal));
				runs[name].count += 1;
				runs[name].seconds += seconds;
				return result;
			},
		};
	};
	return {
		graphs: { encoder: wrap('encoder'), cross: wrap('cross'), decoder: wrap('decoder') },
		runs,
	};
}

/** Made lips and sound of the longest stretch, of which every clip is a piece. */
function material(): { lips: Uint8Array; audio: Float32Array; frames: number } {
	const frames = 2 * framesPerSecond * Math.max(...stretches);
	const lips = new Uint8Array(frames * pictureBytes);
	for (let t = 0; t < frames; t++) {
		for (let y = 0; y < 96; y++) {
			for (let x = 0; x < 96; x++) {
				lips[(t * 96 + y) * 96 + x] = 127.5 + 80 * Math.sin(0.11 * x + 0.07 * y + 0.5 * t);
			}
		}
	}
	const audio = Float32Array.from({ length: frames * samplesPerFrame }, (_, i) => {
		const pitch = Math.sin(i * 0.047 * (1 + 0.1 * Math.sin(i / 4000)));
		return 0.2 * pitch * (1 + Math.sin(i / 900)) + 0.02 * Math.sin(i * i * 0.013);
	});
	return { lips, audio, frames };
}

/** What each speaker of the session says. */
function partyClips(): SpeechClip[][] {
	const { lips, audio, frames: there } = material();
	return Array.from({ length: party.speakers }, (_, speaker) => {
		const clips: SpeechClip[] = [];
		let left = party.seconds * party.share * framesPerSecond;
		for (let i = speaker; left > 0; i++) {
			const stretch = stretches[i % stretches.length]!;
			const frames = Math.min(left, Math.round(stretch * framesPerSecond));
			const start = (speaker * 41 + i * 17) % (there - frames);
			const end = start + frames;
			clips.push({
				lips: lips.subarray(start * pictureBytes, end * pictureBytes),
				audio: audio.subarray(start * samplesPerFrame, end * samplesPerFrame),
				startSeconds: i,
				speech: null,
			});
			left -= frames;
		}
		return clips;
	});
}

function recogniserOf(
	{ options: { manifest, arithmetic } }: FullSize,
	graphs: AvsrGraphs,
	more: { framesAtOnce?: number; maximumUnits: (frames: number) => number },
): AvsrRecogniser {
	const { shape } = manifest;
	const units = Array.from({ length: shape.units - 1 }, (_, i) =>
		i === 0 ? '<blank>' : `\u2581u${i}`,
	);
	const vocabulary = { units, wholeWords: true };
	return new AvsrRecogniser({
		id: 'avsr-cocktail',
		graphs,
		shape,
		arithmetic,
		vocabulary,
		...more,
	});
}

/**
 * A session of six minutes with eight speakers through the app's recogniser: features, encoder, joint
 * search, alignment.
 *
 * @param framesAtOnce as in `AvsrParts`; undefined for the app's own
 * @param together all speakers' clips in one call instead of one speaker after the other
 */
export async function measureParty(
	machine: GpuMachine,
	full: FullSize,
	{ framesAtOnce, together }: { framesAtOnce?: number; together: boolean },
): Promise<void> {
	const { graphs, runs } = tallied(machine, full);
	const recogniser = recogniserOf(full, graphs, {
		...(framesAtOnce !== undefined && { framesAtOnce }),
		maximumUnits: (frames) => stepsToEnd + Math.ceil((frames * unitsPerSecond) / framesPerSecond),
	});
	const speakers = partyClips();
	let cues = 0;
	const { seconds } = await timed(async () => {
		for (const clips of together ? [speakers.flat()] : speakers) {
			cues += (await recogniser.recogniseAll(clips)).flat().length;
		}
	});
	const clips = speakers.flat().length;
	const speech = party.speakers * party.seconds * party.share;
	const where = Object.entries(runs).map(
		([name, { count, seconds: spent }]) =>
			`${name} ${count} runs ${spent.toFixed(1)} s (${((1000 * spent) / count).toFixed(2)} ms)`,
	);
	const inGraphs = Object.values(runs).reduce((sum, run) => sum + run.seconds, 0);
	const how = `${framesAtOnce ?? 'default'} frames at once, ${together ? 'all speakers together' : 'speaker by speaker'}`;
	machine.log(
		`${full.name}: ${clips} clips, ${speech} s of speech, ${cues} cues, ${how}: ` +
			`${seconds.toFixed(1)} s; ${where.join(', ')}, the rest ${(seconds - inGraphs).toFixed(1)} s; ` +
			`card ${(await machine.memoryMb()) ?? '?'} MB`,
	);
	machine.record({
		what: `${party.seconds / 60} min with ${party.speakers} speakers, ${full.name}, ${how}`,
		measured: { name: 'all searches', value: seconds, unit: 's' },
		against: { name: 'goal', value: party.goalSeconds, unit: 's' },
		target: { atMost: 1 },
	});
}

/** Many segments one after the other: memory of the card, and buffers of ours, before and after. */
export async function measureLeak(machine: GpuMachine, full: FullSize): Promise<void> {
	const { tally } = machine;
	const { graphs } = tallied(machine, full);
	const recogniser = recogniserOf(full, graphs, { maximumUnits: () => 8 });
	const [clips = []] = partyClips();
	const segments = 200;
	const warmUp = 20;
	let before = { card: await machine.memoryMb(), bytes: tally.bytes, count: tally.buffers };
	for (let i = 0; i < warmUp + segments; i++) {
		if (i === warmUp) {
			before = { card: await machine.memoryMb(), bytes: tally.bytes, count: tally.buffers };
		}
		await recogniser.recognise(clips[i % clips.length]!);
	}
	await machine.device.queue.onSubmittedWorkDone();
	const card = await machine.memoryMb();
	machine.log(
		`${full.name}: ${segments} segments: card ${before.card ?? '?'} -> ${card ?? '?'} MB, buffers ` +
			`${before.count} -> ${tally.buffers}, ${(before.bytes / 1e6).toFixed(1)} -> ` +
			`${(tally.bytes / 1e6).toFixed(1)} MB, most ${(tally.mostBytes / 1e6).toFixed(0)} MB`,
	);
	machine.record({
		what: `avsr-cocktail ${full.name}, buffers after ${segments} segments`,
		measured: { name: 'after', value: tally.bytes / 1e6, unit: 'MB' },
		against: { name: 'before', value: before.bytes / 1e6, unit: 'MB' },
		target: { atMost: 1.02 },
	});
}
