"""From phonemes to the mouth's numbers: a table of visemes, and co-articulation by dominance.

After Cohen and Massaro (1993), "Modeling coarticulation in synthetic visual speech": each segment pulls on each number of the mouth with a
strength that falls off in time from the segment's middle; the mouth is the weighted mean of all pulls.
"""

import numpy as np

from mouth import REST

# Targets in the order of mouth.FIELDS, then strengths on (jaw and gap, width and pout, press, tuck, raise_ and tongue).
#          jaw   gap   width pout  press tuck raise tongue   open shape marks
VISEMES = {
    '_': ((0.02, 0.00, 1.00, 0.00, 0.10, 0.0, 0.00, 0.0), (0.5, 0.5, 0.5)),
    'i': ((0.05, 0.07, 1.22, 0.00, 0.00, 0.0, 0.50, 0.0), (1.0, 1.6, 0.8)),
    'I': ((0.09, 0.11, 1.11, 0.00, 0.00, 0.0, 0.30, 0.0), (1.0, 1.0, 0.6)),
    'E': ((0.17, 0.21, 1.10, 0.00, 0.00, 0.0, 0.25, 0.0), (1.3, 1.2, 0.7)),
    'a': ((0.27, 0.32, 1.08, 0.00, 0.00, 0.0, 0.30, 0.0), (1.7, 1.2, 0.7)),
    '@': ((0.09, 0.11, 0.98, 0.05, 0.00, 0.0, 0.10, 0.0), (0.7, 0.5, 0.5)),
    'V': ((0.19, 0.23, 0.98, 0.05, 0.00, 0.0, 0.10, 0.0), (1.3, 0.9, 0.7)),
    'A': ((0.32, 0.37, 0.96, 0.08, 0.00, 0.0, 0.10, 0.0), (1.8, 1.2, 0.7)),
    '0': ((0.25, 0.29, 0.84, 0.45, 0.00, 0.0, 0.00, 0.0), (1.5, 1.4, 0.7)),
    'O': ((0.18, 0.21, 0.72, 0.80, 0.00, 0.0, 0.00, 0.0), (1.4, 1.8, 0.8)),
    'U': ((0.09, 0.11, 0.75, 0.70, 0.00, 0.0, 0.00, 0.0), (1.0, 1.5, 0.7)),
    'u': ((0.05, 0.065, 0.60, 1.00, 0.00, 0.0, 0.00, 0.0), (1.1, 2.0, 0.8)),
    '3': ((0.11, 0.13, 0.85, 0.50, 0.00, 0.0, 0.15, 0.0), (1.0, 1.3, 0.7)),
    'p': ((0.02, 0.00, 1.00, 0.00, 1.00, 0.0, 0.00, 0.0), (6.0, 0.4, 5.0)),
    'f': ((0.05, 0.045, 1.05, 0.00, 0.00, 1.0, 0.45, 0.0), (3.5, 0.9, 5.0)),
    'T': ((0.08, 0.11, 1.03, 0.00, 0.00, 0.0, 0.20, 1.0), (2.0, 0.6, 5.0)),
    't': ((0.06, 0.085, 1.04, 0.00, 0.00, 0.0, 0.25, 0.6), (1.1, 0.35, 2.0)),
    'l': ((0.11, 0.145, 1.03, 0.00, 0.00, 0.0, 0.20, 0.75), (1.0, 0.4, 2.2)),
    's': ((0.02, 0.05, 1.13, 0.00, 0.00, 0.0, 0.60, 0.0), (2.0, 0.7, 2.2)),
    'S': ((0.04, 0.10, 0.74, 0.75, 0.00, 0.0, 0.60, 0.0), (2.0, 2.2, 2.2)),
    'r': ((0.06, 0.085, 0.78, 0.70, 0.00, 0.0, 0.10, 0.0), (1.1, 1.6, 1.0)),
    'w': ((0.03, 0.035, 0.56, 1.00, 0.00, 0.0, 0.00, 0.0), (2.4, 3.0, 1.5)),
    'k': ((0.10, 0.12, 1.00, 0.00, 0.00, 0.0, 0.10, 0.0), (0.7, 0.25, 0.6)),
    'h': ((0.12, 0.14, 1.00, 0.00, 0.00, 0.0, 0.10, 0.0), (0.4, 0.15, 0.4)),
}

# espeak-ng's names for the English of all accents used -> visemes, one after the other.
SOUNDS = {
    'i:': 'i', 'i': 'i', 'I': 'I', 'I#': 'I', 'I2': 'I', 'E': 'E', 'E2': 'E', 'e': 'E', 'e:': 'E', 'a': 'a', 'aa': 'a', 'a#': '@', '@': '@', '@-': '@', '@2': '@', '@5': '@', '@L': '@l',
    'V': 'V', 'A:': 'A', 'A': 'A', 'A@': 'A', 'A#': 'A', '0': '0', '02': '0', 'O:': 'O', 'O': 'O', 'O2': 'O', 'O@': 'O', 'o@': 'O', 'o:': 'O', 'o': 'O', 'U': 'U', 'u:': 'u', 'u': 'u', 'y': 'u', '3:': '3', '3': '3', 'VR': '3', 'IR': '3',
    'eI': 'EI', 'aI': 'aI', 'aI2': 'aI', 'aI3': 'aI', 'OI': 'OI', 'oU': '@U', 'aU': 'aU', 'i@': 'I@', 'i@3': 'I@', 'U@': 'U@', 'e@': 'E@', 'aI@': 'aI@', 'aU@': 'aU@',
    'p': 'p', 'b': 'p', 'm': 'p', 'f': 'f', 'v': 'f', 'T': 'T', 'D': 'T', 't': 't', 't#': 't', 't2': 't', 't[': 't', 'd': 't', 'd[': 't', 'n': 't', 'n-': 't', 'l': 'l', 'l-': 'l', 'l#': 'l', 's': 's', 'z': 's', 'S': 'S', 'Z': 'S', 'tS': 'S', 'dZ': 'S',
    'r': 'r', 'r-': 'r', 'r/': 'r', '*': 't', 'w': 'w', 'w#': 'w', 'hw': 'w', 'W': 'w', 'k': 'k', 'g': 'k', 'N': 'k', 'x': 'k', 'j': 'i', 'h': 'h', 'C': 'k', '_': '_',
}  # fmt: skip

# Which strength each field takes.
GROUP = np.array([0, 0, 1, 1, 2, 2, 2, 2])
LEAD = 0.02  # seconds by which lips are ahead of the sound


def visemes_of(phoneme):
    """A phoneme's visemes. Names that are not in the table take that of their first letter, or '@'."""
    known = SOUNDS.get(phoneme)
    if known is None:
        known = SOUNDS.get(phoneme[:2]) or SOUNDS.get(phoneme[:1]) or '@'
    return known


def segments_of(phonemes):
    """[(name, start, end)] -> targets [n, 8], strengths [n, 8], middles [n], lengths [n] (seconds)."""
    targets, strengths, middles, lengths = [], [], [], []
    for name, start, end in phonemes:
        parts = visemes_of(name)
        for index, part in enumerate(parts):
            target, strength = VISEMES[part]
            length = (end - start) / len(parts)
            targets.append(target)
            strengths.append(np.array(strength)[GROUP])
            middles.append(start + (index + 0.5) * length)
            lengths.append(length)
    return (np.array(v, np.float32) for v in (targets, strengths, middles, lengths))


def mouth_track(phonemes, times, person, laughing=False):
    """The mouth at `times` (seconds from the sound's start): [t, 8] in the order of mouth.FIELDS."""
    if not phonemes:
        return np.tile(REST, (len(times), 1))
    targets, strengths, middles, lengths = segments_of([('_', phonemes[0][1] - 0.25, phonemes[0][1])] + list(phonemes) + [('_', phonemes[-1][2], phonemes[-1][2] + 0.3)])
    style = person.articulation
    distance = np.abs(np.asarray(times, np.float32)[:, None] + LEAD - style['lag'] - middles[None])
    # Flat over most of the segment, then falling; a stop's hold is short and sharp.
    reach = 0.28 * lengths + 0.03
    pull = np.exp(-((distance / (0.36 * lengths + 0.032)) ** 2)) + 0.12 * np.exp(-distance / (reach + 0.04)) + 1e-9
    weights = pull[:, :, None] * strengths[None]
    track = (weights * targets[None]).sum(1) / weights.sum(1)
    track[:, 0] *= style['open']
    track[:, 1] *= style['open']
    width = track[:, 2] - 1
    track[:, 2] = 1 + np.where(width > 0, style['spread'], style['round']) * width
    track[:, 3] = np.clip(track[:, 3] * style['round'], 0, 1.15)
    # Lips that are pressed together leave no gap.
    track[:, 1] *= np.clip(1 - 1.35 * np.clip(track[:, 4] - 0.25, 0, 1), 0, 1)
    if laughing:
        track[:, 2] += 0.2
        track[:, 6] += 0.4
        track[:, 1] += 0.05
    return track.astype(np.float32)
