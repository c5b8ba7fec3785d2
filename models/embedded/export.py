"""Writes the network as ONNX (fp32) from average.pt: lips [1, T, 88, 88] and audio [1, T, 104] in, log_probs [1, T, V] and speech [1, T] out.

/usr/bin/python3 models/embedded/export.py average.pt OUT.onnx
"""

import sys

import torch

from net import Recogniser


def main(checkpoint, out):
    state = torch.load(checkpoint, map_location='cpu')
    model = Recogniser(state['vocabulary'], state['visemes'], state['phones'])
    model.load_state_dict({name: value.float() if value.dtype == torch.float16 else value for name, value in state['weights'].items()})
    model.eval()
    frames = 9
    lips = torch.sin(0.37 * torch.arange(frames * 88 * 88)).reshape(1, frames, 88, 88)
    audio = torch.sin(0.71 * torch.arange(frames * 104)).reshape(1, frames, 104)
    time = {1: 'frames'}
    torch.onnx.export(
        model,
        (lips, audio),
        out,
        opset_version=16,
        input_names=['lips', 'audio'],
        output_names=['log_probs', 'speech'],
        dynamic_axes={name: time for name in ('lips', 'audio', 'log_probs', 'speech')},
    )
    with torch.no_grad():
        words, speech = model(lips, audio)
    print(words[0, ::4, ::131].tolist(), speech[0, ::4].tolist())


main(*sys.argv[1:])
