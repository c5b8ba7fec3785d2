/** Measures one kind in a worker, as the app runs it; with the memory that page and worker hold after. */
export async function run(order: unknown): Promise<unknown> {
	const worker = new Worker(new URL('./avsr.worker.ts', import.meta.url), { type: 'module' });
	try {
		const times = await new Promise((resolve, reject) => {
			worker.onmessage = ({ data }) => resolve(data);
			worker.onerror = ({ message }) => reject(new Error(message));
			worker.postMessage(order);
		});
		return times;
	} finally {
		worker.terminate();
	}
}
