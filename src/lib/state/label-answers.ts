import type { FoundFile } from '../formats/reference/found-labels.ts';

/** Whom the names in files of labels mean: the session's speaker, null to leave it out. */
export type SpeakerAnswers = ReadonlyMap<string, string | null>;

/** Lines of the files that go by a name: cues and turns. */
export function linesOf(name: string, { speakers, speech }: FoundFile): number {
	const own = speakers.filter((one) => one.name === name).map(({ cues }) => cues.length);
	const turns = speech.filter((one) => one.name === name).map((one) => one.turns.length);
	return [...own, ...turns].reduce((sum, count) => sum + count, 0);
}

/** Names of one kind of labels that mean the same speaker. */
export function clashesIn(found: FoundFile, answers: SpeakerAnswers): readonly string[] {
	const kinds = [
		found.speakers.map(({ name }) => name),
		found.speech.map(({ name }) => name),
		[...(found.conversations?.keys() ?? [])],
	];
	return kinds.flatMap((names) => {
		const different = [...new Set(names)];
		return different.filter((name) => {
			const id = answers.get(name);
			return id != null && different.some((one) => one !== name && answers.get(one) === id);
		});
	});
}
