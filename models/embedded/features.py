"""The recogniser's audio features, equal to stackedLogMel in src/lib/signal/speech-features.ts.

python_speech_features' logfbank defaults (pre-emphasis 0.97, 25 ms frames every 10 ms, rectangular window, 512-point FFT,
26 mel filters 0..8000 Hz), a row of zeros at the end, four rows stacked, layer norm over the 104 values.
"""

import torch
import torch.nn.functional as F

EDGES = [0, 2, 4, 7, 10, 13, 16, 20, 24, 29, 34, 40, 46, 53, 60, 68, 77, 87, 97, 109, 122, 136, 152, 169, 188, 209, 231, 256]


def filters(device='cpu'):
    bank = torch.zeros(26, 257)
    for j in range(26):
        a, b, c = EDGES[j : j + 3]
        bank[j, a:b] = (torch.arange(a, b) - a) / (b - a)
        bank[j, b:c] = (c - torch.arange(b, c)) / (c - b)
    return bank.T.contiguous().to(device)


def stacked_log_mel(sound, holes=None):
    """[B, 640 V] float -> [B, V, 104] float32.

    holes(energy [B, rows, 26]) -> energy: what a sound codec leaves of the bands, for training.
    """
    batch, samples = sound.shape
    x = torch.cat([sound[:, :1], sound[:, 1:] - 0.97 * sound[:, :-1]], 1)
    rows = 1 if samples <= 400 else 1 + -(-(samples - 400) // 160)
    x = F.pad(x, (0, (rows - 1) * 160 + 400 - samples))
    spectrum = torch.fft.rfft(x.unfold(1, 400, 160), 512)
    power = (spectrum.real**2 + spectrum.imag**2) / 512
    energy = power @ filters(sound.device)
    if holes is not None:
        energy = holes(energy)
    rows = torch.log(torch.where(energy <= 0, torch.full_like(energy, 2.0**-52), energy))
    rows = F.pad(rows, (0, 0, 0, -rows.shape[1] % 4))
    return F.layer_norm(rows.reshape(batch, -1, 104), (104,), eps=1e-5)
