import type { Session, Track } from '../../domain/session.ts';
import { SerialQueue } from '../../support/serial-queue.ts';
import { untilAborted } from '../../support/abort.ts';

/** Side of the picture that a blurred face is reduced to, in pixels: nobody is recognised in it. */
const blurredSide = 6;
/** How long a browser gets to show one frame, in milliseconds. */
const patienceMilliseconds = 8000;

/**
 * Draws one frame of a speaker's track. The video is never part of the page; unless asked for a clear
 * picture, nothing but a few averaged pixels ever reaches the canvas.
 */
export class FaceGrabber {
	readonly #lane = new SerialQueue();

	/** Whether a picture was drawn; false when the browser cannot show the track. */
	async draw(
		canvas: HTMLCanvasElement,
		session: Session,
		speakerId: string,
		clear: boolean,
		signal: AbortSignal,
	): Promise<boolean> {
		const track = session.speakers.find((speaker) => speaker.id === speakerId)?.tracks[0];
		const context = canvas.getContext('2d');
		if (!track || !context) return false;
		try {
			return await this.#lane.run(() => drawTrack(canvas, context, track, clear, signal), signal);
		} catch {
			// No picture is a state of its own, shown as a plain figure; recordings are judged elsewhere.
			return false;
		}
	}
}

async function drawTrack(
	canvas: HTMLCanvasElement,
	context: CanvasRenderingContext2D,
	track: Track,
	clear: boolean,
	signal: AbortSignal,
): Promise<boolean> {
	const blob = await track.video.open(signal);
	const url = URL.createObjectURL(blob);
	const video = document.createElement('video');
	try {
		video.muted = true;
		video.preload = 'auto';
		video.src = url;
		await untilEvent(video, 'loadeddata', signal);
		if (Number.isFinite(video.duration)) {
			video.currentTime = Math.min(1, video.duration / 2);
			await untilEvent(video, 'seeked', signal);
		}
		signal.throwIfAborted();
		context.clearRect(0, 0, canvas.width, canvas.height);
		context.imageSmoothingEnabled = true;
		context.imageSmoothingQuality = 'high';
		context.drawImage(clear ? video : await blurred(video), 0, 0, canvas.width, canvas.height);
		return true;
	} finally {
		video.removeAttribute('src');
		video.load();
		URL.revokeObjectURL(url);
	}
}

/** The frame as a handful of pixels, each the mean of what it covers. */
async function blurred(video: HTMLVideoElement): Promise<ImageBitmap> {
	return createImageBitmap(video, {
		resizeWidth: blurredSide,
		resizeHeight: blurredSide,
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
