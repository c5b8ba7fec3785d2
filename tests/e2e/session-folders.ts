import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import type { BrowserContext, Page } from 'playwright/test';
import type { DroppedFile } from '../../src/lib/formats/index.ts';
import { parseVtt, serialiseVtt } from '../../src/lib/formats/webvtt.ts';
import { fixtureSession } from '../fixtures/session.ts';
import { firstSeconds, madeTrack } from './media-files.ts';

const frameRateHz = 25;

/** Chooses a session's folder on the first page. */
export async function chooseFolder(page: Page, folder: string): Promise<void> {
	await page.locator('input[data-pick=folder]').setInputFiles(folder);
}

/** Pages of the context have the baseline's modes set. */
export async function useBaseline(context: BrowserContext): Promise<void> {
	await context.addInitScript(() => {
		const modes = { speechActivity: 'baseline', conversations: 'baseline' };
		localStorage.setItem('confab.settings', JSON.stringify(modes));
	});
}

/** Writes files below a folder, as they would be dropped from there. */
async function writeFiles(folder: string, files: readonly DroppedFile[]): Promise<void> {
	for (const { path, file } of files) {
		const target = join(folder, path);
		mkdirSync(dirname(target), { recursive: true });
		writeFileSync(target, new Uint8Array(await file.arrayBuffer()));
	}
}

/** When the two people of a made session are made to look as if they spoke, in seconds. */
const madeTurns = [
	[
		[1, 3],
		[5, 7],
	],
	[[3.4, 4.8]],
] as const;

/**
 * Writes a session of two people in one conversation, made from nothing real. It ships activity scores
 * and lip clips, so that a run in the baseline's modes needs no model but the embedded recogniser.
 * Another `hertz` makes other files.
 *
 * @returns its folder
 */
export async function writeMadeSession(
	page: Page,
	parent: string,
	name: string,
	{ hertz = 200 }: { hertz?: number } = {},
): Promise<string> {
	const seconds = 8;
	const frames = seconds * frameRateHz;
	const speakers = [];
	for (const [index, turns] of madeTurns.entries()) {
		const scores = Array.from({ length: frames }, (_, frame): [string, number] => {
			const at = frame / frameRateHz;
			return [String(frame), turns.some(([from, to]) => at >= from && at < to) ? 2.5 : -2.5];
		});
		speakers.push({
			id: `spk_${index}`,
			tracks: [
				{
					frames,
					video: await madeTrack(page, { seconds, side: 128, hertz: hertz + 40 * index }),
					lips: await madeTrack(page, { seconds, side: 96, hertz: hertz + 40 * index }),
					activity: Object.fromEntries(scores),
				},
			],
			uem: { start: 0, end: seconds },
			reference: 'WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nplace red at nine now\n',
		});
	}
	await writeFiles(
		parent,
		fixtureSession({ name, speakers, conversations: { spk_0: 0, spk_1: 0 } }),
	);
	return join(parent, name);
}

const metadataSchema = v.record(
	v.string(),
	v.object({
		central: v.looseObject({
			uem: v.object({ start: v.number(), end: v.number() }),
			crops: v.array(v.object({ video: v.string(), crop_metadata: v.string(), bbox: v.string() })),
		}),
	}),
);
const boxesSchema = v.record(v.string(), v.unknown());
const cropSchema = v.looseObject({ frame_start: v.number(), frame_end: v.number() });

/**
 * Writes the beginning of a session with some of its speakers alone and their labels, without scores and lip clips.
 * Whoever asks removes the folder: these may be recordings of people.
 *
 * @param session its folder
 * @returns the new folder
 */
export async function writeTrimmedSession(
	session: string,
	parent: string,
	wanted: { name: string; speakers: readonly string[]; seconds: number },
): Promise<string> {
	const { name, speakers, seconds } = wanted;
	const read = (path: string) => readFileSync(join(session, path));
	const json = (path: string): unknown => JSON.parse(read(path).toString());
	const files = new Map<string, string | Uint8Array>();
	const metadata = v.parse(metadataSchema, json('metadata.json'));
	const kept = Object.entries(metadata).filter(([id]) => speakers.includes(id));
	for (const [, { central }] of kept) {
		central.uem.end = Math.min(central.uem.end, seconds);
		for (const crop of central.crops) {
			const about = v.parse(cropSchema, json(crop.crop_metadata));
			const end = Math.min(about.frame_end, about.frame_start + seconds * frameRateHz - 1);
			const boxes = Object.entries(v.parse(boxesSchema, json(crop.bbox)));
			const inside = boxes.filter(([frame]) => Number(frame) <= end);
			files.set(crop.video, await firstSeconds(new Uint8Array(read(crop.video)), seconds));
			files.set(crop.crop_metadata, JSON.stringify({ ...about, frame_end: end }));
			files.set(crop.bbox, JSON.stringify(Object.fromEntries(inside)));
		}
	}
	const central = new Uint8Array(read('central_video.mp4'));
	files.set('central_video.mp4', await firstSeconds(central, seconds));
	files.set('metadata.json', JSON.stringify(Object.fromEntries(kept)));
	const clusters = v.parse(
		v.record(v.string(), v.number()),
		json('labels/speaker_to_cluster.json'),
	);
	const inIt = Object.entries(clusters).filter(([id]) => speakers.includes(id));
	files.set('labels/speaker_to_cluster.json', JSON.stringify(Object.fromEntries(inIt)));
	for (const id of speakers) {
		const { cues } = parseVtt(read(`labels/${id}.vtt`).toString(), id);
		const inside = cues.filter(({ endSeconds }) => endSeconds <= seconds);
		files.set(
			`labels/${id}.vtt`,
			serialiseVtt(inside.map((cue) => ({ ...cue, text: cue.rawText }))),
		);
	}
	const folder = join(parent, name);
	for (const [path, content] of files) {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), content);
	}
	return folder;
}
