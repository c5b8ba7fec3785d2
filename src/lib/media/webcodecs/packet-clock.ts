import { EncodedPacketSink } from 'mediabunny';
import type { EncodedPacket, InputTrack } from 'mediabunny';

/**
 * Holds the timestamps of a track's packets against the length of what came out of the decoder. A
 * decoder counts its output's time on from the first packet, so that a hole closes up unseen.
 */
export class PacketClock {
	readonly #packets: AsyncGenerator<EncodedPacket, void, unknown>;
	#first: number | null = null;
	#decodedSeconds = 0;

	/** @param from second of the track at which decoding began; its start by default. */
	constructor(track: InputTrack, from?: number) {
		this.#packets = packetsFrom(track, from);
	}

	/**
	 * How much later the next packet begins than the decoder's count has it; 0 after the last packet.
	 *
	 * @param seconds length of what the decoder gave for one more packet.
	 */
	async strayAfter(seconds: number): Promise<number> {
		if (this.#first === null) {
			const { value: first } = await this.#packets.next();
			this.#first = first?.timestamp ?? 0;
		}
		this.#decodedSeconds += seconds;
		const { value: next } = await this.#packets.next();
		return next ? next.timestamp - (this.#first + this.#decodedSeconds) : 0;
	}

	async close(): Promise<void> {
		await this.#packets.return();
	}
}

async function* packetsFrom(
	track: InputTrack,
	from: number | undefined,
): AsyncGenerator<EncodedPacket, void, unknown> {
	const sink = new EncodedPacketSink(track);
	const options = { metadataOnly: true };
	const before = from === undefined ? null : await sink.getKeyPacket(from, options);
	const first = before ?? (await sink.getFirstKeyPacket(options));
	if (first) yield* sink.packets(first, undefined, options);
}
