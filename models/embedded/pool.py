"""What training draws from: talk without faces (party/speech.py), GRID clips and background voices, one frame after the other, on the device.

A frame is 640 samples and what belongs to them. Talk comes from worker processes (worker.py), while the training goes on.
"""

import os
import threading

import numpy as np
import torch

import data

HOP = data.HOP
UNKNOWN = 255  # viseme and phone of a frame for which none is known
FIELDS = {
    'sound': (torch.int16, (HOP,)),
    'mouth': (torch.float16, (8,)),
    'lips': (torch.int32, ()),  # number of the GRID picture, -1 for talk
    'viseme': (torch.uint8, ()),
    'phone': (torch.uint8, ()),
    'active': (torch.uint8, ()),
    'word': (torch.int16, ()),
}


class Pool:
    """Frames on a device; `blocks` of each kind ('party', 'grid', 'voice') are stretches of one voice: [n, 2] first frame and end."""

    def __init__(self, capacity, device):
        self.capacity, self.device, self.count = capacity, device, 0
        self.frames = {name: torch.zeros((capacity, *shape), dtype=kind, device=device) for name, (kind, shape) in FIELDS.items()}
        self.blocks = {'party': [], 'grid': [], 'voice': []}
        self.rises = {'party': [], 'grid': [], 'voice': []}
        self.falls = {'party': [], 'grid': [], 'voice': []}
        self.words = [np.zeros(0, np.int64), np.zeros(0), np.zeros(0)]
        self.new_words = []
        self.lock = threading.Lock()

    def add(self, kind, block):
        """False when there is no room. `block`: as speech.block gives it, `lips` where they are pictures."""
        frames = len(block['sound'])
        first = self.count
        if first + frames > self.capacity:
            return False
        labels = np.zeros(frames, np.int16)
        for word, start, end in zip(block['words'], block['starts'], block['ends']):
            labels[max(0, int(round(start))) : max(0, int(round(end)))] = word
        given = {'word': labels, **block}
        given.setdefault('lips', np.full(frames, -1, np.int32))
        given.setdefault('mouth', np.zeros((frames, 8), np.float16))
        for name in ('viseme', 'phone'):
            given.setdefault(name, np.full(frames, UNKNOWN, np.uint8))
        for name, tensor in self.frames.items():
            tensor[first : first + frames] = torch.from_numpy(np.ascontiguousarray(given[name])).to(self.device)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], block['active'].astype(np.int8), [0]])))
        with self.lock:
            self.new_words.append((block['words'].astype(np.int64), block['starts'] + float(first), block['ends'] + float(first)))
            self.count = first + frames
            number = len(self.blocks[kind])
            self.blocks[kind].append((first, first + frames))
            self.rises[kind] += [(first + int(at), number) for at in edges[::2]]
            self.falls[kind] += [(first + int(at), number) for at in edges[1::2]]
        return True

    def said(self, first, frames):
        """The words of which most lies in this stretch, in order."""
        if self.new_words:
            with self.lock:
                new, self.new_words = self.new_words, []
            self.words = [np.concatenate([old, *(part[i] for part in new)]) for i, old in enumerate(self.words)]
        numbers, starts, ends = self.words
        a, b = np.searchsorted(ends, first), np.searchsorted(starts, first + frames)
        inside = np.minimum(ends[a:b], first + frames) - np.maximum(starts[a:b], first) > 0.6 * (ends[a:b] - starts[a:b])
        return numbers[a:b][inside]

    def starts(self, kind, count, frames, rng, anchored=0.65):
        """First frames of `count` stretches, each within a block where it is long enough: many begin or end as something said does."""
        out = []
        while len(out) < count:
            chance = rng.random()
            if chance < anchored * 0.6:
                at, number = rng.choice(self.rises[kind])
                at -= rng.randint(1, 15)
            elif chance < anchored:
                at, number = rng.choice(self.falls[kind])
                at += rng.randint(1, 15) - frames
            else:
                number = rng.randrange(len(self.blocks[kind]))
                at = rng.randint(self.blocks[kind][number][0], max(self.blocks[kind][number]) - 1)
            first, end = self.blocks[kind][number]
            out.append(min(max(0, first if at < first else min(at, max(first, end - frames))), self.count - frames))
        return np.array(out, np.int64)


def add_grid(pool, clips, rng, numbers, first_picture, repeats):
    """GRID sentences one after the other, in many orders, some faster or slower, with stretches at rest between them."""
    offsets = np.cumsum([0] + [len(clip.lips) for clip in clips]) + first_picture
    for _ in range(repeats):
        order = list(range(len(clips)))
        rng.shuffle(order)
        for begin in range(0, len(order), 25):
            parts = {name: [] for name in ('sound', 'lips', 'active')}
            words, starts, ends, at = [], [], [], 0
            for index in order[begin : begin + 25]:
                clip = clips[index]
                first, last = clip.words[0][1], clip.words[-1][2]
                wide = 25 if rng.random() < 0.3 else 10
                a, b = max(0, int(first - rng.uniform(0, wide))), min(len(clip.lips), int(last + rng.uniform(0, wide)) + 1)
                speed = rng.uniform(0.9, 1.12) if rng.random() < 0.6 else 1.0
                count = int((b - a) / speed)
                place = np.clip(np.round(a + np.arange(count) * speed).astype(int), 0, len(clip.lips) - 1)
                level = np.sqrt(np.mean(clip.sound[int(first * HOP) : int(last * HOP)] ** 2)) + 1e-6
                sound = np.interp(a * HOP + np.arange(count * HOP) * speed, np.arange(len(clip.sound)), clip.sound) * (0.05 / level)
                active = np.zeros(count, np.uint8)
                active[max(0, int((first - a) / speed)) : int(np.ceil((last - a) / speed))] = 1
                parts['sound'].append(np.clip(np.rint(sound * 32767), -32768, 32767).astype(np.int16).reshape(count, HOP))
                parts['lips'].append(offsets[index] + place)
                parts['active'].append(active)
                words += [numbers[word] for word, _, _ in clip.words]
                starts += [at + (start - a) / speed for _, start, _ in clip.words]
                ends += [at + (end - a) / speed for _, _, end in clip.words]
                at += count
                if rng.random() < 0.35:
                    # At rest: frames before or after the sentence, to and fro.
                    c, d = max([(0, int(first) - 4), (int(last) + 4, len(clip.lips))], key=lambda span: span[1] - span[0])
                    if d - c >= 6:
                        away = np.concatenate([np.arange(c, d), np.arange(d - 1, c - 1, -1)])
                        place = np.resize(np.roll(away, -rng.randrange(len(away))), rng.randrange(12, 100))
                        sound = np.resize(clip.sound[c * HOP : d * HOP], len(place) * HOP) * (0.05 / level)
                        parts['sound'].append(np.clip(np.rint(sound * 32767), -32768, 32767).astype(np.int16).reshape(-1, HOP))
                        parts['lips'].append(offsets[index] + place)
                        parts['active'].append(np.zeros(len(place), np.uint8))
                        at += len(place)
            block = {name: np.concatenate(values) for name, values in parts.items()}
            block['lips'] = block['lips'].astype(np.int32)
            pool.add('grid', {**block, 'words': np.array(words, np.int16), 'starts': np.array(starts, np.float64), 'ends': np.array(ends, np.float64)})


def add_voices(pool, voices):
    for voice in voices:
        sound = voice * (0.05 / (np.sqrt(np.mean(voice**2)) + 1e-6))
        frames = len(sound) // HOP
        block = {'sound': np.clip(np.rint(sound * 32767), -32768, 32767).astype(np.int16).reshape(frames, HOP), 'active': np.ones(frames, np.uint8)}
        nothing = np.zeros(0, np.float64)
        pool.add('voice', {**block, 'words': nothing.astype(np.int16), 'starts': nothing, 'ends': nothing})


class Supply:
    """Takes what the workers have written into pool and crowd."""

    def __init__(self, folder):
        self.folder, self.taken = folder, set()

    def take(self, pool, crowd, held_pool, held_crowd, most=10**9):
        """-> number of files taken, at most `most`."""
        names = sorted(set(os.listdir(self.folder)) - self.taken)
        names = [name for name in names if name.endswith('.npz')]
        # Faces first: they are few, and there must be some.
        names.sort(key=lambda name: 'talk' in name)
        for name in names[:most]:
            self.taken.add(name)
            held = name.startswith('held')
            with np.load(os.path.join(self.folder, name)) as file:
                got = {key: file[key] for key in file.files}
            if 'talk' in name:
                (held_pool if held else pool).add('party', got)
            else:
                for i in range(len(got['values'])):
                    (held_crowd if held else crowd).add({key: value[i] for key, value in got.items()})
        return len(names[:most])
