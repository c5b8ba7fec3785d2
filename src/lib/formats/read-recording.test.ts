import { describe, expect, test } from 'vitest';
import {
	droppedFile,
	noise,
	fixtureSession,
	fixtureSpeakers,
} from '../../../tests/fixtures/session.ts';
import { problemLine, readSessions, referenceNames } from './index.ts';

const sound = noise(900);
const rttm = 'SPEAKER talk 1 0.500 1.250 <NA> <NA> ann <NA> <NA>\n';
const stm = 'talk 1 bob 2.0 3.5 hello there\n';

describe('a recording', () => {
	test('is a session whose people are to be found', async () => {
		const { sessions, problems } = await readSessions([droppedFile('talk.m4a', sound)]);
		expect(problems).toEqual([]);
		expect(sessions).toMatchObject([
			{
				name: 'talk',
				id: expect.stringMatching(/^[0-9a-f]{64}$/),
				cast: 'found',
				recording: { path: 'talk.m4a', size: 900 },
				speakers: [],
				labels: null,
				files: [{ path: 'talk.m4a' }],
			},
		]);
	});

	test('is the same whatever it is called and whatever lies beside it', async () => {
		const alone = await readSessions([droppedFile('a.wav', sound)]);
		const beside = await readSessions([
			droppedFile('b/c.WAV', sound),
			droppedFile('b/c.rttm', rttm),
		]);
		expect(beside.sessions[0]?.id).toBe(alone.sessions[0]?.id);
		const twice = await readSessions([droppedFile('a.wav', sound), droppedFile('b.wav', sound)]);
		expect(twice.sessions).toHaveLength(1);
		expect(twice.problems.map(problemLine)).toEqual([
			'b.wav: holds the same files as a: read once',
		]);
	});

	test.each([
		['🎤 talk 👩‍👩‍👧.wav', '🎤 talk 👩‍👩‍👧'],
		['مقابلة صوتية.wav', 'مقابلة صوتية'],
		['...wav', '..'],
		['..hidden.wav', '..hidden'],
		['.wav', '.wav'],
		['100%.wav', '100%'],
		['%2e%2e%2fx.wav', '%2e%2e%2fx'],
		['Q: and A.wav', 'Q_ and A'],
		['back\\slash.wav', 'back_slash'],
		['two\nlines\t.wav', 'two_lines_'],
		[`${'x'.repeat(251)}.wav`, 'x'.repeat(251)],
		['no-ending', 'no-ending'],
	])('may be called %j', async (path, name) => {
		const { sessions, problems } = await readSessions([droppedFile(path, sound)]);
		expect(problems).toEqual([]);
		expect(sessions.map((session) => session.name)).toEqual([name]);
	});

	test('has what lies beside it under its name as its reference', async () => {
		const { sessions } = await readSessions([
			droppedFile('set/talk.mp4', sound),
			droppedFile('set/talk.rttm', rttm),
			droppedFile('set/talk.stm', stm),
			droppedFile('set/other.stm', 'not a reference of it'),
		]);
		expect(sessions).toHaveLength(1);
		expect(sessions[0]).toMatchObject({
			problems: [],
			labels: {
				conversations: null,
				transcripts: new Map([
					['bob', [{ startSeconds: 2, endSeconds: 3.5, text: 'hello there' }]],
				]),
				turns: new Map([['ann', [{ startSeconds: 0.5, endSeconds: 1.75 }]]]),
			},
		});
		expect(sessions[0]?.files.map(({ path }) => path)).toEqual([
			'talk.mp4',
			'talk.rttm',
			'talk.stm',
		]);
	});

	test('with a faulty reference has none, and says why', async () => {
		const { sessions } = await readSessions([
			droppedFile('talk.mp4', sound),
			droppedFile('talk.rttm', 'SPEAKER talk 1 soon 1 <NA> <NA> ann <NA> <NA>\n'),
		]);
		expect(sessions[0]?.labels).toBeNull();
		expect(sessions[0]?.problems.map(problemLine)).toEqual([
			'talk.rttm: line 1: expected a start in seconds, found "soon"',
			'talk.mp4: the recording is run without a reference: what lies beside it cannot be used',
		]);
	});

	test('of no bytes is refused', async () => {
		const { sessions, refused, problems } = await readSessions([droppedFile('talk.wav', '')]);
		expect(sessions).toEqual([]);
		expect(refused.map(({ error }) => error.code)).toEqual(['InvalidSession']);
		expect(problems.map(problemLine)).toEqual(['talk/talk.wav: is empty (0 bytes)']);
	});

	test('is found beside sessions, but never inside one', async () => {
		const session = fixtureSession({
			name: 'set/dinner',
			recording: noise(50),
			speakers: fixtureSpeakers(2),
		});
		const { sessions } = await readSessions([...session, droppedFile('set/talk.mkv', sound)]);
		expect(sessions.map(({ name, cast }) => [name, cast])).toEqual([
			['dinner', 'given'],
			['talk', 'found'],
		]);
	});

	test('need not say what it is when it is dropped by itself', async () => {
		const names = ['interview', 'REC 001.xyz', 'Besprechung Ümläut 会议.sound'];
		for (const name of names) {
			const { sessions } = await readSessions([droppedFile(name, sound)]);
			expect(sessions, name).toHaveLength(1);
		}
		const typed = {
			path: 'deep/in/talk',
			file: new File([sound], 'talk', { type: 'audio/x-odd' }),
		};
		expect((await readSessions([typed])).sessions).toHaveLength(1);
	});

	test('is never a reference, whatever the operating system takes it for', async () => {
		const file = new File([stm], 'talk.stm', { type: 'audio/x-stm' });
		const dropped = [droppedFile('a/talk.wav', sound), { path: 'a/talk.stm', file }];
		const { sessions, problems } = await readSessions(dropped);
		expect([sessions.length, problems]).toEqual([1, []]);
		expect(sessions[0]?.labels?.transcripts.size).toBe(1);
	});

	test.each([
		['holiday.jpg', 'holiday.jpg: is a picture: drop sound or video'],
		['notes.pdf', 'notes.pdf: is a document: drop sound or video'],
	])('%s is none', async (name, line) => {
		const { sessions, problems } = await readSessions([droppedFile(name, sound)]);
		expect(sessions).toEqual([]);
		expect(problems.map(problemLine)).toEqual([line]);
	});
});

test('the references of a file are known by their names', () => {
	const beside = [
		...['talk.mp4', 'talk.wav', 'talk.rttm', 'talk.STM', 'talk.TextGrid', 'talk.eaf', 'talk.txt'],
		...['talk.2.rttm', 'other.rttm', 'Talk.vtt', 'speaker_to_cluster.json'],
	];
	const references = ['talk.rttm', 'talk.STM', 'talk.TextGrid', 'talk.eaf'];
	expect(referenceNames('talk.mp4', beside)).toEqual(references);
	expect(referenceNames('talk.2.mp4', beside)).toEqual(['talk.2.rttm']);
	// What holds several things, or is no recording, comes alone.
	for (const name of ['talk.zip', 'talk.pdf', 'talk.rttm']) {
		expect(referenceNames(name, beside)).toEqual([]);
	}
});
