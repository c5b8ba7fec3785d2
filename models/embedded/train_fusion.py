"""Step 2: sound, fusion and word sequence on endless mixtures, over stored per-frame features of the lips. Resumable.

nice -n 10 /usr/bin/python3 models/embedded/train_fusion.py --epochs 40
"""

import argparse
import glob
import math
import os
import time

import numpy as np
import torch
import torch.nn.functional as F

import data
from features import stacked_log_mel
from net import Recogniser
from train_lips import ctc
from training import Training

PASSES = 8


def lip_features(model, clips, passes):
    """Per clip: [plain, augmented ...] of [T, 128] float16, and the feature of a picture without a face."""
    model.frame_net.eval()
    stored = []
    with torch.no_grad():
        blank = model.frame_net(torch.zeros(1, 5, 32, 32))[0].numpy()
        for clip in clips:
            versions = []
            for number in range(passes + 1):
                rng = data.seeded('features', clip.name, number)
                look = {} if number == 0 else {
                    'transform': data.random_transform(rng, 0.8),
                    'gain': rng.uniform(0.8, 1.25),
                    'offset': rng.uniform(-12, 12),
                    'gamma': rng.uniform(0.85, 1.2),
                }
                small = data.small_lips(clip.lips, **look).astype(np.float32)
                versions.append(model.frame_net(torch.from_numpy(data.stacks(small))).numpy().astype(np.float16))
            stored.append(versions)
    return stored, blank


def level(samples):
    return float(np.sqrt(np.mean(samples**2))) + 1e-9


def resample(samples, count):
    """Linear interpolation to `count` samples."""
    return np.interp(np.linspace(0, len(samples) - 1, count), np.arange(len(samples)), samples).astype(np.float32)


class Mixer:
    def __init__(self, clips, stored, blank, voices):
        self.clips, self.stored, self.blank, self.voices = clips, stored, blank, voices

    def piece(self, index, rng):
        """One sentence, or a stretch at rest: lip features, sound, frame labels, words."""
        clip = self.clips[index]
        versions = self.stored[index]
        features = versions[rng.randrange(len(versions))]
        first, last = clip.words[0][1], clip.words[-1][2]
        if rng.random() < 0.12:
            return self.rest(clip, features, rng)
        wide = 25 if rng.random() < 0.3 else 10
        start = max(0, int(first - rng.uniform(0, wide)))
        end = min(clip.frames, int(last + rng.uniform(0, wide)) + 1)
        if rng.random() < 0.08:
            if rng.random() < 0.5:
                start = int(clip.words[rng.randrange(1, 4)][1])
            else:
                end = int(clip.words[rng.randrange(2, 5)][2]) + 1
        speed = rng.uniform(0.9, 1.1) if rng.random() < 0.5 else 1.0
        count = max(10, int((end - start) / speed))
        index = np.clip(np.round(start + np.arange(count) * speed).astype(int), 0, clip.frames - 1)
        sound = clip.sound[start * data.HOP : int((start + count * speed) * data.HOP)]
        sound = resample(sound, count * data.HOP) if speed != 1.0 else np.pad(sound, (0, count * data.HOP - len(sound)))
        labels = data.frame_labels(clip.words, clip.frames)[index]
        words = [u for u, a, b in clip.words if (min(b, end) - max(a, start)) > 0.6 * (b - a)]
        return features[index], sound, labels, words

    def rest(self, clip, features, rng):
        """The mouth at rest: frames before or after the sentence, to and fro."""
        first, last = int(clip.words[0][1]) - 4, int(clip.words[-1][2]) + 4
        spans = [(0, first), (last, clip.frames)]
        start, end = max(spans, key=lambda s: s[1] - s[0])
        count = rng.randrange(12, 60)
        to_and_fro = np.concatenate([np.arange(start, end), np.arange(end - 1, start - 1, -1)])
        index = np.resize(np.roll(to_and_fro, -rng.randrange(len(to_and_fro))), count)
        sound = np.resize(clip.sound[start * data.HOP : end * data.HOP], count * data.HOP)
        return features[index], sound, np.zeros(count, np.int64), []

    def interferer(self, samples, rng, avoid):
        """Other people's sentences one after the other, with pauses."""
        out = np.zeros(samples, np.float32)
        at = -rng.randrange(0, 40000)
        while at < samples:
            if self.voices and rng.random() < 0.12:
                voice = self.voices[rng.randrange(len(self.voices))]
                begin = rng.randrange(0, max(1, len(voice) - 48000))
                sound = voice[begin : begin + rng.randrange(16000, 48000)]
                sound = sound * (0.05 / level(sound))
            else:
                other = self.clips[rng.randrange(len(self.clips))]
                if other is avoid:
                    continue
                start = max(0, int((other.words[0][1] - rng.uniform(2, 10)) * data.HOP))
                sound = other.sound[start : int((other.words[-1][2] + 4) * data.HOP)] * (0.05 / other.level)
            a, b = max(0, at), min(samples, at + len(sound))
            if b > a:
                out[a:b] += sound[a - at : b - at]
            at += len(sound) + (rng.randrange(0, 30000) if rng.random() < 0.6 else 0)
        return out

    def example(self, index, rng):
        number = rng.choice([1, 1, 1, 1, 2, 2, 3])
        pieces = [self.piece(index, rng)]
        for _ in range(number - 1):
            pieces.append(self.piece(rng.randrange(len(self.clips)), rng))
        lips = np.concatenate([p[0] for p in pieces]).astype(np.float32)
        sound = np.concatenate([p[1] for p in pieces]) * (0.05 / self.clips[index].level)
        labels = np.concatenate([p[2] for p in pieces])
        words = [u for p in pieces for u in p[3]]
        others = rng.choice([0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3])
        mode = rng.random()
        without_video = mode < 0.08 and others <= 1
        weakest = 5 if without_video else -5
        for _ in range(others):
            ratio = rng.uniform(weakest, 10)
            sound = sound + self.interferer(len(sound), rng, self.clips[index]) * 10 ** (-ratio / 20)
        if rng.random() < 0.3:
            noise = np.random.RandomState(rng.randrange(2**31)).randn(len(sound)).astype(np.float32)
            if rng.random() < 0.5:
                noise = np.convolve(noise, np.ones(8, np.float32) / 8, 'same').astype(np.float32)
            sound = sound + noise * (0.05 * 10 ** (-rng.uniform(8, 35) / 20) / level(noise))
        if without_video:
            lips[:] = self.blank
        elif rng.random() < 0.1:
            length = rng.randrange(1, 16)
            at = rng.randrange(0, len(lips))
            lips[at : at + length] = self.blank
        without_audio = mode > 0.7
        if without_audio:
            sound = np.zeros_like(sound)
        elif rng.random() < 0.3:
            # AAC at low rates leaves little above some frequency; so do microphones.
            sound = np.convolve(sound, np.float32([0.25, 0.5, 0.25]) if rng.random() < 0.5 else np.float32([-0.2, 1.0]), 'same').astype(np.float32)
        return lips, stacked_log_mel(sound * 10 ** rng.uniform(-1, 0.7)), labels, words, not without_audio, not without_video


def collate(examples):
    lengths = torch.tensor([len(e[0]) for e in examples])
    longest = int(lengths.max())
    lips = torch.zeros(len(examples), longest, examples[0][0].shape[1])
    audio = torch.zeros(len(examples), longest, 104)
    labels = torch.full((len(examples), longest), -1)
    for row, e in enumerate(examples):
        lips[row, : len(e[0])] = torch.from_numpy(e[0])
        audio[row, : len(e[1])] = torch.from_numpy(e[1])
        labels[row, : len(e[2])] = torch.from_numpy(e[2])
    words = [torch.tensor(e[3], dtype=torch.long) for e in examples]
    heard = torch.tensor([e[4] for e in examples])
    seen = torch.tensor([e[5] for e in examples])
    return lips, audio, lengths, labels, words, heard, seen


def frame_loss(logits, labels, where=None):
    if where is not None:
        labels = torch.where(where.unsqueeze(1), labels, torch.full_like(labels, -1))
    if (labels >= 0).sum() == 0:
        return logits.sum() * 0
    return F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=-1, label_smoothing=0.05)


def loss_of(model, lips, audio, lengths, labels, words, heard, seen):
    mask = (labels >= 0).unsqueeze(2).float()
    context = model.lip_branch(lips * mask, lengths, mask)
    sounds = model.audio_branch(audio, mask)
    fused = model.fuse(context, sounds, lengths)
    sequence = ctc(F.log_softmax(model.words(context, fused), 2), words, lengths)
    frames = frame_loss(model.fused_frames(fused), labels)
    lip_frames = frame_loss(model.lip_frames(context), labels, seen)
    audio_frames = frame_loss(model.audio_frames(sounds), labels, heard)
    lip_sequence = ctc(F.log_softmax(model.lip_ctc(context), 2), words, lengths)
    loss = sequence + frames + 0.5 * lip_frames + 0.3 * audio_frames + 0.15 * lip_sequence
    return loss, sequence, frames


CONDITIONS = {'clean': (0, True, True), 'one': (1, True, True), 'three': (3, True, True), 'lips': (0, False, True), 'audio at 0 dB': (1, True, False)}


def mixture(clip, clips, others, salt=''):
    """The clip's sound with `others` other clips, each at the same level, at random offsets."""
    rng = data.seeded('mixture', clip.name, others, salt)
    sound = clip.sound.copy()
    for _ in range(others):
        other = clip
        while other is clip:
            other = clips[rng.randrange(len(clips))]
        shifted = np.roll(other.sound, rng.randrange(-16000, 16000))
        sound += np.resize(shifted, len(sound)) * (clip.level / other.level)
    return sound


def evaluate(model, clips, stored, blank):
    model.eval()
    rates = {}
    with torch.no_grad():
        for name, (others, heard, seen) in CONDITIONS.items():
            errors = total = 0
            for clip, versions in zip(clips, stored):
                sound = mixture(clip, clips, others) if heard else np.zeros_like(clip.sound)
                lips = versions[0].astype(np.float32) if seen else np.tile(blank, (clip.frames, 1))
                audio = torch.from_numpy(stacked_log_mel(sound)).unsqueeze(0)
                context = model.lip_branch(torch.from_numpy(lips).unsqueeze(0))
                fused = model.fuse(context, model.audio_branch(audio))
                reference = [u for u, _, _ in clip.words]
                errors += data.word_errors(reference, data.greedy(model.words(context, fused)[0].numpy()))
                total += len(reference)
            rates[name] = errors / total
    model.train()
    return rates


def main():
    args = argparse.ArgumentParser()
    args.add_argument('--epochs', type=int, default=40)
    args.add_argument('--batch', type=int, default=24)
    args.add_argument('--rate', type=float, default=2e-3)
    args.add_argument('--passes', type=int, default=PASSES)
    args.add_argument('--lips', default=os.path.join(data.CACHE, 'lips.pt'))
    args.add_argument('--out', default=os.path.join(data.CACHE, 'fusion.pt'))
    args.add_argument('--limit', type=int)
    args = args.parse_args()
    torch.set_num_threads(2)
    torch.manual_seed(2)
    clips, held = data.split_validation(data.read_clips('train', args.limit))
    voices = [np.fromfile(p, np.float32) for p in sorted(glob.glob(os.path.join(data.CACHE, 'voices', 'train-clean-100', '*.f32')))]
    model = Recogniser()
    start = torch.load(args.lips)['average']
    model.load_state_dict({name: model.head.state_dict()[name[5:]] if name.startswith('head.') else value for name, value in start.items()})
    began = time.time()
    stored, blank = lip_features(model, clips, args.passes)
    held_stored, _ = lip_features(model, held, 0)
    print(f'{len(clips)} clips, lip features in {time.time() - began:.0f} s', flush=True)
    mixer = Mixer(clips, stored, blank, voices)
    parameters = [p for name, p in model.named_parameters() if not name.startswith('frame_net')]
    steps = math.ceil(len(clips) / args.batch)
    training = Training(model, parameters, args.out, args.epochs, steps, args.rate)
    while training.epoch < args.epochs:
        began = time.time()
        rng = data.seeded('fusion', training.epoch)
        order = list(range(len(clips)))
        rng.shuffle(order)
        sums = np.zeros(2)
        for step in range(steps):
            batch = collate([mixer.example(i, rng) for i in order[step * args.batch : (step + 1) * args.batch]])
            loss, sequence, frames = loss_of(model, *batch)
            training.step(step, loss)
            sums += [sequence.item(), frames.item()]
        evaluated = training.end_epoch()
        line = f'epoch {training.epoch} ctc {sums[0] / steps:.3f} frames {sums[1] / steps:.3f} {time.time() - began:.0f} s'
        if evaluated:
            rates = evaluate(training.average, held, held_stored, blank)
            line += ' held-out ' + ', '.join(f'{k} {v:.3f}' for k, v in rates.items())
        print(line, flush=True)


if __name__ == '__main__':
    main()
