import { spawnSync } from 'node:child_process';
import * as v from 'valibot';
import { hasShared, sharedPath } from '../shared.ts';
import type { Bench, BenchRow, Measurement } from './row.ts';

const outcomeSchema = v.object({ frames: v.number(), seconds: v.number() });
const track = 'sessions/grid-party-4/speakers/spk_0/central_crops/track_00.mp4';

/** Frames a second of ffmpeg to raw grey frames, in the same process shape: start to last byte. */
function native(path: string): number {
	const decode = (): number => {
		const started = performance.now();
		const args = ['-v', 'error', '-nostdin', '-i', path, '-an', '-r', '25'];
		const output = [...args, '-f', 'rawvideo', '-pix_fmt', 'gray', '-'];
		const { stdout } = spawnSync('ffmpeg', output, { maxBuffer: 2 ** 31 });
		return stdout.length / (224 * 224) / ((performance.now() - started) / 1000);
	};
	decode();
	return decode();
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
			log(name);
			const input = { url: page.urlOf(path), prefer };
			const outcome = v.parse(outcomeSchema, await page.call('tests/bench/decode.page.ts', input));
			const unit = 'frames/s';
			const measured: Measurement = { name, value: outcome.frames / outcome.seconds, unit };
			const against: Measurement = { name: 'native ffmpeg', value: native(path), unit };
			rows.push({ what: `Decode with ${name}`, measured, against, target: { atLeast } });
		}
		return rows;
	},
};
