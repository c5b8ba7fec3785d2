import { describe, expect, test } from 'vitest';
import { addTallies, tallyLine, tallyOfPlaywright, tallyOfVitest } from './tally.mjs';

describe('counts from reports', () => {
	const passed = { status: 'passed', assertionResults: [{ status: 'passed' }] };
	const broken = { status: 'failed', assertionResults: [] };
	const base = { numPassedTests: 1, numFailedTests: 0, numPendingTests: 2, numTodoTests: 1 };

	test('Vitest: tests as they are', () => {
		expect(tallyOfVitest({ ...base, testResults: [passed] }, 0)).toEqual({
			passed: 1,
			failed: 0,
			skipped: 3,
		});
	});

	test('Vitest: a file that does not load is a failure, though it holds no test', () => {
		expect(tallyOfVitest({ ...base, testResults: [passed, broken] }, 1).failed).toBe(1);
	});

	test('Vitest: an uncaught error outside a test is a failure', () => {
		expect(tallyOfVitest({ ...base, testResults: [passed] }, 1).failed).toBe(1);
	});

	test('Vitest: failed tests are counted once', () => {
		const failed = { status: 'failed', assertionResults: [{ status: 'failed' }] };
		const report = { ...base, numFailedTests: 1, testResults: [failed] };
		expect(tallyOfVitest(report, 1).failed).toBe(1);
	});

	test('Playwright: a second try does not count, nor does an error outside the tests', () => {
		const stats = { expected: 3, unexpected: 1, flaky: 1, skipped: 2 };
		expect(tallyOfPlaywright({ stats, errors: [{}] }, 1)).toEqual({
			passed: 3,
			failed: 3,
			skipped: 2,
		});
	});

	test('Playwright: a run that failed for no test is a failure', () => {
		const stats = { expected: 0, unexpected: 0, flaky: 0, skipped: 0 };
		expect(tallyOfPlaywright({ stats, errors: [] }, 1).failed).toBe(1);
	});
});

test('the last line', () => {
	const sum = addTallies(
		{ passed: 1, failed: 0, skipped: 0 },
		{ passed: 2, failed: 1, skipped: 0 },
	);
	expect(tallyLine(sum)).toBe('3 passed, 1 failed');
	expect(tallyLine({ passed: 1, failed: 0, skipped: 4 })).toBe('1 passed, 0 failed, 4 skipped');
});
