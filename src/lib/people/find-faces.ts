import type { FacePath } from '../domain/face-path.ts';
import { frameRateHz } from '../domain/session.ts';
import type { Model } from '../inference/model.ts';
import type { FrameBlock } from '../media/media-source.ts';
import type { FaceEmbedder, FacePrint } from '../perception/faces/face-embedder.ts';
import {
	detectFaces,
	intersectionOverUnion,
	suppress,
	type Face,
} from '../perception/faces/yunet.ts';
import { resize, type Picture, type Rectangle } from '../signal/warp.ts';
import type { SlowOptions } from '../support/progress.ts';
import { ShotFinder, shotWidth, type Shot } from './shots.ts';
import { isStill } from './still-faces.ts';
import { pathOfTrack, trackFaces, type FaceTrack, type SeenFaces } from './track-faces.ts';

/** What faces are found with. */
export interface FaceModels {
	/** YuNet. */
	readonly detector: Model;
	/** Null where none is here: then every track is somebody else. */
	readonly embedder: FaceEmbedder | null;
}

/** A face, followed from its first to its last frame within one shot. */
export interface FoundTrack {
	/** Index of the shot. */
	readonly shot: number;
	/** In pixels of the video. */
	readonly path: FacePath;
	/** What it looks like, once a second; none where nothing can tell. Biometric: it leaves no machine. */
	readonly prints: readonly FacePrint[];
	/** Whether nothing in it ever moves, as on a poster. */
	readonly isStill: boolean;
}

/** What is seen in a recording: all that whose faces they are is told from. */
export interface FaceMaterial {
	readonly shots: readonly Shot[];
	readonly tracks: readonly FoundTrack[];
}

/** Faces are looked for in every fifth frame, as 3D-Speaker does; in between they are followed. */
const strideFrames = 5;

/** The longer side of pictures in which faces are looked for; the first in which none is too small is taken. */
const sides = [640, 1280, 2560] as const;

/** A face that is narrower than this in a picture is looked for in a larger one. */
const smallFace = 24;

/** Only pictures larger than this, such as 4K, are decoded in the largest size. */
const commonSide = 1920;

/** Larger pictures than this are looked at in four tiles, which overlap by a tenth. */
const wholeSide = 1280;
const tileOverlap = 0.1;

/** How often it is tried whether faces are that small. */
const probeFrames = 10 * frameRateHz;

/** Every face is looked at closely once in so many frames, and those alone that are surely one. */
const printFrames = frameRateHz;
const printScore = 0.7;

/** Least score that a face which is followed may have. */
const leastScore = 0.3;

/** Faces that overlap more are one. More than YuNet's default of 0.3: one may walk in front of another. */
const mostOverlap = 0.5;

/** A change after which nobody is held to be where they were. */
const newPicture = 15;

/** The size in which the frames of a picture are to be decoded for `findFaces`. */
export function pictureSize({
	width,
	height,
}: {
	readonly width: number;
	readonly height: number;
}): {
	readonly width: number;
	readonly height: number;
} {
	return fitted({ width, height }, Math.max(width, height) > commonSide ? sides[2] : sides[1]);
}

/**
 * Shots and faces of a picture, gone through once. No more than a block of frames is held.
 *
 * @param frames RGB, from frame 0 on, in the size that `pictureSize` gives
 * @param scale pixels of the video for one of the frames
 */
export async function findFaces(
	frames: AsyncIterable<FrameBlock>,
	models: FaceModels,
	scale: number,
	{ signal, onProgress }: SlowOptions = {},
): Promise<FaceMaterial> {
	const shots = new ShotFinder();
	const looker = new FaceLooker(models, signal);
	for await (const block of frames) {
		signal?.throwIfAborted();
		for (let i = 0; i < block.count; i++) {
			const picture = pictureAt(block, i);
			const change = shots.push(resize(picture, fitted(picture, shotWidth, 'width')));
			await looker.look(block.startFrame + i, picture, change >= newPicture);
		}
		const done = block.startFrame + block.count;
		onProgress?.({ stage: 'faces', done, total: done, unit: 'frames' });
	}
	const found = shots.finish();
	const tracks = trackFaces(looker.seen, found).map((track): FoundTrack => {
		return {
			shot: track.shot,
			path: pathOfTrack(track, found[track.shot]!, strideFrames, scale),
			prints: looker.printsOf(track),
			isStill: isStill(track),
		};
	});
	return { shots: found, tracks };
}

/** Looks for faces in those frames in which it is time to. */
class FaceLooker {
	readonly seen: SeenFaces[] = [];
	readonly #prints = new Map<Face, FacePrint>();
	readonly #models: FaceModels;
	readonly #signal: AbortSignal | undefined;
	#side: number = sides[0];
	#nextProbe = 0;
	#lately: { readonly frame: number; readonly face: Face }[] = [];

	constructor(models: FaceModels, signal: AbortSignal | undefined) {
		this.#models = models;
		this.#signal = signal;
	}

	async look(frame: number, picture: Picture, isNew: boolean): Promise<void> {
		if (isNew) {
			this.#nextProbe = frame;
			this.#lately = [];
		}
		if (frame % strideFrames !== 0) return;
		const faces = await this.#faces(frame, picture);
		this.seen.push({ frame, faces });
		await this.#print(frame, picture, faces);
	}

	printsOf({ sightings }: FaceTrack): FacePrint[] {
		return sightings.flatMap(({ face }) => this.#prints.get(face) ?? []);
	}

	async #faces(frame: number, picture: Picture): Promise<Face[]> {
		if (frame < this.#nextProbe) return this.#detect(picture, this.#side);
		this.#nextProbe = frame + probeFrames;
		const largest = Math.max(picture.width, picture.height);
		const faces = await this.#detect(picture, largest);
		const narrowest = Math.min(
			...faces.filter(({ score }) => score >= printScore).map(({ left, right }) => right - left),
		);
		const isEnough = (side: number): boolean => (narrowest * side) / largest >= smallFace;
		this.#side = sides.find(isEnough) ?? largest;
		return faces;
	}

	/** Faces as a picture with this longer side shows them, in pixels of the given one. */
	async #detect(picture: Picture, side: number): Promise<Face[]> {
		const shown = resize(picture, fitted(picture, side));
		const scale = picture.width / shown.width;
		const options = { minimumScore: leastScore, mostOverlap, signal: this.#signal };
		const faces: Face[] = [];
		for (const { left, top, right, bottom } of tilesOf(shown)) {
			const tile = cutOut(shown, { left, top, right, bottom });
			const own = await detectFaces(this.#models.detector, tile, options);
			faces.push(...own.map((face) => placed(face, left, top, scale)));
		}
		return suppress(faces, mostOverlap);
	}

	/** Looks closely at faces that were not looked at lately, going by where they are. */
	async #print(frame: number, picture: Picture, faces: readonly Face[]): Promise<void> {
		const { embedder } = this.#models;
		if (embedder === null) return;
		this.#lately = this.#lately.filter((one) => frame - one.frame < printFrames);
		for (const face of faces) {
			if (face.score < printScore) continue;
			if (this.#lately.some((one) => intersectionOverUnion(one.face, face) > 0.5)) continue;
			this.#lately.push({ frame, face });
			this.#prints.set(face, await embedder.embed(picture, face, this.#signal));
		}
	}
}

/** All of a picture or, of a large one, four parts of it. */
function tilesOf({ width, height }: Picture): readonly Rectangle[] {
	if (Math.max(width, height) <= wholeSide)
		return [{ left: 0, top: 0, right: width, bottom: height }];
	const parts = (length: number): readonly (readonly [number, number])[] => {
		const reach = Math.ceil((length * (1 + tileOverlap)) / 2);
		return [
			[0, reach],
			[length - reach, length],
		];
	};
	return parts(height).flatMap(([top, bottom]) =>
		parts(width).map(([left, right]) => ({ left, top, right, bottom })),
	);
}

function cutOut(picture: Picture, { left, top, right, bottom }: Rectangle): Picture {
	const { width, channels, data } = picture;
	const own = { width: right - left, height: bottom - top };
	if (own.width === width && own.height === picture.height) return picture;
	const pixels = new Uint8Array(own.width * own.height * channels);
	for (let row = 0; row < own.height; row++) {
		const from = ((top + row) * width + left) * channels;
		pixels.set(data.subarray(from, from + own.width * channels), row * own.width * channels);
	}
	return { ...own, channels, data: pixels };
}

/** A face of a tile, in pixels of the picture. */
function placed(face: Face, x: number, y: number, scale: number): Face {
	return {
		left: (face.left + x) * scale,
		top: (face.top + y) * scale,
		right: (face.right + x) * scale,
		bottom: (face.bottom + y) * scale,
		score: face.score,
		keyPoints: face.keyPoints.map((value, i) => (value + (i % 2 === 0 ? x : y)) * scale),
	};
}

function pictureAt({ data, width, height, channels }: FrameBlock, index: number): Picture {
	const bytes = width * height * channels;
	return { width, height, channels, data: data.subarray(index * bytes, (index + 1) * bytes) };
}

function fitted(
	{ width, height }: { readonly width: number; readonly height: number },
	most: number,
	by: 'width' | 'longer side' = 'longer side',
): { readonly width: number; readonly height: number } {
	const scale = Math.min(1, most / (by === 'width' ? width : Math.max(width, height)));
	return { width: Math.round(width * scale), height: Math.round(height * scale) };
}
