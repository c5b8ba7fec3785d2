import { unsupported } from '../decode-path.ts';
import { RATE_FRAMES } from '../frame-rate.ts';
import type { FFmpegCore } from './engine.ts';
import { inputPath, outputPath, runFFmpeg } from './engine.ts';

/** One stream as ffprobe tells it; times are the container's own. */
export interface ProbedStream {
	readonly index: number;
	readonly kind: 'video' | 'audio';
	readonly codec: string;
	readonly width: number;
	readonly height: number;
	readonly pixelFormat: string;
	readonly colourSpace: string;
	readonly colourRange: string;
	/** Degrees the picture is turned clockwise for display. */
	readonly rotation: 0 | 90 | 180 | 270;
	/** Width of a pixel over its height. */
	readonly pixelAspect: number;
	readonly isSpherical: boolean;
	/** Times of the first frames, in order. */
	readonly firstStarts: readonly number[];
	readonly sampleRateHz: number;
	readonly channels: number;
	/** ISO 639, or null. */
	readonly language: string | null;
	readonly isDefault: boolean;
	/** Start of the first packet and end of the last that is there, those not presented left out. */
	readonly startSeconds: number;
	readonly endSeconds: number;
	/** The end the container declares; infinite where it does not. */
	readonly declaredEndSeconds: number;
}

export interface Probe {
	readonly container: string;
	/** The end that the file as a whole declares, if it does. */
	readonly declaredEndSeconds: number | null;
	readonly streams: readonly ProbedStream[];
}

const CHUNK_BYTES = 256 * 1024;

/** Frame rate of streams without timestamps and without a rate. */
const RATE_OF_LAST_RESORT_HZ = 25;

/** What the packets of one stream say. */
interface Span {
	start: number;
	/** Latest end of a packet that has one. */
	end: number;
	/** The two latest starts: the last packet's duration, where it has none. */
	last: number;
	beforeLast: number;
	/** Packets without a timestamp, which then are a frame each. */
	untimed: number;
	/** Of the first packets, in the order of the file. */
	readonly starts: number[];
}

/**
 * Reads a file's streams and the times of all its packets, without decoding.
 *
 * @throws ConfabError `UnsupportedMedia` when FFmpeg does not know the file, `ModelUnavailable` when
 * its core cannot be loaded.
 */
export async function probe(
	core: FFmpegCore,
	input: Blob,
	name: string,
	signal?: AbortSignal,
): Promise<Probe> {
	const reader = new ProbeReader();
	const errors: string[] = [];
	const run = runFFmpeg(core, {
		tool: 'ffprobe',
		input,
		args: [
			...['-v', 'error', '-of', 'compact', '-show_format', '-show_streams', '-show_packets'],
			...['-show_entries', `format=format_name,duration:stream=${streamEntries}`],
			...['-show_entries', 'stream_side_data=rotation,projection:stream_tags=language'],
			...['-show_entries', 'stream_disposition=attached_pic,default'],
			...['-show_entries', 'packet=stream_index,pts_time,duration_time,flags'],
			...['-protocol_whitelist', 'file', '-o', outputPath, inputPath],
		],
		chunkBytes: CHUNK_BYTES,
		onLog: (line) => errors.length < 20 && errors.push(line),
		signal,
	});
	const decoder = new TextDecoder();
	let text = '';
	for (;;) {
		const { value, done } = await run.next();
		text += done ? decoder.decode() : decoder.decode(value, { stream: true });
		const lines = text.split('\n');
		text = done ? '' : (lines.pop() ?? '');
		for (const line of lines) reader.read(line);
		if (done) break;
	}
	const streams = reader.streams();
	if (streams.length === 0) {
		if (await isHeaderless(input, name)) {
			throw unsupported(
				name,
				'it has no header that tells rate, channels and bits of its sound, so it cannot be played; ' +
					'save it as WAV again with the program it comes from, or import it as raw data in an audio editor',
			);
		}
		throw unsupported(
			name,
			'this is not a sound or video file that can be decoded' +
				(errors[0] === undefined ? '' : ` (${errors[0].trim()})`) +
				'; check that it plays elsewhere, or convert it to mp4',
		);
	}
	const { container, declaredEndSeconds } = reader;
	return { container, declaredEndSeconds, streams };
}

/** Whether what should begin as every WAV file does begins otherwise. */
async function isHeaderless(blob: Blob, name: string): Promise<boolean> {
	if (!/\.(wav|wave|pcm|raw)$/iu.test(name)) return false;
	return !/^(RIFF|RIFX|RF64|BW64|riff)/u.test(await blob.slice(0, 4).text());
}

const streamEntries = [
	'index,codec_type,codec_name,width,height,pix_fmt,color_space,color_range,sample_rate,channels',
	'start_time,duration,avg_frame_rate,sample_aspect_ratio',
].join(',');

/** Takes ffprobe's `compact` output line by line, so that packets need not be kept. */
class ProbeReader {
	container = '';
	declaredEndSeconds: number | null = null;
	readonly #streams: Map<string, string>[] = [];
	readonly #spans = new Map<string, Span>();

	read(line: string): void {
		const [section, ...entries] = line.trimEnd().split('|');
		const fields = new Map(
			entries.map((entry) => {
				const at = entry.lastIndexOf('=');
				return [entry.slice(0, at).replace(/^.*:/, ''), entry.slice(at + 1)];
			}),
		);
		if (section === 'format') {
			this.container = fields.get('format_name') ?? '';
			const declared = Number(fields.get('duration'));
			if (declared > 0) this.declaredEndSeconds = declared;
		} else if (section === 'stream') this.#streams.push(fields);
		else if (section === 'packet') this.#packet(fields);
	}

	#packet(fields: Map<string, string>): void {
		const index = fields.get('stream_index') ?? '';
		let span = this.#spans.get(index);
		if (!span) {
			const [last, beforeLast] = [-Infinity, -Infinity];
			span = { start: Infinity, end: -Infinity, last, beforeLast, untimed: 0, starts: [] };
			this.#spans.set(index, span);
		}
		// D: decoded for what follows, but outside of the edit list.
		if (fields.get('flags')?.includes('D')) return;
		const start = Number(fields.get('pts_time'));
		const duration = Number(fields.get('duration_time'));
		if (Number.isNaN(start)) {
			span.untimed++;
			return;
		}
		if (span.starts.length < RATE_FRAMES) span.starts.push(start);
		span.start = Math.min(span.start, start);
		if (start > span.last) [span.last, span.beforeLast] = [start, span.last];
		else if (start > span.beforeLast && start < span.last) span.beforeLast = start;
		const lasting = span.last - span.beforeLast;
		const assumed = start === span.last && Number.isFinite(lasting) ? lasting : 0;
		span.end = Math.max(span.end, start + (duration > 0 ? duration : assumed));
	}

	streams(): ProbedStream[] {
		const seen = new Set<string>();
		return this.#streams.flatMap((fields) => {
			// Streams of a programme (of television) are listed twice.
			const index = fields.get('index') ?? '';
			if (seen.has(index)) return [];
			seen.add(index);
			const kind = fields.get('codec_type');
			const still = fields.get('attached_pic') === '1';
			if ((kind !== 'video' && kind !== 'audio') || still) return [];
			return [{ ...this.#times(fields), ...describe(kind, fields) }];
		});
	}

	#times(fields: Map<string, string>) {
		const span = this.#spans.get(fields.get('index') ?? '');
		const start = numberOr(fields.get('start_time'), 0);
		const declared = start + numberOr(fields.get('duration'), Infinity);
		const timed = span && span.end > -Infinity;
		const [frames = 0, seconds = 0] = (fields.get('avg_frame_rate') ?? '').split('/').map(Number);
		const rate = frames > 0 && seconds > 0 ? frames / seconds : RATE_OF_LAST_RESORT_HZ;
		const untimedEnd = span ? start + span.untimed / rate : start;
		return {
			startSeconds: timed ? span.start : start,
			endSeconds: timed ? span.end : untimedEnd,
			declaredEndSeconds: declared,
			firstStarts: firstStarts(span, rate),
		};
	}
}

/** When the first frames begin; by the declared rate where packets do not say. */
function firstStarts(span: Span | undefined, rate: number): number[] {
	const timed = span?.starts ?? [];
	const untimed = Math.min(RATE_FRAMES, span?.untimed ?? 0);
	if (untimed > 1) return Array.from({ length: RATE_FRAMES }, (_, i) => i / rate);
	return [...timed].sort((a, b) => a - b);
}

function describe(kind: 'video' | 'audio', fields: Map<string, string>) {
	// ffprobe counts counter-clockwise.
	const quarters = Math.round(-numberOr(fields.get('rotation'), 0) / 90);
	const turns: readonly (0 | 90 | 180 | 270)[] = [0, 90, 180, 270];
	return {
		index: numberOr(fields.get('index'), 0),
		kind,
		codec: fields.get('codec_name') ?? 'unknown',
		width: numberOr(fields.get('width'), 0),
		height: numberOr(fields.get('height'), 0),
		pixelFormat: fields.get('pix_fmt') ?? '',
		colourSpace: fields.get('color_space') ?? '',
		colourRange: fields.get('color_range') ?? '',
		rotation: turns[((quarters % 4) + 4) % 4] ?? 0,
		sampleRateHz: numberOr(fields.get('sample_rate'), 0),
		channels: numberOr(fields.get('channels'), 0),
		pixelAspect: ratioOr(fields.get('sample_aspect_ratio'), 1),
		isSpherical: fields.has('projection'),
		language: fields.get('language') ?? null,
		isDefault: fields.get('default') === '1',
	};
}

/** `4:3` as a number. FFmpeg writes `0:1` and `N/A` where it does not know. */
function ratioOr(text: string | undefined, fallback: number): number {
	const [width = 0, height = 0] = (text ?? '').split(':').map(Number);
	return width > 0 && height > 0 ? width / height : fallback;
}

function numberOr(text: string | undefined, fallback: number): number {
	const value = Number(text);
	return text === undefined || Number.isNaN(value) ? fallback : value;
}
