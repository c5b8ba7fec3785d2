import { ConfabError } from '../support/errors.ts';

/** How long a failed call waits to learn whether the device is gone: the news may come after it. */
const newsMs = 50;

/** Owns a GPU device and knows when it is gone. */
export class DeviceWatch {
	readonly device: GPUDevice;
	readonly #gone: Promise<ConfabError>;
	#lost = false;
	#closed = false;

	constructor(device: GPUDevice) {
		this.device = device;
		this.#gone = device.lost.then(({ message }) => {
			this.#lost = !this.#closed;
			return new ConfabError(
				'DeviceLost',
				`The graphics processor went away${message === '' ? '' : ` (${message})`}. ` +
					'What was finished is kept; run again to go on.',
			);
		});
	}

	/** Whether the device went away by itself. */
	get lost(): boolean {
		return this.#lost;
	}

	/**
	 * The work's result. Work on a device that goes away may never settle, or fail with an error of
	 * any kind; here it fails at once, and with the reason.
	 *
	 * @throws ConfabError `DeviceLost`
	 */
	async guard<T>(work: Promise<T>): Promise<T> {
		const gone = this.#gone.then((error) => {
			throw error;
		});
		try {
			return await Promise.race([work, gone]);
		} catch (error) {
			work.catch(() => undefined);
			if (!this.#lost) await Promise.race([this.#gone, pause(newsMs)]);
			if (this.#lost) throw await this.#gone;
			throw error;
		} finally {
			gone.catch(() => undefined);
		}
	}

	/** Gives the device back. */
	close(): void {
		this.#closed = true;
		this.device.destroy();
	}
}

function pause(milliseconds: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
