import { messageOf } from '../support/errors.ts';

/** A GPU that may be used, or why there is none. */
export type Gpu =
	| {
			readonly available: true;
			/** Vendor and architecture, as far as the browser tells. */
			readonly name: string;
			/** Whether shaders can compute in half precision. */
			readonly halfPrecision: boolean;
			/** A device with the adapter's own limits. The caller destroys it. */
			requestDevice(): Promise<GPUDevice>;
	  }
	| { readonly available: false; readonly reason: string };

/** A CPU that calls itself a GPU: 50 times slower than WebAssembly on the same cores. */
const softwareAdapter = /swiftshader|llvmpipe|lavapipe|software|microsoft basic render/i;

/** Half precision, and reductions across lanes, where the GPU has them. */
const wantedFeatures = ['shader-f16', 'subgroups'] as const;

const wantedLimits = [
	'maxBufferSize',
	'maxStorageBufferBindingSize',
	'maxStorageBuffersPerShaderStage',
	'maxComputeWorkgroupStorageSize',
	'maxComputeInvocationsPerWorkgroup',
	'maxComputeWorkgroupSizeX',
	'maxComputeWorkgroupSizeY',
	'maxComputeWorkgroupSizeZ',
	'maxComputeWorkgroupsPerDimension',
] as const;

/**
 * Looks for a GPU. Nothing is guessed from the browser's name: an adapter is asked for and told
 * apart from software by what it says of itself.
 *
 * @param gpu `navigator.gpu`
 * @param allowSoftware take a software adapter too, for tests of results (never of speed)
 */
export async function probeGpu(
	gpu: Pick<GPU, 'requestAdapter'> | undefined,
	{ allowSoftware = false }: { allowSoftware?: boolean } = {},
): Promise<Gpu> {
	if (!gpu) return { available: false, reason: 'this browser has no WebGPU' };
	let adapter: GPUAdapter | null;
	try {
		adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
	} catch (error) {
		return { available: false, reason: `WebGPU failed (${messageOf(error)})` };
	}
	if (!adapter) return { available: false, reason: 'WebGPU finds no graphics processor' };
	const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
	const name = [vendor, architecture, device, description].filter(Boolean).join(' ');
	if (!allowSoftware && (isFallbackAdapter || softwareAdapter.test(name))) {
		return { available: false, reason: `WebGPU runs in software here (${name})` };
	}
	const found = adapter;
	return {
		available: true,
		name,
		halfPrecision: found.features.has('shader-f16'),
		requestDevice: () =>
			found.requestDevice({
				requiredFeatures: wantedFeatures.filter((feature) => found.features.has(feature)),
				requiredLimits: Object.fromEntries(
					wantedLimits.map((limit) => [limit, found.limits[limit]]),
				),
			}),
	};
}
