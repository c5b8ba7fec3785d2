import '../../src/lib/ui/tokens.css';
import * as v from 'valibot';
import {
	pannedRange,
	shownRange,
	zoomedRange,
	type Scale,
} from '../../src/lib/state/timeline-scale.ts';
import { drawTimeline } from '../../src/lib/ui/timeline/draw-timeline.ts';
import { WordWidths } from '../../src/lib/ui/timeline/draw-words.ts';
import { readTheme } from '../../src/lib/ui/timeline/read-theme.ts';
import { layRows } from '../../src/lib/ui/timeline/row-layout.ts';
import { waveformSeries } from '../../src/lib/ui/timeline/series.ts';
import { TimelineModels } from '../../src/lib/ui/timeline/timeline-model.ts';
import { present } from '../../src/lib/support/assert.ts';
import { labelsOf, longDocument } from '../fixtures/long-talk.ts';

const inputSchema = v.object({
	speakers: v.number(),
	minutes: v.number(),
	/** Curves, waveform and labels besides. */
	extras: v.boolean(),
	/** CSS pixels. */
	width: v.number(),
	pixelRatio: v.number(),
});

/** What a minute of looking around costs. */
interface Times {
	/** Milliseconds that each picture took, from nothing to its pixels. */
	readonly frames: number[];
	readonly segments: number;
	readonly words: number;
}

const zoomFrames = 60;
const panFrames = 60;
/** What is in sight after zooming in. */
const nearSeconds = 8;
const peaksPerSecond = 100;

/** What is in sight, picture by picture: nearer, along, and out again, twice over. */
function* looks(durationSeconds: number) {
	let range = shownRange(null, durationSeconds);
	const factor = (durationSeconds / nearSeconds) ** (1 / zoomFrames);
	for (const part of [0.31, 0.77]) {
		for (let i = 0; i < zoomFrames; i += 1) {
			yield (range = zoomedRange(range, factor, part * durationSeconds, durationSeconds));
			// On the way it is moved to and fro as well.
			if (i % 15 < 5) {
				const span = range.endSeconds - range.startSeconds;
				yield (range = pannedRange(range, span / 40, durationSeconds));
			}
		}
		for (let i = 0; i < panFrames; i += 1) {
			yield (range = pannedRange(range, nearSeconds / 20, durationSeconds));
		}
		for (let i = 0; i < zoomFrames; i += 1) {
			yield (range = zoomedRange(range, 1 / factor, part * durationSeconds, durationSeconds));
		}
	}
}

/** Draws a long session while one zooms and pans in it, and says how long each picture took. */
export async function run(input: unknown): Promise<Times> {
	const { speakers, minutes, extras, width, pixelRatio } = v.parse(inputSchema, input);
	const document_ = longDocument(speakers, minutes * 60);
	const models = new TimelineModels();
	const model = models.modelOf(document_, extras ? labelsOf(document_) : null);
	const theme = readTheme({ scheme: 'light', forced: false, pixelRatio });
	const rows = layRows(
		model,
		{ waveform: extras, labels: extras, layers: new Set(extras ? ['speech'] : []) },
		1,
	);
	const loud = Float32Array.from({ length: minutes * 60 * peaksPerSecond }, (_, i) =>
		Math.abs(Math.sin(i / 7) * Math.sin(i / 911)),
	);
	const waveform = waveformSeries({
		rateHz: peaksPerSecond,
		minimum: loud.map((value) => -value),
		maximum: loud,
	});
	const canvas = document.createElement('canvas');
	canvas.width = width * pixelRatio;
	canvas.height = rows.height * pixelRatio;
	document.body.append(canvas);
	// In software, as where there is no graphics processor; and the browser is told of the reading below.
	const context = present(
		canvas.getContext('2d', { alpha: false, willReadFrequently: true }),
		'The drawing context',
	);
	context.scale(pixelRatio, pixelRatio);
	const widths = new WordWidths();
	const frames: number[] = [];
	const last = { startSeconds: 60, endSeconds: 90 };
	for (const range of looks(model.durationSeconds)) {
		await new Promise(requestAnimationFrame);
		const scale: Scale = { range, width };
		const started = performance.now();
		drawTimeline(context, {
			...{ model, rows, scale, theme, widths, shapes: models, waveform },
			selection: last,
			speakerId: null,
		});
		// The browser only takes notes until somebody wants to see a pixel.
		context.getImageData(0, 0, 1, 1);
		frames.push(performance.now() - started);
	}
	const talk = document_.speakers.flatMap(({ segments }) => segments);
	const words = document_.speakers.flatMap(({ cues }) => cues.flatMap((cue) => cue.words));
	return { frames, segments: talk.length, words: words.length };
}
