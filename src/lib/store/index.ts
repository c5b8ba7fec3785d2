export { withJobLock } from './job-lock.ts';
export { openStore } from './open-store.ts';
export { bytesOf, nameOf } from './session-entry.ts';
export type { StoredSession } from './session-entry.ts';
export type { Store } from './store.ts';
export { VolatileStore } from './volatile-store.ts';
