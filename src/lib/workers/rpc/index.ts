export { proxy, transfer } from 'comlink';
export { WorkerHandle } from './worker-handle.ts';
