import type { StudioDocument } from '../../domain/studio-document.ts';
import { plainText } from '../plain-text.ts';
import { tiersOf } from './lanes.ts';
import type { MeasuredTier, SpeakerTier } from './lanes.ts';
import type { MillisecondRange } from './told-cues.ts';

/** What an EAF file says beside the document. */
export interface EafFacts {
	readonly date: Date;
	/** Path of the video beside the file; null where there is none. */
	readonly mediaPath: string | null;
}

/** The stereotypes as ELAN writes them; EAF 3.0, section 2.7. */
const constraints = [
	[
		'Time_Subdivision',
		"Time subdivision of parent annotation's time interval, no time gaps allowed within this interval",
	],
	[
		'Symbolic_Subdivision',
		'Symbolic subdivision of a parent annotation. Annotations refering to the same parent are ordered',
	],
	['Symbolic_Association', '1-1 association with a parent annotation'],
	[
		'Included_In',
		"Time alignable annotations within the parent annotation's time interval, gaps are allowed",
	],
] as const;

const wordType = 'Word';
const measuredType = 'Measured';

function escaped(text: string): string {
	if (!/[&<>"]/.test(text)) return text;
	return text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;');
}

type Attributes = Readonly<Record<string, string | null>>;

function tag(name: string, attributes: Attributes, content: string | null = null): string {
	const written = Object.entries(attributes)
		.flatMap(([key, value]) => (value === null ? [] : [` ${key}="${escaped(value)}"`]))
		.join('');
	return content === null ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

/** Numbers annotations and their time slots, which stand in the file's head. */
class Slots {
	readonly #times: number[] = [];
	#annotations = 0;

	get annotations(): number {
		return this.#annotations;
	}

	annotation(range: MillisecondRange, text: string): string {
		const ids = {
			ANNOTATION_ID: `a${++this.#annotations}`,
			TIME_SLOT_REF1: this.#slot(range.startMs),
			TIME_SLOT_REF2: this.#slot(range.endMs),
		};
		const value = tag('ANNOTATION_VALUE', {}, escaped(text));
		return `\n${tag('ANNOTATION', {}, tag('ALIGNABLE_ANNOTATION', ids, value))}`;
	}

	/** In the order of their times, as ELAN expects them. */
	order(): string {
		const slots = this.#times
			.map((ms, index) => ({ ms, id: `ts${index + 1}` }))
			.sort((a, b) => a.ms - b.ms)
			.map(({ ms, id }) => `\n${tag('TIME_SLOT', { TIME_SLOT_ID: id, TIME_VALUE: String(ms) })}`);
		return tag('TIME_ORDER', {}, `${slots.join('')}\n`);
	}

	#slot(ms: number): string {
		this.#times.push(ms);
		return `ts${this.#times.length}`;
	}
}

function tierElements(tier: SpeakerTier, type: string, slots: Slots): string[] {
	const said = tier.cues.map((cue) => slots.annotation(cue, cue.text));
	const words = tier.words.map((word) => slots.annotation(word, word.text));
	const participant = { PARTICIPANT: tier.speaker.name };
	return [
		tag(
			'TIER',
			{ TIER_ID: tier.name, ...participant, LINGUISTIC_TYPE_REF: type },
			`${said.join('')}\n`,
		),
		tag(
			'TIER',
			{
				TIER_ID: tier.wordsName,
				...participant,
				PARENT_REF: tier.name,
				LINGUISTIC_TYPE_REF: wordType,
			},
			`${words.join('')}\n`,
		),
	];
}

function measuredElement({ name, participant, spans }: MeasuredTier, slots: Slots): string {
	const attributes = {
		...{ TIER_ID: name, PARTICIPANT: participant, LINGUISTIC_TYPE_REF: measuredType },
	};
	const written = spans.map((span) => slots.annotation(span, span.text));
	return tag('TIER', attributes, `${written.join('')}\n`);
}

function linguisticType(id: string, constraint: string | null): string {
	return tag('LINGUISTIC_TYPE', {
		LINGUISTIC_TYPE_ID: id,
		TIME_ALIGNABLE: 'true',
		GRAPHIC_REFERENCES: 'false',
		CONSTRAINTS: constraint,
	});
}

/** A linguistic type for the utterances of each conversation, all of them different. */
function utteranceTypes(document: StudioDocument): ReadonlyMap<number | null, string> {
	const names = new Map(document.conversations.map(({ number, name }) => [number, name] as const));
	const types = new Map<number | null, string>();
	for (const { conversation } of document.speakers) {
		if (types.has(conversation)) continue;
		const name = conversation === null ? undefined : names.get(conversation);
		const wanted = name === undefined ? 'Utterance' : `Utterance, ${plainText(name)}`;
		const isTaken = [...types.values()].includes(wanted);
		types.set(conversation, isTaken ? `${wanted} (${String(conversation)})` : wanted);
	}
	return types;
}

function mediaDescriptor(path: string): string {
	const url = path.split('/').map(encodeURIComponent).join('/');
	return tag('MEDIA_DESCRIPTOR', {
		MEDIA_URL: `file:///${url}`,
		MIME_TYPE: 'video/mp4',
		RELATIVE_MEDIA_URL: `./${url}`,
	});
}

/**
 * An ELAN annotation file (EAF 3.0): for each speaker a tier of utterances and below it one of words,
 * which lie in their utterance with gaps (`Included_In`: the gapless `Time_Subdivision` would lengthen
 * them). The linguistic type of an utterance tier is its conversation, by which ELAN sorts and colours.
 * Cues of one speaker that overlap are in several tiers, and what was measured is in tiers of its own (`tiersOf`).
 */
export function eaf(document: StudioDocument, { date, mediaPath }: EafFacts): string {
	const types = utteranceTypes(document);
	const slots = new Slots();
	const { speakers, measured } = tiersOf(document);
	const tiers = [
		...speakers.flatMap((tier) =>
			tierElements(tier, types.get(tier.speaker.conversation) ?? '', slots),
		),
		...measured.map((tier) => measuredElement(tier, slots)),
	];
	const head = [
		...(mediaPath === null ? [] : [mediaDescriptor(mediaPath)]),
		tag('PROPERTY', { NAME: 'lastUsedAnnotationId' }, String(slots.annotations)),
	];
	const body = [
		tag('HEADER', { MEDIA_FILE: '', TIME_UNITS: 'milliseconds' }, `\n${head.join('\n')}\n`),
		slots.order(),
		...tiers,
		...[...types.values()].map((type) => linguisticType(type, null)),
		linguisticType(wordType, 'Included_In'),
		...(measured.length > 0 ? [linguisticType(measuredType, null)] : []),
		...constraints.map(([stereotype, description]) =>
			tag('CONSTRAINT', { STEREOTYPE: stereotype, DESCRIPTION: description }),
		),
	];
	const root = {
		AUTHOR: 'Confab',
		DATE: date.toISOString(),
		FORMAT: '3.0',
		VERSION: '3.0',
		'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
		'xsi:noNamespaceSchemaLocation': 'http://www.mpi.nl/tools/elan/EAFv3.0.xsd',
	};
	const written = tag('ANNOTATION_DOCUMENT', root, `\n${body.join('\n')}\n`);
	return `<?xml version="1.0" encoding="UTF-8"?>\n${written}\n`;
}
