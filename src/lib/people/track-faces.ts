import type { FacePath } from '../domain/face-path.ts';
import { frameRateHz } from '../domain/session.ts';
import { intersectionOverUnion, type Face } from '../perception/faces/yunet.ts';
import { leastCostAssignment } from '../signal/assignment.ts';
import type { Rectangle } from '../signal/warp.ts';
import { BoxFilter } from './box-filter.ts';
import type { Shot } from './shots.ts';

/** What the detector saw in one frame. */
export interface SeenFaces {
	readonly frame: number;
	readonly faces: readonly Face[];
}

/** A face that was seen again and again, within one shot. */
export interface FaceTrack {
	/** Index of the shot. */
	readonly shot: number;
	/** In order of time: where it was seen; at least one. */
	readonly sightings: readonly Sighting[];
}

export interface Sighting {
	readonly frame: number;
	readonly face: Face;
	/** Index of the face in what was seen in that frame. */
	readonly index: number;
}

/** Scores from which a face is followed, from which a new one is, and those that only a known face may have. */
const surely = { follow: 0.6, begin: 0.7, hold: 0.3 };

/** Intersection over union with where a face is expected, for sure faces and for the others. */
const sameFace = { sure: 0.3, unsure: 0.5 };

/** Squared Mahalanobis distance of four measures that one in twenty exceeds, for each frame that has gone by. */
const gatePerFrame = 9.4877;

/** A face that was out of sight for longer starts again. */
const lostFrames = frameRateHz;

/** What is seen for less time, or hardly ever clearly, is no face. */
const shortestFrames = 0.4 * frameRateHz;
const medianScore = 0.65;

/** A cost that keeps a pair apart. */
const apart = 1e5;

interface OpenTrack {
	readonly shot: number;
	readonly sightings: Sighting[];
	filter: BoxFilter;
	/** Frame that the filter stands at. */
	at: number;
}

/**
 * Joins the faces of single frames to tracks: a face is where it is expected to be (SORT's way, in two stages as
 * ByteTrack has it, with DeepSORT's filter). No track runs over a cut.
 *
 * @param seen in order of time
 * @param shots that cover all of it
 */
export function trackFaces(
	seen: readonly SeenFaces[],
	shots: readonly Shot[],
): readonly FaceTrack[] {
	const done: OpenTrack[] = [];
	let open: OpenTrack[] = [];
	let shot = 0;
	for (const { frame, faces } of seen) {
		while (shot + 1 < shots.length && frame >= shots[shot]!.endFrame) {
			shot++;
			done.push(...open);
			open = [];
		}
		const isLost = (track: OpenTrack): boolean =>
			frame - lastOf(track.sightings).frame > lostFrames;
		done.push(...open.filter(isLost));
		open = open.filter((track) => !isLost(track));
		for (const track of open) {
			for (; track.at < frame; track.at++) track.filter = track.filter.predict();
		}
		const indices = faces.map((_, index) => index);
		const sure = indices.filter((index) => faces[index]!.score >= surely.follow);
		const unsure = indices.filter((index) => {
			const { score } = faces[index]!;
			return score < surely.follow && score >= surely.hold;
		});
		const taken = new Set(extend(open, frame, faces, sure, sameFace.sure));
		const waiting = open.filter((track) => lastOf(track.sightings).frame !== frame);
		extend(waiting, frame, faces, unsure, sameFace.unsure);
		for (const index of sure) {
			const face = faces[index]!;
			if (taken.has(index) || face.score < surely.begin) continue;
			const filter = BoxFilter.from(face);
			open.push({ shot, sightings: [{ frame, face, index }], filter, at: frame });
		}
	}
	return [...done, ...open]
		.filter(isFace)
		.map(({ shot: own, sightings }) => ({ shot: own, sightings }))
		.sort((a, b) => a.sightings[0]!.frame - b.sightings[0]!.frame);
}

/** Gives each track the face that fits it best, one to one. @returns the faces that were given. */
function extend(
	tracks: readonly OpenTrack[],
	frame: number,
	faces: readonly Face[],
	candidates: readonly number[],
	leastOverlap: number,
): number[] {
	const costs = tracks.map((track) =>
		candidates.map((index) => {
			const face = faces[index]!;
			const overlap = intersectionOverUnion(track.filter.box, face);
			const gate = gatePerFrame * (frame - lastOf(track.sightings).frame);
			return overlap >= leastOverlap && track.filter.distance(face) <= gate ? 1 - overlap : apart;
		}),
	);
	const given: number[] = [];
	leastCostAssignment(tracks.length, candidates.length, (t, c) => costs[t]![c]!).forEach((c, t) => {
		if (c === null || costs[t]![c]! >= apart) return;
		const track = tracks[t]!;
		const index = candidates[c]!;
		const face = faces[index]!;
		track.sightings.push({ frame, face, index });
		track.filter = track.filter.update(face);
		given.push(index);
	});
	return given;
}

function lastOf(sightings: readonly Sighting[]): Sighting {
	return sightings[sightings.length - 1]!;
}

/** Frames from the first sighting to the last. */
export function spannedFrames(sightings: readonly Sighting[]): number {
	return lastOf(sightings).frame - sightings[0]!.frame;
}

function isFace({ sightings }: OpenTrack): boolean {
	const scores = sightings.map(({ face }) => face.score).sort((a, b) => a - b);
	return (
		spannedFrames(sightings) >= shortestFrames &&
		scores[Math.floor(scores.length / 2)]! >= medianScore
	);
}

/** Out of sight for longer than this a face is not held to be in between. */
const bridgedFrames = 0.4 * frameRateHz;

/**
 * Where the face of a track is in every frame: in between by straight lines; up to its shot's ends, where the face was
 * seen within `strideFrames` of them, as it was there. NaN where it is out of sight for long.
 *
 * @param scale what the boxes are multiplied by
 */
export function pathOfTrack(
	{ sightings }: Pick<FaceTrack, 'sightings'>,
	shot: Shot,
	strideFrames: number,
	scale = 1,
): FacePath {
	const first = sightings[0]!;
	const last = lastOf(sightings);
	const reaches = (frame: number, end: number): number =>
		Math.abs(end - frame) <= strideFrames ? end : frame;
	const firstFrame = reaches(first.frame, shot.startFrame);
	const lastFrame = reaches(last.frame, shot.endFrame - 1);
	const corners = new Float32Array((lastFrame - firstFrame + 1) * 4).fill(NaN);
	let next = 0;
	for (let frame = firstFrame; frame <= lastFrame; frame++) {
		while (next < sightings.length - 1 && sightings[next]!.frame < frame) next++;
		const after = sightings[next]!;
		const before = after.frame <= frame ? after : sightings[Math.max(0, next - 1)]!;
		if (after.frame - before.frame > bridgedFrames) continue;
		const share = after === before ? 0 : (frame - before.frame) / (after.frame - before.frame);
		const box = cornersOf(before.face).map((from, i) => {
			return (from + (cornersOf(after.face)[i]! - from) * share) * scale;
		});
		corners.set(box, (frame - firstFrame) * 4);
	}
	return { firstFrame, corners };
}

function cornersOf({ left, top, right, bottom }: Rectangle): number[] {
	return [left, top, right, bottom];
}
