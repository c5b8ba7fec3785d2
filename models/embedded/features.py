"""The recogniser's audio features, equal to stackedLogMel in src/lib/signal/speech-features.ts.

python_speech_features' logfbank defaults (pre-emphasis 0.97, 25 ms frames every 10 ms, rectangular window, 512-point FFT,
26 mel filters 0..8000 Hz), a row of zeros at the end, four rows stacked, layer norm over the 104 values.
"""

import numpy as np

EDGES = [0, 2, 4, 7, 10, 13, 16, 20, 24, 29, 34, 40, 46, 53, 60, 68, 77, 87, 97, 109, 122, 136, 152, 169, 188, 209, 231, 256]


def _filters():
    bank = np.zeros((26, 257), np.float64)
    for j in range(26):
        a, b, c = EDGES[j : j + 3]
        bank[j, a:b] = (np.arange(a, b) - a) / (b - a)
        bank[j, b:c] = (c - np.arange(b, c)) / (c - b)
    return bank.T.astype(np.float32)


FILTERS = _filters()


def log_filterbank(samples):
    """[N] float, -1..1 -> [rows, 26] float32, 100 rows a second."""
    x = np.asarray(samples, np.float32)
    x = np.append(x[:1], x[1:] - np.float32(0.97) * x[:-1])
    rows = 1 if len(x) <= 400 else 1 + -(-(len(x) - 400) // 160)
    x = np.concatenate([x, np.zeros((rows - 1) * 160 + 400 - len(x), np.float32)])
    frames = np.lib.stride_tricks.as_strided(x, (rows, 400), (x.strides[0] * 160, x.strides[0]))
    spectrum = np.fft.rfft(frames, 512)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32) / 512
    energy = power @ FILTERS
    return np.log(np.where(energy == 0, np.float32(2.0**-52), energy)).astype(np.float32)


def stacked_log_mel(samples):
    """[640 V] float -> [V, 104] float32."""
    rows = log_filterbank(samples)
    rows = np.concatenate([rows, np.zeros((-len(rows) % 4, 26), np.float32)])
    stacked = rows.reshape(-1, 104).astype(np.float64)
    mean = stacked.mean(1, keepdims=True)
    variance = ((stacked - mean) ** 2).mean(1, keepdims=True)
    return ((stacked - mean) / np.sqrt(variance + 1e-5)).astype(np.float32)
