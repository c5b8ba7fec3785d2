/**
 * Measures the numbers of src/lib/conversations/turn-model.ts on simulated conversations and prints
 * them: `npx tsx tests/bench/fit-turn-model.ts`. For every member of a conversation: how often they start, and stop, while 0,
 * 1, ... others talk (4 and more together), over how often they would at their own average rate.
 */
import { simulateSession } from '../fixtures/simulated-talk.ts';
import type { SimulatedSession } from '../fixtures/simulated-talk.ts';

const sessionCount = 60;
const framesPerStep = 5;
/** Members of the conversations that are measured; beyond four each is a meeting of its own. */
const sizes = [2, 3, 4, 5, 6, 7, 8, 10, 14, 20];

/** Changes that happened, and that were to be expected. */
interface Tally {
	happened: number;
	expected: number;
}

function tallies(): Tally[][] {
	return sizes.map((size) =>
		Array.from({ length: Math.min(size, 5) }, () => ({ happened: 0, expected: 0 })),
	);
}

const starts = tallies();
const stops = tallies();

function addMember(own: Uint8Array, others: readonly Uint8Array[]): void {
	const steps = [];
	for (let frame = 2; frame + framesPerStep < own.length; frame += framesPerStep) {
		const talkers = others.filter((other) => other[frame] === 1).length;
		steps.push({ talks: own[frame] === 1, next: own[frame + framesPerStep] === 1, talkers });
	}
	for (const talks of [false, true]) {
		const eligible = steps.filter((step) => step.talks === talks);
		const rate = eligible.filter((step) => step.next !== talks).length / eligible.length;
		for (const { next, talkers } of eligible) {
			const rows = talks ? stops : starts;
			const tally = rows[sizes.indexOf(others.length + 1)]?.[Math.min(talkers, 4)];
			if (!tally) continue;
			tally.expected += rate;
			if (next !== talks) tally.happened += 1;
		}
	}
}

function addSession(session: SimulatedSession): void {
	for (const [speaker, own] of session.speech) {
		const others = [...session.speech].filter(
			([other]) => other !== speaker && session.truth.get(other) === session.truth.get(speaker),
		);
		addMember(
			own,
			others.map(([, speech]) => speech),
		);
	}
}

for (let seed = 3000; seed < 3000 + sessionCount; seed += 1) {
	addSession(simulateSession({ seed, seconds: 360, speakerCount: 4 + (seed % 5) }));
	const size = sizes[3 + (seed % (sizes.length - 3))] ?? 0;
	addSession(simulateSession({ seed, seconds: 360, sizes: [size] }));
}

const table = (counted: Tally[][]): string[] =>
	counted.map((row) =>
		row.map(({ happened, expected }) => (happened / expected).toFixed(2)).join(', '),
	);
console.log('startFactors', table(starts));
console.log('stopFactors', table(stops));
