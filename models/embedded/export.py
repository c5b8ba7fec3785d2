"""Writes the network as ONNX (fp32) from a checkpoint: lips [1, T, 88, 88] and audio [1, T, 104] in, log_probs [1, T, V] out.

/usr/bin/python3 models/embedded/export.py CHECKPOINT OUT.onnx
"""

import sys

import torch

from net import Recogniser


def main(checkpoint, out):
    model = Recogniser()
    if checkpoint != 'random':
        model.load_state_dict(torch.load(checkpoint)['average'])
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
        output_names=['log_probs'],
        dynamic_axes={'lips': time, 'audio': time, 'log_probs': time},
    )
    print(model(lips, audio)[0, ::4, ::13].detach().numpy().round(5).tolist())


main(*sys.argv[1:])
