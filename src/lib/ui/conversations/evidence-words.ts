import type { Grouping } from '../../conversations/alternatives.ts';
import type { GroupLimits } from '../../domain/group-limits.ts';
import type { StudioDocument } from '../../domain/studio-document.ts';

const smallNumbers = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];

function numberText(value: number): string {
	return smallNumbers[value] ?? String(value);
}

/** `two to four people a conversation, and four conversations at most`: what is allowed. */
export function limitsText({ fewestMembers, mostMembers, mostConversations }: GroupLimits): string {
	const fewest = numberText(fewestMembers);
	const people =
		mostMembers === null ? `${fewest} or more` : `${fewest} to ${numberText(mostMembers)}`;
	const most =
		mostConversations === null
			? 'any number of conversations'
			: `${numberText(mostConversations)} conversations at most`;
	return `${people} people a conversation, and ${most}`;
}

/** Beyond this a number says no more than that it is large. */
const largest = 1e6;

/** `1.4`, `12`, `3,400`, `more than a million`: how many times, of a natural log of it. */
export function timesText(nats: number): string {
	const times = Math.exp(nats);
	if (times > largest) return 'more than a million';
	if (times < 9.95) return times.toFixed(1);
	const digits = 10 ** Math.max(0, Math.floor(Math.log10(times)) - 1);
	return (Math.round(times / digits) * digits).toLocaleString('en-GB');
}

/** `12 times likelier`, `as likely`: the first of two things, by the log of their ratio. */
export function likelierText(nats: number): string {
	return Math.abs(nats) < 0.05
		? 'as likely'
		: `${timesText(Math.abs(nats))} times ${nats > 0 ? 'likelier' : 'less likely'}`;
}

/** Never quite 0 or 100 %, which nobody can know. */
export function posteriorText(posterior: number): string {
	if (posterior > 0.9995) return '> 99.9 %';
	if (posterior < 0.0005) return '< 0.1 %';
	return `${(100 * posterior).toFixed(1)} %`;
}

/** `Ann, Bob · Cem, Dora`, by the names people gave. */
export function groupingText({ clusters }: Grouping, { speakers }: StudioDocument): string {
	const groups = new Map<number, string[]>();
	for (const { id, name } of speakers) {
		const number = clusters.get(id);
		if (number !== undefined) groups.set(number, [...(groups.get(number) ?? []), name]);
	}
	return [...groups.values()].map((names) => names.join(', ')).join(' · ');
}

/** Those whom somebody talks with in a grouping, by name: `Bob and Cem`; null for nobody. */
export function companyText(
	{ clusters }: Grouping,
	speakerId: string,
	{ speakers }: StudioDocument,
): string | null {
	const others = speakers
		.filter(({ id }) => id !== speakerId && clusters.get(id) === clusters.get(speakerId))
		.map(({ name }) => name);
	const last = others.pop();
	if (last === undefined) return null;
	return others.length === 0 ? last : `${others.join(', ')} and ${last}`;
}

/** `0.21 s`, `−0.35 s` for an overlap; a dash for none. */
export function gapText(seconds: number | null): string {
	if (seconds === null) return '–';
	const text = Math.abs(seconds).toFixed(2);
	return `${seconds < 0 && Number(text) > 0 ? '−' : ''}${text} s`;
}
