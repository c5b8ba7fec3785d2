import { transferHandlers, type TransferHandler } from 'comlink';
import { fromWire, toWire, type WireError } from '../../support/error-wire.ts';
import { present } from '../../support/assert.ts';

/** What Comlink wraps a thrown value in; its marker is private, its handler is not. */
interface Thrown {
	readonly value: unknown;
}

/**
 * Teaches Comlink what it lacks: errors keep their code, findings and cause, and an `AbortSignal` may
 * be an argument of any call. Both sides of a connection call this once before they use it.
 */
export function installTransferHandlers(): void {
	if (transferHandlers.has('abort-signal')) return;
	const plain = present(transferHandlers.get('throw'), "Comlink's handler of errors");
	const errors: TransferHandler<Thrown, WireError> = {
		canHandle: (value): value is Thrown => plain.canHandle(value),
		serialize: ({ value }) => [toWire(value), []],
		deserialize: (wire) => {
			throw fromWire(wire);
		},
	};
	transferHandlers.set('throw', errors);
	transferHandlers.set('abort-signal', abortSignals);
}

const abortSignals: TransferHandler<AbortSignal, MessagePort> = {
	canHandle: (value): value is AbortSignal => value instanceof AbortSignal,
	serialize: (signal) => {
		const { port1, port2 } = new MessageChannel();
		const tell = (): void => port1.postMessage(messageOfReason(signal.reason));
		if (signal.aborted) tell();
		else signal.addEventListener('abort', tell, { once: true });
		return [port2, [port2]];
	},
	deserialize: (port) => {
		const controller = new AbortController();
		port.onmessage = ({ data }: MessageEvent<unknown>) => {
			controller.abort(new DOMException(String(data), 'AbortError'));
			port.close();
		};
		return controller.signal;
	},
};

function messageOfReason(reason: unknown): string {
	return reason instanceof Error ? reason.message : 'Cancelled';
}
