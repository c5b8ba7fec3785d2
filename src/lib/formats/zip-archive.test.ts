import { describe, expect, test } from 'vitest';
import {
	archiveOf,
	archiveOfMany,
	indexOfText,
	withBytes,
} from '../../../tests/fixtures/archive.ts';
import {
	droppedFile,
	fixtureSession,
	fixtureSpeakers,
	noise,
} from '../../../tests/fixtures/session.ts';
import { problemLine, readSessions } from './index.ts';
import type { DroppedFile } from './index.ts';

/** Two sessions in one folder, with tracks large enough to be sampled in three places. */
const set = ['set/session_01', 'set/session_02'].flatMap((name, index) =>
	fixtureSession({
		name,
		recording: noise(400_000, 77 + index),
		conversations: { spk_0: 0, spk_1: 0 },
		speakers: [0, 1].map((speaker) => ({
			id: `spk_${speaker}`,
			reference: 'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nhello\n',
			tracks: [{ video: noise(300_000, 10 * index + speaker + 1) }],
		})),
	}),
);
const oneSession = fixtureSession({ speakers: fixtureSpeakers(2) });
const trackPath = 'session_01/speakers/spk_0/central_crops/track_00.mp4';

/** All a session is, its files opened and read. */
async function contentOf(files: readonly DroppedFile[]) {
	const { sessions, refused, problems } = await readSessions(files);
	return {
		refused,
		problems,
		sessions: await Promise.all(
			sessions.map(async (session) => ({
				...session,
				files: await Promise.all(session.files.map(bytesOf)),
				recording: await bytesOf(session.recording),
				speakers: await Promise.all(
					session.speakers.map(async (speaker) => ({
						...speaker,
						tracks: await Promise.all(
							speaker.tracks.map(async ({ video, boxes, ...track }) => ({
								...track,
								videoPath: video.path,
								video: await bytesOf(video),
								boxes: await bytesOf(boxes),
							})),
						),
					})),
				),
			})),
		),
	};
}

async function bytesOf(file: { open(): Promise<Blob>; size: number } | null) {
	if (!file) return null;
	const bytes = new Uint8Array(await (await file.open()).arrayBuffer());
	expect(bytes).toHaveLength(file.size);
	return Buffer.from(bytes).toString('base64');
}

/** Counts the bytes that are read, of a blob and of all of its slices. */
class CountedFile extends File {
	readonly #blob: Blob;
	readonly #onRead: (bytes: number) => void;

	constructor(blob: Blob, name: string, onRead: (bytes: number) => void) {
		super([blob], name);
		this.#blob = blob;
		this.#onRead = onRead;
	}

	override slice(start?: number, end?: number): Blob {
		return new CountedFile(this.#blob.slice(start, end), this.name, this.#onRead);
	}

	override arrayBuffer(): Promise<ArrayBuffer> {
		this.#onRead(this.size);
		return this.#blob.arrayBuffer();
	}

	override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
		this.#onRead(this.size);
		return super.stream();
	}
}

describe('an archive of sessions', () => {
	test.each([
		['deflated', {}],
		['stored', { stored: true }],
		['deflated, sizes in 64 bits', { zip64: true }],
		['stored, sizes in 64 bits', { stored: true, zip64: true }],
	])('%s: is what the folder is', async (_, options) => {
		const archive = await archiveOf('set.zip', set, options);
		const fromArchive = await contentOf([archive]);
		expect(fromArchive.problems).toEqual([]);
		expect(fromArchive.sessions).toHaveLength(2);
		expect(fromArchive).toEqual(await contentOf(set));
	});

	test('a session at its top is named after it', async () => {
		const files = oneSession.map((dropped) => ({
			...dropped,
			path: dropped.path.replace('session_01/', ''),
		}));
		const archive = await archiveOf('evening.zip', files);
		const { sessions, problems } = await readSessions([archive]);
		expect(problems).toEqual([]);
		expect(sessions.map(({ name }) => name)).toEqual(['evening']);
	});

	test('inside a dropped folder is read as well', async () => {
		const archive = await archiveOf('set.zip', set);
		const { sessions } = await readSessions([{ ...archive, path: 'downloads/set.zip' }]);
		expect(sessions.map(({ name }) => name)).toEqual(['session_01', 'session_02']);
	});

	test('of stored entries is not read but where it must be', async () => {
		const files = fixtureSession({
			speakers: [{ id: 'spk_0', tracks: [{ video: noise(20_000_000) }] }],
		});
		const archive = await archiveOf('large.zip', files, { stored: true });
		let bytesRead = 0;
		const file = new CountedFile(archive.file, 'large.zip', (bytes) => (bytesRead += bytes));
		const { sessions, problems } = await readSessions([{ path: 'large.zip', file }]);
		expect(problems).toEqual([]);
		const video = await sessions[0]?.speakers[0]?.tracks[0]?.video.open();
		expect(video?.size).toBe(20_000_000);
		// Three samples of the video, the small files twice, headers, and the search for the directory.
		expect(bytesRead).toBeGreaterThan(3 * 65_536);
		expect(bytesRead).toBeLessThan(400_000);
	});

	test('inside an archive is not opened', async () => {
		const inner = await archiveOf('inner.zip', set);
		const outer = await archiveOf('outer.zip', [inner]);
		const { sessions, problems } = await readSessions([outer]);
		expect(sessions).toEqual([]);
		expect(problems.map(problemLine)).toEqual([
			'outer.zip: holds an archive inside an archive: unpack the outer one first',
		]);
	});
});

describe('a damaged archive', () => {
	test('cut short', async () => {
		const whole = await archiveOf('set.zip', set);
		for (const part of [0.999, 0.5, 0.0001]) {
			const cut = await withBytes(whole, (bytes) => bytes.slice(0, bytes.length * part));
			const { sessions, problems } = await readSessions([cut]);
			expect(sessions).toEqual([]);
			expect(problemLine(problems[0] ?? { file: '', message: '' })).toMatch(
				/^set\.zip: cannot be read as a zip archive, or was cut short: /,
			);
		}
	});

	test('of no bytes, and no archive at all', async () => {
		const { problems } = await readSessions([
			droppedFile('empty.zip', ''),
			droppedFile('text.zip', 'hello '.repeat(1000)),
		]);
		expect(problems.map(problemLine)).toEqual([
			'empty.zip: is empty (0 bytes)',
			expect.stringMatching(/^text\.zip: cannot be read as a zip archive/),
			expect.stringMatching(/holds no recording/),
		]);
	});

	test.each([
		['deflated', false],
		['stored', true],
	])('missing bytes in its middle, %s: other tracks go on where they can', async (_, stored) => {
		const whole = await archiveOf('set.zip', oneSession, { stored });
		const broken = await withBytes(whole, (bytes) => {
			// The local header of one entry is overwritten.
			const header = indexOfText(bytes, trackPath) - 30;
			bytes.fill(0, header, header + 4);
			return bytes;
		});
		const { sessions, problems } = await readSessions([broken]);
		expect(problems).toEqual([]);
		expect(sessions[0]?.speakers.map(({ tracks }) => tracks.length)).toEqual([0, 1]);
		expect(sessions[0]?.problems.map(problemLine)).toEqual([
			expect.stringMatching(/spk_0.*track_00\.mp4: is damaged inside set\.zip: /),
		]);
	});

	test('whose content does not match its checksum', async () => {
		const files = fixtureSession({ speakers: fixtureSpeakers(2) });
		const whole = await archiveOf('set.zip', files);
		const broken = await withBytes(whole, (bytes) => {
			// Noise does not compress: the entry's data are its bytes nearly as they are.
			const at = indexOfText(bytes, trackPath) + trackPath.length + 500;
			bytes[at] = (bytes[at] ?? 0) ^ 0xff;
			return bytes;
		});
		const { sessions } = await readSessions([broken]);
		expect(sessions[0]?.speakers.map(({ tracks }) => tracks.length)).toEqual([0, 1]);
		expect(sessions[0]?.problems).toHaveLength(1);
	});

	test('a damaged text file is told once', async () => {
		const path = trackPath.replace('.mp4', '.json');
		const whole = await archiveOf('set.zip', oneSession);
		const broken = await withBytes(whole, (bytes) => {
			const header = indexOfText(bytes, path) - 30;
			return bytes.fill(0, header, header + 4);
		});
		const { sessions } = await readSessions([broken]);
		expect(sessions[0]?.speakers.map(({ tracks }) => tracks.length)).toEqual([0, 1]);
		const lines = sessions[0]?.problems.map(problemLine) ?? [];
		expect(lines.filter((line) => line.includes('is damaged inside set.zip'))).toHaveLength(1);
	});
});

describe('an archive that means harm', () => {
	test('an entry that unpacks to far more than it should is not unpacked', async () => {
		const bomb = new Uint8Array(50_000_000);
		const files = fixtureSession({
			speakers: [{ id: 'spk_0', tracks: [{ video: bomb }] }, ...fixtureSpeakers(2).slice(1)],
		});
		const archive = await archiveOf('bomb.zip', files);
		expect(archive.file.size).toBeLessThan(200_000);
		const { sessions, problems } = await readSessions([archive]);
		expect(problems.map(problemLine)).toEqual([
			expect.stringMatching(
				/^bomb\.zip: session_01\/.*track_00\.mp4: would unpack from \d+ to 50000000 bytes, expected/,
			),
		]);
		expect(sessions[0]?.speakers.map(({ tracks }) => tracks.length)).toEqual([0, 1]);
	});

	test('an entry that is larger than it says is stopped', async () => {
		const files = fixtureSession({
			speakers: [
				{ id: 'spk_0', tracks: [{ video: new Uint8Array(3_000_000) }] },
				...fixtureSpeakers(2).slice(1),
			],
		});
		const archive = await archiveOf('liar.zip', files);
		const liar = await withBytes(archive, (bytes) => {
			// Uncompressed size, in the local header and in the directory.
			const view = new DataView(bytes.buffer);
			view.setUint32(indexOfText(bytes, trackPath) - 30 + 22, 1000, true);
			view.setUint32(indexOfText(bytes, trackPath, true) - 46 + 24, 1000, true);
			return bytes;
		});
		const { sessions } = await readSessions([liar]);
		expect(sessions[0]?.speakers.map(({ tracks }) => tracks.length)).toEqual([0, 1]);
		expect(sessions[0]?.problems.map(problemLine)).toEqual([
			expect.stringMatching(/track_00\.mp4: is damaged inside liar\.zip: /),
		]);
	});

	test('entries that share their bytes are refused', async () => {
		const archive = await archiveOf('overlap.zip', oneSession);
		const overlap = await withBytes(archive, (bytes) => {
			const directory = indexOfText(bytes, trackPath, true) - 46;
			const view = new DataView(bytes.buffer);
			const second = trackPath.replace('spk_0', 'spk_1');
			const other = indexOfText(bytes, second, true) - 46;
			view.setUint32(other + 42, view.getUint32(directory + 42, true), true);
			return bytes;
		});
		const { sessions, problems } = await readSessions([overlap]);
		expect(sessions).toEqual([]);
		expect(problems.map(problemLine)).toContainEqual(
			'overlap.zip: holds entries that overlap each other: refused as a zip bomb',
		);
	});

	test('names that lead elsewhere are refused, the rest is read', async () => {
		const names = ['../../evil.json', '/etc/passwd', 'a\\..\\..\\b', 'C:/x', 'x/../../y'];
		const files = [...oneSession, ...names.map((path) => droppedFile(path, 'x'))];
		const archive = await archiveOf('slip.zip', files);
		const { sessions, problems } = await readSessions([archive]);
		expect(sessions).toHaveLength(1);
		expect(problems.map(problemLine)).toEqual([
			'slip.zip: ../../evil.json: is refused: it leads out of its folder with ".."',
			'slip.zip: /etc/passwd: is refused: it is absolute',
			'slip.zip: a/../../b: is refused: it leads out of its folder with ".."',
			'slip.zip: C:/x: is refused: it starts with a drive letter',
			'slip.zip: x/../../y: is refused: it leads out of its folder with ".."',
		]);
	});

	test('of two entries of one name the later is the file, as where one was replaced', async () => {
		const sounds = [noise(900, 1), noise(900, 2)];
		const files = sounds.map((sound, i) => droppedFile(`talk_${i}.wav`, sound));
		const archive = await withBytes(await archiveOf('talk.zip', files), (bytes) => {
			for (let at = 0; at < bytes.length; at++) {
				const isName = String.fromCharCode(...bytes.subarray(at, at + 6)) === 'talk_0';
				if (isName) bytes[at + 5] = '1'.charCodeAt(0);
			}
			return bytes;
		});
		const { sessions, problems } = await readSessions([archive]);
		expect(problems).toEqual([]);
		expect(sessions.map(({ name }) => name)).toEqual(['talk_1']);
		const opened = await sessions[0]?.recording?.open();
		const [, second] = sounds;
		expect(new Uint8Array((await opened?.arrayBuffer()) ?? [])).toEqual(
			new Uint8Array(await new Blob([second ?? '']).arrayBuffer()),
		);
	});

	test('10,000 entries with script tags for names are text', async () => {
		const tags = Array.from({ length: 10_000 }, (_, index) =>
			droppedFile(`session_01/<img src=x onerror=alert(${index})>.txt`, 'x'),
		);
		const archive = await archiveOfMany('many.zip', [...oneSession, ...tags]);
		const { sessions, problems } = await readSessions([archive]);
		expect(problems).toEqual([]);
		expect(sessions).toHaveLength(1);
	});
});
