import { groupBy } from '../../support/group-by.ts';
import { fieldLines, LineProblems, linesOfSession, startAndLength } from './field-lines.ts';
import { labelText } from '../webvtt.ts';
import { foundFile } from './found-labels.ts';
import type { FoundFile } from './found-labels.ts';
import { cuesOfWords } from './word-cues.ts';

/** Types of RTTM lines (NIST RT-09, appendix A) that say something else than who speaks when. */
const otherRttmTypes = new Set([
	'SEGMENT',
	'NOSCORE',
	'NO_RT_METADATA',
	'LEXEME',
	'NON-LEX',
	'NON-SPEECH',
	'FILLER',
	'EDIT',
	'IP',
	'SU',
	'CB',
	'A/P',
	'SPKR-INFO',
]);

/**
 * Reads RTTM: where each speaker talks, from its `SPEAKER` lines, whatever their channel. A line without
 * length is left out.
 *
 * @param sessionField the session's name as it stands in a field.
 */
export function readRttm(text: string, file: string, sessionField: string): FoundFile {
	const problems = new LineProblems(file);
	const turns = fieldLines(text).flatMap((line) => {
		const [type = '', recording = '', , , , , , name] = line.fields;
		if (otherRttmTypes.has(type)) return [];
		if (type !== 'SPEAKER') {
			problems.add(line.number, `expected SPEAKER, found ${JSON.stringify(type.slice(0, 40))}`);
			return [];
		}
		if (name === undefined || line.fields.length > 10) {
			problems.add(line.number, `expected 8 to 10 fields, found ${line.fields.length}`);
			return [];
		}
		const times = startAndLength(line, 3, problems);
		if (times && times.endSeconds <= times.startSeconds) {
			problems.repaired(line.number, 'lasts no time: left out');
			return [];
		}
		return times ? [{ recording, name, ...times }] : [];
	});
	const own = linesOfSession(turns, sessionField, problems);
	if (own.length === 0 && problems.all.length === 0) problems.addToFile('has no SPEAKER line');
	const speech = [...groupBy(own, ({ name }) => name)].map(([name, lines]) => ({
		name,
		file,
		turns: lines.map(({ startSeconds, endSeconds }) => ({ startSeconds, endSeconds })),
	}));
	return foundFile({ speech, problems: problems.all, repairs: problems.repairs });
}

const oneThing = (found: string): string =>
	`holds alternatives (${found}); a reference says one thing`;

/** The first alternatives of a text as STM writes them, `{ had he / he had }`; null where there are none. */
function alternativesIn(text: string): string | null {
	const words = text.split(/[ \t]+/);
	let open = -1;
	let isParted = false;
	for (const [at, word] of words.entries()) {
		if (word.startsWith('{')) [open, isParted] = [at, false];
		if (open < 0) continue;
		if (word === '/') isParted = true;
		if (!word.endsWith('}')) continue;
		if (isParted) {
			const found = words.slice(open, at + 1).join(' ');
			return found.length > 60 ? `${found.slice(0, 59)}…` : found;
		}
		open = -1;
	}
	return null;
}

/** Marks of the scoring tools: such a stretch is not to be scored at all. */
const ignored = /^(IGNORE_TIME_SEGMENT_IN_SCORING|\[?inter_segment_gap\]?|inter_segment_gap)$/i;

/**
 * Reads STM: an utterance a line. A label (`<o,f0,female>`) is passed over, and so are stretches that
 * are marked as not to be scored. Alternatives are refused, as those of CTM are.
 *
 * @param sessionField as for `readRttm`.
 */
export function readStm(text: string, file: string, sessionField: string): FoundFile {
	const problems = new LineProblems(file);
	const utterances = fieldLines(text).flatMap((line) => {
		const [recording = '', , name] = line.fields;
		if (name === undefined || line.fields.length < 5) {
			const expected = 'expected file, channel, speaker, start, end and text';
			problems.add(line.number, `${expected}, found ${line.fields.length} fields`);
			return [];
		}
		const start = problems.seconds(line, 3, 'a start');
		const endSeconds = problems.seconds(line, 4, 'an end');
		if (start === null || endSeconds === null) return [];
		if (endSeconds < Math.max(0, start)) {
			problems.add(line.number, `ends at ${endSeconds} s, before it starts at ${start} s`);
			return [];
		}
		if (start < 0) problems.repaired(line.number, 'begins before the recording: cut at 0 s');
		const startSeconds = Math.max(0, start);
		const hasLabel = /^<[^<>\s]*>$/.test(line.fields[5] ?? '');
		const words = line.fields.length > 5 ? line.rest(hasLabel ? 6 : 5) : '';
		const said = hasLabel && line.fields.length === 6 ? '' : words;
		if (ignored.test(said)) return [];
		const alternatives = alternativesIn(said);
		if (alternatives !== null) {
			problems.add(line.number, oneThing(alternatives));
			return [];
		}
		return [{ recording, name, startSeconds, endSeconds, text: said }];
	});
	const own = linesOfSession(utterances, sessionField, problems);
	if (own.length === 0 && problems.all.length === 0) problems.addToFile('has no utterance');
	const speakers = [...groupBy(own, ({ name }) => name)].map(([name, lines]) => ({
		name,
		file,
		cues: lines.map(({ startSeconds, endSeconds, text: said }) => ({
			startSeconds,
			endSeconds,
			text: labelText(said),
		})),
	}));
	return foundFile({ speakers, problems: problems.all, repairs: problems.repairs });
}

/**
 * Reads CTM: a word a line, `file channel start length word [confidence [type [speaker]]]`. The speaker is the
 * last of eight fields; without it the channel; and where the whole file has but the channel 1 or A, the
 * file's own name. Alternatives (`<ALT_BEGIN>`) are refused: a reference says one thing.
 *
 * @param sessionField as for `readRttm`.
 * @param stem the file's name without its extension.
 */
export function readCtm(text: string, file: string, sessionField: string, stem: string): FoundFile {
	const problems = new LineProblems(file);
	const words = fieldLines(text).flatMap((line) => {
		const [recording = '', channel = '', , , word = '', , , speaker] = line.fields;
		if (line.fields.length < 5 || line.fields.length > 8) {
			problems.add(line.number, `expected 5 to 8 fields, found ${line.fields.length}`);
			return [];
		}
		if (/^<ALT(_BEGIN|_END)?>$/.test(word)) {
			problems.add(line.number, oneThing(word));
			return [];
		}
		const times = startAndLength(line, 2, problems);
		if (!times) return [];
		return [{ recording, channel, speaker, text: labelText(word), ...times, confidence: 1 }];
	});
	const own = linesOfSession(words, sessionField, problems);
	if (own.length === 0 && problems.all.length === 0) problems.addToFile('has no word');
	const channels = new Set(own.map(({ channel }) => channel));
	const isOneChannel = channels.size === 1 && (channels.has('1') || channels.has('A'));
	const bySpeaker = groupBy(
		own,
		({ speaker, channel }) => speaker ?? (isOneChannel ? stem : channel),
	);
	const speakers = [...bySpeaker].map(([name, all]) => ({ name, file, cues: cuesOfWords(all) }));
	return foundFile({ speakers, problems: problems.all, repairs: problems.repairs });
}
