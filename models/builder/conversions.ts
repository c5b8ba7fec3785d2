import { buildAudioEncoder, buildHead, buildVisualEncoder } from './light-asd.ts';
import { withFrozenWeights } from './onnx-rewrite.ts';
import { readPyTorchCheckpoint } from './pytorch.ts';
import { buildVoiceBilstm } from './voice-bilstm.ts';
import { buildXvector } from './xvector.ts';

/**
 * What the catalogue's `build` names: from the bytes of a source file, or of several in their order, to
 * those of the file that the app loads. Pure, so that a browser can do it as well as the set-up.
 */
export const conversions: Readonly<
	Record<string, (...sources: Uint8Array[]) => Uint8Array<ArrayBuffer>>
> = {
	'light-asd-visual': (source) => buildVisualEncoder(readPyTorchCheckpoint(source)),
	'light-asd-audio': (source) => buildAudioEncoder(readPyTorchCheckpoint(source)),
	'light-asd-head': (source) => buildHead(readPyTorchCheckpoint(source)),
	'voice-bilstm': (source) => buildVoiceBilstm(readPyTorchCheckpoint(source)),
	xvector: (network, mean) => buildXvector({ network, mean }),
	'frozen-weights': withFrozenWeights,
};
