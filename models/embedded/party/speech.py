"""What one person says over two minutes or so, without a face: sound, mouth, words, frame by frame. See `block`.

    /usr/bin/python3 speech.py [SEED]     times a few
"""

import random
import sys
import time
from types import SimpleNamespace

import numpy as np

import room as acoustics
from mouth import REST
from talk import GRAMMAR, dialogue, sentence, words_of
from visemes import SOUNDS, VISEMES, mouth_track, visemes_of
from voice import RATE, make_voice, synthesiser

FPS = 25
HOP = RATE // FPS
VISEME = {name: index for index, name in enumerate(VISEMES)}
PHONE = {name: index for index, name in enumerate(['_', *(name for name in SOUNDS if name != '_')])}
# Frames around what is said in which the mouth gets ready, and comes to rest.
BEFORE, AFTER = 7, 8


def pause(rng):
    """Seconds between two things said."""
    kind = rng.random()
    return rng.uniform(0, 0.4) if kind < 0.4 else rng.uniform(0.4, 1.6) if kind < 0.75 else rng.uniform(1.6, 7)


def block(seed, number, seconds=120.0):
    """Endless talk of one voice, cut: the same for the same seed.

    sound [F, 640] int16; mouth [F, 8] float16, of a person of average articulation; viseme, phone [F] int8; active [F] uint8: makes a sound.
    words: [n] number of the word, starts, ends [n] in frames. number(word) -> the word's number.
    """
    rng = random.Random(f'speech/{seed}')
    espeak = synthesiser()
    espeak.renew()
    female = rng.random() < 0.5
    voice = make_voice(f'speech/{seed}', female)
    person = SimpleNamespace(articulation={'open': 1.0, 'spread': 1.0, 'round': 1.0, 'lag': rng.uniform(0.0, 0.02)})
    turns = dialogue(rng.choice([2, 2, 3]), rng)
    out = {name: [] for name in ('sound', 'mouth', 'viseme', 'phone', 'active')}
    words, starts, ends = [], [], []
    at = 0

    def add(frames, sound=None, mouth=None, viseme=None, phone=None, active=None):
        nonlocal at
        whole = np.zeros(frames * HOP, np.int16)
        if sound is not None:
            whole[: len(sound)] = np.clip(np.rint(sound * 32767), -32768, 32767)
        out['sound'].append(whole.reshape(frames, HOP))
        out['mouth'].append(np.tile(REST, (frames, 1)) if mouth is None else mouth)
        for name, values in (('viseme', viseme), ('phone', phone), ('active', active)):
            out[name].append(np.zeros(frames, np.uint8) if values is None else values)
        at += frames

    while at < seconds * FPS:
        add(int(pause(rng) * FPS) + 1)
        kind = rng.random()
        laughing = kind < 0.04
        if laughing:
            sound, phonemes = acoustics.laugh(np.random.default_rng(rng.getrandbits(32)), female, rng.randint(2, 4))
            said = []
        else:
            text = rng.choice(GRAMMAR['backchannels']) if kind < 0.14 else sentence(rng) if kind < 0.3 else next(turns).text
            spoken = espeak.say(text, voice)
            sound, phonemes, said = acoustics.levelled(spoken.sound), spoken.phonemes, spoken.words
            if [word for word, _, _ in said] != words_of(text):
                raise RuntimeError(f'"{text}" was said as {said}')
        offset = (BEFORE + rng.random()) / FPS
        length = len(sound) / RATE
        frames = int(np.ceil((offset + length) * FPS)) + AFTER
        times = (np.arange(frames) + 0.5) / FPS - offset
        viseme, phone, active = (np.zeros(frames, np.uint8) for _ in range(3))
        for name, start, end in phonemes:
            parts = visemes_of(name)
            inside = (times >= start) & (times < end)
            known = name if name in PHONE else parts[0] if parts[0] in PHONE else '@'
            phone[inside] = PHONE[known]
            share = np.clip((times[inside] - start) / max(end - start, 1e-6) * len(parts), 0, len(parts) - 1).astype(int)
            viseme[inside] = [VISEME[parts[i]] for i in share]
        active[(times >= -0.02) & (times < length + 0.02)] = 1
        words += [number(word) for word, _, _ in said]
        starts += [at + (start + offset) * FPS for _, start, _ in said]
        ends += [at + (end + offset) * FPS for _, _, end in said]
        shifted = np.concatenate([np.zeros(int(round(offset * RATE)), np.float32), sound])
        add(frames, shifted, mouth_track(phonemes, times, person, laughing), viseme, phone, active)
    add(int(pause(rng) * FPS) + 1)
    joined = {name: np.concatenate(parts) for name, parts in out.items()}
    joined['mouth'] = joined['mouth'].astype(np.float16)
    return {**joined, 'words': np.array(words, np.int16), 'starts': np.array(starts, np.float32), 'ends': np.array(ends, np.float32)}


# The silence between things said is no sound of the table.
assert VISEME['_'] == PHONE['_'] == 0

if __name__ == '__main__':
    first = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    for index in range(first, first + 3):
        began = time.process_time()
        made = block(index, lambda word: 1)
        length = len(made['sound']) / FPS
        print(f"{length:.1f} s, {len(made['words'])} words, {made['active'].mean():.2f} active, {length / (time.process_time() - began):.1f} x real time")
