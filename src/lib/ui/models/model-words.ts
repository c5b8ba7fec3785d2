import type { KindInfo, ModelInfo, ModelSpeed, PlanInfo } from '../../state/models-client.ts';

/** Whether a model is here, in a few words, and how that is to look. */
export interface Presence {
	readonly text: string;
	readonly tone: 'good' | 'plain' | 'warn';
}

/** @param damaged whether its files were found damaged just now */
export function presenceOf(model: ModelInfo, damaged: boolean): Presence {
	if (damaged) return { text: 'Damaged', tone: 'warn' };
	if (model.available) return { text: 'On this machine', tone: 'good' };
	if (model.replacedBy !== undefined) return { text: 'Replaced', tone: 'plain' };
	if (!model.offer) return { text: 'Missing', tone: 'warn' };
	const [begun] = model.offer.shelved;
	return begun ? { text: 'Not complete', tone: 'warn' } : { text: 'Not added', tone: 'plain' };
}

/** Where a model runs. */
export function placeText({
	provider,
	precision,
}: Pick<PlanInfo, 'provider' | 'precision'>): string {
	const place = provider === 'webgpu' ? 'Graphics processor (WebGPU)' : 'Processor (WebAssembly)';
	return `${place}, ${precisionText(precision)}`;
}

function precisionText(precision: string): string {
	return precision === 'fp32'
		? 'single precision'
		: precision === 'fp16'
			? 'half precision'
			: precision.replace(/^q(\d+)$/u, '$1 bits');
}

/** What came of a self-check, with the numbers. */
export function checkText(check: PlanInfo['check']): string {
	if (!check) return 'Not made here yet: it is made before the model is first used';
	const { passed, deviation, tolerance } = check;
	return `${passed ? 'Right' : 'Wrong'}: off its reference by ${smallText(deviation)}, ${smallText(tolerance)} allowed`;
}

/** `3.2e-7`, `0.001`, `0`: a deviation, two figures. */
function smallText(value: number): string {
	if (!Number.isFinite(value)) return 'more than can be said';
	if (value === 0) return '0';
	return value < 1e-4 ? value.toExponential(1) : String(Number(value.toPrecision(2)));
}

/** How fast it was; both ways round where that reads better. */
export function speedText({ unit, amount, computeSeconds }: ModelSpeed): string {
	if (unit === 'frames') return `${figures(amount / computeSeconds)} frames a second`;
	return `${figures(computeSeconds / amount)} s of computing for a second of speech`;
}

function figures(value: number): string {
	if (value >= 100) return value.toFixed(0);
	return value < 0.01 ? value.toPrecision(1) : String(Number(value.toPrecision(2)));
}

const needsWords: Readonly<Record<KindInfo['needs'], string>> = {
	anything: 'For the processor',
	gpu: 'For graphics processors',
	'gpu-half': 'For graphics with half precision',
};

/** What a form is for, in a few words: `For graphics processors`. */
export function kindText({ needs }: KindInfo): string {
	return needsWords[needs];
}
