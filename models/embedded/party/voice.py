"""Voices: the espeak-ng library, called through ctypes, with the times of words and phonemes.

Its output belongs to nobody; the program itself (GPL 3) is neither copied nor linked into anything that is shipped.
"""

import _ctypes
import ctypes
import ctypes.util
import functools
import random
import re
import sys
from dataclasses import dataclass

import numpy as np

RATE = 16000
ESPEAK_RATE = 22050

ACCENTS = ['en-us', 'en-us', 'en-us', 'en', 'en', 'en-gb-x-rp', 'en-gb-scotland', 'en-gb-x-gbclan', 'en-gb-x-gbcwmd', 'en-029', 'en-us-nyc']
FEMALE = ['f1', 'f2', 'f3', 'f4', 'f5', 'Annie', 'steph', 'linda', 'belinda', 'Alicia', 'anika', 'aunty']
MALE = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8', 'Alex', 'Andy', 'Lee', 'max', 'Mario', 'Michael', 'adam', 'david', 'edward', 'john', 'miguel', 'paul', 'rob', 'robert', 'steph2', 'travis', 'victor', 'zac']


class Event(ctypes.Structure):
    class Id(ctypes.Union):
        _fields_ = [('number', ctypes.c_int), ('name', ctypes.c_char_p), ('string', ctypes.c_char * 8)]

    _fields_ = [
        ('type', ctypes.c_int),
        ('unique', ctypes.c_uint),
        ('text_position', ctypes.c_int),
        ('length', ctypes.c_int),
        ('audio_position', ctypes.c_int),
        ('sample', ctypes.c_int),
        ('user_data', ctypes.c_void_p),
        ('id', Id),
    ]


Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))


@dataclass(frozen=True)
class Voice:
    """One way of speaking. `stretch`: the sound is played so many times faster, which moves pitch and formants together."""

    accent: str
    variant: str
    pitch: int
    spread: int
    words_a_minute: int
    stretch: float

    @property
    def name(self):
        return f'{self.accent}+{self.variant}'


def make_voice(seed, female):
    rng = random.Random(f'voice/{seed}')
    return Voice(
        accent=rng.choice(ACCENTS),
        variant=rng.choice(FEMALE if female else MALE),
        pitch=rng.randint(38, 66) if female else rng.randint(28, 58),
        spread=rng.randint(38, 72),
        words_a_minute=rng.randint(142, 188),
        stretch=rng.uniform(0.95, 1.07),
    )


@dataclass
class Speech:
    """sound: float32 at 16 kHz; words: [(text, start, end)] and phonemes: [(name, start, end)] in seconds; '_' is silence."""

    sound: np.ndarray
    words: list
    phonemes: list


@functools.lru_cache(maxsize=1)
def synthesiser():
    """The process's one synthesiser: the library is no object, and must not be started twice."""
    return Espeak()


class Espeak:
    """See `synthesiser`."""

    def __init__(self):
        self.name = ctypes.util.find_library('espeak-ng') or 'libespeak-ng.so.1'
        self.libc = ctypes.CDLL(None)
        self.parts, self.events = [], []
        self.callback = Callback(self.receive)
        self.library = None
        self.renew()

    def renew(self):
        """Loads the library anew. It keeps the phases of its oscillators between texts, so what was said before is heard (a little) in what comes
        next: whatever is to be the same again starts with this."""
        if self.library is not None:
            self.library.espeak_Terminate()
            _ctypes.dlclose(self.library._handle)
        self.library = ctypes.CDLL(self.name)
        rate = self.library.espeak_Initialize(1, 200, None, 0x0001 | 0x8000)
        if rate != ESPEAK_RATE:
            raise RuntimeError(f'espeak-ng gives {rate} samples a second, not {ESPEAK_RATE}')
        self.library.espeak_SetSynthCallback(self.callback)

    def receive(self, wav, count, events):
        if count > 0 and wav:
            self.parts.append(np.ctypeslib.as_array(wav, (count,)).copy())
        index = 0
        while events[index].type != 0:
            event = events[index]
            self.events.append((event.type, event.sample, event.text_position, event.length, bytes(event.id.string) if event.type == 7 else b''))
            index += 1
        return 0

    def say(self, text, voice):
        """text: lower-case words and commas or full stops -> Speech. The same texts since `renew` give the same samples."""
        self.parts, self.events = [], []
        library = self.library
        if library.espeak_SetVoiceByName(voice.name.encode()) != 0:
            raise RuntimeError(f'espeak-ng has no voice {voice.name}')
        for parameter, value in ((1, voice.words_a_minute), (2, 100), (3, voice.pitch), (4, voice.spread)):
            library.espeak_SetParameter(parameter, value, 0)
        self.libc.srand(1)
        data = text.encode()
        library.espeak_Synth(data, len(data) + 1, 0, 1, 0, 1, None, None)
        library.espeak_Synchronize()
        samples = np.concatenate(self.parts).astype(np.float32) / 32768
        return trimmed(samples, self.events, text, voice.stretch)


def trimmed(samples, events, text, stretch):
    """Cuts silence at both ends, resamples, and turns events into spans."""
    seconds = 1 / (ESPEAK_RATE * stretch)
    phonemes, starts = [], []
    for kind, sample, position, length, name in events:
        at = sample * seconds
        if kind == 7:
            text_name = name.split(b'\0')[0].decode('utf-8', 'replace')
            if phonemes:
                phonemes[-1][2] = at
            phonemes.append([text_name or '_', at, at])
        elif kind == 1:
            starts.append((at, position - 1, length))
    total = len(samples) * seconds
    if phonemes:
        phonemes[-1][2] = total
    phonemes = [(mouth_name(n), a, b) for n, a, b in phonemes if b > a]
    loud = np.flatnonzero(np.abs(samples) > 0.004)
    first = max(0.0, (loud[0] if len(loud) else 0) * seconds - 0.02)
    last = min(total, (loud[-1] if len(loud) else len(samples)) * seconds + 0.03)
    words = word_spans(text, starts, [(p, q) for n, p, q in phonemes if n != '_'], first, last)
    count = int((last - first) * RATE)
    place = (first + np.arange(count) / RATE) / seconds
    sound = resample(samples, place).astype(np.float32)
    spans = [(n, max(0.0, a - first), min(last - first, b - first)) for n, a, b in phonemes if b > first and a < last]
    return Speech(sound, words, spans)


def word_spans(text, starts, sounded, first, last):
    """Spans of the words of `text`, from the synthesiser's word events [(seconds, place in the text, length)].

    It joins some words and cuts others in two: a word takes the first event that lies in it, and one without shares the one before.
    """
    found = []
    for match in re.finditer(r"[^\s,.?!]+", text):
        inside = [at for at, position, _ in starts if match.start() <= position < match.end()]
        found.append([match[0], min(inside) if inside else None, match.end() - match.start()])
    if found and found[0][1] is None:
        found[0][1] = first
    index = 0
    while index < len(found):
        end = index + 1
        while end < len(found) and found[end][1] is None:
            end += 1
        begin = found[index][1]
        limit = found[end][1] if end < len(found) else last
        inner = [q for p, q in sounded if p >= begin - 1e-3 and q <= limit + 0.05]
        limit = min(limit, max(inner)) if inner else limit
        letters = sum(f[2] for f in found[index:end])
        for word in found[index:end]:
            share = (limit - begin) * word[2] / letters
            word[1:] = [begin, begin + share]
            begin += share
            letters -= word[2]
        index = end
    return [(word, start - first, end - first) for word, start, end in found]


def resample(samples, place):
    """Samples at fractional places: a windowed sinc of 16 taps, low enough for 16 kHz."""
    cut = 0.68
    index = np.floor(place).astype(np.int64)
    out = np.zeros(len(place))
    for tap in range(-11, 13):
        at = index + tap
        distance = place - at
        weight = cut * np.sinc(cut * distance) * (0.5 + 0.5 * np.cos(np.pi * np.clip(distance / 12, -1, 1)))
        out += weight * samples[np.clip(at, 0, len(samples) - 1)] * ((at >= 0) & (at < len(samples)))
    return out


def mouth_name(name):
    """espeak-ng's phoneme name without stress, length and variant marks; '_' for silence."""
    name = name.lstrip("',%=")
    if not name or name[0] in '_|' or name in (';', '?'):
        return '_'
    return name


if __name__ == '__main__':
    espeak = synthesiser()
    for accent in sorted(set(ACCENTS)):
        spoken = espeak.say(' '.join(sys.argv[1:]), Voice(accent, 'f2', 50, 50, 165, 1.0))
        print(accent, len(spoken.sound) / RATE, spoken.words, [(n, round(a, 3)) for n, a, _ in spoken.phonemes])
