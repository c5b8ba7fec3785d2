import type { VoiceClusters } from './cluster-voices.ts';
import { likenessTo } from './follow-voices.ts';
import type { VoicePiece } from './found-voices.ts';

/**
 * The voices of all pieces where turns overlap. A turn in which nobody is ever heard alone goes to the voice that all of
 * its sound is nearest to, of those that do not talk at that time anyway; everything else stays.
 */
export function withOverlapped(
	pieces: readonly VoicePiece[],
	{ labels, heard }: VoiceClusters,
): readonly number[] {
	const known = likenessTo(heard, labels);
	const own = pieces.map(({ solo, embedding }) => (solo ? null : embedding));
	const { cosines } = likenessTo({ voices: own }, labels, known.means);
	const count = known.labels.length;
	const turns = new Set(
		pieces.flatMap(({ turn }, i) => (own[i] && turn !== undefined ? [turn] : [])),
	);
	const result = [...labels];
	for (const turn of turns) {
		const members = pieces.flatMap((piece, i) => (piece.turn === turn ? [i] : []));
		const taken = new Set(
			pieces.flatMap((piece, i) =>
				piece.turn !== turn && members.some((m) => overlap(pieces[m]!, piece)) ? [result[i]!] : [],
			),
		);
		const likeness = known.labels.map((label, k) => {
			const sum = members.reduce((all, m) => all + cosines[m * count + k]!, 0);
			return taken.has(label) ? -Infinity : sum;
		});
		const best = likeness.indexOf(Math.max(...likeness));
		if (likeness[best] === -Infinity) continue;
		for (const m of members) result[m] = known.labels[best]!;
	}
	return result;
}

function overlap(a: VoicePiece, b: VoicePiece): boolean {
	return a.startSeconds < b.endSeconds && b.startSeconds < a.endSeconds;
}
