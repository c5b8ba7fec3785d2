"""Endless training examples for a recogniser: lips as the app would crop them, sound, words with times. No video file in between.

    from examples import Examples
    for example in Examples(seed=1, overlap=2): ...

    /usr/bin/python3 examples.py [SEED] [PICTURE]    times a few, and draws their lips into PICTURE (png)
"""

import functools
import random
import sys
import time
from dataclasses import dataclass

import cv2
import numpy as np

import lips
import room as acoustics
from motion import looks
from people import make_person
from render import Face, room
from talk import sentence
from visemes import mouth_track
from voice import RATE, make_voice, synthesiser

FPS = 25
HOP = RATE // FPS


@dataclass
class Example:
    """lips [t, 96, 96] uint8; sound [640 t] float32 at 16 kHz, the speaker among `others` talking; clean: the speaker alone in the room.

    words: [(word, start, end)] in seconds from the first frame; text: the words joined. seed: makes this example again.
    """

    seed: int
    lips: np.ndarray
    sound: np.ndarray
    clean: np.ndarray
    words: list
    text: str
    others: int


@functools.lru_cache(maxsize=1)
def alignment():
    return lips.read_alignment()


def lip_pictures(face, track, background, jitter=0.0, rng=None, codec=None):
    """The app's lip crops of a drawn track: [t, 96, 96] uint8. Only the part of each picture that the crop shows is drawn.

    jitter: deviation, in pixels of the picture, of a wandering error of the landmarks; codec: JPEG quality of a cheap stand-in for a
    video codec, or None.
    """
    correction = alignment()
    points = np.array([lips.drawn_landmarks(face, look, correction) for look in track])
    if jitter:
        noise = rng.standard_normal(points.shape)
        common = np.cumsum(rng.standard_normal((len(points), 9, 2)), 0) * 0.25
        common -= common.mean(0)
        fixed = rng.standard_normal((1, 9, 2))
        points = points + jitter * (0.5 * noise + 0.5 * np.clip(common, -2, 2) + 0.8 * fixed)
    points = lips.smoothed(points)
    out = np.empty((len(track), lips.SIZE, lips.SIZE), np.uint8)
    for t, look in enumerate(track):
        matrix = lips.crop_matrix(points[t])
        left, top, width, height = lips.window_of(matrix, face.size)
        part = face.frame(look, background, (left, top, width, height), eyes=False)
        grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
        if codec is not None:
            grey = cv2.imdecode(cv2.imencode('.jpg', grey, [cv2.IMWRITE_JPEG_QUALITY, codec])[1], cv2.IMREAD_GRAYSCALE)
        moved = matrix.copy()
        moved[:, 2] += matrix[:, :2] @ np.array([left, top])
        out[t] = lips.crop(grey, moved)
    return out


class Cast:
    """People whose faces are prepared, a few at a time: a new face costs as much as dozens of frames."""

    def __init__(self, size=24):
        self.faces, self.size = {}, size

    def __getitem__(self, seed):
        if seed not in self.faces:
            if len(self.faces) >= self.size:
                self.faces.pop(next(iter(self.faces)))
            self.faces[seed] = Face(make_person(seed))
        return self.faces[seed]


class Examples:
    """Endless examples; the same seed gives the same ones.

    people: seeds of those who may appear (range or list; sessions have theirs below 100,000); overlap: most others talking at the same time; utterances: most sentences in one
    example; silence: longest stretch before and after, seconds; degrade: landmark jitter, codec, brightness.
    `part` of `parts`: for several processes, each gets its own.
    """

    def __init__(self, seed=0, people=range(1_000_000, 1_004_000), overlap=3, utterances=3, silence=1.0, degrade=True, part=0, parts=1, new_face_every=6):
        self.seed, self.people, self.overlap, self.utterances, self.silence, self.degrade = seed, people, overlap, utterances, silence, degrade
        self.part, self.parts, self.new_face_every = part, parts, new_face_every
        self.espeak = synthesiser()
        self.cast = Cast()

    def __iter__(self):
        index = self.part
        while True:
            yield self.make(index)
            index += self.parts

    def speech(self, rng, person, voice, utterances):
        """Several utterances with pauses: sound, phonemes, words, and spans of laughing."""
        parts, phonemes, words, laughs = [], [], [], []
        at = 0.0
        for index in range(utterances):
            if index:
                pause = rng.uniform(0.1, 0.9)
                parts.append(np.zeros(int(pause * RATE), np.float32))
                at = sum(map(len, parts)) / RATE
            if rng.random() < 0.04:
                noise = np.random.default_rng(rng.getrandbits(32))
                sound, spans = acoustics.laugh(noise, person.female, rng.randint(2, 4))
                laughs.append((at, at + len(sound) / RATE))
                said = []
            else:
                spoken = self.espeak.say(sentence(rng), voice)
                sound, spans, said = acoustics.levelled(spoken.sound), spoken.phonemes, spoken.words
            parts.append(sound)
            phonemes += [(n, a + at, b + at) for n, a, b in spans]
            words += [(w, a + at, b + at) for w, a, b in said]
            at = sum(map(len, parts)) / RATE
        return np.concatenate(parts), phonemes, words, laughs

    def make(self, index):
        """Example number `index` of this seed."""
        rng = random.Random(f'example/{self.seed}/{index}')
        self.espeak.renew()
        # Neighbouring examples share a face (not its light, pose or words), so that it is prepared once.
        share = random.Random(f'face/{self.seed}/{self.part}/{index // self.parts // self.new_face_every}')
        face = self.cast[self.people[share.randrange(len(self.people))]]
        person = face.person
        numbers = np.random.default_rng(rng.getrandbits(32))
        voice = make_voice(f'{person.seed}/{rng.randrange(3)}', person.female)
        before, after = rng.uniform(0.1, 0.1 + self.silence), rng.uniform(0.1, 0.1 + self.silence)
        dry, phonemes, words, laughs = self.speech(rng, person, voice, rng.randint(1, self.utterances))
        frames = int(np.ceil((before + len(dry) / RATE + after) * FPS))
        line = np.zeros(frames * HOP, np.float32)
        start = int(before * RATE)
        line[start : start + len(dry)] = dry[: len(line) - start]
        times = (np.arange(frames) + 0.5) / FPS - before
        mouths = mouth_track(phonemes, times, person)
        for a, b in laughs:
            mouths[(times > a) & (times < b), 2] += 0.2
            mouths[(times > a) & (times < b), 6] += 0.4
        talking = ((times > -0.1) & (times < len(dry) / RATE)).astype(np.float32)
        scale = rng.uniform(40, 54)
        track = looks(person, mouths, rng.getrandbits(32), talking, person.turn + rng.uniform(-0.2, 0.2), scale, (112 + rng.uniform(-8, 8), 94 + rng.uniform(-8, 8)))
        pictures = lip_pictures(
            face,
            track,
            room(person.seed),
            rng.uniform(0.2, 1.3) if self.degrade else 0.0,
            numbers,
            rng.choice([None, 35, 50, 65, 80]) if self.degrade else None,
        )
        if self.degrade:
            gain, offset = rng.uniform(0.75, 1.25), rng.uniform(-25, 25)
            table = np.clip((np.arange(256) - 110) * gain + 110 + offset, 0, 255).astype(np.uint8)
            pictures = table[pictures]
        decay = rng.uniform(0.15, 0.6)
        clean = acoustics.convolve(line, acoustics.impulse(numbers, rng.uniform(0.6, 1.4), decay))
        others = rng.randint(0, self.overlap)
        sound = clean.copy()
        level = np.sqrt(np.mean(clean**2)) + 1e-6
        for _ in range(others):
            female = rng.random() < 0.5
            stranger = make_person(rng.randrange(10**6), female)
            speech, *_ = self.speech(rng, stranger, make_voice(rng.randrange(10**6), female), 1 + frames // 70)
            speech = np.roll(np.resize(np.concatenate([speech, np.zeros(RATE // 3, np.float32)]), len(line)), rng.randrange(len(line)))
            wet = acoustics.convolve(speech, acoustics.impulse(numbers, rng.uniform(0.7, 1.8), decay))
            sound += wet * (level / (np.sqrt(np.mean(wet**2)) + 1e-6) * 10 ** (rng.uniform(-6, 5) / 20))
        sound += acoustics.noise(numbers, len(sound), level * 10 ** (-rng.uniform(12, 35) / 20))
        gain = 10 ** (rng.uniform(-10, 4) / 20)
        timed = [(w, a + before, b + before) for w, a, b in words]
        return Example(index, pictures, np.clip(sound * gain, -1, 1), clean * gain, timed, ' '.join(w for w, _, _ in timed), others)


if __name__ == '__main__':
    arguments = sys.argv[1:]
    made, strips, seconds = Examples(seed=int(arguments[0]) if arguments else 0), [], 0.0
    began = time.process_time()
    for example, _ in zip(made, range(12)):
        seconds += len(example.lips) / FPS
        print(f'{len(example.lips):4d} frames, {example.others} others: {example.text}')
        strips.append(np.hstack(example.lips[8:64:4][:14]))
    print(f'{seconds / (time.process_time() - began):.1f} x real time')
    if len(arguments) > 1:
        cv2.imwrite(arguments[1], np.vstack([s for s in strips if s.shape[1] == strips[0].shape[1]]))
