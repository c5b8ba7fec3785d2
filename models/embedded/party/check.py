"""Self-checks of the drawing, with the app's own face models (needs `npm ci` and `npm run models`).

    /usr/bin/python3 check.py measure [PEOPLE]    detection rate, landmarks against the drawn mouth, lip crops against the app's
    /usr/bin/python3 check.py fit [PEOPLE]        fits align.json (people of other seeds than those measured)
    /usr/bin/python3 check.py speed               frames a second on this machine, in processor time
    /usr/bin/python3 check.py same                the same seed twice: same sound, same pictures
    /usr/bin/python3 check.py crowd [PEOPLE]      lips drawn by crowd.py against those drawn frame by frame (needs torch)
"""

import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time

import cv2
import numpy as np

import lips
from mouth import landmark_points
from motion import looks
from people import make_person
from render import Face, room
from talk import sentence
from visemes import mouth_track
from voice import RATE, make_voice, synthesiser

HERE = os.path.dirname(os.path.abspath(__file__))
FRAMES = 60


def sample(people, first_seed):
    """Frames of talking people: [(face, looks, pictures)]."""
    espeak = synthesiser()
    espeak.renew()
    for seed in range(first_seed, first_seed + people):
        person = make_person(seed)
        rng = random.Random(f'check/{seed}')
        spoken = espeak.say(sentence(rng) + ', ' + sentence(rng), make_voice(seed, person.female))
        times = (np.arange(FRAMES) + 0.5) / 25 - 0.2
        face = Face(person)
        track = looks(person, mouth_track(spoken.phonemes, times, person), seed, np.ones(FRAMES))
        background = room(seed)
        yield face, track, [cv2.cvtColor(face.frame(look, background), cv2.COLOR_RGB2GRAY) for look in track]


def seen_by_the_app(pictures, detect_every):
    """Per frame: the detector's score (None but for each `detect_every`th) and the 68 landmarks ([68, 2] or None)."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'frames.raw')
        np.array(pictures, np.uint8).tofile(path)
        out = subprocess.run(['npx', 'tsx', os.path.join(HERE, 'measure.ts'), path, str(detect_every)], check=True, capture_output=True, text=True).stdout
    rows = [json.loads(line) for line in out.splitlines() if line.startswith('{')]
    return [(row['score'], None if row['landmarks'] is None else np.array(row['landmarks']).reshape(68, 2)) for row in rows]


def gather(people, first_seed, detect_every):
    faces, all_looks, pictures = [], [], []
    for face, track, shots in sample(people, first_seed):
        faces += [face] * len(track)
        all_looks += track
        pictures += shots
    return faces, all_looks, pictures, seen_by_the_app(pictures, detect_every)


def nine(landmarks):
    return np.concatenate([landmarks[lips.STABLE], landmarks[48:].mean(0, keepdims=True)])


def fit(people):
    faces, track, _, seen = gather(people, 50_000, 1000)
    correction = np.zeros((9, 2, 5), np.float32)
    for _ in range(2):
        rows, residuals = [], []
        for face, look, (_, landmarks) in zip(faces, track, seen):
            if landmarks is None:
                continue
            error = (nine(landmarks) - lips.drawn_landmarks(face, look, correction)) / look.scale
            c, s = np.cos(look.roll), np.sin(look.roll)
            error = error @ np.array([[c, -s], [s, c]])
            # Lengths on the head are seen shortened by the turn.
            residuals.append(error / np.array([np.cos(look.yaw), np.cos(look.pitch)]))
            rows.append(lips.features_of(face.person, look.mouth))
        solution = np.linalg.lstsq(np.array(rows), np.array(residuals).reshape(len(rows), 18), rcond=None)[0]
        correction += solution.T.reshape(9, 2, 5).astype(np.float32)
    with open(os.path.join(HERE, 'align.json'), 'w') as file:
        json.dump({'correction': np.round(correction, 4).tolist()}, file)
        file.write('\n')
    print('residual of a point, pixels of the picture:', np.round(np.sqrt((np.array(residuals) ** 2).mean((0, 2))) * 48, 2))


def measure(people):
    faces, track, pictures, seen = gather(people, 10_000, 6)
    scores = np.array([np.nan if score is None else score for score, _ in seen])
    frontal = np.array([abs(look.yaw) < 0.35 and abs(look.pitch) < 0.3 for look in track])
    tested = frontal & ~np.isnan(scores)
    found = np.array([landmarks is not None for _, landmarks in seen])
    print(f'{len(seen)} frames of {people} people, {frontal.mean():.0%} frontal')
    print(f'detector: {np.mean(scores[tested] >= 0.8):.2%} of {tested.sum()} frontal frames at 0.8 or more, mean {scores[tested].mean():.3f}, lowest {scores[tested].min():.3f}; tracked {found.mean():.2%}')
    named = {'opening (62-66)': (14, 18), 'outer height (51-57)': (3, 9), 'width (48-54)': (0, 6)}
    order = list(range(0, len(seen), FRAMES))
    correlations = {name: [] for name in named}
    everything = {name: ([], []) for name in named}
    worst = []
    for start in order:
        part = [i for i in range(start, start + FRAMES) if found[i]]
        drawn = np.array([faces[i].project(landmark_points(faces[i].person, track[i].mouth), track[i]) for i in part])
        got = np.array([seen[i][1][48:] for i in part])
        for name, (a, b) in named.items():
            x = np.linalg.norm(drawn[:, a] - drawn[:, b], axis=1)
            y = np.linalg.norm(got[:, a] - got[:, b], axis=1)
            correlations[name].append(np.corrcoef(x, y)[0, 1])
            everything[name][0].append(x)
            everything[name][1].append(y)
        worst.append((correlations['opening (62-66)'][-1], faces[start].person.seed))
    for name in named:
        x, y = (np.concatenate(v) for v in everything[name])
        c = np.array(correlations[name])
        print(f'{name}: correlation of found with drawn, all frames {np.corrcoef(x, y)[0, 1]:.3f}, within a person mean {c.mean():.3f}, median {np.median(c):.3f}, lowest {c.min():.3f}; slope {np.polyfit(x, y, 1)[0]:.2f}')
    print('least followed:', [(round(float(c), 2), s) for c, s in sorted(worst)[:5]])
    correction = lips.read_alignment()
    shifts, scales, levels = [], [], []
    for start in order:
        part = list(range(start, start + FRAMES))
        if not found[part].all():
            continue
        theirs = lips.smoothed(np.array([nine(seen[i][1]) for i in part]))
        ours = lips.smoothed(np.array([lips.drawn_landmarks(faces[i], track[i], correction) for i in part]))
        for i, a, b in zip(part, theirs, ours):
            ma, mb = lips.crop_matrix(a), lips.crop_matrix(b)
            centre = np.array([48.0, 48.0])
            back = cv2.invertAffineTransform(ma)
            at = back[:, :2] @ centre + back[:, 2]
            shifts.append(mb[:, :2] @ at + mb[:, 2] - centre)
            scales.append(np.sqrt(np.linalg.det(mb[:, :2]) / np.linalg.det(ma[:, :2])))
            levels.append(np.abs(lips.crop(pictures[i], ma).astype(int) - lips.crop(pictures[i], mb)).mean())
    length = np.linalg.norm(shifts, axis=1)
    print(
        f'lip crops by drawn landmarks against those by found ones, pixels of the crop: middle moved {length.mean():.2f} on average, {np.quantile(length, 0.95):.2f} at the 95th centile, '
        f'mean shift {np.mean(shifts, 0).round(2)}; scale {np.mean(scales):.3f} +- {np.std(scales):.3f}; mean grey difference {np.mean(levels):.1f} of 255'
    )


def speed():
    rng = random.Random(1)
    espeak = synthesiser()
    person = make_person(3)
    began = time.process_time()
    spoken = [espeak.say(sentence(rng), make_voice(3, person.female)) for _ in range(20)]
    print(f'voice: {sum(len(s.sound) for s in spoken) / RATE / (time.process_time() - began):.0f} x real time')
    began = time.process_time()
    face = Face(person)
    print(f'a new person: {time.process_time() - began:.2f} s')
    track = looks(person, mouth_track(spoken[0].phonemes, (np.arange(150) + 0.5) / 25, person), 3)
    background = room(3)
    began = time.process_time()
    for look in track:
        face.frame(look, background)
    print(f'whole pictures of 224 x 224: {len(track) / (time.process_time() - began):.0f} frames a second')
    began = time.process_time()
    lips.drawn_lips(face, track, background)
    print(f'lips of 96 x 96: {len(track) / (time.process_time() - began):.0f} frames a second')


def crowd(people):
    """Mean difference, in grey levels, of the 32 x 32 that the network sees."""
    import torch

    import crowd as drawing
    import portrait

    many = drawing.Crowd(people, 'cpu')
    poses = {name: [] for name in drawing.Pose.FIELDS}
    mouths, theirs = [], []
    for face, track, _ in sample(people, 20_000):
        many.add(portrait.record(face.person.seed))
        mouths.append([look.mouth for look in track])
        theirs.append(lips.drawn_lips(face, track, room(face.person.seed)))
        for name, values in poses.items():
            values.append([getattr(look, name) for look in track])
    pose = drawing.Pose(**{name: torch.tensor(values, dtype=torch.float32) for name, values in poses.items()})
    with torch.no_grad():
        ours = drawing.crops(*many.draw(torch.arange(people), torch.tensor(np.array(mouths), dtype=torch.float32), pose)).numpy()

    def pooled(lips_64):
        return lips_64.reshape(people, FRAMES, 32, 2, 32, 2).mean((3, 5))

    difference = np.abs(pooled(ours) - pooled(np.array(theirs)[:, :, 16:80, 16:80].astype(np.float32)))
    each = difference.mean((1, 2, 3))
    print(f'{people} people, {FRAMES} frames each: differ by {difference.mean():.2f} of 255 on average, {each.max():.2f} for the worst of them, {np.quantile(difference, 0.99):.1f} at the 99th centile')
    sys.exit(bool(each.max() > 3))


def same():
    digests = []
    for _ in range(2):
        digest = hashlib.sha256()
        for face, track, shots in sample(2, 77):
            digest.update(np.array(shots).tobytes())
        espeak = synthesiser()
        espeak.renew()
        digest.update(espeak.say('the same words again', make_voice(5, True)).sound.tobytes())
        digests.append(digest.hexdigest())
    print('same' if digests[0] == digests[1] else 'DIFFERENT', digests[0][:16])
    sys.exit(digests[0] != digests[1])


if __name__ == '__main__':
    command, *rest = sys.argv[1:] or ['measure']
    people = int(rest[0]) if rest else 30
    {'measure': lambda: measure(people), 'fit': lambda: fit(people), 'speed': speed, 'same': same, 'crowd': lambda: crowd(people)}[command]()
