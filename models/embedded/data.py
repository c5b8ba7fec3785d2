"""GRID clips as prepare.ts leaves them, and their augmentation."""

import os
import random

import cv2
import numpy as np

from net import CROP, INPUT

HERE = os.path.dirname(os.path.abspath(__file__))
CACHE = os.path.join(HERE, '..', '.cache', 'embedded')
SHARED = os.environ.get('CONFAB_SHARED') or os.path.join(HERE, '..', '..', '..', 'shared')
RATE = 25
HOP = 640
MEAN, SCALE = 0.421 * 255, 0.165 * 255
# A picture without a face (noFaceGrey in src/lib/perception/lips/lip-crop.ts).
NO_FACE = (107 - MEAN) / SCALE
VALIDATION = 40

cv2.setNumThreads(1)


class Clip:
    def __init__(self, split, name, words):
        self.name = name
        base = os.path.join(CACHE, split, name)
        self.lips = np.fromfile(base + '.lips', np.uint8).reshape(-1, 96, 96)
        self.sound = np.fromfile(base + '.f32', np.float32)
        self.words = words  # [(unit, first frame, frame after the last)], fractional frames
        self.frames = len(self.lips)
        self.level = float(np.sqrt(np.mean(self.sound**2))) + 1e-9


def units():
    with open(os.path.join(HERE, 'weights', 'units.txt')) as file:
        return [line.split()[0] for line in file]


def read_clips(split, limit=None):
    number = {unit.lstrip('\u2581').lower(): i + 1 for i, unit in enumerate(units())}
    clips = []
    with open(os.path.join(SHARED, 'data', 'grid-s1', 'transcripts.tsv')) as file:
        for line in list(file)[1:]:
            which, name, _, timed = line.rstrip('\n').split('\t')
            if which != split or not os.path.exists(os.path.join(CACHE, split, name + '.lips')):
                continue
            words = []
            for part in timed.split():
                word, span = part.split(':')
                start, end = span.split('-')
                words.append((number[word], float(start) * RATE, float(end) * RATE))
            clips.append(Clip(split, name, words))
            if limit and len(clips) >= limit:
                break
    return clips


def split_validation(clips):
    """Fixed, pseudo-random: the same clips for every run."""
    order = sorted(range(len(clips)), key=lambda i: (hash_name(clips[i].name), i))
    held = set(order[:VALIDATION])
    return [c for i, c in enumerate(clips) if i not in held], [clips[i] for i in sorted(held)]


def hash_name(name):
    value = 2166136261
    for byte in name.encode():
        value = (value ^ byte) * 16777619 % 2**32
    return value


def frame_labels(words, frames):
    labels = np.zeros(frames, np.int64)
    for unit, start, end in words:
        labels[max(0, int(round(start))) : max(0, int(round(end)))] = unit
    return labels


def small_lips(lips, transform=None, gain=1.0, offset=0.0, gamma=1.0):
    """[T, 96, 96] uint8 -> [T, 32, 32] float32, normalised; as the network's own crop and pooling make it.

    `transform`: 2 x 3, from the pixels of the wanted 96 x 96 picture to those of the given one.
    """
    edge = (96 - CROP) // 2
    if transform is None:
        window = lips[:, edge : edge + CROP, edge : edge + CROP].astype(np.float32)
    else:
        shifted = transform.copy()
        shifted[:, 2] += transform[:, :2] @ np.array([edge, edge], np.float32)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        window = np.stack([cv2.warpAffine(f, shifted, (CROP, CROP), flags=flags, borderMode=cv2.BORDER_REPLICATE) for f in lips]).astype(np.float32)
    if gamma != 1.0:
        window = 255 * (window / 255) ** gamma
    small = window.reshape(len(lips), INPUT, 2, INPUT, 2).mean((2, 4))
    return ((small - 127) * gain + 127 + offset - MEAN) / SCALE


def random_transform(rng, strength=1.0):
    angle = np.deg2rad(rng.uniform(-4, 4) * strength)
    scale = 1 + rng.uniform(-0.07, 0.07) * strength
    flip = -1.0 if rng.random() < 0.5 else 1.0
    a, b = scale * np.cos(angle), scale * np.sin(angle)
    matrix = np.array([[a * flip, -b], [b * flip, a]], np.float32)
    centre = np.array([47.5, 47.5], np.float32)
    shift = np.array([rng.uniform(-4, 4), rng.uniform(-4, 4)], np.float32) * strength
    return np.concatenate([matrix, (centre + shift - matrix @ centre)[:, None]], 1).astype(np.float32)


def stacks(small):
    """[T, 32, 32] -> [T, 5, 32, 32], zero beyond the ends."""
    padded = np.pad(small, ((2, 2), (0, 0), (0, 0)))
    return np.stack([padded[i : i + len(small)] for i in range(5)], 1)


def word_errors(reference, hypothesis):
    row = list(range(len(hypothesis) + 1))
    for i, word in enumerate(reference, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(hypothesis, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
    return row[-1]


def greedy(log_probs):
    """[T, V] -> units: best path, repeats merged, blanks dropped."""
    best = log_probs.argmax(-1)
    return [int(u) for i, u in enumerate(best) if u != 0 and (i == 0 or u != best[i - 1])]


def seeded(*parts):
    return random.Random('/'.join(map(str, parts)))
