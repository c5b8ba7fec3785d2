import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inProject } from '../../../scripts/lib/command.mjs';
import { readSessions } from '../formats/index.ts';
import { readProject } from '../formats/project/read-project.ts';
import type { ProjectSession } from '../formats/project/project-session.ts';
import { exampleId, exampleSettings } from '../state/example.svelte.ts';
import { demoFiles, demoProject } from './demo.ts';

const base = 'http://127.0.0.1:1/sub/';
const folder = inProject('static', 'demo');

/** Serves static/ from the disk. */
const served: typeof fetch = (input) => {
	const path = new URL(new Request(input).url).pathname.replace('/sub/', '');
	return Promise.resolve(new Response(readFileSync(inProject('static', path))));
};

test('the list names every file of the demo', () => {
	const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((path) => path.includes('/') && statSync(join(folder, path)).isFile())
		.sort();
	expect(JSON.parse(readFileSync(join(folder, 'dinner-party.json'), 'utf8'))).toEqual(found);
});

test('the demo is one whole session with labels, and the one that is explained', async () => {
	const { files } = await demoFiles(base, new AbortController().signal, served);
	const { sessions, problems } = await readSessions(files, {});
	expect(problems).toEqual([]);
	expect(sessions).toMatchObject([{ name: 'dinner-party', problems: [] }]);
	expect(sessions[0]?.speakers).toHaveLength(6);
	expect(sessions[0]?.labels?.transcripts.size).toBe(6);
	expect(sessions[0]?.id).toBe(exampleId);
});

test('its finished result is the one run of it that the app would make, without recordings', async () => {
	const project = await demoProject(base, new AbortController().signal, served);
	const sessions: ProjectSession[] = [];
	for await (const session of readProject(project)) sessions.push(session);
	expect(sessions).toHaveLength(1);
	const { sessionId, runs, editions, recording } = sessions[0] ?? {};
	expect({ sessionId, editions, recording }).toEqual({ sessionId: exampleId, editions: [] });
	expect(runs?.map(({ result }) => result.settings)).toEqual([exampleSettings]);
	const [run] = runs ?? [];
	expect(run?.result.problems).toEqual([]);
	expect(run?.result.speakers).toHaveLength(6);
	expect(run?.result.scores).not.toBeNull();
});

test('a demo that cannot be had says so; one that is cancelled says nothing else', async () => {
	const gone: typeof fetch = () => Promise.resolve(new Response('', { status: 404 }));
	await expect(demoFiles(base, new AbortController().signal, gone)).rejects.toMatchObject({
		code: 'InvalidSession',
		message: expect.stringContaining('404'),
	});
	const offline: typeof fetch = () => Promise.reject(new TypeError('offline'));
	await expect(demoFiles(base, AbortSignal.abort(), offline)).rejects.toMatchObject({
		name: 'AbortError',
	});
});
