export { withJobLock } from './job-lock.ts';
export { openStore, VolatileStore } from './store.ts';
export type { Store } from './store.ts';
