/**
 * How many tests or checks went which way.
 *
 * @typedef {{ passed: number, failed: number, skipped: number }} Tally
 */

/** @returns {Tally} */
export function emptyTally() {
	return { passed: 0, failed: 0, skipped: 0 };
}

/**
 * @param {Tally} a
 * @param {Tally} b
 * @returns {Tally}
 */
export function addTallies(a, b) {
	return {
		passed: a.passed + b.passed,
		failed: a.failed + b.failed,
		skipped: a.skipped + b.skipped,
	};
}

/** @param {Tally} tally */
export function tallyLine({ passed, failed, skipped }) {
	return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * Counts from Vitest's JSON report. A file that could not be loaded has no tests to fail: it counts as
 * one failure, and so does anything else that made the run fail without failing a test.
 *
 * @param {any} report
 * @param {number} exitCode of the run
 * @returns {Tally}
 */
export function tallyOfVitest(report, exitCode) {
	const brokenFiles = report.testResults.filter(
		(/** @type {any} */ file) =>
			file.status === 'failed' &&
			!file.assertionResults.some((/** @type {any} */ test) => test.status === 'failed'),
	).length;
	const failed = report.numFailedTests + brokenFiles;
	return {
		passed: report.numPassedTests,
		failed: failed === 0 && exitCode !== 0 ? 1 : failed,
		skipped: report.numPendingTests + (report.numTodoTests ?? 0),
	};
}

/**
 * Counts from Playwright's JSON report. A test that passed only on a second try counts as failed.
 *
 * @param {any} report
 * @param {number} exitCode of the run
 * @returns {Tally}
 */
export function tallyOfPlaywright(report, exitCode) {
	const { expected, unexpected, flaky, skipped } = report.stats;
	const failed = unexpected + flaky + report.errors.length;
	return { passed: expected, failed: failed === 0 && exitCode !== 0 ? 1 : failed, skipped };
}
