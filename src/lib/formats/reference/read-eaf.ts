import { messageOf } from '../../support/errors.ts';
import { groupBy } from '../../support/group-by.ts';
import { isLayerTier } from '../layer-tiers.ts';
import { latestSeconds } from '../limits.ts';
import { labelText } from '../webvtt.ts';
import { readXml, XmlError } from '../xml-reader.ts';
import type { XmlElement } from '../xml-reader.ts';
import { LineProblems } from './field-lines.ts';
import { foundFile, foundTiers } from './found-labels.ts';
import type { FoundFile, FoundTier } from './found-labels.ts';

interface Tier extends Omit<FoundTier, 'cues'> {
	readonly id: string;
	readonly type: string;
	readonly annotations: readonly XmlElement[];
}

const childrenOf = (parent: XmlElement, name: string): readonly XmlElement[] =>
	parent.children.filter((child) => child.name === name);

const attributeOf = (element: XmlElement, name: string): string =>
	element.attributes.get(name)?.trim() ?? '';

/** Seconds by the id of a time slot, for those that have a time. */
function timesOf(root: XmlElement): ReadonlyMap<string, number> {
	const slots = childrenOf(root, 'TIME_ORDER').flatMap((order) => childrenOf(order, 'TIME_SLOT'));
	return new Map(
		slots.flatMap((slot): [string, number][] => {
			const value = attributeOf(slot, 'TIME_VALUE');
			const seconds = Number(value) / 1000;
			if (!/^\d+$/.test(value) || seconds > latestSeconds) return [];
			return [[attributeOf(slot, 'TIME_SLOT_ID'), seconds]];
		}),
	);
}

/** Tiers of what people say that are below no other: what is below them says the same again, or something of it. */
function topTiers(root: XmlElement): readonly Tier[] {
	const all = childrenOf(root, 'TIER');
	const ids = new Set(all.map((tier) => attributeOf(tier, 'TIER_ID')));
	return all
		.filter((tier) => attributeOf(tier, 'PARENT_REF') === '')
		.filter((tier) => !isLayerTier(attributeOf(tier, 'TIER_ID'), ids))
		.map((tier) => {
			const id = attributeOf(tier, 'TIER_ID');
			const annotations = childrenOf(tier, 'ANNOTATION').flatMap(({ children }) => children);
			const type = attributeOf(tier, 'LINGUISTIC_TYPE_REF');
			return { id, name: attributeOf(tier, 'PARTICIPANT') || id, type, annotations };
		});
}

/**
 * Several tiers of one participant are one speaker only where they hold the same kind of thing: what somebody
 * says and, say, their gestures are not words of one transcript.
 */
function reportMixed(tiers: readonly Tier[], problems: LineProblems): void {
	const filled = tiers.filter(({ annotations }) => annotations.length > 0);
	for (const [name, own] of groupBy(filled, (tier) => tier.name)) {
		const [first] = own;
		const other = own.find(({ type }) => type !== first?.type);
		if (!first || !other) continue;
		problems.addToFile(
			`the tiers ${first.id} and ${other.id} are both of ${name} and of different types: keep the one with the words`,
		);
	}
}

/**
 * Reads EAF (ELAN 3.0 and its forerunners, MPI Nijmegen): a speaker for each tier that has no parent, by
 * its participant or else its own name; an annotation is a cue. Where no annotation has a text it
 * is who speaks when.
 */
export function readEaf(text: string, file: string): FoundFile {
	const problems = new LineProblems(file);
	let root: XmlElement;
	try {
		root = readXml(text);
	} catch (error) {
		if (!(error instanceof XmlError)) throw error;
		return foundFile({ problems: [{ file, message: messageOf(error) }] });
	}
	if (root.name !== 'ANNOTATION_DOCUMENT') {
		problems.addToFile(`expected ANNOTATION_DOCUMENT, found ${root.name}`);
		return foundFile({ problems: problems.all });
	}
	const units = childrenOf(root, 'HEADER').map((header) => attributeOf(header, 'TIME_UNITS'))[0];
	if (units && units !== 'milliseconds') {
		problems.addToFile(`expected times in milliseconds, found ${units}`);
	}
	const times = timesOf(root);
	const tiers = topTiers(root);
	reportMixed(tiers, problems);
	const found = tiers.map(({ id, name, annotations }) => ({
		name,
		cues: annotations.flatMap((annotation) => {
			const startSeconds = times.get(attributeOf(annotation, 'TIME_SLOT_REF1'));
			const endSeconds = times.get(attributeOf(annotation, 'TIME_SLOT_REF2'));
			if (startSeconds === undefined || endSeconds === undefined || endSeconds < startSeconds) {
				const which = attributeOf(annotation, 'ANNOTATION_ID');
				problems.addToFile(`the annotation ${which} of tier ${id} has no start and end in order`);
				return [];
			}
			const said = childrenOf(annotation, 'ANNOTATION_VALUE').map((value) => value.text);
			return [{ startSeconds, endSeconds, text: labelText(said.join(' ')) }];
		}),
	}));
	if (found.length === 0) problems.addToFile('has no tier');
	return foundFile({ ...foundTiers(found, file), problems: problems.all });
}
