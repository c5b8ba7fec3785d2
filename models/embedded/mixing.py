"""Training examples made on the device: mixtures of sound, and lips that are drawn (party) or moved and lit anew (GRID)."""

import math
import os
import random
import sys

import numpy as np
import torch
import torch.nn.functional as F

import data
from features import stacked_log_mel
from net import INPUT

sys.path.insert(0, os.path.join(data.HERE, 'party'))
import crowd as drawing  # noqa: E402
import room as acoustics  # noqa: E402

HOP = data.HOP
MEAN, SCALE = 0.421 * 255, 0.165 * 255
# A picture without a face (noFaceGrey in src/lib/perception/lips/lip-crop.ts).
NO_FACE = (107 - MEAN) / SCALE
ROOMS, PLACES, ANSWER = 48, 10, 8640
CHUNK = 6000  # frames drawn at once

# The quantisation of luminance that JPEG proposes.
JPEG = np.array(
    [16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99],
    np.float32,
).reshape(8, 8)


def dct():
    rows = np.arange(8)[:, None]
    out = np.cos((2 * np.arange(8)[None] + 1) * rows * np.pi / 16) * 0.5
    out[0] /= np.sqrt(2)
    return torch.from_numpy(out.astype(np.float32))


def around(x, m):
    """m^T x m for many small x, as two large products."""
    return ((x @ m).transpose(-1, -2) @ m).transpose(-1, -2)


def fast_length(least):
    """The smallest 2^a 3^b 5^c that is not below `least`."""
    best = 1 << math.ceil(math.log2(least))
    for b in (1, 3, 9, 5, 15, 25):
        best = min(best, b << max(0, math.ceil(math.log2(least / b))))
    return best


class Mixer:
    """Makes batches from pools and crowds on a device. Randomness: `rng` for what is chosen, the device's own for the rest."""

    def __init__(self, device, pictures, rng):
        self.device, self.pictures, self.rng = device, pictures, rng
        numbers = np.random.default_rng(5)
        answers = np.zeros((ROOMS, PLACES, ANSWER), np.float32)
        for r in range(ROOMS):
            decay = numbers.uniform(0.15, 0.6)
            for place in range(PLACES):
                answer = acoustics.impulse(numbers, numbers.uniform(0.7, 1.6), decay)[:ANSWER]
                answers[r, place, : len(answer)] = answer
        # The last is no room at all.
        dry = np.zeros((1, PLACES, ANSWER), np.float32)
        dry[..., 0] = 1
        self.answers = torch.from_numpy(np.concatenate([answers, dry])).to(device)
        hiss = np.stack([acoustics.noise(numbers, 1 << 21, 1.0), numbers.standard_normal(1 << 21).astype(np.float32)])
        self.noise = torch.from_numpy(hiss).to(device)
        self.dct = dct().to(device)
        self.jpeg = torch.from_numpy(JPEG).to(device)

    def uniform(self, low, high, *shape):
        return torch.rand(shape, device=self.device) * (high - low) + low

    def chance(self, p, *shape):
        return torch.rand(shape, device=self.device) < p

    # Sound ------------------------------------------------------------------------------------------------------------

    def mixture(self, pool, firsts, frames, others, rooms, noise=None):
        """Sound [B, 640 frames].

        firsts [B]: where each speaker's frames begin; others: [(example, first frame, gain)]; rooms [B]; noise [B]: root mean square.
        """
        batch = len(firsts)
        who = torch.tensor([*range(batch), *(e for e, _, _ in others)], device=self.device)
        starts = torch.tensor([*map(int, firsts), *(int(first) for _, first, _ in others)], device=self.device)
        gains = torch.tensor([1.0] * batch + [float(gain) for _, _, gain in others], device=self.device)
        index = starts[:, None] + torch.arange(frames, device=self.device)
        dry = pool.frames['sound'][index].reshape(len(who), -1).float() / 32768
        size = fast_length(frames * HOP + ANSWER)
        places = torch.randint(PLACES, (len(who),), device=self.device)
        wet = torch.fft.rfft(dry, size) * torch.fft.rfft(self.answers[rooms[who], places], size) * gains[:, None]
        total = torch.zeros(batch, wet.shape[1], 2, device=self.device).index_add_(0, who, torch.view_as_real(wet))
        sound = torch.fft.irfft(torch.view_as_complex(total) * self.colour(batch, total.shape[1], noise is not None), size)[:, : frames * HOP]
        if noise is not None:
            at = torch.randint(self.noise.shape[1] - frames * HOP, (batch,), device=self.device)
            kind = torch.randint(2, (batch,), device=self.device)
            sound = sound + self.noise[kind[:, None], at[:, None] + torch.arange(frames * HOP, device=self.device)] * noise[:, None]
        return sound

    def colour(self, batch, bins, change):
        """What microphones and codecs do to the spectrum: [B, bins]."""
        if not change:
            return 1.0
        frequency = torch.linspace(0, 8000, bins, device=self.device)
        tilt = self.uniform(-4, 4, batch, 1) * self.chance(0.5, batch, 1)
        cut = torch.where(self.chance(0.35, batch, 1), self.uniform(3800, 7500, batch, 1), torch.full((batch, 1), 9000.0, device=self.device))
        return 10 ** (tilt * (frequency / 4000 - 1) / 20) * torch.sigmoid((cut - frequency) / 80)

    def holes(self, energy):
        """A codec leaves little of the bands that the loudest ones mask; some rows are all zero."""
        batch = len(energy)
        least = energy.amax(2, keepdim=True) * 10 ** -self.uniform(3.0, 5.5, batch, 1, 1)
        left = torch.where(self.chance(0.3, batch, 1, 1), 10 ** -self.uniform(0, 4, batch, 1, 1), torch.ones(batch, 1, 1, device=self.device))
        return torch.where(energy < least, energy * left, energy)

    # Lips -------------------------------------------------------------------------------------------------------------

    def drift(self, batch, frames, slow, amount):
        """See motion.drift: [B, T]; amount [B]."""
        times = torch.arange(frames, device=self.device) / data.RATE
        rate, phase, part = self.uniform(slow, 4 * slow, batch, 3, 1), self.uniform(0, 2 * math.pi, batch, 3, 1), self.uniform(0.4, 1, batch, 3, 1)
        return (torch.sin(2 * math.pi * rate * times + phase) * part).sum(1) * amount[:, None] / 1.25

    def pose(self, own, active):
        """How the heads move: see motion.looks."""
        batch, frames = active.shape
        times = torch.arange(frames, device=self.device) / data.RATE
        length = frames / data.RATE
        talking = F.avg_pool1d(active[:, None], 9, 1, 4)[:, 0]
        sway = own['sway'][:, 0]
        turned = self.chance(0.07, batch).float() * self.uniform(0.3, 0.55, batch) * torch.where(self.chance(0.5, batch), 1.0, -1.0)
        yaw = (own['turn'][:, 0] + self.uniform(-0.2, 0.2, batch) + turned)[:, None] + self.drift(batch, frames, 0.05, 0.05 * sway) + talking * self.drift(batch, frames, 0.3, 0.035 * sway)
        for _ in range(1 + frames // 200):
            size = self.uniform(0.06, 0.22, batch, 1) * torch.where(self.chance(0.5, batch, 1), 1.0, -1.0) * self.chance(0.6, batch, 1)
            yaw = yaw + size * torch.exp(-(((times - self.uniform(-1, length + 1, batch, 1)) / self.uniform(0.8, 2.5, batch, 1)) ** 4))
        pitch = own['tilt'] + self.drift(batch, frames, 0.06, 0.03 * sway) + talking * self.drift(batch, frames, 0.6, 0.035 * sway)
        for _ in range(1 + frames // 130):
            nod = ((times - self.uniform(-0.5, length, batch, 1)) / 0.5).clamp(0, 1)
            pitch = pitch + self.uniform(0.03, 0.09, batch, 1) * torch.sin(nod * 2 * math.pi) ** 2
        scale = self.uniform(43, 53, batch)
        return drawing.Pose(
            yaw=yaw,
            pitch=pitch,
            roll=self.drift(batch, frames, 0.05, 0.03 * sway),
            x=112 + self.uniform(-8, 8, batch)[:, None] + self.drift(batch, frames, 0.04, 2.5 * sway),
            y=94 + self.uniform(-8, 8, batch)[:, None] + self.drift(batch, frames, 0.05, 1.5 * sway),
            scale=scale[:, None] * (1 + self.drift(batch, frames, 0.03, 0.015 * sway)),
        )

    def idle(self, mouth, active):
        """Mouths that move without a sound, where nothing is said: chewing, smiling, lips pressed or parted."""
        batch, frames = active.shape
        away = 1 - (F.max_pool1d(active[:, None], 25, 1, 12)[:, 0])
        away = F.avg_pool1d(away[:, None], 9, 1, 4)[:, 0]
        times = torch.arange(frames, device=self.device) / data.RATE
        kind = torch.rand(batch, 1, device=self.device)
        slow = (self.drift(batch, frames, 0.12, torch.ones(batch, device=self.device)) + 0.3).clamp(0, 1) * away
        chew = 0.5 - 0.5 * torch.cos(2 * math.pi * self.uniform(1.0, 2.0, batch, 1) * times + self.uniform(0, 6, batch, 1))
        chewing, smiling, pressing, parting = ((kind >= a) & (kind < b) for a, b in ((0, 0.1), (0.1, 0.2), (0.2, 0.26), (0.26, 0.34)))
        change = torch.zeros_like(mouth)
        change[..., 0] = slow * (chewing * chew * self.uniform(0.04, 0.12, batch, 1) + parting * 0.08)
        change[..., 1] = slow * (parting * self.uniform(0.03, 0.12, batch, 1))
        change[..., 2] = slow * (smiling * self.uniform(0.05, 0.22, batch, 1) + chewing * 0.06 * (chew - 0.5))
        change[..., 4] = slow * (pressing * self.uniform(0.3, 0.8, batch, 1) + chewing * 0.3 * (1 - chew))
        change[..., 6] = slow * smiling * self.uniform(0, 0.3, batch, 1)
        return mouth + change

    def errors(self, size):
        """Errors of the landmarks: a fixed one, one that wanders, and one of each frame. size [B]: deviation in pixels."""

        def jitter(points):
            wander = (torch.randn_like(points) * 0.25).cumsum(1)
            wander = wander - wander.mean(1, keepdim=True)
            return points + size[:, None, None, None] * (0.5 * torch.randn_like(points) + 0.5 * wander.clamp(-2, 2) + 0.8 * torch.randn_like(points[:, :1]))

        return jitter

    def codec(self, pictures, quality):
        """What JPEG leaves of [N, 64, 64] at `quality` [N], 1..100."""
        blocks = pictures.reshape(-1, 8, 8, 8, 8).transpose(2, 3)
        coefficients = around(blocks - 128, self.dct.T)
        table = ((self.jpeg * ((200 - 2 * quality) / 100)[:, None, None] + 0.5).clamp(min=1))[:, None, None]
        back = around((coefficients / table).round() * table, self.dct) + 128
        return back.transpose(2, 3).reshape(pictures.shape)

    def change(self, batch, strength):
        """Random movements of the crop, [B, 2, 3]; half of them flipped."""
        angle, scale = self.uniform(-4, 4, batch) * strength * math.pi / 180, 1 + self.uniform(-0.07, 0.07, batch) * strength
        flip = torch.where(self.chance(0.5, batch), -1.0, 1.0)
        a, b = scale * torch.cos(angle), scale * torch.sin(angle)
        return torch.stack(
            [torch.stack([a * flip, -b, self.uniform(-4, 4, batch) * strength], -1), torch.stack([b * flip, a, self.uniform(-4, 4, batch) * strength], -1)], -2
        )

    def drawn(self, pool, people, index, plain=False):
        """Lips of the party [B, T, 32, 32], grey 0..255. index [B, T]: frames of the pool."""
        batch, frames = index.shape
        who = torch.randint(people.count, (batch,), device=self.device)
        mouth, active = pool.frames['mouth'][index].float(), pool.frames['active'][index].float()
        style = {name: self.uniform(*limits, batch, 1) for name, limits in (('open', (0.95, 1.25)), ('spread', (0.8, 1.2)), ('round', (0.85, 1.15)))}
        mouth[..., :2] *= style['open'][..., None]
        width = mouth[..., 2] - 1
        mouth[..., 2] = 1 + torch.where(width > 0, style['spread'], style['round']) * width
        mouth[..., 3] = (mouth[..., 3] * style['round']).clamp(0, 1.15)
        if not plain:
            mouth = self.idle(mouth, active)
        own = people.people(who)[1]
        pose = self.pose(own, active)
        change = None if plain else self.change(batch, 0.5)
        error = self.uniform(0.2, 1.3, batch)
        quality = self.uniform(35, 90, batch)
        coded = self.chance(0.8, batch)
        blur = torch.where(self.chance(0.6, batch), self.uniform(0, 0.25, batch), torch.zeros(batch, device=self.device))
        out = []
        step = max(1, CHUNK // frames)
        for a in range(0, batch, step):
            part = slice(a, a + step)
            some = drawing.Pose(**{name: getattr(pose, name)[part] for name in pose.FIELDS})
            pictures, matrices = people.draw(who[part], mouth[part], some, self.errors(error[part]))
            flat = pictures.reshape(-1, drawing.WINDOW, drawing.WINDOW)
            k = blur[part].repeat_interleave(frames)[:, None, None]
            padded = F.pad(flat[:, None], (1, 1, 1, 1), mode='replicate')[:, 0]
            flat = flat * (1 - 2 * k) + k * (padded[:, 1:-1, :-2] + padded[:, 1:-1, 2:])
            padded = F.pad(flat[:, None], (1, 1, 1, 1), mode='replicate')[:, 0]
            flat = flat * (1 - 2 * k) + k * (padded[:, :-2, 1:-1] + padded[:, 2:, 1:-1])
            flat = torch.where(coded[part].repeat_interleave(frames)[:, None, None], self.codec(flat, quality[part].repeat_interleave(frames)), flat)
            windows = drawing.crops(flat.reshape(pictures.shape), matrices, None if change is None else change[part])
            out.append(F.avg_pool2d(windows, 2))
        return torch.cat(out)

    def filmed(self, pool, index, plain=False):
        """Lips of GRID [B, T, 32, 32], grey 0..255."""
        batch, frames = index.shape
        tiles = self.pictures[pool.frames['lips'][index].long().reshape(-1)][:, None].float()
        if plain:
            edge = (data.TILE - INPUT) // 2
            return tiles[:, 0, edge:-edge, edge:-edge].reshape(batch, frames, INPUT, INPUT)
        change = self.change(batch, 1.0)
        at = torch.arange(INPUT, device=self.device, dtype=torch.float32) - (INPUT - 1) / 2
        u, v = at[None, :].expand(INPUT, INPUT), at[:, None].expand(INPUT, INPUT)
        points = torch.stack([u, v, torch.ones_like(u)], -1)
        change[..., 2] /= 2
        grid = (points.reshape(1, -1, 3) @ change.transpose(1, 2)).reshape(batch, 1, INPUT, INPUT, 2) * (2 / (data.TILE - 1))
        grid = grid.expand(-1, frames, -1, -1, -1).reshape(-1, INPUT, INPUT, 2)
        return F.grid_sample(tiles, grid, 'bilinear', 'border', align_corners=True).reshape(batch, frames, INPUT, INPUT)

    def lit(self, small):
        """Normalised, under other light, with noise, and with frames that are missing, frozen or covered."""
        batch, frames = small.shape[:2]
        gamma = torch.where(self.chance(0.5, batch), self.uniform(0.8, 1.25, batch), torch.ones(batch, device=self.device))[:, None, None, None]
        small = 255 * (small.clamp(0, 255) / 255) ** gamma
        small = (small - 115) * self.uniform(0.7, 1.3, batch, 1, 1, 1) + 115 + self.uniform(-28, 28, batch, 1, 1, 1)
        small = (small.clamp(0, 255) - MEAN) / SCALE
        small = small + torch.randn_like(small) * (self.uniform(0, 0.06, batch, 1, 1, 1) * self.chance(0.5, batch, 1, 1, 1))
        time = torch.arange(frames, device=self.device)
        for _ in range(2):
            # A frame again and again, as where pictures were dropped.
            first, length = torch.randint(frames, (batch, 1), device=self.device), torch.randint(1, 5, (batch, 1), device=self.device)
            frozen = (time >= first) & (time < first + length) & self.chance(0.3, batch, 1)
            source = torch.where(frozen, first, time)
            small = torch.gather(small, 1, source[:, :, None, None].expand_as(small))
        first, length = torch.randint(frames, (batch, 1), device=self.device), torch.randint(1, 16, (batch, 1), device=self.device)
        gone = (time >= first) & (time < first + length) & self.chance(0.1, batch, 1)
        small = torch.where(gone[:, :, None, None], torch.full_like(small, NO_FACE), small)
        first, length = torch.randint(frames, (batch, 1), device=self.device), torch.randint(5, 60, (batch, 1), device=self.device)
        at = torch.arange(INPUT, device=self.device)
        x, y = torch.randint(-8, 28, (2, batch, 1), device=self.device)
        w, h = torch.randint(6, 26, (2, batch, 1), device=self.device)
        covered = ((time >= first) & (time < first + length) & self.chance(0.06, batch, 1))[:, :, None, None]
        box = ((at >= y) & (at < y + h))[:, :, None] & ((at >= x) & (at < x + w))[:, None, :]
        return torch.where(covered & box[:, None], self.uniform(-2, 2, batch, 1, 1, 1), small)

    # Batches ----------------------------------------------------------------------------------------------------------

    def others(self, pool, kind, firsts, frames):
        """Who else talks: [(example, first frame, gain)]; and whether each example may do without its lips."""
        rng, out, easy = self.rng, [], []
        for example, first in enumerate(firsts):
            count = rng.choices(range(6), [12, 20, 26, 22, 12, 8])[0]
            alone = count <= 2 and rng.random() < 0.2
            easy.append(alone or count == 0)
            for _ in range(count):
                chance = rng.random()
                if kind == 'grid':
                    source = 'grid' if chance < 0.72 else 'voice' if chance < 0.86 and pool.blocks['voice'] else 'party'
                else:
                    source = 'party' if chance < 0.92 else 'voice' if chance < 0.96 and pool.blocks['voice'] else 'grid'
                if not pool.blocks[source]:
                    source = kind
                start = int(pool.starts(source, 1, frames, rng, 0.6)[0])
                if abs(start - first) < frames:
                    continue
                decibels = rng.uniform(-14, -7) if alone else rng.uniform(-6, 5)
                out.append((example, start, 10 ** (decibels / 20)))
        return out, easy

    def part(self, kind, pool, people, count, frames):
        """`count` examples of one kind: a dictionary of tensors, words as a list of arrays."""
        rng = self.rng
        firsts = pool.starts(kind, count, frames, rng)
        others, easy = self.others(pool, kind, firsts, frames)
        device = self.device
        late = torch.tensor([rng.choice([-1, 1]) if rng.random() < 0.12 else 0 for _ in firsts], device=device)
        start = torch.from_numpy(firsts).to(device)
        index = start[:, None] + torch.arange(frames, device=device)
        seen = index if kind == 'grid' else (index + late[:, None]).clamp(0, pool.count - 1)
        small = self.lit(self.filmed(pool, seen) if kind == 'grid' else self.drawn(pool, people, seen))
        blank = torch.tensor([e and rng.random() < 0.25 for e in easy], device=device)
        small = torch.where(blank[:, None, None, None], torch.full_like(small, NO_FACE), small)
        rooms = torch.randint(ROOMS, (count,), device=device)
        if kind == 'grid':
            rooms = torch.where(self.chance(0.6, count), torch.full_like(rooms, ROOMS), rooms)
        noise = 0.05 * 10 ** (-self.uniform(10, 38, count) / 20)
        sound = self.mixture(pool, firsts, frames, others, rooms, noise)
        deaf = self.chance(0.25, count) & ~blank
        sound = sound * (10 ** self.uniform(-1, 0.5, count, 1))
        audio = stacked_log_mel(torch.where(deaf[:, None], torch.zeros_like(sound), sound), self.holes)
        labels = {name: pool.frames[name][index] for name in ('viseme', 'phone', 'word', 'active')}
        said = [pool.said(first, frames) for first in firsts]
        return {'small': small, 'audio': audio, 'heard': ~deaf, 'seen': ~blank, **labels, 'said': said}

    def batch(self, pool, people, tokens, grid_share):
        """About `tokens` frames of examples of equal length."""
        frames = self.rng.choices([30, 50, 75, 100, 150, 225, 375], [1, 2, 4, 5, 5, 3, 2])[0]
        count = max(2, tokens // frames)
        grid = max(1, int(round(count * grid_share))) if pool.blocks['grid'] else 0
        parts = [self.part('party', pool, people, count - grid, frames)]
        if grid:
            parts.append(self.part('grid', pool, people, grid, frames))
        out = {name: torch.cat([p[name] for p in parts]) for name in parts[0] if name != 'said'}
        out['said'] = [words for p in parts for words in p['said']]
        return out

    def test(self, kind, pool, people, firsts, frames, interferers):
        """Examples without any augmentation, `interferers` others as loud as the speaker: sound and words."""
        rng = random.Random(f'{kind}/{interferers}')
        others = []
        for example, first in enumerate(firsts):
            for _ in range(interferers):
                start = int(first)
                while abs(start - int(first)) < frames:
                    start = int(pool.starts(kind, 1, frames, rng, 1.0)[0])
                others.append((example, start, 1.0))
        rooms = torch.full((len(firsts),), 3 if kind == 'party' else ROOMS, device=self.device)
        return stacked_log_mel(self.mixture(pool, firsts, frames, others, rooms))
