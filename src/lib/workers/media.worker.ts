import { expose } from 'comlink';
import { serveMedia } from '../media/remote.ts';
import { reportRequests } from '../support/request-report.ts';
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

reportRequests('media');
installTransferHandlers();
expose(api);
