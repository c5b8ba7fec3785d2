import type { Job } from '../../state/job.svelte.ts';
import { timeLeftText } from '../common/time-text.ts';

/** One line on how a job stands. */
export function jobLine(job: Job): string {
	switch (job.status) {
		case 'waiting':
			return 'Waiting for its turn';
		case 'running':
			return timeLeftText(job.secondsLeft);
		case 'cancelling':
			return 'Stopping';
		case 'done':
			return 'Done';
		case 'cancelled':
			return 'Cancelled';
		case 'failed':
			return 'Failed';
	}
}
