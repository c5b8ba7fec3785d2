import { buildAudioEncoder, buildHead, buildVisualEncoder } from './light-asd.ts';
import { withFrozenWeights } from './onnx-rewrite.ts';
import { readPyTorchCheckpoint } from '../../src/lib/conversion/pytorch.ts';
import { convertTfjsGraph } from './tfjs-graph.ts';
import { convertTflite } from './tflite.ts';
import { buildVoiceBilstm } from './voice-bilstm.ts';
import { buildXvector } from './xvector.ts';

/**
 * What the catalogue's `build` names: from the bytes of its source files (one, where no other is named) to
 * those of the file that the app loads. Pure, so that a browser can do it as well as the set-up.
 */
export const conversions: Readonly<
	Record<string, (source: Uint8Array, second: Uint8Array) => Uint8Array<ArrayBuffer>>
> = {
	'light-asd-visual': (source) => buildVisualEncoder(readPyTorchCheckpoint(source)),
	'light-asd-audio': (source) => buildAudioEncoder(readPyTorchCheckpoint(source)),
	'light-asd-head': (source) => buildHead(readPyTorchCheckpoint(source)),
	'voice-bilstm': (source) => buildVoiceBilstm(readPyTorchCheckpoint(source)),
	xvector: (network, mean) => buildXvector({ network, mean }),
	'frozen-weights': withFrozenWeights,
	tflite: convertTflite,
	'tfjs-graph': convertTfjsGraph,
};
