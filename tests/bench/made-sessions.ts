import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { frameRateHz } from '../../src/lib/domain/session.ts';

/** A session folder of the bench's own. The caller removes it. */
export interface MadeSession {
	readonly path: string;
	remove(): void;
}

const recordSchema = v.record(v.string(), v.unknown());
const metadataSchema = v.record(
	v.string(),
	v.looseObject({
		central: v.looseObject({ uem: v.object({ start: v.number(), end: v.number() }) }),
	}),
);
const cropSchema = v.looseObject({
	frame_end: v.number(),
	end_time: v.number(),
	duration: v.number(),
});

function copied(path: string): MadeSession {
	const folder = mkdtempSync(join(tmpdir(), 'confab-bench-'));
	cpSync(path, folder, { recursive: true });
	// The original may be read-only, and a copy of it is then, too.
	const opened = spawnSync('chmod', ['-R', 'u+w', folder]);
	if (opened.status !== 0) throw new Error(`${folder} cannot be written to`);
	return { path: folder, remove: () => rmSync(folder, { recursive: true }) };
}

function rewrite(file: string, change: (text: string) => string): void {
	writeFileSync(file, change(readFileSync(file, 'utf8')));
}

/** A copy of a session that names only its first speakers. */
export function withSpeakers(path: string, count: number): MadeSession {
	const made = copied(path);
	rewrite(join(made.path, 'metadata.json'), (text) => {
		const metadata = v.parse(recordSchema, JSON.parse(text));
		return JSON.stringify(Object.fromEntries(Object.entries(metadata).slice(0, count)));
	});
	return made;
}

/**
 * A session in which everything of another happens twice, one time after the other. Every track lasts
 * as long as the session.
 *
 * @param seconds length of the session, whole frames
 */
export function twiceAsLong(path: string, seconds: number): MadeSession {
	const made = copied(path);
	const files = readdirSync(made.path, { recursive: true, encoding: 'utf8' });
	for (const name of files) {
		const file = join(made.path, name);
		if (name.endsWith('.mp4')) repeatVideo(join(path, name), file, seconds);
		else if (name.endsWith('metadata.json')) rewrite(file, (text) => longerMetadata(text, seconds));
		else if (/track_\d+\.json$/.test(name)) rewrite(file, (text) => longerTrack(text, seconds));
		else if (name.endsWith('_bbox.json')) rewrite(file, (text) => repeatBoxes(text, seconds));
		else if (name.endsWith('.vtt')) rewrite(file, (text) => repeatCues(text, seconds));
	}
	return made;
}

function repeatVideo(from: string, to: string, seconds: number): void {
	const cut = [0, 1].flatMap((turn) => [
		`[0:v]trim=end=${seconds}[v${turn}]`,
		`[0:a]apad,atrim=end=${seconds}[a${turn}]`,
	]);
	const filter = [...cut, '[v0][a0][v1][a1]concat=v=1:a=1[v][a]'].join(';');
	const output = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
	const { status, stderr } = spawnSync(
		'ffmpeg',
		[
			...['-v', 'error', '-nostdin', '-y', '-i', from, '-filter_complex', filter],
			...['-map', '[v]', '-map', '[a]', ...output, to],
		],
		{ encoding: 'utf8' },
	);
	if (status !== 0) throw new Error(`${from} cannot be repeated: ${stderr}`);
}

function longerMetadata(text: string, seconds: number): string {
	const metadata = v.parse(metadataSchema, JSON.parse(text));
	for (const { central } of Object.values(metadata)) central.uem.end += seconds;
	return JSON.stringify(metadata);
}

function longerTrack(text: string, seconds: number): string {
	const crop = v.parse(cropSchema, JSON.parse(text));
	return JSON.stringify({
		...crop,
		frame_end: crop.frame_end + seconds * frameRateHz,
		end_time: crop.end_time + seconds,
		duration: crop.duration + seconds,
	});
}

function repeatBoxes(text: string, seconds: number): string {
	const boxes = Object.entries(v.parse(recordSchema, JSON.parse(text)));
	const later = boxes.map(([frame, box]) => [Number(frame) + seconds * frameRateHz, box] as const);
	return JSON.stringify(Object.fromEntries([...boxes, ...later]));
}

function repeatCues(text: string, seconds: number): string {
	const cues = text.replace(/^WEBVTT\s*/, '');
	const later = cues.replace(/(\d+):(\d+):(\d+\.\d+)/g, (_, hours, minutes, rest) => {
		const time = 3600 * Number(hours) + 60 * Number(minutes) + Number(rest) + seconds;
		const parts = [Math.floor(time / 3600), Math.floor(time / 60) % 60];
		const whole = parts.map((part) => String(part).padStart(2, '0')).join(':');
		return `${whole}:${(time % 60).toFixed(3).padStart(6, '0')}`;
	});
	return `WEBVTT\n\n${cues.trim()}\n\n${later.trim()}\n`;
}
