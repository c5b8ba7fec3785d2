"""GRID clips and background voices as prepare.ts leaves them: packed into one small file, and read from it.

    /usr/bin/python3 models/embedded/data.py units      writes weights/units.txt
    /usr/bin/python3 models/embedded/data.py pack       writes models/.cache/embedded/grid.npz

The packed file holds the lips as JPEG (2 x 2 pixels averaged, the middle 40 x 40) and the sound as IMA ADPCM, four bits a sample.
"""

import glob
import os
import sys

import cv2
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, 'party'))
CACHE = os.environ.get('CONFAB_TRAIN') or os.path.join(HERE, '..', '.cache', 'embedded')
SHARED = os.environ.get('CONFAB_SHARED') or os.path.join(HERE, '..', '..', '..', 'shared')
RATE = 25
HOP = 640
VALIDATION = 40
TILE = 40  # side of a packed lip picture
ACROSS = 10  # of them in a row of a JPEG
PIECE = 75 * HOP  # samples of a packed piece of sound

cv2.setNumThreads(1)


def units():
    """The words, in the order of their numbers; the first has number 1."""
    with open(os.path.join(HERE, 'weights', 'units.txt')) as file:
        return [line.split()[0].lstrip('\u2581') for line in file]


def numbers():
    return {word: index + 1 for index, word in enumerate(units())}


def transcripts(split):
    """[(clip, [(word, first frame, frame after the last)])] of GRID, fractional frames."""
    with open(os.path.join(SHARED, 'data', 'grid-s1', 'transcripts.tsv')) as file:
        rows = [line.rstrip('\n').split('\t') for line in list(file)[1:]]
    out = []
    for _, name, _, timed in (row for row in rows if row[0] == split):
        words = []
        for part in timed.split():
            word, span = part.split(':')
            start, end = span.split('-')
            words.append((word, float(start) * RATE, float(end) * RATE))
        out.append((name, words))
    return out


def hash_name(name):
    value = 2166136261
    for byte in name.encode():
        value = (value ^ byte) * 16777619 % 2**32
    return value


def held_out(names):
    """Numbers of the clips kept out of training: the same for every run, and those of clips.ts."""
    return set(sorted(range(len(names)), key=lambda i: (hash_name(names[i]), i))[:VALIDATION])


STEPS = np.array(
    [7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767],
    np.int32,
)
INDEX = np.array([-1, -1, -1, -1, 2, 4, 6, 8] * 2, np.int32)


def adpcm(codes=None, sound=None):
    """IMA ADPCM of many pieces at once: sound [n, samples] int16 -> codes [n, samples] 0..15, or the other way."""
    encode = codes is None
    source = (sound if encode else codes).T.astype(np.int32)
    out = np.empty(source.shape, np.uint8 if encode else np.int16)
    value = np.zeros(source.shape[1], np.int32)
    index = np.zeros_like(value)
    for at, now in enumerate(source):
        step = STEPS[index]
        if encode:
            distance = now - value
            now = np.minimum(np.abs(distance) * 4 // step, 7) | (distance < 0) * 8
            out[at] = now
        change = (step * (2 * (now & 7) + 1)) >> 3
        value = np.clip(value + np.where(now & 8, -change, change), -32768, 32767)
        index = np.clip(index + INDEX[now], 0, 88)
        if not encode:
            out[at] = value
    return np.ascontiguousarray(out.T)


def pieces_of(sounds):
    """Sounds (float) cut and padded to pieces of three seconds, each as loud as 16 bits allow: codes and gains."""
    parts = []
    for sound in sounds:
        padded = np.pad(sound, (0, -len(sound) % PIECE))
        parts += list(padded.reshape(-1, PIECE))
    gains = np.array([30000 / (np.abs(part).max() + 1e-6) for part in parts], np.float32)
    codes = adpcm(sound=np.stack([np.rint(part * gain).astype(np.int16) for part, gain in zip(parts, gains)]))
    return codes[:, ::2] | codes[:, 1::2] << 4, gains


def sounds_of(packed, gains):
    codes = np.empty((len(packed), PIECE), np.uint8)
    codes[:, ::2], codes[:, 1::2] = packed & 15, packed >> 4
    return adpcm(codes=codes) / gains[:, None]


def pack(path, quality=86):
    names, sheets, frames, sounds, words, starts, ends, counts = [], [], [], [], [], [], [], []
    for name, said in transcripts('train'):
        base = os.path.join(CACHE, 'train', name)
        if not os.path.exists(base + '.lips'):
            raise SystemExit(f'{base}.lips is missing: run prepare.ts first')
        lips = np.fromfile(base + '.lips', np.uint8).reshape(-1, 96, 96)[:75, 8:88, 8:88]
        small = np.rint(lips.reshape(len(lips), TILE, 2, TILE, 2).mean((2, 4))).astype(np.uint8)
        sheet = np.zeros((-(-len(small) // ACROSS) * ACROSS, TILE, TILE), np.uint8)
        sheet[: len(small)] = small
        picture = sheet.reshape(-1, ACROSS, TILE, TILE).transpose(0, 2, 1, 3).reshape(-1, ACROSS * TILE)
        sheets.append(cv2.imencode('.jpg', picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].reshape(-1))
        sounds.append(np.resize(np.fromfile(base + '.f32', np.float32), PIECE))
        names.append(name)
        frames.append(len(small))
        words += [word for word, _, _ in said]
        starts += [start for _, start, _ in said]
        ends += [end for _, _, end in said]
        counts.append(len(said))
    codes, gains = pieces_of(sounds)
    voices = [np.fromfile(path, np.float32) for path in sorted(glob.glob(os.path.join(CACHE, 'voices', 'train-clean-100', '*.f32')))]
    voice_codes, voice_gains = pieces_of(voices)
    np.savez(
        path, names=names, frames=frames, sheets=np.concatenate(sheets), sizes=[len(s) for s in sheets], codes=codes, gains=gains,
        words=words, starts=starts, ends=ends, counts=counts, voice_codes=voice_codes, voice_gains=voice_gains,
    )  # fmt: skip
    print(f'{len(names)} clips, {os.path.getsize(path) / 1e6:.1f} MB: lips {sum(map(len, sheets)) / 1e6:.1f}, voices {len(voice_codes) * 3} s')


class Clip:
    """lips [T, 40, 40] uint8; sound [640 T] float32, -1..1; words [(word, first frame, frame after the last)]."""

    def __init__(self, name, lips, sound, words):
        self.name, self.lips, self.sound, self.words = name, lips, sound, words


def read_packed(path):
    """-> clips, and the background voices' sounds [n, 48000] float32."""
    with np.load(path) as file:
        packed = {name: file[name] for name in file.files}
    sounds = sounds_of(packed['codes'], packed['gains']).astype(np.float32)
    clips, at, word = [], 0, 0
    for i, name in enumerate(packed['names']):
        sheet = cv2.imdecode(packed['sheets'][at : at + packed['sizes'][i]], cv2.IMREAD_GRAYSCALE)
        at += packed['sizes'][i]
        tiles = sheet.reshape(-1, TILE, ACROSS, TILE).transpose(0, 2, 1, 3).reshape(-1, TILE, TILE)
        frames, count = int(packed['frames'][i]), int(packed['counts'][i])
        said = [(str(packed['words'][k]), float(packed['starts'][k]), float(packed['ends'][k])) for k in range(word, word + count)]
        word += count
        clips.append(Clip(str(name), tiles[:frames], sounds[i][: frames * HOP], said))
    return clips, sounds_of(packed['voice_codes'], packed['voice_gains']).astype(np.float32)


def write_units(path):
    """GRID's words and the grammar's, sorted; laughter is no word."""
    from talk import GRAMMAR, vocabulary

    words = set(vocabulary()) - set(GRAMMAR['laughs'])
    words |= {word for _, said in transcripts('train') for word, _, _ in said}
    with open(path, 'w') as file:
        file.writelines(f'\u2581{word} {index + 1}\n' for index, word in enumerate(sorted(words)))
    print(len(words), 'words')


if __name__ == '__main__':
    if sys.argv[1:] == ['units']:
        write_units(os.path.join(HERE, 'weights', 'units.txt'))
    elif sys.argv[1:] == ['pack']:
        pack(os.path.join(CACHE, 'grid.npz'))
    else:
        raise SystemExit(__doc__)
