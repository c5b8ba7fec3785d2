import { portraitOf } from '../../domain/face-path.ts';
import type { FoundPeople } from '../../domain/people.ts';
import type { FaceBox, Session, SourceFile } from '../../domain/session.ts';
import { SerialQueue } from '../../support/serial-queue.ts';
import { untilAborted } from '../../support/abort.ts';

/** Side of the picture that a blurred face is reduced to, in pixels: nobody is recognised in it. */
const blurredSide = 6;
/** Side of one that is shown as it is, as large as it is drawn anywhere. */
const clearSide = 96;
/** How long a browser gets to show one frame, in milliseconds. */
const patienceMilliseconds = 8000;

/** Part of its size that is shown around a face. */
const margin = 0.25;

/** What is drawn of somebody. */
interface Portrait {
	readonly video: SourceFile;
	/** When, in seconds; null for the middle of a short video. */
	readonly seconds: number | null;
	/** The face in the picture; null where it is all of it. */
	readonly box: FaceBox | null;
}

/**
 * Draws one frame of a speaker's face. The video is never part of the page; unless asked for a clear
 * picture, nothing but a few averaged pixels ever reaches the canvas.
 */
export class FaceGrabber {
	readonly #lane = new SerialQueue();
	readonly #found: FoundPeople | null;
	/** What was drawn once is drawn at once the next time. */
	readonly #kept = new Map<string, ImageBitmap>();

	/** @param found people whom a run found, and whose faces it followed; null where each has videos of their own */
	constructor(found: FoundPeople | null) {
		this.#found = found;
	}

	/** Whether a picture was drawn; false when the browser cannot show the track. */
	async draw(
		canvas: HTMLCanvasElement,
		session: Session,
		speakerId: string,
		clear: boolean,
		signal: AbortSignal,
	): Promise<boolean> {
		const portrait = this.#portrait(session, speakerId);
		const context = canvas.getContext('2d');
		if (!portrait || !context) return false;
		const key = JSON.stringify([session.id, speakerId, clear]);
		try {
			const picture =
				this.#kept.get(key) ??
				(await this.#lane.run(() => pictureOf(portrait, clear, signal), signal));
			this.#kept.set(key, picture);
			// A clear picture must not outlive the switch.
			signal.throwIfAborted();
			context.clearRect(0, 0, canvas.width, canvas.height);
			context.imageSmoothingEnabled = true;
			context.imageSmoothingQuality = 'high';
			context.drawImage(picture, 0, 0, canvas.width, canvas.height);
			return true;
		} catch {
			// No picture is a state of its own, shown as a plain figure; recordings are judged elsewhere.
			return false;
		}
	}

	#portrait({ speakers, recording }: Session, speakerId: string): Portrait | null {
		const track = speakers.find(({ id }) => id === speakerId)?.tracks[0];
		if (track) return { video: track.video, seconds: null, box: null };
		const faces = this.#found?.people.find(({ id }) => id === speakerId)?.faces ?? [];
		const portrait = portraitOf(faces);
		return recording && portrait ? { video: recording, ...portrait } : null;
	}
}

async function pictureOf(
	{ video: file, seconds, box }: Portrait,
	clear: boolean,
	signal: AbortSignal,
): Promise<ImageBitmap> {
	const blob = await file.open(signal);
	const url = URL.createObjectURL(blob);
	const video = document.createElement('video');
	try {
		video.muted = true;
		video.preload = 'auto';
		video.src = url;
		await untilEvent(video, 'loadeddata', signal);
		if (Number.isFinite(video.duration)) {
			video.currentTime = seconds ?? Math.min(1, video.duration / 2);
			await untilEvent(video, 'seeked', signal);
		}
		signal.throwIfAborted();
		const area = box
			? around(box)
			: { x: 0, y: 0, width: video.videoWidth, height: video.videoHeight };
		return await reduced(video, area, clear ? clearSide : blurredSide);
	} finally {
		video.removeAttribute('src');
		video.load();
		URL.revokeObjectURL(url);
	}
}

interface Area {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** The square around a face that is shown of it. */
function around({ x1, y1, x2, y2 }: FaceBox): Area {
	const side = Math.max(x2 - x1, y2 - y1) * (1 + 2 * margin);
	return { x: (x1 + x2 - side) / 2, y: (y1 + y2 - side) / 2, width: side, height: side };
}

/** A part of the frame as so many pixels a side, each the mean of what it covers. */
async function reduced(
	video: HTMLVideoElement,
	{ x, y, width, height }: Area,
	side: number,
): Promise<ImageBitmap> {
	return createImageBitmap(video, x, y, width, height, {
		resizeWidth: side,
		resizeHeight: side,
		resizeQuality: 'high',
	});
}

async function untilEvent(
	video: HTMLVideoElement,
	name: 'loadeddata' | 'seeked',
	signal: AbortSignal,
): Promise<void> {
	const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMilliseconds)]);
	const event = new Promise<void>((resolve, reject) => {
		video.addEventListener(name, () => resolve(), { once: true });
		video.addEventListener('error', () => reject(new Error('This track cannot be shown.')), {
			once: true,
		});
	});
	await untilAborted(event, patience);
}
