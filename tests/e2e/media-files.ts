import {
	ALL_FORMATS,
	AudioSample,
	AudioSampleSource,
	BufferSource,
	BufferTarget,
	EncodedAudioPacketSource,
	EncodedPacket,
	EncodedPacketSink,
	EncodedVideoPacketSource,
	Input,
	Mp4OutputFormat,
	Output,
} from 'mediabunny';
import type { Page } from 'playwright/test';

const frameRateHz = 25;
const sampleRateHz = 16_000;

/** An MP4 that grows in memory. */
function newMp4(): { output: Output<Mp4OutputFormat, BufferTarget>; bytes: () => Promise<Bytes> } {
	const target = new BufferTarget();
	const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
	return {
		output,
		bytes: async () => {
			await output.finalize();
			if (!target.buffer) throw new Error('nothing was written');
			return new Uint8Array(target.buffer);
		},
	};
}

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * A track of flat grey pictures that change slowly, with a tone: a recording in which nobody is seen
 * and nobody speaks. The browser of the page encodes the pictures (VP9); the sound is not compressed.
 */
export async function madeTrack(
	page: Page,
	{ seconds, side, hertz }: { seconds: number; side: number; hertz: number },
): Promise<Bytes> {
	const pictures = await page.evaluate(encodePictures, {
		count: seconds * frameRateHz,
		side,
		frameRateHz,
	});
	const { output, bytes } = newMp4();
	const video = new EncodedVideoPacketSource('vp9');
	const audio = new AudioSampleSource({ codec: 'pcm-s16' });
	output.addVideoTrack(video, { frameRate: frameRateHz });
	output.addAudioTrack(audio);
	await output.start();
	for (const { data, type, timestamp } of pictures) {
		const packet = new EncodedPacket(Uint8Array.from(data), type, timestamp, 1 / frameRateHz);
		const decoderConfig = { codec: 'vp09.00.10.08', codedWidth: side, codedHeight: side };
		await video.add(packet, { decoderConfig });
	}
	const wave = Float32Array.from(
		{ length: seconds * sampleRateHz },
		(_, i) => 0.3 * Math.sin((2 * Math.PI * hertz * i) / sampleRateHz),
	);
	const sample = new AudioSample({
		data: wave,
		format: 'f32',
		numberOfChannels: 1,
		sampleRate: sampleRateHz,
		timestamp: 0,
	});
	await audio.add(sample);
	sample.close();
	return bytes();
}

/** A WAV file of a hum in faint noise: one channel of 16 bits at 16 kHz. */
export function madeWav(seconds: number, hertz: number): Buffer {
	const samples = Int16Array.from({ length: seconds * sampleRateHz }, (_, i) => {
		const noise = (((i * 7919) % 211) / 211 - 0.5) * 300;
		return 3000 * Math.sin((2 * Math.PI * hertz * i) / sampleRateHz) + noise;
	});
	const header = Buffer.alloc(44);
	header.write('RIFF', 0);
	header.writeUInt32LE(36 + samples.byteLength, 4);
	header.write('WAVEfmt ', 8);
	header.writeUInt32LE(16, 16);
	header.writeUInt16LE(1, 20);
	header.writeUInt16LE(1, 22);
	header.writeUInt32LE(sampleRateHz, 24);
	header.writeUInt32LE(2 * sampleRateHz, 28);
	header.writeUInt16LE(2, 32);
	header.writeUInt16LE(16, 34);
	header.write('data', 36);
	header.writeUInt32LE(samples.byteLength, 40);
	return Buffer.concat([header, Buffer.from(samples.buffer)]);
}

/** The same as a Sun audio file, which no browser reads: FFmpeg decodes it. */
export function madeAu(seconds: number, hertz: number): Buffer {
	const samples = madeWav(seconds, hertz).subarray(44).swap16();
	const header = Buffer.alloc(24);
	header.write('.snd', 0);
	// Where the samples begin, how long they are, their kind (16-bit PCM), rate and channels.
	[24, samples.length, 3, sampleRateHz, 1].forEach((value, i) =>
		header.writeUInt32BE(value, 4 * (i + 1)),
	);
	return Buffer.concat([header, samples]);
}

interface Picture {
	readonly data: number[];
	readonly type: 'key' | 'delta';
	/** Seconds. */
	readonly timestamp: number;
}

/** Runs in the page. */
async function encodePictures(wanted: {
	count: number;
	side: number;
	frameRateHz: number;
}): Promise<Picture[]> {
	const { count, side, frameRateHz } = wanted;
	const pictures: Picture[] = [];
	const encoder = new VideoEncoder({
		output: (chunk) => {
			const data = new Uint8Array(chunk.byteLength);
			chunk.copyTo(data);
			pictures.push({ data: [...data], type: chunk.type, timestamp: chunk.timestamp / 1e6 });
		},
		error: (error) => {
			throw error;
		},
	});
	encoder.configure({ codec: 'vp09.00.10.08', width: side, height: side, framerate: frameRateHz });
	for (let index = 0; index < count; index++) {
		const data = new Uint8Array(side * side * 1.5).fill(128);
		data.fill(60 + (index % 100), 0, side * side);
		const frame = new VideoFrame(data, {
			format: 'I420',
			codedWidth: side,
			codedHeight: side,
			timestamp: Math.round((index * 1e6) / frameRateHz),
		});
		encoder.encode(frame, { keyFrame: index % frameRateHz === 0 });
		frame.close();
	}
	await encoder.flush();
	encoder.close();
	return pictures;
}

/** The beginning of an MP4, its packets copied as they are. */
export async function firstSeconds(file: Bytes, seconds: number): Promise<Bytes> {
	const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(file) });
	const picture = await input.getPrimaryVideoTrack();
	const sound = await input.getPrimaryAudioTrack();
	const pictureConfig = await picture?.getDecoderConfig();
	const soundConfig = await sound?.getDecoderConfig();
	const pictureCodec = await picture?.getCodec();
	const soundCodec = await sound?.getCodec();
	if (!picture || !sound || !pictureCodec || !soundCodec || !pictureConfig || !soundConfig) {
		throw new Error('a track with picture and sound was expected');
	}
	const { output, bytes } = newMp4();
	const video = new EncodedVideoPacketSource(pictureCodec);
	const audio = new EncodedAudioPacketSource(soundCodec);
	output.addVideoTrack(video);
	output.addAudioTrack(audio);
	await output.start();
	for await (const packet of new EncodedPacketSink(picture).packets()) {
		if (packet.timestamp >= seconds) break;
		await video.add(packet, { decoderConfig: pictureConfig });
	}
	for await (const packet of new EncodedPacketSink(sound).packets()) {
		if (packet.timestamp >= seconds) break;
		await audio.add(packet, { decoderConfig: soundConfig });
	}
	return bytes();
}
