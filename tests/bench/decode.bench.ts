import { spawnSync } from 'node:child_process';
import * as v from 'valibot';
import { hasShared, sharedPath } from '../shared.ts';
import type { Bench, BenchRow, Measurement } from './row.ts';

const outcomeSchema = v.object({ frames: v.number(), seconds: v.number() });
const track = 'sessions/grid-party-4/speakers/spk_0/central_crops/track_00.mp4';

/** Each side takes this many turns, one after the other, and its fastest counts. */
const rounds = 5;

/** Frames a second of ffmpeg to raw grey frames, in the same process shape: start to last byte. */
function native(path: string): number {
	const started = performance.now();
	const args = ['-v', 'error', '-nostdin', '-i', path, '-an', '-r', '25'];
	const output = [...args, '-f', 'rawvideo', '-pix_fmt', 'gray', '-'];
	const { stdout } = spawnSync('ffmpeg', output, { maxBuffer: 2 ** 31 });
	return stdout.length / (224 * 224) / ((performance.now() - started) / 1000);
}

/** How fast face tracks become grey frames, against ffmpeg outside the browser. */
export const bench: Bench = {
	title: 'Decoding a face track to grey frames',
	missing: () => {
		if (!hasShared) return 'the recordings are not here';
		return spawnSync('ffmpeg', ['-version']).status === 0 ? null : 'there is no native ffmpeg';
	},
	async run({ page, log }) {
		const path = sharedPath(track);
		const rows: BenchRow[] = [];
		for (const [prefer, name, atLeast] of [
			['webcodecs', 'WebCodecs', 1],
			['ffmpeg', 'ffmpeg.wasm', 0.3],
		] as const) {
			const input = { url: page.urlOf(path), prefer };
			let [fastest, fastestNative] = [0, 0];
			for (let round = 1; round <= rounds; round++) {
				const answer = await page.call('tests/bench/decode.page.ts', input);
				const { frames, seconds } = v.parse(outcomeSchema, answer);
				const [speed, nativeSpeed] = [frames / seconds, native(path)];
				log(`${name} ${speed.toFixed(0)}, native ffmpeg ${nativeSpeed.toFixed(0)} frames/s`);
				fastest = Math.max(fastest, speed);
				fastestNative = Math.max(fastestNative, nativeSpeed);
			}
			const unit = 'frames/s';
			const measured: Measurement = { name, value: fastest, unit };
			const against: Measurement = { name: 'native ffmpeg', value: fastestNative, unit };
			rows.push({ what: `Decode with ${name}`, measured, against, target: { atLeast } });
		}
		return rows;
	},
};
