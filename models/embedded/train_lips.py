"""Step 1: the lip branch alone, frame-wise words and CTC. Resumable; a checkpoint every epoch.

nice -n 10 /usr/bin/python3 models/embedded/train_lips.py --epochs 60
"""

import argparse
import math
import os
import time

import numpy as np
import torch
import torch.nn.functional as F

import data
from net import Recogniser
from training import Training


def example(clip, rng):
    """Lips of a random stretch around the sentence, augmented: [T, 5, 32, 32], frame labels, words."""
    first, last = clip.words[0][1], clip.words[-1][2]
    start = max(0, int(first - rng.uniform(2, 12)))
    end = min(clip.frames, int(last + rng.uniform(2, 12)))
    if rng.random() < 0.1:
        # A segment that begins or ends within the sentence.
        if rng.random() < 0.5:
            start = int(clip.words[rng.randrange(1, 4)][1])
        else:
            end = int(clip.words[rng.randrange(2, 5)][2]) + 1
    speed = rng.uniform(0.87, 1.15)
    count = max(12, int((end - start) / speed))
    times = start + (np.arange(count) + rng.random() * 0.5) * speed
    index = np.clip(np.round(times).astype(int), 0, clip.frames - 1)
    small = data.small_lips(
        clip.lips[index],
        data.random_transform(rng),
        gain=rng.uniform(0.75, 1.3),
        offset=rng.uniform(-15, 15),
        gamma=rng.uniform(0.8, 1.25),
    )
    if rng.random() < 0.5:
        small = small + np.float32(rng.uniform(0, 0.06)) * np.random.RandomState(rng.randrange(2**31)).randn(*small.shape).astype(np.float32)
    # Spans without a picture.
    for _ in range(rng.randrange(0, 3)):
        length = rng.randrange(1, 5)
        at = rng.randrange(0, max(1, count - length))
        small[at : at + length] = small[max(0, at - 1)] if rng.random() < 0.5 else data.NO_FACE
    labels = data.frame_labels(clip.words, clip.frames + 1)[np.clip(np.round(times).astype(int), 0, clip.frames)]
    words = [u for u, a, b in clip.words if (min(b, end) - max(a, start)) > 0.6 * (b - a)]
    return data.stacks(small.astype(np.float32)), labels, words


def collate(examples):
    lengths = torch.tensor([len(e[0]) for e in examples])
    stacked = torch.from_numpy(np.concatenate([e[0] for e in examples]))
    labels = torch.full((len(examples), int(lengths.max())), -1)
    for row, e in zip(labels, examples):
        row[: len(e[1])] = torch.from_numpy(e[1])
    return stacked, lengths, labels, [torch.tensor(e[2]) for e in examples]


def unpack(features, lengths):
    """[sum T, C] -> [B, T, C] zero padded."""
    return torch.nn.utils.rnn.pad_sequence(torch.split(features, lengths.tolist()), batch_first=True)


def ctc(log_probs, words, lengths):
    targets = torch.cat(words)
    sizes = torch.tensor([len(w) for w in words])
    return F.ctc_loss(log_probs.transpose(0, 1), targets, lengths, sizes, zero_infinity=True)


def evaluate(model, clips):
    model.eval()
    errors = total = hits = frames = 0
    with torch.no_grad():
        for clip in clips:
            start = max(0, int(clip.words[0][1]) - 8)
            end = min(clip.frames, int(clip.words[-1][2]) + 8)
            small = data.small_lips(clip.lips[start:end]).astype(np.float32)
            features = model.frame_net(torch.from_numpy(data.stacks(small))).unsqueeze(0)
            context = model.lip_branch(features)
            hypothesis = data.greedy(model.lip_ctc(context)[0].numpy())
            reference = [u for u, _, _ in clip.words]
            errors += data.word_errors(reference, hypothesis)
            total += len(reference)
            labels = data.frame_labels(clip.words, clip.frames)[start:end]
            hits += int((model.lip_frames(context)[0].argmax(1).numpy() == labels).sum())
            frames += len(labels)
    model.train()
    return errors / total, hits / frames


def main():
    args = argparse.ArgumentParser()
    args.add_argument('--epochs', type=int, default=60)
    args.add_argument('--batch', type=int, default=16)
    args.add_argument('--rate', type=float, default=2e-3)
    args.add_argument('--out', default=os.path.join(data.CACHE, 'lips.pt'))
    args.add_argument('--limit', type=int)
    args = args.parse_args()
    torch.set_num_threads(2)
    torch.manual_seed(1)
    clips, held = data.split_validation(data.read_clips('train', args.limit))
    print(len(clips), 'clips,', len(held), 'held out', flush=True)
    model = Recogniser()
    parts = [model.frame_net, model.lip_branch, model.lip_frames, model.lip_ctc]
    parameters = [p for part in parts for p in part.parameters()]
    steps = math.ceil(len(clips) / args.batch)
    training = Training(model, parameters, args.out, args.epochs, steps, args.rate)
    while training.epoch < args.epochs:
        began = time.time()
        rng = data.seeded('lips', training.epoch)
        order = list(range(len(clips)))
        rng.shuffle(order)
        sums = np.zeros(2)
        for step in range(steps):
            batch = [example(clips[i], rng) for i in order[step * args.batch : (step + 1) * args.batch]]
            stacked, lengths, labels, words = collate(batch)
            features = unpack(model.frame_net(stacked), lengths)
            mask = (labels >= 0).unsqueeze(2).float()
            context = model.lip_branch(features, lengths, mask)
            frames = F.cross_entropy(model.lip_frames(context).flatten(0, 1), labels.flatten(), ignore_index=-1, label_smoothing=0.05)
            sequence = ctc(F.log_softmax(model.lip_ctc(context), 2), words, lengths)
            training.step(step, frames + 0.3 * sequence)
            sums += [frames.item(), sequence.item()]
        evaluated = training.end_epoch()
        line = f'epoch {training.epoch} frames {sums[0] / steps:.3f} ctc {sums[1] / steps:.3f} {time.time() - began:.0f} s'
        if evaluated:
            wer, hits = evaluate(training.average, held)
            line += f' held-out WER {wer:.3f} frames right {hits:.3f}'
        print(line, flush=True)


if __name__ == '__main__':
    main()
