/**
 * A `MediaSource` whose decoding runs on another thread: `serveMedia` there, `connectMedia` here, a
 * `MessagePort` between them. Blocks are pulled, so the far side never runs further ahead than two
 * blocks; aborts reach it; errors keep their code and cause; a side that is gone fails what waits.
 */
export { connectMedia, type MediaClient } from './remote-client.ts';
export { serveMedia } from './remote-server.ts';
