import type { ConfabClient, MachineInfo } from './client.ts';
import type { ModelInfo } from './models-client.ts';

/** What this machine can do and which models are on it. */
export class MachineState {
	readonly #client: ConfabClient;
	#machine = $state.raw<MachineInfo | null>(null);
	#models = $state.raw<readonly ModelInfo[] | null>(null);
	#error = $state.raw<unknown>(null);

	constructor(client: ConfabClient) {
		this.#client = client;
	}

	/** Null until it is known. */
	get machine(): MachineInfo | null {
		return this.#machine;
	}

	/** Null until they are known. */
	get models(): readonly ModelInfo[] | null {
		return this.#models;
	}

	get error(): unknown {
		return this.#error;
	}

	/** Those that should have come with the app, and whose work no other model does. */
	get missingModels(): readonly ModelInfo[] {
		return (this.#models ?? []).filter(
			({ available, offer, replacedBy }) =>
				!available && offer === null && replacedBy === undefined,
		);
	}

	/** Whether Light-ASD cannot tell who speaks here; false while it is not known. */
	get lacksLightAsd(): boolean {
		return (this.#models ?? []).some(
			({ id, available }) => id.startsWith('light-asd') && !available,
		);
	}

	/** Those a run can choose among, whether they are here or not. */
	get recognisers(): readonly ModelInfo[] {
		return (this.#models ?? []).filter((model) => model.role === 'recogniser');
	}

	/** Asks again; never rejects. */
	async refresh(): Promise<void> {
		this.#error = null;
		await Promise.all([
			this.#client.machine().then(
				(machine) => (this.#machine = machine),
				(thrown: unknown) => (this.#error = thrown),
			),
			this.#client.models().then(
				(models) => (this.#models = models),
				(thrown: unknown) => (this.#error = thrown),
			),
		]);
	}
}
