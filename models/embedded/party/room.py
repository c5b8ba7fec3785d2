"""The room: reverberation, distance, noise."""

import numpy as np

from voice import RATE


def impulse(rng, distance, decay_seconds):
    """A room's answer to a click, [n] float32: the direct sound, a few early reflections, a noisy tail that falls by 60 dB in `decay_seconds`.

    The direct sound has level 1 / distance (metres); the tail has the same level wherever one sits.
    """
    length = int(RATE * decay_seconds * 0.9)
    out = np.zeros(length, np.float64)
    out[0] = 1 / distance
    for _ in range(7):
        way = distance + 0.5 + 7 * rng.random()
        at = int(RATE * (way - distance) / 343)
        if at < length:
            out[at] += (0.45 + 0.3 * rng.random()) / way * (1 if rng.random() < 0.8 else -1)
    times = np.arange(length) / RATE
    tail = rng.standard_normal(length) * 10 ** (-3 * times / decay_seconds)
    tail[: int(0.012 * RATE)] *= np.linspace(0, 1, int(0.012 * RATE))
    tail = np.convolve(tail, [0.25, 0.5, 0.25], 'same')
    return (out + 0.012 * tail).astype(np.float32)


def convolve(sound, answer):
    """The sound in the room, as long as before: direct sound stays where it was."""
    size = 1 << int(np.ceil(np.log2(len(sound) + len(answer))))
    return np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(answer, size), size)[: len(sound)].astype(np.float32)


def noise(rng, samples, level):
    """A room's hum and hiss (about 1/f), of root mean square `level`: [samples] float32."""
    spectrum = np.fft.rfft(rng.standard_normal(samples))
    frequency = np.arange(len(spectrum)) * RATE / samples
    spectrum /= np.sqrt(1 + (frequency / 120) ** 1.3)
    out = np.fft.irfft(spectrum, samples)
    return (out * (level / (np.sqrt(np.mean(out**2)) + 1e-12))).astype(np.float32)


def levelled(sound, level=0.06):
    """The sound at a root mean square of `level` where it is loud."""
    loud = np.abs(sound) > 0.02 * (np.abs(sound).max() + 1e-9)
    return sound * (level / (np.sqrt(np.mean(sound[loud] ** 2)) + 1e-9)) if loud.any() else sound


def laugh(rng, female, bursts):
    """A short laugh: breathy bursts, falling. -> sound [n], and phonemes for the mouth."""
    pitch = (300 if female else 170) * (0.9 + 0.3 * rng.random())
    parts, phonemes, at = [], [], 0.0
    for index in range(bursts):
        length = 0.17 + 0.05 * rng.random()
        times = np.arange(int(length * RATE)) / RATE
        phase = 2 * np.pi * np.cumsum(np.full(len(times), pitch * (1.05 - 0.1 * times / length) * (1 - 0.05 * index))) / RATE
        buzz = sum(np.sin(phase * k) * a for k, a in ((1, 0.8), (2, 1.0), (3, 1.0), (4, 0.7), (5, 0.35), (6, 0.2), (8, 0.1)))
        voiced = np.exp(-(((times - 0.075) / 0.045) ** 2))
        breath = np.convolve(rng.standard_normal(len(times)), np.ones(4) / 4, 'same') * np.exp(-times / 0.06) * 0.5
        parts.append((buzz * voiced + breath) * (1 - 0.11 * index))
        phonemes += [('h', at, at + 0.05), ('a', at + 0.05, at + length)]
        at += length
    return levelled(np.concatenate(parts).astype(np.float32), 0.04), phonemes
