import type { Cue } from '../../domain/transcript.ts';
import { groupBy } from '../../support/group-by.ts';
import { capProblems } from '../problems.ts';
import { tagsIn, withoutTags } from '../tags.ts';
import { cueText, parseVtt, scoredText } from '../webvtt.ts';
import { foundFile } from './found-labels.ts';
import type { FoundFile } from './found-labels.ts';

/** Character references of WebVTT (section 4.2.2, "WebVTT cue text": those that files use). */
const references: Readonly<Record<string, string>> = {
	amp: '&',
	lt: '<',
	gt: '>',
	nbsp: '\u00A0',
	lrm: '\u200E',
	rlm: '\u200F',
};

function resolved(text: string): string {
	return text
		.replaceAll(/&(amp|lt|gt|nbsp|lrm|rlm);/g, (whole, name: string) => references[name] ?? whole)
		.replaceAll(/&#(\d{1,7}|x[0-9a-f]{1,6});/gi, (whole, digits: string) => {
			const code = /^x/i.test(digits) ? Number.parseInt(digits.slice(1), 16) : Number(digits);
			return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
				? String.fromCodePoint(code)
				: whole;
		});
}

/** A tag that opens a voice span, with its name: `<v Name>`, `<v.loud Name>`. */
const voiceTag = /^<v(?:\.[^\s>]*)?[ \t]+([^>]+)>$/;

interface Voice {
	readonly name: string;
	/** Where its tag begins, in UTF-16 units. */
	readonly index: number;
}

/** The voice spans that begin in a line. A stray `<` before a tag does not hide it. */
function voicesIn(line: string): readonly Voice[] {
	return [...tagsIn(line)].flatMap(({ start, end }) => {
		for (const index of new Set([start, line.lastIndexOf('<', end - 1)])) {
			const name = voiceTag.exec(line.slice(index, end))?.[1];
			if (name !== undefined) return [{ name: resolved(name).trim(), index }];
		}
		return [];
	});
}

/**
 * Parts of a cue by its voice spans; text before the first has none. A cue without voices is read as the
 * MCoRec scorer reads it, which knows no character references. It knows no voices either: of theirs the
 * words count.
 */
function voices(
	rawText: string,
): readonly { readonly name: string | null; readonly text: string }[] {
	const line = rawText.replaceAll('\n', ' ');
	const starts = voicesIn(line);
	if (starts.length === 0) {
		const text = scoredText(rawText).replaceAll('\n', ' ').trim();
		return text === '' ? [] : [{ name: null, text }];
	}
	const plain = (text: string): string => cueText(resolved(withoutTags(text)));
	const before = plain(line.slice(0, starts[0]?.index));
	const spans = starts.map((start, index) => ({
		name: start.name,
		text: plain(line.slice(start.index, starts[index + 1]?.index ?? line.length)),
	}));
	return before === '' ? spans : [{ name: null, text: before }, ...spans];
}

/**
 * Reads WebVTT as reference: by the names of its voice spans (`<v Name>`), or, where it has none, as what
 * the one speaker says after whom the file is named. A file with spans in which some text has none is
 * refused, for nobody could be held to say it.
 *
 * @param stem the file's name without its extension.
 */
export function readVttLabels(text: string, file: string, stem: string): FoundFile {
	const parsed = parseVtt(text, file);
	if (parsed.problems.length > 0) return foundFile({ problems: capProblems(parsed.problems) });
	const parts = parsed.cues.flatMap(({ rawText, startSeconds, endSeconds }) =>
		voices(rawText).map((part) => ({ ...part, startSeconds, endSeconds })),
	);
	const isNamed = parts.some(({ name }) => name !== null);
	const nameless = isNamed
		? parts.filter(({ name, text: said }) => name === null && said !== '')
		: [];
	if (nameless.length > 0) {
		const problems = nameless.map((part) => ({
			file,
			message: `the cue at ${part.startSeconds} s has text outside of a voice span (<v Name>): ${JSON.stringify(part.text.slice(0, 40))}`,
		}));
		return foundFile({ problems: capProblems(problems) });
	}
	const bySpeaker = groupBy(parts, ({ name }) => name ?? stem);
	if (bySpeaker.size === 0) bySpeaker.set(stem, []);
	return foundFile({
		speakers: [...bySpeaker].map(([name, own]) => ({
			name,
			file,
			cues: own.map(({ startSeconds, endSeconds, text: said }): Cue => ({
				startSeconds,
				endSeconds,
				text: said,
			})),
		})),
	});
}
