"""An independent run of the reduced network, in PyTorch: the golden numbers of the tests.

Written from the published description of the network (AV-HuBERT's encoder, an ESPnet decoder), not
from the TypeScript beside it: 3-D convolution, batch and weight normalisation as they are, no caches.

    python3 models/avsr-cocktail/reference.py > tests/golden/avsr-reduced.json
"""

import json
import math
import sys

import numpy as np
import torch
import torch.nn.functional as F

WIDTH, HEADS, INNER, LAYERS = 64, 4, 128, 2
DEC_LAYERS, DEC_HEADS, DEC_INNER, UNITS = 2, 4, 96, 61
STEM, STAGES, TAPS, GROUPS = 8, (8, 16, 24, 32), 128, 4
FRAMES = 6
TOKENS = [60, 17, 25, 9]


def hashed(name, count):
    h = 0x811C9DC5
    for byte in name.encode():
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    x = np.arange(count, dtype=np.uint64) + np.uint64(h)
    mask = np.uint64(0xFFFFFFFF)
    x &= mask
    x ^= x >> np.uint64(16)
    x = (x * np.uint64(0x7FEB352D)) & mask
    x ^= x >> np.uint64(15)
    x = (x * np.uint64(0x846CA68B)) & mask
    x ^= x >> np.uint64(16)
    return x.astype(np.float64) / 2.0**31 - 1.0


def tensor(name, *shape):
    name = "avsr." + name
    u = hashed(name, int(np.prod(shape)))
    last = name.rsplit(".", 1)[1]
    if name.endswith("decoder.embed.0.weight"):
        value = 0.05 * u
    elif last == "original0":
        value = 4 + u
    elif last == "running_mean":
        value = 0.1 * u
    elif last == "running_var":
        value = 1 + 0.5 * u
    elif last == "bias":
        value = 0.02 * u
    elif len(shape) == 1 and ("relu" in name or "frontend3D.2" in name):
        value = 0.25 + 0.05 * u
    elif len(shape) == 1:
        value = 1 + 0.1 * u
    else:
        value = u * math.sqrt(3 / (np.prod(shape) / shape[0]))
    return torch.from_numpy(value.astype(np.float32).reshape(shape))


def linear(x, name, outputs):
    return F.linear(x, tensor(name + ".weight", outputs, x.shape[-1]), tensor(name + ".bias", outputs))


def layer_norm(x, name, eps):
    n = x.shape[-1]
    return F.layer_norm(x, (n,), tensor(name + ".weight", n), tensor(name + ".bias", n), eps)


def batch_norm(x, name):
    c = x.shape[1]
    parts = [tensor(f"{name}.{p}", c) for p in ("running_mean", "running_var", "weight", "bias")]
    return F.batch_norm(x, *parts, training=False, eps=1e-5)


def front_end(video):
    r = "encoder.feature_extractor_video.resnet."
    x = F.conv3d(
        video[None, None],
        tensor(r + "frontend3D.0.weight", STEM, 1, 5, 7, 7),
        stride=(1, 2, 2),
        padding=(2, 3, 3),
    )
    x = F.prelu(batch_norm(x, r + "frontend3D.1"), tensor(r + "frontend3D.2.weight", STEM))
    x = F.max_pool3d(x, (1, 3, 3), (1, 2, 2), (0, 1, 1))
    x = x[0].transpose(0, 1)
    for stage, channels in enumerate(STAGES, 1):
        for block in (0, 1):
            n = f"{r}trunk.layer{stage}.{block}."
            inputs = x.shape[1]
            stride = 2 if stage > 1 and block == 0 else 1
            y = F.conv2d(x, tensor(n + "conv1.weight", channels, inputs, 3, 3), stride=stride, padding=1)
            y = F.prelu(batch_norm(y, n + "bn1"), tensor(n + "relu1.weight", channels))
            y = F.conv2d(y, tensor(n + "conv2.weight", channels, channels, 3, 3), padding=1)
            y = batch_norm(y, n + "bn2")
            if stride == 2:
                x = F.conv2d(x, tensor(n + "downsample.0.weight", channels, inputs, 1, 1), stride=2)
                x = batch_norm(x, n + "downsample.1")
            x = F.prelu(x + y, tensor(n + "relu2.weight", channels))
    return x.mean((2, 3))


def attend(q, k, v, heads, causal=False):
    """q, k, v: [frames][width], already projected."""
    def split(x):
        return x.view(x.shape[0], heads, -1).transpose(0, 1)

    q, k, v = split(q), split(k), split(v)
    scores = q @ k.transpose(1, 2) / math.sqrt(q.shape[-1])
    if causal:
        n = scores.shape[-1]
        scores = scores.masked_fill(torch.triu(torch.ones(n, n, dtype=torch.bool), 1), -math.inf)
    return (scores.softmax(-1) @ v).transpose(0, 1).reshape(q.shape[1], -1)


def positional(x):
    n = "encoder.encoder.pos_conv_embed.conv."
    g = tensor(n + "parametrizations.weight.original0", 1, 1, TAPS)
    v = tensor(n + "parametrizations.weight.original1", WIDTH, WIDTH // GROUPS, TAPS)
    w = v * g / v.pow(2).sum((0, 1), keepdim=True).sqrt()
    y = F.conv1d(x.t()[None], w, tensor(n + "bias", WIDTH), padding=TAPS // 2, groups=GROUPS)
    return F.gelu(y[0, :, :-1].t())


def encode(audio, video):
    sound = linear(audio, "encoder.feature_extractor_audio.proj", WIDTH)
    seen = linear(front_end(video), "encoder.feature_extractor_video.proj", WIDTH)
    x = layer_norm(torch.cat([sound, seen], -1), "encoder.layer_norm", 1e-5)
    x = linear(x, "encoder.post_extract_proj", WIDTH)
    x = x + positional(x)
    for layer in range(LAYERS):
        n = f"encoder.encoder.layers.{layer}."
        a = layer_norm(x, n + "layer_norm", 1e-5)
        q, k, v = (linear(a, f"{n}attention.{p}_proj", WIDTH) for p in "qkv")
        x = x + linear(attend(q, k, v, HEADS), n + "attention.out_proj", WIDTH)
        a = layer_norm(x, n + "final_layer_norm", 1e-5)
        a = F.gelu(linear(a, n + "feed_forward.intermediate_dense", INNER))
        x = x + linear(a, n + "feed_forward.output_dense", WIDTH)
    return layer_norm(x, "encoder.encoder.layer_norm", 1e-5)


def decode(tokens, memory):
    """Log-probabilities of the unit after these."""
    x = tensor("decoder.embed.0.weight", UNITS, WIDTH)[tokens] * math.sqrt(WIDTH)
    place = torch.arange(len(tokens), dtype=torch.float64)[:, None]
    angle = place * torch.exp(torch.arange(0, WIDTH, 2, dtype=torch.float64) * -(math.log(1e4) / WIDTH))
    x = x + torch.stack([angle.sin(), angle.cos()], -1).reshape(len(tokens), WIDTH).float()
    for layer in range(DEC_LAYERS):
        n = f"decoder.decoders.{layer}."
        a = layer_norm(x, n + "norm1", 1e-12)
        q, k, v = (linear(a, f"{n}self_attn.linear_{p}", WIDTH) for p in "qkv")
        x = x + linear(attend(q, k, v, DEC_HEADS, causal=True), n + "self_attn.linear_out", WIDTH)
        a = layer_norm(x, n + "norm2", 1e-12)
        q = linear(a, n + "src_attn.linear_q", WIDTH)
        k, v = (linear(memory, f"{n}src_attn.linear_{p}", WIDTH) for p in "kv")
        x = x + linear(attend(q, k, v, DEC_HEADS), n + "src_attn.linear_out", WIDTH)
        a = layer_norm(x, n + "norm3", 1e-12)
        x = x + linear(F.relu(linear(a, n + "feed_forward.w_1", DEC_INNER)), n + "feed_forward.w_2", WIDTH)
    x = layer_norm(x[-1], "decoder.after_norm", 1e-12)
    return linear(x, "decoder.output_layer", UNITS).log_softmax(-1)


def inputs(frames):
    t, j = np.arange(frames)[:, None], np.arange(104)[None]
    audio = 1.3 * np.sin(0.37 * t + 0.21 * j) + 0.7 * np.cos(0.05 * t * ((j % 26) + 1))
    f, y, x = np.ogrid[:frames, :88, :88]
    grey = 127.5 + 80 * np.sin(0.11 * x + 0.07 * y + 0.5 * f) + 40 * np.cos(0.05 * x - 0.13 * y + 0.23 * f)
    grey = np.clip(np.floor(grey), 0, 255).astype(np.float32)
    video = (grey / np.float32(255) - np.float32(0.421)) / np.float32(0.165)
    return torch.from_numpy(audio.astype(np.float32)), torch.from_numpy(video.astype(np.float32))


def rounded(x):
    return [float(f"{value:.7g}") for value in x.double().flatten().tolist()]


def main():
    with torch.no_grad():
        audio, video = inputs(FRAMES)
        encoded = encode(audio, video)
        ctc = linear(encoded, "ctc.ctc_lo", UNITS).log_softmax(-1)
        steps = [decode(TOKENS[: i + 1], encoded) for i in range(len(TOKENS))]
    json.dump(
        {
            "frames": FRAMES,
            "tokens": TOKENS,
            "encoded": rounded(encoded),
            "ctc": rounded(ctc),
            "decoder": [rounded(step) for step in steps],
        },
        sys.stdout,
    )
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
