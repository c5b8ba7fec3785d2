import type { MachineInfo } from './client.ts';
import type { ModelInfo, PlanInfo } from './models-client.ts';

/** The recogniser for a machine, and why. */
export interface Recommendation {
	readonly model: ModelInfo;
	/** Reasons, each a sentence without its stop. */
	readonly why: readonly string[];
}

/**
 * The 8-bit recogniser of the baseline takes 1.3 GB while it runs (models/avsr-cocktail/README.md), beside
 * a browser that wants as much.
 */
const leastMemoryGiB = 4;

/** It takes 1.1 to 1.2 s for a second of speech on two threads (models/avsr-cocktail/README.md). */
const leastThreads = 2;

/** In the order in which they recognise words of the task, by the challenge's published scores. */
const byQuality = ['avsr-cocktail-mcorec', 'avsr-cocktail'] as const;

/**
 * Which recogniser to take here, whether its files are here already or not. It goes by what the machine
 * has, never by its name.
 */
export function recommend(
	machine: MachineInfo,
	models: readonly ModelInfo[],
	plans: ReadonlyMap<string, PlanInfo>,
): Recommendation | null {
	const recognisers = models.filter(({ role }) => role === 'recogniser');
	const best =
		byQuality.map((id) => recognisers.find((model) => model.id === id)).find(Boolean) ?? null;
	// What comes with the app: the larger before the one that knows few words.
	const shipped = recognisers.filter(({ files, available }) => available && files.length > 0);
	const small = shipped.find(({ offer }) => offer !== null) ?? shipped[0] ?? null;
	const obstacle = best && obstacleOf(machine, best, plans.get(best.id));
	if (!best || obstacle !== null) {
		const why = ['it needs little and is here already', ...(obstacle === null ? [] : [obstacle])];
		return small && { model: small, why };
	}
	const reads = 'it was made for this task: it reads lips as well as it listens';
	const { webgpu, threads } = machine;
	const speed =
		webgpu.available && !webgpu.software
			? `the graphics processor runs it${webgpu.adapter ? ` (${webgpu.adapter})` : ''}`
			: `the processor runs it: on two threads, a second of speech took 1.2 s; here there are ${threads}`;
	const terms = best.offer?.mustAccept ? ['not for commercial use: see its terms'] : [];
	return { model: best, why: [reads, speed, ...terms] };
}

/** Why a machine cannot run it, or null. */
function obstacleOf(
	{ webgpu, threads, memoryGiB, storage }: MachineInfo,
	{ title, offer, available }: ModelInfo,
	plan: PlanInfo | undefined,
): string | null {
	if (!storage.keepsFiles)
		return `${title} cannot be added: the browser keeps no files for this page`;
	const bytes = offer?.kinds.find(({ kind }) => kind === plan?.kind)?.bytes ?? 0;
	if (!available && storage.quotaBytes - storage.usedBytes < bytes) {
		return `${title} does not fit into what is left of the browser’s storage`;
	}
	// Browsers tell 8 GiB at most, and some nothing.
	if (memoryGiB !== undefined && memoryGiB < leastMemoryGiB) {
		return `${title} needs more memory than the ${memoryGiB} GiB here`;
	}
	if ((!webgpu.available || webgpu.software) && threads < leastThreads) {
		return `${title} would take too long on one thread`;
	}
	return null;
}
