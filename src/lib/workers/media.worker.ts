import { expose } from 'comlink';
import { serveMedia } from '../media/remote.ts';
import { installTransferHandlers } from './rpc/transfer-handlers.ts';

/** What the media worker answers to. */
export interface MediaApi {
	/** Serves decoding to whoever holds the other end. */
	connect(port: MessagePort): void;
}

const api: MediaApi = {
	connect: (port) => {
		serveMedia(port);
	},
};

installTransferHandlers();
expose(api);
