import type * as Ort from 'onnxruntime-web';
import type { Tensor, Tensors } from './model.ts';
import type { Runtime } from './runtime.ts';

/** Our tensors as the runtime's. The caller disposes them with `dispose`. */
export function toRuntime(runtime: Runtime, tensors: Tensors): Record<string, Ort.Tensor> {
	const converted: Record<string, Ort.Tensor> = {};
	for (const [name, tensor] of Object.entries(tensors)) {
		converted[name] = new runtime.Tensor(tensor.type, tensor.data, tensor.dims);
	}
	return converted;
}

/**
 * The runtime's tensors as ours, with their data read back from wherever it lies.
 *
 * @throws TypeError for element types that no model here puts out.
 */
export async function fromRuntime(tensors: Readonly<Record<string, Ort.Tensor>>): Promise<Tensors> {
	const converted: Record<string, Tensor> = {};
	for (const [name, tensor] of Object.entries(tensors)) {
		converted[name] = plain(name, tensor, await tensor.getData());
	}
	return converted;
}

function plain(name: string, { type, dims }: Ort.Tensor, data: Ort.Tensor['data']): Tensor {
	if (data instanceof Float32Array) return { type: 'float32', dims, data };
	if (data instanceof Uint8Array) return { type: 'uint8', dims, data };
	if (data instanceof Int32Array) return { type: 'int32', dims, data };
	if (data instanceof BigInt64Array) return { type: 'int64', dims, data };
	// Where the platform has an array type for these, it is theirs.
	if (type === 'float16' && ArrayBuffer.isView(data)) {
		return { type, dims, data: new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) };
	}
	throw new TypeError(`Output "${name}" is of a type that is not handled`);
}

/** Frees what the runtime holds for these tensors. */
export function dispose(tensors: Readonly<Record<string, Ort.Tensor>>): void {
	for (const tensor of Object.values(tensors)) tensor.dispose();
}
