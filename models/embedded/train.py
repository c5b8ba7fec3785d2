"""Trains the embedded recogniser on the synthetic party and GRID for a given time. Goes on where it stopped.

    /usr/bin/python3 models/embedded/train.py --seconds 30000                 on two cores, in a night
    python3 train.py --seconds 560 --total 1120 --out $OUT --workers 15       the first of two calls on a machine with a GPU

The learning rate falls over --total seconds of training, all calls together. Worker processes make talk and faces while it trains; those,
and the state of the training, lie in --folder. --out gets log.txt and average.pt: the averaged weights that export.py takes.
"""

import argparse
import copy
import math
import os
import queue
import random
import subprocess
import sys
import threading
import time
import traceback

import numpy as np
import torch
import torch.nn.functional as F

import data
import mixing
import pool as pools
from net import Recogniser
from worker import HELD_BLOCKS, HELD_PEOPLE, PEOPLE

sys.path.insert(0, os.path.join(data.HERE, 'party'))
import crowd as drawing  # noqa: E402
import speech  # noqa: E402


class Log:
    def __init__(self, folder):
        self.file = open(os.path.join(folder, 'log.txt'), 'a')
        self.began = time.time()

    def __call__(self, *parts):
        line = f'{time.time() - self.began:6.1f} ' + ' '.join(map(str, parts))
        print(line, flush=True)
        self.file.write(line + '\n')
        self.file.flush()


def sequence_loss(log_probs, said):
    """CTC of [B, T, V] and a list of word numbers each, for each example: [B]."""
    lengths = torch.tensor([len(words) for words in said])
    targets = torch.zeros(len(said), max(1, int(lengths.max())), dtype=torch.long)
    for row, words in zip(targets, said):
        row[: len(words)] = torch.from_numpy(words)
    # Lengths on the CPU: nobody waits for them.
    frames = torch.full((len(said),), log_probs.shape[1], dtype=torch.long)
    loss = F.ctc_loss(log_probs.transpose(0, 1), targets.to(log_probs.device), frames, lengths, reduction='none', zero_infinity=True)
    return loss / (lengths + 2).to(log_probs.device)


def frame_loss(logits, labels, ignore, smoothing=0.05):
    labels = torch.where(ignore, torch.full_like(labels, -1), labels)
    loss = F.cross_entropy(logits.flatten(0, 1).float(), labels.flatten(), ignore_index=-1, label_smoothing=smoothing, reduction='sum')
    return loss / (labels >= 0).sum().clamp(min=1)


def loss_of(model, batch, autocast):
    """-> loss, and the parts to print."""
    with autocast():
        context = model.see(batch['small'])
        sounds = model.hear(batch['audio'])
        fused = model.fuse(context, sounds)
        words, lips = model.words(context, fused), model.lip_ctc(context)
        fused_frames, lip_frames = model.fused_frames(fused), model.lip_frames(context)
        lip_visemes, phones = model.lip_visemes(context), model.sound_phones(sounds)
        speech_logits, lip_speech = model.speech_head(fused)[..., 0], model.lip_speech(context)[..., 0]
    unseen, deaf = ~batch['seen'][:, None], ~batch['heard'][:, None]
    seen = batch['seen'].float()
    word, viseme, phone = (batch[name].long() for name in ('word', 'viseme', 'phone'))
    active = batch['active'].float()
    sequence = sequence_loss(F.log_softmax(words.float(), 2), batch['said']).mean()
    lip_sequence = (sequence_loss(F.log_softmax(lips.float(), 2), batch['said']) * seen).mean()
    speech_loss = F.binary_cross_entropy_with_logits(speech_logits.float(), active)
    loss = (
        sequence
        + 0.4 * lip_sequence
        + 0.5 * frame_loss(fused_frames, word, torch.zeros_like(word, dtype=torch.bool))
        + 0.4 * frame_loss(lip_frames, word, unseen.expand_as(word))
        + 0.5 * frame_loss(lip_visemes, viseme, unseen | (viseme == pools.UNKNOWN))
        + 0.15 * frame_loss(phones, phone, deaf | (phone == pools.UNKNOWN))
        + 0.5 * speech_loss
        + 0.2 * F.binary_cross_entropy_with_logits(lip_speech.float(), active, weight=seen[:, None].expand_as(active))
    )
    return loss, (sequence, lip_sequence, speech_loss)


def greedy(best):
    """Best unit of each frame -> units: repeats merged, blanks dropped."""
    return [int(u) for i, u in enumerate(best) if u != 0 and (i == 0 or u != best[i - 1])]


def word_errors(reference, hypothesis):
    row = list(range(len(hypothesis) + 1))
    for i, word in enumerate(reference, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(hypothesis, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
    return row[-1]


class Tests:
    """What is held out, made once: GRID clips kept out, and people, voices and talk of the party that training does not see."""

    def __init__(self, mixer, held, people, device):
        self.sets = {}
        with torch.no_grad(), torch.random.fork_rng(devices=[0] if device == 'cuda' else []):
            torch.manual_seed(3)
            for kind, frames in (('party', 200), ('grid', 75)):
                if kind == 'party':
                    firsts = held.starts('party', 64 if device == 'cuda' else 12, frames, random.Random(4), 1.0)
                else:
                    firsts = np.array([first for first, _ in held.blocks['grid']][: None if device == 'cuda' else 12])
                index = torch.from_numpy(firsts).to(device)[:, None] + torch.arange(frames, device=device)
                lips = mixer.drawn(held, people, index, plain=True) if kind == 'party' else mixer.filmed(held, index, plain=True)
                small = ((lips - mixing.MEAN) / mixing.SCALE).float()
                nobody = torch.full_like(small, mixing.NO_FACE)
                sound = {k: mixer.test(kind, held, people, firsts, frames, k) for k in ((0, 1, 3) if kind == 'grid' else (1, 3))}
                silence = mixing.stacked_log_mel(torch.zeros(len(firsts), frames * data.HOP, device=device))
                said = [held.said(first, frames) for first in firsts]
                active = held.frames['active'][index].bool()
                cases = {str(k): (small, audio) for k, audio in sound.items()}
                cases['lips'] = small, silence
                cases['sound 1'] = nobody, sound[1]
                self.sets[kind] = cases, said, active

    def run(self, model, autocast):
        model.eval()
        out = []
        with torch.no_grad():
            for kind, (cases, said, active) in self.sets.items():
                total = sum(map(len, said))
                rates = []
                for name, (small, audio) in cases.items():
                    with autocast():
                        context = model.see(small)
                        fused = model.fuse(context, model.hear(audio))
                        words = model.words(context, fused)
                        speaks = model.speech_head(fused)[..., 0] > 0
                    best = words.float().argmax(-1).cpu().numpy()
                    errors = 0
                    for row, reference in zip(best, said):
                        errors += word_errors(list(reference), greedy(row))
                    rates.append(f'{name} {errors / total:.3f} ({(speaks == active).float().mean():.3f})')
                out.append(f'{kind}: ' + ', '.join(rates))
        model.train()
        return '; '.join(out)


class Average:
    """Exponential average of all weights and buffers."""

    def __init__(self, model):
        self.model = copy.deepcopy(model)
        self.steps = 0

    def update(self, model):
        self.steps += 1
        decay = min(0.9985, 1 - 1 / (1 + self.steps / 10))
        with torch.no_grad():
            mine = [v for v in self.model.state_dict().values() if v.dtype.is_floating_point]
            theirs = [v for v in model.state_dict().values() if v.dtype.is_floating_point]
            torch._foreach_mul_(mine, decay)
            torch._foreach_add_(mine, theirs, alpha=1 - decay)


def gpu_state():
    question = ['nvidia-smi', '--query-gpu=utilization.gpu,memory.used,power.draw', '--format=csv,noheader']
    try:
        return subprocess.run(question, capture_output=True, text=True, timeout=5).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ''


def save(path, state):
    torch.save(state, path + '.part')
    os.replace(path + '.part', path)


def save_average(model, path, facts):
    """Large weights in half precision: they fit into a file that is easily moved."""
    weights = {n: (v.half() if v.dtype.is_floating_point and v.numel() > 4096 else v).cpu() for n, v in model.state_dict().items()}
    save(path, {'weights': weights, **facts})


def start_workers(folder, count):
    environment = {**os.environ, 'OMP_NUM_THREADS': '1', 'OPENBLAS_NUM_THREADS': '1', 'MKL_NUM_THREADS': '1', 'CUDA_VISIBLE_DEVICES': ''}
    script = os.path.join(data.HERE, 'worker.py')
    log = open(os.path.join(folder, 'workers.log'), 'a')
    command = [sys.executable, script, folder]
    return [subprocess.Popen([*command, str(i), str(count)], env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL) for i in range(count)]


def add_held_grid(held, clips, number, rng):
    """Each clip whole, a block of its own."""
    picture = 0
    for clip in clips:
        first, last = clip.words[0][1], clip.words[-1][2]
        frames = len(clip.lips)
        level = np.sqrt(np.mean(clip.sound[int(first * data.HOP) : int(last * data.HOP)] ** 2)) + 1e-6
        active = np.zeros(75, np.uint8)
        active[int(first) : int(math.ceil(last))] = 1
        sound = np.resize(clip.sound * (0.05 / level), 75 * data.HOP)
        held.add('grid', {
            'sound': np.clip(np.rint(sound * 32767), -32768, 32767).astype(np.int16).reshape(75, data.HOP),
            'lips': picture + np.minimum(np.arange(75), frames - 1).astype(np.int32),
            'active': active,
            'words': np.array([number[word] for word, _, _ in clip.words], np.int16),
            'starts': np.array([start for _, start, _ in clip.words]),
            'ends': np.array([end for _, _, end in clip.words]),
        })  # fmt: skip
        picture += frames


def main():
    args = argparse.ArgumentParser()
    args.add_argument('--seconds', type=float, required=True, help='time for this call, everything included')
    args.add_argument('--total', type=float, help='seconds of training in all calls; default: this one')
    args.add_argument('--folder', default=os.path.join(data.CACHE, 'work'))
    args.add_argument('--grid', default=os.path.join(data.CACHE, 'grid.npz'))
    args.add_argument('--out', default=data.CACHE)
    args.add_argument('--start', help='an average.pt to go on from where --folder holds nothing')
    args.add_argument('--workers', type=int, default=1)
    args.add_argument('--tokens', type=int, help='frames in a batch')
    args.add_argument('--capacity', type=int, help='frames of talk to keep')
    args.add_argument('--rate', type=float, default=1.5e-3)
    args.add_argument('--grid-share', type=float, default=0.13)
    args.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    args.add_argument('--least', type=int, nargs=2, default=[160, 60], help='people and blocks of talk to begin with')
    args.add_argument('--test-every', type=float, default=110)
    args = args.parse_args()
    began = time.time()
    device = args.device
    cuda = device == 'cuda'
    tokens = args.tokens or (16000 if cuda else 600)
    capacity = args.capacity or (14_000_000 if cuda else 600_000)
    talk = os.path.join(args.folder, 'talk')
    os.makedirs(talk, exist_ok=True)
    os.makedirs(args.out, exist_ok=True)
    log = Log(args.out)
    log('torch', torch.__version__, torch.cuda.get_device_name() if cuda else 'cpu', 'arguments', vars(args))
    workers = start_workers(talk, args.workers)
    try:
        train(args, began, device, cuda, tokens, capacity, talk, log, workers)
    except BaseException:
        log(traceback.format_exc())
        raise
    finally:
        for worker in workers:
            worker.kill()


def train(args, began, device, cuda, tokens, capacity, talk, log, workers):
    torch.set_num_threads(2 if not cuda else 4)
    torch.manual_seed(1)
    if cuda:
        # Not for products: places of pictures come from them.
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = False

    def autocast():
        return torch.autocast('cuda' if cuda else 'cpu', torch.bfloat16, enabled=cuda)

    number = data.numbers()
    clips, voices = data.read_packed(args.grid)
    out = data.held_out([clip.name for clip in clips])
    training_clips, held_clips = [c for i, c in enumerate(clips) if i not in out], [c for i, c in enumerate(clips) if i in out]
    log(f'{len(training_clips)} + {len(held_clips)} GRID clips, {len(voices) * 3} s of other voices, {len(number)} words')
    pool, held = pools.Pool(capacity, device), pools.Pool(60_000, device)
    people, held_people = drawing.Crowd(PEOPLE, device), drawing.Crowd(HELD_PEOPLE, device)
    pictures = torch.from_numpy(np.concatenate([clip.lips for clip in held_clips + training_clips])).to(device)
    add_held_grid(held, held_clips, number, random.Random(1))
    pools.add_voices(pool, voices)
    pools.add_grid(pool, training_clips, random.Random(2), number, sum(len(c.lips) for c in held_clips), 4 if cuda else 2)
    log(f'{pool.count} frames of GRID and other voices')
    supply = pools.Supply(talk)
    while True:
        supply.take(pool, people, held, held_people, 60)
        ready = people.count >= args.least[0] and len(pool.blocks['party']) >= args.least[1]
        if ready and len(held.blocks['party']) == HELD_BLOCKS and held_people.count == HELD_PEOPLE:
            break
        if any(worker.poll() is not None for worker in workers):
            with open(os.path.join(talk, 'workers.log')) as file:
                raise RuntimeError('a worker has ended: ' + file.read()[-3000:])
        if time.time() - began > 90 + 600 * (not cuda):
            raise RuntimeError(f'too slow: {people.count} people, {len(pool.blocks["party"])} blocks after {time.time() - began:.0f} s')
        time.sleep(0.2)
    log(f'begins with {people.count} people, {len(pool.blocks["party"])} blocks of talk')
    mixer = mixing.Mixer(device, pictures, random.Random())
    tests = Tests(mixer, held, held_people, device)
    model = Recogniser(len(number) + 1, len(speech.VISEME), len(speech.PHONE)).to(device)
    log(f'{sum(p.numel() for n, p in model.named_parameters()) / 1e6:.2f} million weights')
    average = Average(model)
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW([{'params': decayed, 'weight_decay': 0.02}, {'params': plain, 'weight_decay': 0.0}], args.rate, betas=(0.9, 0.98))
    trained, steps = 0.0, 0
    path = os.path.join(args.folder, 'state.pt')
    if os.path.exists(path):
        state = torch.load(path, map_location=device)
        model.load_state_dict(state['model'])
        average.model.load_state_dict(state['average'])
        optimiser.load_state_dict(state['optimiser'])
        trained, steps = state['trained'], state['steps']
        average.steps = steps
        log(f'goes on after {trained:.0f} s, {steps} steps')
    elif args.start:
        # Only the averaged weights have come back from an earlier machine.
        state = torch.load(args.start, map_location=device)
        for network in (model, average.model):
            network.load_state_dict({name: value.float() if value.dtype == torch.float16 else value for name, value in state['weights'].items()})
        trained, steps = state['trained'], state['steps']
        average.steps = steps
        log(f'goes on from averaged weights after {trained:.0f} s, {steps} steps')
    # Other examples in every call.
    torch.manual_seed(7 + steps)
    mixer.rng = random.Random(f'mixer/{steps}')
    if cuda:
        model.frame_net.to(memory_format=torch.channels_last)
        try_painter(people, log)
    total = args.total or args.seconds - (time.time() - began)
    end = began + args.seconds - (14 if cuda else 45)
    stop = threading.Event()
    made = queue.Queue(2)

    def stock():
        # Steps take what there is; this brings more.
        while not stop.is_set():
            try:
                if supply.take(pool, people, held, held_people, 4) == 0:
                    time.sleep(0.5)
            except Exception:
                made.put(traceback.format_exc())
                return

    def make():
        while not stop.is_set():
            try:
                with torch.no_grad():
                    batch = mixer.batch(pool, people, tokens, args.grid_share)
            except Exception:
                batch = traceback.format_exc()
            while not stop.is_set():
                try:
                    made.put(batch, timeout=0.5)
                    break
                except queue.Full:
                    continue
            if isinstance(batch, str):
                return

    threads = [threading.Thread(target=target, daemon=True) for target in (stock, make)]
    for thread in threads:
        thread.start()

    def keep():
        save(path, {'model': model.state_dict(), 'average': average.model.state_dict(), 'optimiser': optimiser.state_dict(), 'trained': trained, 'steps': steps})
        facts = {'trained': trained, 'steps': steps, 'vocabulary': len(number) + 1, 'visemes': len(speech.VISEME), 'phones': len(speech.PHONE)}
        save_average(average.model, os.path.join(args.out, 'average.pt'), facts)

    model.train()
    began_loop, before = time.time(), trained
    shown = tested = kept = time.time()
    sums, done, frames_done, waited = torch.zeros(3, device=device), 0, 0, 0.0
    bad = 0
    while time.time() < end:
        trained = before + time.time() - began_loop
        share = min(1.0, trained / total)
        rate = args.rate * min(1.0, (steps + 1) / (600 if cuda else 100)) * (0.003 + 0.997 * 0.5 * (1 + math.cos(math.pi * share)))
        for group in optimiser.param_groups:
            group['lr'] = rate
        mark = time.time()
        batch = made.get(timeout=120)
        if isinstance(batch, str):
            raise RuntimeError(batch)
        waited += time.time() - mark
        loss, parts = loss_of(model, batch, autocast)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        if steps % 50 == 0 and not math.isfinite(float(norm)):
            bad += 1
            log(f'step {steps}: gradient {float(norm)}')
            if bad > 5:
                raise RuntimeError('the training diverged')
        # A gradient that is no number changes nothing.
        for p in model.parameters():
            if p.grad is not None:
                p.grad.nan_to_num_(0.0, 0.0, 0.0)
        optimiser.step()
        average.update(model)
        steps += 1
        done += 1
        frames_done += batch['small'].shape[0] * batch['small'].shape[1]
        sums += torch.stack([p.detach() for p in parts])
        now = time.time()
        if now - shown > 15:
            ctc, lips, speaking = (sums / done).tolist()
            log(
                f'step {steps} {share:.0%} ctc {ctc:.3f} lips {lips:.3f} speech {speaking:.3f} rate {rate:.2e} | {done / (now - shown):.1f} steps/s,'
                f' {frames_done / 25 / (now - shown):.0f} x real time, waited {waited / (now - shown):.0%} | {people.count} people, {pool.count / 25 / 3600:.1f} h'
                + (f' | GPU {gpu_state()}' if cuda else '')
            )
            sums.zero_()
            shown, done, frames_done, waited = now, 0, 0, 0.0
        if now - tested > args.test_every:
            log('held out, greedy (speech right):', tests.run(average.model, autocast))
            keep()
            tested = time.time()
            shown = shown + tested - now
    trained = before + time.time() - began_loop
    stop.set()
    for thread in threads:
        thread.join(5)
    keep()
    log('held out, greedy (speech right):', tests.run(average.model, autocast))
    log(f'trained for {trained:.0f} s, {steps} steps')


def try_painter(people, log):
    """The mouth as one compiled kernel, where the compiler is there and gives the same."""

    def example(frames):
        part, own = people.people(torch.tensor([0, 1], device='cuda'))
        mouth = torch.zeros(2, frames, 8, device='cuda')
        mouth[..., 1], mouth[..., 2] = torch.rand(2, frames, device='cuda') * 0.3, 1
        face = torch.rand(2 * frames, 64, 64, device='cuda') * 200
        x, y = torch.rand_like(face) * 1.2 - 0.6, torch.rand_like(face) * 1.2 + 0.5
        colours = {f'{name}_colour': own[name].expand(2, frames) for name in ('lip', 'inside', 'teeth', 'tongue', 'white')}
        return face, x, y, {name: v.reshape(-1, 1, 1).contiguous() for name, v in {**drawing.curves_of(own, mouth), **colours}.items()}

    try:
        began = time.time()
        compiled = torch.compile(drawing.paint, dynamic=True)
        with torch.no_grad():
            for frames in (30, 50, 1000):
                given = example(frames)
                off = float((compiled(*given) - drawing.paint(*given)).abs().max())
                if off > 1.0:
                    raise RuntimeError(f'it is off by {off:.2f}')
    except Exception as error:
        log('painter not compiled:', str(error)[:300])
        return

    def painter(*given):
        try:
            return compiled(*given)
        except Exception as error:
            log('painter failed, goes on without:', str(error)[:300])
            people.painter = drawing.paint
            return drawing.paint(*given)

    people.painter = painter
    log(f'painter compiled in {time.time() - began:.0f} s, off by at most {off:.4f}')


if __name__ == '__main__':
    main()
