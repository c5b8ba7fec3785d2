/**
 * Measures the numbers of src/lib/conversations/turn-model.ts on simulated conversations and prints
 * them: `npx tsx tests/bench/fit-turn-model.ts`. For every member of a conversation: how often they start, and stop, while 0,
 * 1, ... others talk, over how often they would at their own average rate.
 */
import { simulateSession } from '../fixtures/simulated-talk.ts';

const sessionCount = 60;
const framesPerStep = 5;

/** Changes that happened, and that were to be expected. */
interface Tally {
	happened: number;
	expected: number;
}

function tallies(): Tally[][] {
	return [2, 3, 4].map((size) =>
		Array.from({ length: size }, () => ({ happened: 0, expected: 0 })),
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
			const tally = (talks ? stops : starts)[others.length - 1]?.[talkers];
			if (!tally) continue;
			tally.expected += rate;
			if (next !== talks) tally.happened += 1;
		}
	}
}

for (let seed = 3000; seed < 3000 + sessionCount; seed += 1) {
	const session = simulateSession({ seed, seconds: 360, speakerCount: 4 + (seed % 5) });
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

const table = (counted: Tally[][]): string[] =>
	counted.map((row) =>
		row.map(({ happened, expected }) => (happened / expected).toFixed(2)).join(', '),
	);
console.log('startFactors', table(starts));
console.log('stopFactors', table(stops));
