"""Writes a session of the synthetic party as MCoRec sessions are laid out.

    /usr/bin/python3 session.py SEED FOLDER [--people 6] [--conversations 3] [--seconds 60] [--asd] [--lip] [--without gaps hands turns]

    FOLDER/metadata.json, central_video.mp4, labels/{speaker_to_cluster.json, spk_N.vtt},
    speakers/spk_N/central_crops/track_XX{.mp4, .json, _bbox.json}, with --asd also track_XX_asd.json, with --lip track_XX_lip.av.mp4

The same seed and options give the same labels, boxes, pictures and sound; printed is a digest of what goes into the encoders. Some faces
are lost for a while, some people hold a hand before the mouth or turn away: --without leaves that out. Needs espeak-ng's library and ffmpeg.
"""

import argparse
import hashlib
import json
import os
import random
import subprocess
import tempfile
import wave

import cv2
import numpy as np

import lips
import room as acoustics
import scene
from motion import looks
from people import make_person
from render import Face, over
from talk import GRAMMAR, converse, seat, words_of
from visemes import mouth_track
from voice import RATE, make_voice, synthesiser

FPS = 25
TRACK = 224
LEAD_IN = 1.0  # seconds before the first word, outside of the scored part


class Party:
    """Everything about a session but its files: who, what, when, and each frame."""

    def __init__(self, seed, people=None, conversations=None, seconds=60.0, without=()):
        rng = random.Random(f'party/{seed}')
        self.seed, self.seconds = seed, seconds
        self.frames = int(round(seconds * FPS))
        count = people or rng.randint(2, 8)
        groups = seat(count, conversations or rng.randint(1, 3), rng)
        self.clusters = {person: number for number, group in enumerate(groups) for person in group}
        sexes = [index % 2 == 0 for index in range(count)]
        rng.shuffle(sexes)
        seeds = rng.sample(range(100_000), count)
        self.people = [make_person(s, female) for s, female in zip(seeds, sexes)]
        self.voices = [make_voice(s, female) for s, female in zip(seeds, sexes)]
        self.espeak = synthesiser()
        self.espeak.renew()
        self.spoken = {}
        self.cues = []
        for group in groups:
            for cue in converse(group, seconds - 2 * LEAD_IN, lambda who, text: self.say(who, text)[3], rng):
                cue.start += LEAD_IN
                self.cues.append(cue)
        self.cues.sort(key=lambda cue: (cue.speaker, cue.start))
        self.numbers = np.random.default_rng([seed, 5])
        self.distances = [rng.uniform(0.7, 1.5) for _ in self.people]
        self.plan(random.Random(f'plan/{seed}'), without)

    def say(self, who, text):
        """-> sound, phonemes, words, seconds; the same person says the same text the same way."""
        key = who, text
        if key not in self.spoken:
            if text in GRAMMAR['laughs']:
                sound, phonemes = acoustics.laugh(np.random.default_rng([self.seed, who, len(text)]), self.people[who].female, len(text) // 2)
                self.spoken[key] = sound, phonemes, [], len(sound) / RATE
            else:
                spoken = self.espeak.say(text, self.voices[who])
                self.spoken[key] = acoustics.levelled(spoken.sound), spoken.phonemes, spoken.words, len(spoken.sound) / RATE
        return self.spoken[key]

    def plan(self, rng, without):
        """What makes it hard: hands over mouths, people who turn away, and faces that are lost. self.tracks[speaker] = [(first, last frame)]."""
        self.hands = [[] for _ in self.people]
        self.turns = [None] * len(self.people)
        self.tracks = [[(0, self.frames - 1)] for _ in self.people]
        for who in range(len(self.people)):
            if rng.random() < 0.15 and 'hands' not in without:
                start = rng.randrange(FPS, max(FPS + 1, self.frames - 5 * FPS))
                self.hands[who].append((start, start + rng.randint(2 * FPS, 4 * FPS)))
            if rng.random() < 0.12 and 'turns' not in without:
                self.turns[who] = rng.choice([-1, 1]) * rng.uniform(0.35, 0.6)
            if rng.random() < 0.3 and 'gaps' not in without:
                self.tracks[who] = self.with_gaps(who, rng)

    def with_gaps(self, who, rng):
        """Tracks of a face that is lost up to three times: mostly while its owner listens."""
        quiet = 1 - self.activity(who)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], quiet, [0]])))
        spans = [(a + 8, b - 8) for a, b in zip(edges[::2], edges[1::2]) if b - a > 40 and a > 3 * FPS and b < self.frames - 3 * FPS]
        gaps = rng.sample(spans, min(len(spans), rng.choice([1, 1, 2, 3])))
        if rng.random() < 0.15:
            start = rng.randrange(3 * FPS, max(3 * FPS + 1, self.frames - 6 * FPS))
            gaps.append((start, start + rng.randint(FPS, 3 * FPS)))
        tracks, first = [], 0
        for start, end in sorted(gaps):
            if start - first >= 2 * FPS:
                tracks.append((first, int(start) - 1))
                first = int(end)
        return tracks + [(first, self.frames - 1)]

    def activity(self, who):
        """[frames] 0 or 1: whether the person is making a sound."""
        out = np.zeros(self.frames, np.float32)
        for cue in self.cues:
            if cue.speaker == who:
                out[int(cue.start * FPS) : int(np.ceil((cue.start + cue.length) * FPS))] = 1
        return out

    def mouths(self, who):
        times = (np.arange(self.frames) + 0.5) / FPS
        out = mouth_track([], times, self.people[who])
        for cue in (cue for cue in self.cues if cue.speaker == who):
            _, phonemes, _, length = self.say(who, cue.text)
            inside = (times > cue.start - 0.25) & (times < cue.start + length + 0.3)
            out[inside] = mouth_track(phonemes, times[inside] - cue.start, self.people[who], cue.text in GRAMMAR['laughs'])
        return out

    def sound(self):
        """The room's microphone: [samples] float32."""
        decay = float(self.numbers.uniform(0.2, 0.45))
        mixture = np.zeros(self.frames * RATE // FPS, np.float32)
        for who, distance in enumerate(self.distances):
            line = np.zeros_like(mixture)
            for cue in self.cues:
                if cue.speaker == who:
                    spoken = self.say(who, cue.text)[0]
                    at = int(cue.start * RATE)
                    part = line[at : at + len(spoken)]
                    part += spoken[: len(part)]
            mixture += acoustics.convolve(line, acoustics.impulse(self.numbers, distance, decay))
        mixture += acoustics.noise(self.numbers, len(mixture), 0.0016)
        return mixture * min(1.0, 0.89 / np.abs(mixture).max())

    def prepare(self):
        """Faces, movements and the room: once, before `panorama`."""
        rng = np.random.default_rng([self.seed, 6])
        count = len(self.people)
        self.wall, self.table = scene.wall(count, rng), scene.table(count, rng)
        self.faces = [Face(person) for person in self.people]
        self.looks = []
        for who, person in enumerate(self.people):
            # Nearer people are a little larger; all look a little towards their own conversation.
            partners = [other for other in range(count) if other != who and self.clusters[other] == self.clusters[who]]
            way = np.mean([((other - who + count / 2) % count) - count / 2 for other in partners]) if partners else 0.0
            turn = self.turns[who] if self.turns[who] is not None else float(np.clip(0.07 * way, -0.2, 0.2)) + 0.5 * person.turn
            size = 46 + 5 * (1.1 - self.distances[who])
            centre = (who + 0.5) * scene.SEAT, scene.EYES + (person.seed % 13) - 6
            self.looks.append(looks(person, self.mouths(who), f'{self.seed}/{who}', self.activity(who), turn, size, centre, self.hands[who]))

    def panorama(self, frame):
        """[416, 256 * people, 3] uint8."""
        out = self.wall.copy()
        for who, face in enumerate(self.faces):
            # A person takes up a seat's width, and what is below the table's edge is hidden.
            left = who * scene.SEAT
            out[: scene.TABLE + 4, left : left + scene.SEAT] = face.frame(self.looks[who][frame], out, (left, 0, scene.SEAT, scene.TABLE + 4))
        out[scene.TABLE - 28 :] = over(self.table[scene.TABLE - 28 :], out[scene.TABLE - 28 :])
        return out

    def boxes(self, who):
        """The followed face's square in the panorama, smoothed as a tracker would: [frames, 4] x1, y1, x2, y2."""
        track = self.looks[who]
        x = np.array([look.x + 14 * np.sin(look.yaw) for look in track])
        y = np.array([look.y + 0.26 * look.scale for look in track])
        kernel = np.hanning(13) / np.hanning(13).sum()
        x, y = (np.convolve(np.pad(v, 6, mode='edge'), kernel, 'valid') for v in (x, y))
        half = np.array([112 / 48 * np.mean([look.scale for look in track])] * len(track))
        return np.stack([x - half, y - half, x + half, y + half], 1)


def crop(panorama, box):
    """The box of the panorama at 224 x 224."""
    scale = TRACK / (box[2] - box[0])
    matrix = np.array([[scale, 0, 0.5 * (scale - 1) - scale * box[0]], [0, scale, 0.5 * (scale - 1) - scale * box[1]]], np.float32)
    return cv2.warpAffine(panorama, matrix, (TRACK, TRACK), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


class Encoder:
    """An mp4 by ffmpeg: H.264 from raw frames, AAC from a wav file beside it."""

    def __init__(self, path, width, height, sound, folder, quality, size=None, sound_rate='24k', preset='slow'):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        name = os.path.join(folder, f'{len(os.listdir(folder))}.wav')
        with wave.open(name, 'wb') as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(np.clip(np.rint(sound * 32767), -32768, 32767).astype('<i2').tobytes())
        scale = ['-vf', f'scale={size[0]}:{size[1]}:flags=area'] if size else []
        self.process = subprocess.Popen(
            ['ffmpeg', '-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', f'{width}x{height}', '-r', str(FPS), '-i', '-', '-i', name]
            + scale
            + ['-c:v', 'libx264', '-threads', '1', '-preset', preset, '-crf', str(quality), '-pix_fmt', 'yuv420p', '-g', '125', '-c:a', 'aac', '-b:a', sound_rate]
            + ['-fflags', '+bitexact', '-flags', '+bitexact', '-map_metadata', '-1', '-movflags', '+faststart', path],
            stdin=subprocess.PIPE,
        )

    def write(self, picture):
        self.process.stdin.write(np.ascontiguousarray(picture).tobytes())

    def close(self):
        self.process.stdin.close()
        if self.process.wait() != 0:
            raise RuntimeError('ffmpeg failed')


def stamp(seconds):
    milliseconds = int(seconds * 1000)
    return f'{milliseconds // 3600000:02d}:{milliseconds // 60000 % 60:02d}:{milliseconds // 1000 % 60:02d}.{milliseconds % 1000:03d}'


def labels_of(party, who):
    """The speaker's WebVTT."""
    lines = ['WEBVTT', '']
    for cue in party.cues:
        if cue.speaker == who:
            text = ' '.join(words_of(cue.text))
            lines += [f'{stamp(cue.start)} --> {stamp(cue.start + cue.length)}', f'{cue.mark} {text}'.strip(), '']
    return '\n'.join(lines)


def write_json(path, value):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    # One line for what has a value for each frame.
    style = {'separators': (',', ':')} if path.endswith(('_bbox.json', '_asd.json')) else {'indent': 1}
    with open(path, 'w') as file:
        json.dump(value, file, **style)
        file.write('\n')


def activity_scores(party, who, first, last):
    """What an active speaker detector would say: {frame: score}, rounded to tenths."""
    rng = np.random.default_rng([party.seed, who, first])
    smooth = np.convolve(party.activity(who), np.hanning(9) / np.hanning(9).sum(), 'same')
    wander = np.convolve(rng.standard_normal(party.frames + 24), np.hanning(25) / 4, 'valid')[: party.frames]
    return {str(f): round(float(np.clip(4.2 * smooth[f] - 2.4 + 0.7 * wander[f], -5, 5)), 1) for f in range(first, last + 1)}


class TrackWriter:
    """One track of one speaker: its picture, box and time files at once, its lip clip at the end."""

    def __init__(self, party, who, number, folder, sound, wavs, quality, shrink):
        self.party, self.who, self.folder, self.wavs = party, who, folder, wavs
        self.first, self.last = party.tracks[who][number]
        self.boxes = party.boxes(who)
        self.base = f'speakers/spk_{who}/central_crops/track_{number:02d}'
        self.sound = sound[self.first * RATE // FPS : (self.last + 1) * RATE // FPS]
        self.entry = {'video': self.base + '.mp4', 'crop_metadata': self.base + '.json', 'bbox': self.base + '_bbox.json'}
        self.video = Encoder(self.path('.mp4'), TRACK, TRACK, self.sound, wavs, quality)
        self.pictures = []
        times = {'start_time': self.first / FPS, 'end_time': self.last / FPS, 'duration': round((self.last - self.first) / FPS, 2)}
        write_json(self.path('.json'), {'frame_start': self.first, 'frame_end': self.last, **times})
        corners = {f: [round(float(v), 1) for v in self.boxes[f] * shrink] for f in range(self.first, self.last + 1)}
        write_json(self.path('_bbox.json'), {str(f): dict(zip(('x1', 'y1', 'x2', 'y2'), box)) for f, box in corners.items()})

    def path(self, ending):
        return os.path.join(self.folder, self.base + ending)

    def add_activity(self):
        write_json(self.path('_asd.json'), activity_scores(self.party, self.who, self.first, self.last))
        self.entry['asd'] = self.base + '_asd.json'

    def frame(self, number, panorama, keep):
        if self.first <= number <= self.last:
            picture = crop(panorama, self.boxes[number])
            self.video.write(picture)
            if keep:
                self.pictures.append(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))

    def lip_clip(self, correction):
        """Writes the lips of all frames that were kept, aligned by the drawn landmarks."""
        party, face = self.party, self.party.faces[self.who]
        points = []
        for number in range(self.first, self.last + 1):
            x1, y1, x2, _ = self.boxes[number]
            drawn = lips.drawn_landmarks(face, party.looks[self.who][number], correction)
            points.append((drawn - [x1, y1] + 0.5) * (TRACK / (x2 - x1)) - 0.5)
        clip = Encoder(self.path('_lip.av.mp4'), lips.SIZE, lips.SIZE, self.sound, self.wavs, 26, sound_rate='16k')
        for place, picture in zip(lips.smoothed(np.array(points)), self.pictures):
            clip.write(cv2.cvtColor(lips.crop(picture, lips.crop_matrix(place)), cv2.COLOR_GRAY2RGB))
        clip.close()


def write(party, folder, asd=False, lip=False, width=None, quality=27, central_quality=28):
    """Draws and writes the session. `width`: of the central video, if it is to be smaller than drawn. -> digest of pictures and sound."""
    party.prepare()
    sound = party.sound()
    digest = hashlib.sha256(sound.tobytes())
    full = scene.SEAT * len(party.people)
    size = (width, int(round(scene.HEIGHT * width / full / 2)) * 2) if width else (full, scene.HEIGHT)
    shrink = np.array([size[0] / full, size[1] / scene.HEIGHT] * 2)
    metadata, tracks = {}, []
    uem = {'start': LEAD_IN / 2, 'end': party.seconds - LEAD_IN / 2}
    with tempfile.TemporaryDirectory() as wavs:
        central = Encoder(os.path.join(folder, 'central_video.mp4'), full, scene.HEIGHT, sound, wavs, central_quality, size, '48k', 'medium')
        for who in range(len(party.people)):
            own = [TrackWriter(party, who, number, folder, sound, wavs, quality, shrink) for number in range(len(party.tracks[who]))]
            for track in own:
                if asd:
                    track.add_activity()
                if lip:
                    track.entry['lip'] = track.base + '_lip.av.mp4'
            tracks += own
            metadata[f'spk_{who}'] = {'central': {'video': 'central_video.mp4', 'uem': uem, 'crops': [track.entry for track in own]}}
        for frame in range(party.frames):
            panorama = party.panorama(frame)
            digest.update(panorama.tobytes())
            central.write(panorama)
            for track in tracks:
                track.frame(frame, panorama, lip)
        central.close()
        for track in tracks:
            track.video.close()
            if lip:
                track.lip_clip(lips.read_alignment())
    os.makedirs(os.path.join(folder, 'labels'), exist_ok=True)
    for who in range(len(party.people)):
        with open(os.path.join(folder, 'labels', f'spk_{who}.vtt'), 'w') as file:
            file.write(labels_of(party, who))
    write_json(os.path.join(folder, 'labels', 'speaker_to_cluster.json'), {f'spk_{who}': party.clusters[who] for who in range(len(party.people))})
    write_json(os.path.join(folder, 'metadata.json'), metadata)
    return digest.hexdigest()


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('seed', type=int)
    parser.add_argument('folder')
    parser.add_argument('--people', type=int, choices=range(2, 9))
    parser.add_argument('--conversations', type=int, choices=range(1, 5))
    parser.add_argument('--seconds', type=float, default=60.0)
    parser.add_argument('--asd', action='store_true')
    parser.add_argument('--lip', action='store_true')
    parser.add_argument('--without', nargs='*', choices=['gaps', 'hands', 'turns'], default=[])
    parser.add_argument('--width', type=int)
    parser.add_argument('--quality', type=int, default=27)
    parser.add_argument('--central-quality', type=int, default=28)
    given = parser.parse_args()
    made = Party(given.seed, given.people, given.conversations, given.seconds, given.without)
    print(write(made, given.folder, given.asd, given.lip, given.width, given.quality, given.central_quality))
