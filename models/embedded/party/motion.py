"""How a person holds the head, blinks and looks, frame by frame, from a seed."""

import random

import numpy as np

from mouth import REST
from render import Look

FPS = 25


def drift(rng, times, slow, amount):
    """A smooth wandering of deviation about `amount`: three sines between `slow` and four times that rate (Hz)."""
    out = 0.0
    for _ in range(3):
        out = out + np.sin(2 * np.pi * rng.uniform(slow, 4 * slow) * times + rng.uniform(0, 2 * np.pi)) * rng.uniform(0.4, 1.0)
    return amount * out / 1.25


def blinks(rng, frames):
    """0 open .. 1 closed: [frames]; every two to seven seconds, a sixth of a second long."""
    closed = np.zeros(frames, np.float32)
    at = rng.uniform(0.2, 4) * FPS
    while at < frames:
        for step, value in enumerate((0.4, 1.0, 0.9, 0.45, 0.15)):
            if int(at) + step < frames:
                closed[int(at) + step] = value
        at += rng.uniform(1.8, 6.5) * FPS
    return closed


def looks(person, mouths, seed, talking=None, turn=None, scale=48.0, centre=(112.0, 92.0), hands=(), strength=1.0):
    """One Look a frame.

    mouths: [t, 8]; talking: [t] 0..1, how loudly the person speaks (moves the head); turn: mean yaw, or the person's own;
    hands: [(start, end)] in frames with a hand over the mouth; strength: factor on all movement.
    """
    rng = random.Random(f'motion/{seed}')
    frames = len(mouths)
    times = np.arange(frames) / FPS
    sway = person.sway * strength
    active = np.zeros(frames) if talking is None else np.convolve(talking, np.ones(9) / 9, 'same')
    yaw = (person.turn if turn is None else turn) + drift(rng, times, 0.05, 0.05 * sway) + active * drift(rng, times, 0.3, 0.035 * sway)
    # Now and then a look to the side, and a nod.
    at = rng.uniform(2, 9)
    while at < frames / FPS:
        length, size = rng.uniform(0.8, 2.5), rng.choice([-1, 1]) * rng.uniform(0.06, 0.22) * strength
        yaw = yaw + size * np.exp(-(((times - at) / length) ** 4))
        at += rng.uniform(4, 12)
    pitch = person.tilt + drift(rng, times, 0.06, 0.03 * sway) + active * drift(rng, times, 0.6, 0.035 * sway)
    at = rng.uniform(1, 6)
    while at < frames / FPS:
        pitch = pitch + rng.uniform(0.03, 0.09) * strength * np.sin(np.clip((times - at) / 0.5, 0, 1) * 2 * np.pi) ** 2
        at += rng.uniform(2.5, 8)
    roll = drift(rng, times, 0.05, 0.03 * sway)
    x = centre[0] + drift(rng, times, 0.04, 2.5 * sway)
    y = centre[1] + drift(rng, times, 0.05, 1.5 * sway)
    size = scale * (1 + drift(rng, times, 0.03, 0.015 * sway))
    closed = blinks(rng, frames)
    gaze_x, gaze_y = np.zeros(frames), np.zeros(frames)
    at = 0
    while at < frames:
        stay = int(rng.uniform(0.5, 3.5) * FPS)
        gaze_x[at : at + stay] = rng.choice([0, 0, 0, -0.5, 0.5, -1, 1]) - np.clip(yaw[min(at, frames - 1)] * 1.5, -0.6, 0.6)
        gaze_y[at : at + stay] = rng.choice([0, 0, 0, 0.5, -0.5])
        at += stay
    hand = np.zeros(frames)
    for start, end in hands:
        ramp = np.clip(np.minimum(np.arange(frames) - start, end - np.arange(frames)) / 8, 0, 1)
        hand = np.maximum(hand, ramp * ramp * (3 - 2 * ramp))
    return [
        Look(mouths[t], float(yaw[t]), float(pitch[t]), float(roll[t]), float(x[t]), float(y[t]), float(size[t]), float(closed[t]), (float(gaze_x[t]), float(gaze_y[t])), float(hand[t]))
        for t in range(frames)
    ]


def resting(frames):
    """A closed mouth: [frames, 8]."""
    return np.tile(REST, (frames, 1))
