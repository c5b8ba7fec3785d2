import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { inProject } from '../../../scripts/lib/command.mjs';
import { isProjectName } from './project/project-name.ts';
import { isRecordingName } from './recording-names.ts';

const types = v.record(v.string(), v.array(v.pipe(v.string(), v.startsWith('.'))));
const manifestSchema = v.object({
	file_handlers: v.tuple([v.object({ action: v.literal('/'), accept: types })]),
	share_target: v.object({
		action: v.literal('/?share'),
		method: v.literal('POST'),
		enctype: v.literal('multipart/form-data'),
		params: v.object({
			files: v.tuple([v.object({ name: v.literal('files'), accept: v.array(v.string()) })]),
		}),
	}),
});
const text = readFileSync(inProject('static/manifest.webmanifest'), 'utf8');
const manifest = v.parse(manifestSchema, JSON.parse(text));

test('the installed app opens what a drop takes, each ending once', () => {
	const { accept } = manifest.file_handlers[0];
	const endings = Object.values(accept).flat();
	expect(new Set(endings).size).toBe(endings.length);
	const strange = endings.filter((ending) => {
		const name = `talk${ending}`;
		return !isRecordingName(name) && !isProjectName(name) && ending !== '.zip';
	});
	expect(strange).toEqual([]);
	for (const common of [
		'.mp3',
		'.m4a',
		'.wav',
		'.flac',
		'.opus',
		'.mp4',
		'.mov',
		'.mkv',
		'.webm',
	]) {
		expect(endings).toContain(common);
	}
});

test('any sound and any video can be shared with it', () => {
	const { accept } = manifest.share_target.params.files[0];
	expect(accept).toEqual(expect.arrayContaining(['audio/*', 'video/*']));
});
