export { withJobLock } from './job-lock.ts';
export { openStore } from './store.ts';
export type { Store } from './store.ts';
