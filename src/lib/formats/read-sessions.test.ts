import { describe, expect, test } from 'vitest';
import {
	droppedFile,
	droppedJson,
	fixtureSession,
	fixtureSpeakers,
	noise,
} from '../../../tests/fixtures/session.ts';
import { maxFiles, problemLine, readBoxes, readSessions } from './index.ts';
import type { DroppedFile } from './index.ts';

const metadataPath = 'session_01/metadata.json';

/** The session with one file's content replaced, or without it. */
function withFile(files: readonly DroppedFile[], path: string, content: BlobPart | null) {
	const others = files.filter((file) => file.path !== path);
	expect(others).toHaveLength(files.length - 1);
	return content === null ? others : [...others, droppedFile(path, content)];
}

async function problemsOf(files: readonly DroppedFile[]): Promise<string[]> {
	const { sessions, problems } = await readSessions(files);
	expect(sessions).toEqual([]);
	return problems.map(problemLine);
}

const pair = fixtureSession({ speakers: fixtureSpeakers(2) });

describe('a session folder', () => {
	const full = fixtureSession({
		name: 'sets/dev/session_07',
		recording: noise(5000),
		conversations: { spk_0: 0, spk_1: 0 },
		speakers: [
			{
				id: 'spk_0',
				uem: { start: 2, end: 59.5 },
				reference: 'WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n<v A>hello <i>there</i>\n',
				tracks: [
					{ video: noise(200), frameStart: 10, frames: 100, activity: { 10: 0.5 }, lips: noise(9) },
					{ video: noise(300), frameStart: 500, frames: 50 },
				],
			},
			{ id: 'spk_1', uem: null, tracks: [{ video: noise(400) }] },
		],
	});

	test('is read whole', async () => {
		const { sessions, problems, refused } = await readSessions(full);
		expect(problems).toEqual([]);
		expect(refused).toEqual([]);
		const [session] = sessions;
		expect(session).toMatchObject({
			name: 'session_07',
			id: expect.stringMatching(/^[0-9a-f]{64}$/),
			recording: { path: 'central_video.mp4', size: 5000 },
			problems: [],
			speakers: [
				{
					id: 'spk_0',
					uem: { startSeconds: 2, endSeconds: 59.5 },
					tracks: [
						{
							id: 'track_00',
							startSeconds: 0.4,
							frameStart: 10,
							video: { path: 'speakers/spk_0/central_crops/track_00.mp4', size: 200 },
							activity: { path: 'speakers/spk_0/central_crops/track_00_asd.json' },
							lips: { path: 'speakers/spk_0/central_crops/track_00_lip.av.mp4', size: 9 },
						},
						{ id: 'track_01', startSeconds: 20, frameStart: 500, activity: null, lips: null },
					],
				},
				{ id: 'spk_1', uem: null, tracks: [{ id: 'track_00' }] },
			],
		});
		expect(session?.labels?.conversations).toEqual(
			new Map([
				['spk_0', 0],
				['spk_1', 0],
			]),
		);
		expect(session?.labels?.transcripts).toEqual(
			new Map([['spk_0', [{ startSeconds: 1, endSeconds: 2.5, text: 'hello there' }]]]),
		);
		const track = session?.speakers[0]?.tracks[1];
		const blob = await track?.video.open();
		expect(new Uint8Array((await blob?.arrayBuffer()) ?? [])).toEqual(noise(300));
		const boxes = track?.boxes ? await readBoxes(track.boxes) : new Map();
		expect([...boxes.keys()]).toEqual(Array.from({ length: 50 }, (_, index) => 500 + index));
		expect(boxes.get(500)).toEqual({ x1: 100, y1: 50, x2: 180, y2: 150 });
	});

	test('may lack the central video and the labels, and may hold the speakers own views', async () => {
		const metadata = JSON.parse(await (pair[0]?.file.text() ?? '')) as Record<string, object>;
		const withEgo = Object.fromEntries(
			Object.entries(metadata).map(([id, entry]) => [id, { ...entry, ego: { video: 7 } }]),
		);
		const { sessions, problems } = await readSessions(
			withFile(pair, metadataPath, JSON.stringify(withEgo)),
		);
		expect(problems).toEqual([]);
		expect(sessions).toMatchObject([{ recording: null, labels: null, problems: [] }]);
	});

	test('has an id made of its content alone', async () => {
		const big = noise(1_000_000, 7);
		const make = (name: string, video: BlobPart): DroppedFile[] =>
			fixtureSession({ name, speakers: [{ id: 'spk_0', tracks: [{ video }] }] });
		const idOf = async (files: readonly DroppedFile[]) => {
			const { sessions } = await readSessions(files);
			expect(sessions).toHaveLength(1);
			return sessions[0]?.id;
		};
		const changed = big.slice();
		changed[500_000] = (changed[500_000] ?? 0) ^ 1;
		const id = await idOf(make('session_01', big));
		expect(await idOf(make('other/name', big).reverse())).toBe(id);
		expect(await idOf([...make('a', big), droppedFile('a/notes.txt', 'not used')])).toBe(id);
		expect(await idOf(make('session_01', changed))).not.toBe(id);
		expect(await idOf(make('session_01', big.slice(1)))).not.toBe(id);
	});
});

describe('several in one drop', () => {
	test('queue in the order of their names, the outer folder aside', async () => {
		const files = ['set/session_10', 'set/session_2', 'set/session_1'].flatMap((name, index) =>
			fixtureSession({
				name,
				speakers: [{ id: 'spk_0', tracks: [{ video: noise(50, index + 1) }] }],
			}),
		);
		const { sessions, problems } = await readSessions(files);
		expect(problems).toEqual([]);
		expect(sessions.map(({ name }) => name)).toEqual(['session_1', 'session_2', 'session_10']);
	});

	test('a broken one does not keep the others out', async () => {
		const files = [...pair, droppedFile('session_02/metadata.json', '{')];
		const { sessions, refused, problems } = await readSessions(files);
		expect(sessions.map(({ name }) => name)).toEqual(['session_01']);
		expect(refused).toMatchObject([{ name: 'session_02', error: { code: 'InvalidSession' } }]);
		expect(problems.map(problemLine)).toEqual([
			expect.stringMatching(/^session_02\/metadata\.json: is not JSON: /),
		]);
	});

	test('the same content is read once; the same name is told apart', async () => {
		const copy = fixtureSession({ name: 'copy', speakers: fixtureSpeakers(2) });
		const other = fixtureSession({ name: 'b/session_01', speakers: fixtureSpeakers(3) });
		const { sessions, problems } = await readSessions([...pair, ...copy, ...other]);
		expect(sessions.map(({ name }) => name)).toEqual(['copy', 'session_01']);
		expect(problems.map(problemLine)).toEqual([
			'session_01/metadata.json: holds the same files as copy: read once',
		]);
	});
});

describe('what is no session', () => {
	test('a folder of something else', async () => {
		const files = [droppedFile('holiday/a.jpg', 'x'), droppedFile('holiday/b.jpg', 'y')];
		expect(await problemsOf(files)).toEqual([
			'holiday: holds no recording: no sound, no video and no metadata.json among 2 files',
		]);
	});

	test('nothing at all', async () => {
		expect(await readSessions([])).toEqual({ sessions: [], refused: [], problems: [] });
	});

	test.each([
		['not JSON', 'hello', /^session_01\/metadata\.json: is not JSON: /],
		['empty', '', /^session_01\/metadata\.json: is empty \(0 bytes\)$/],
		['a list', '[]', /metadata\.json: expected an object, found \[\]$/],
		['null', 'null', /metadata\.json: expected an object, found null$/],
		['without speakers', '{}', /metadata\.json: expected at least one speaker, found none$/],
		['no text', new Uint8Array([0xff, 0xfe, 0x7b]), /metadata\.json: is not text in UTF-8$/],
	])('metadata that are %s', async (_, content, expected) => {
		const problems = await problemsOf(withFile(pair, metadataPath, content));
		expect(problems).toEqual([expect.stringMatching(expected)]);
	});

	test('metadata of wrong types: every field is told at once', async () => {
		const metadata = {
			spk_0: { central: { uem: { start: '2', end: 59 }, crops: 'none' } },
			spk_1: { central: { uem: { start: 9, end: 5 }, crops: [{ video: 7 }, 'track'] } },
			spk_2: { ego: {} },
			'../spk_3': { central: { crops: [] } },
			SPK_0: { central: { crops: [] } },
		};
		const files = [
			droppedJson(metadataPath, metadata),
			droppedFile('session_01/central_video.mp4', ''),
			droppedJson('session_01/labels/speaker_to_cluster.json', { spk_1: 'a' }),
			droppedFile('session_01/labels/spk_0.vtt', 'hello'),
		];
		const { refused } = await readSessions(files);
		const lines = refused[0]?.error.problems.map(problemLine) ?? [];
		const unused = 'no track of this speaker can be used: the transcript will be empty';
		expect(lines).toEqual([
			'metadata.json: spk_0.central.uem.start: expected a number, found "2"',
			'metadata.json: spk_0.central.crops: expected a list, found "none"',
			'metadata.json: spk_1.central.uem: expected an end after the start, found {"start":9,"end":5}',
			'metadata.json: spk_2.central: is missing',
			expect.stringMatching(/^metadata\.json: \.\.\/spk_3: expected a speaker id of letters/),
			'metadata.json: SPK_0: differs from another speaker id by case alone',
			'metadata.json: spk_1.central.crops.0.video: expected text, found 7',
			'metadata.json: spk_1.central.crops.0.crop_metadata: is missing',
			'metadata.json: spk_1.central.crops.0: this track is left out',
			'metadata.json: spk_1.central.crops.1: expected an object, found "track"',
			'metadata.json: spk_1.central.crops.1: this track is left out',
			`metadata.json: spk_1: ${unused}`,
			`metadata.json: ../spk_3: ${unused}`,
			`metadata.json: SPK_0: ${unused}`,
			'central_video.mp4: is empty (0 bytes)',
			'labels/speaker_to_cluster.json: spk_1: expected a number, found "a"',
			'labels/spk_0.vtt: line 1: expected "WEBVTT", found "hello"',
			'labels/spk_0.vtt: is not used: this speaker is not scored',
		]);
		expect(refused[0]?.error.message).toMatch(/^metadata\.json: .* \(and \d+ more\)$/);
	});
});

describe('a session with one broken track', () => {
	const folder = 'session_01/speakers/spk_1/central_crops';
	const inside = 'speakers/spk_1/central_crops';

	test.each([
		['no video', 'track_00.mp4', null, `${inside}/track_00.mp4: is missing`],
		['an empty video', 'track_00.mp4', '', `${inside}/track_00.mp4: is empty (0 bytes)`],
		['no times', 'track_00.json', null, `${inside}/track_00.json: is missing`],
		[
			'times of a wrong type',
			'track_00.json',
			'{"frame_start":"0","start_time":0}',
			`${inside}/track_00.json: frame_start: expected a number, found "0"`,
		],
		[
			'times that run backwards',
			'track_00.json',
			'{"frame_start":9,"frame_end":3,"start_time":0.36}',
			`${inside}/track_00.json: expected a track that ends after its start, found ` +
				'{"frame_start":9,"frame_end":3,"start_time":0.36}',
		],
	])('%s: it is left out, the others go on', async (_, name, content, expected) => {
		const { sessions, problems } = await readSessions(withFile(pair, `${folder}/${name}`, content));
		expect(problems).toEqual([]);
		expect(sessions[0]?.speakers).toMatchObject([
			{ id: 'spk_0', tracks: [{ id: 'track_00' }] },
			{ id: 'spk_1', tracks: [] },
		]);
		expect(sessions[0]?.problems.map(problemLine)).toEqual([
			expected,
			'metadata.json: spk_1.central.crops.0: this track is left out',
			'metadata.json: spk_1: no track of this speaker can be used: the transcript will be empty',
		]);
	});

	test('a frame that does not fit its time is told, and used', async () => {
		const times = '{"frame_start":100,"start_time":7}';
		const files = withFile(pair, `${folder}/track_00.json`, times);
		const { sessions } = await readSessions(files);
		expect(sessions[0]?.speakers[1]?.tracks).toMatchObject([{ frameStart: 100, startSeconds: 7 }]);
		expect(sessions[0]?.problems.map(problemLine)).toEqual([
			`${inside}/track_00.json: start_time: 7 s is not when frame_start 100 is shown (4 s)`,
		]);
	});

	test.each([
		['/etc/passwd', 'it is absolute'],
		['../session_02/track_00.mp4', 'it leads out of its folder with ".."'],
		['speakers\\spk_1\\track.mp4', 'it holds a backslash'],
		['C:/track.mp4', 'it starts with a drive letter'],
		['a\u0000b.mp4', 'it holds control characters'],
	])('its path %j is refused', async (path, reason) => {
		const crops = [{ video: path, crop_metadata: `${inside}/track_00.json` }];
		const metadata: unknown = JSON.parse(await (pair[0]?.file.text() ?? ''));
		const changed = { ...(metadata as object), spk_1: { central: { crops } } };
		// Were the path followed, this is where it would lead.
		const bait = droppedFile('session_02/track_00.mp4', 'bait');
		const files = [...withFile(pair, metadataPath, JSON.stringify(changed)), bait];
		const { sessions } = await readSessions(files);
		expect(sessions[0]?.speakers[1]?.tracks).toEqual([]);
		expect(sessions[0]?.problems.map(problemLine)).toContainEqual(
			`metadata.json: spk_1.central.crops.0.video: ${JSON.stringify(path)} is refused: ${reason}`,
		);
	});

	test('no track at all: it is no session', async () => {
		const files = pair.filter(({ path }) => !path.endsWith('.mp4'));
		const problems = await problemsOf(files);
		expect(problems).toContainEqual(
			'session_01/speakers/spk_0/central_crops/track_00.mp4: is missing',
		);
		expect(problems).toContainEqual(
			'session_01/speakers/spk_1/central_crops/track_00.mp4: is missing',
		);
	});

	test('shipped scores that are missing are told and will be computed', async () => {
		const files = fixtureSession({
			speakers: [{ id: 'spk_0', tracks: [{ video: noise(9), activity: { 0: 1 } }] }],
		});
		const path = 'speakers/spk_0/central_crops/track_00_asd.json';
		const { sessions } = await readSessions(withFile(files, `session_01/${path}`, null));
		expect(sessions[0]?.speakers[0]?.tracks).toMatchObject([{ activity: null }]);
		expect(sessions[0]?.problems.map(problemLine)).toEqual([`${path}: is missing`]);
	});
});

describe('labels', () => {
	const labelled = fixtureSession({
		conversations: { spk_0: 0, spk_1: 1 },
		speakers: fixtureSpeakers(2).map((speaker) => ({
			...speaker,
			reference: 'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nhello\n',
		})),
	});

	test('a transcript with broken times costs that speaker its reference, not the session', async () => {
		const text = 'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\na\n\n00:61:00.000 --> x\nb\n';
		const files = withFile(labelled, 'session_01/labels/spk_0.vtt', text);
		const { sessions } = await readSessions(files);
		expect([...(sessions[0]?.labels?.transcripts.keys() ?? [])]).toEqual(['spk_1']);
		expect(sessions[0]?.problems.map(problemLine)).toEqual([
			expect.stringMatching(/^labels\/spk_0\.vtt: line 6: expected "00:00:00\.000 --> /),
			'labels/spk_0.vtt: is not used: this speaker is not scored',
		]);
	});

	test('conversations of a wrong type are told and left out', async () => {
		const files = withFile(
			labelled,
			'session_01/labels/speaker_to_cluster.json',
			'{"spk_0":"a","spk_1":0.5}',
		);
		const { sessions } = await readSessions(files);
		expect(sessions[0]?.labels?.conversations).toBeNull();
		expect(sessions[0]?.problems.map(problemLine)).toEqual([
			'labels/speaker_to_cluster.json: spk_0: expected a number, found "a"',
			'labels/speaker_to_cluster.json: spk_1: expected a whole number, found 0.5',
		]);
	});

	test('speakers that do not match are told', async () => {
		const files = withFile(
			labelled,
			'session_01/labels/speaker_to_cluster.json',
			'{"spk_0":0,"spk_9":0}',
		);
		const { sessions } = await readSessions(files);
		expect(sessions[0]?.problems.map(problemLine)).toEqual([
			'labels/speaker_to_cluster.json: spk_1: is missing',
			'labels/speaker_to_cluster.json: spk_9: is no speaker of metadata.json',
		]);
	});
});

describe('large and odd drops', () => {
	test('a session among 10,000 files is found', async () => {
		const litter = Array.from({ length: 10_000 }, (_, index) =>
			droppedFile(`set/session_01/frames/${index}.png`, 'x'),
		);
		const files = [
			...litter,
			...fixtureSession({ name: 'set/session_01', speakers: fixtureSpeakers(8) }),
		];
		const { sessions, problems } = await readSessions(files);
		expect(problems).toEqual([]);
		expect(sessions[0]?.speakers).toHaveLength(8);
	});

	test('more files than any set has are refused with a number', async () => {
		const one = droppedFile('a.txt', 'x');
		const { sessions, problems } = await readSessions(Array(maxFiles + 1).fill(one));
		expect(sessions).toEqual([]);
		expect(problems.map(problemLine)).toEqual([
			`drop: ${maxFiles + 1} files were dropped, expected at most ${maxFiles}`,
		]);
	});

	test('names with script tags are text', async () => {
		const name = '<script>alert(1)<\u2044script>';
		const files = fixtureSession({ name, speakers: fixtureSpeakers(1) });
		const { sessions, problems } = await readSessions(files);
		expect(problems).toEqual([]);
		expect(sessions[0]?.name).toBe(name);
	});

	test('a speaker named like a script, a device or a property is refused', async () => {
		for (const id of ['<script>', 'con', '__proto__', '', '.hidden', 'a/b']) {
			const metadata = `{${JSON.stringify(id)}: {"central": {"crops": []}}}`;
			const [problem] = await problemsOf([droppedFile(metadataPath, metadata)]);
			expect(problem).toContain('expected a speaker id');
		}
	});

	test('litter of operating systems is passed over', async () => {
		const litter = [
			'__MACOSX/session_01/metadata.json',
			'session_01/.DS_Store',
			'a/._metadata.json',
		];
		const files = [...pair, ...litter.map((path) => droppedFile(path, 'x'))];
		const { sessions, problems } = await readSessions(files);
		expect(sessions).toHaveLength(1);
		expect(problems).toEqual([]);
	});

	test('an aborted reading rejects with the reason, and can be done again', async () => {
		const controller = new AbortController();
		const reading = readSessions(pair, {
			signal: controller.signal,
			onProgress: () => controller.abort(),
		});
		await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
		expect((await readSessions(pair)).sessions).toHaveLength(1);
	});
});
