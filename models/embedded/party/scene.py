"""The room the party sits in, seen all around from the middle of the table: wall behind the people, table before them."""

import cv2
import numpy as np

from mouth import smooth
from render import as_bytes

SEAT = 256  # pixels of the panorama for each person
HEIGHT = 416
EYES = 168  # row of the eyes of somebody sitting
TABLE = 322  # row where the table begins


def wall(seats, rng):
    """The panorama without people: [HEIGHT, seats * SEAT, 3] uint8."""
    width = seats * SEAT
    y, x = np.mgrid[0:HEIGHT, 0:width].astype(np.float32)
    schemes = [((196, 208, 204), (120, 146, 146)), ((222, 208, 186), (168, 132, 104)), ((188, 200, 216), (104, 122, 150)), ((214, 200, 200), (146, 108, 108)), ((206, 210, 188), (124, 138, 104))]
    paint, panel = (np.array(c, np.float32) for c in schemes[rng.integers(len(schemes))])
    out = np.broadcast_to(paint, (HEIGHT, width, 3)).copy()
    # Light falls off towards the ceiling's corners and between lamps.
    lamps = (np.arange(seats) + 0.5 + 0.15 * rng.standard_normal(seats)) * SEAT
    glow = sum(np.exp(-(((x - lamp) / 150) ** 2) - ((y - 40) / 130) ** 2) for lamp in lamps[::2])
    out *= (0.78 + 0.26 * np.minimum(glow, 1.2))[..., None] * np.array([1.0, 0.985, 0.95], np.float32)

    def block(cx, cy, w, h, colour, edge=3.0, amount=1.0):
        alpha = smooth(edge, -edge, np.abs(x - cx) - w) * smooth(edge, -edge, np.abs(y - cy) - h)
        out[...] += (np.array(colour, np.float32) - out) * (amount * alpha)[..., None]

    for lamp in lamps[::2]:
        block(lamp, 18, 2, 22, (70, 62, 56))
        cone = smooth(2, -2, np.abs(x - lamp) - (10 + 0.75 * (y - 38))) * smooth(36, 39, y) * smooth(62, 59, y)
        out += (np.array([250, 226, 176], np.float32) - out) * cone[..., None]
    for index in range(seats):
        centre = (index + 1) * SEAT + rng.uniform(-20, 20)
        kind = rng.integers(4)
        if kind == 0:  # a window in the evening
            block(centre, 120, 56, 74, (236, 232, 222))
            block(centre, 120, 50, 68, (86, 112, 150))
            sky = smooth(190, 60, y) * smooth(3, -3, np.abs(x - centre) - 50) * smooth(3, -3, np.abs(y - 120) - 68)
            out += (np.array([232, 190, 160], np.float32) - out) * (0.45 * (1 - sky) * smooth(3, -3, np.abs(x - centre) - 50) * smooth(3, -3, np.abs(y - 120) - 68))[..., None]
            for _ in range(9):
                px, py = centre + rng.uniform(-44, 44), 120 + rng.uniform(10, 60)
                spot = smooth(7, 4, np.hypot(x - px, y - py))
                out += (np.array([255, 224, 160], np.float32) - out) * (0.4 * spot)[..., None]
            block(centre, 120, 2.5, 68, (236, 232, 222))
            block(centre, 120, 50, 2.5, (236, 232, 222))
        elif kind == 1:  # a picture
            block(centre + 3, 116, 40, 50, paint * 0.72, 6)
            block(centre, 112, 40, 50, (96, 72, 52))
            block(centre, 112, 34, 44, (240, 234, 222))
            for _ in range(4):
                block(centre + rng.uniform(-18, 18), 112 + rng.uniform(-26, 26), rng.uniform(5, 14), rng.uniform(5, 14), rng.uniform(70, 220, 3), 5, 0.85)
        elif kind == 2:  # a shelf with books
            block(centre, 150, 62, 5, (126, 92, 64))
            at = centre - 54
            while at < centre + 44:
                w, h = rng.uniform(4, 8), rng.uniform(20, 34)
                block(at + w, 145 - h, w, h, rng.uniform(60, 190, 3), 1.5)
                at += 2 * w + 1
        else:  # a plant
            block(centre, 262, 24, 34, (186, 120, 84), 4)
            for _ in range(18):
                angle, reach = rng.uniform(-1.1, 1.1), rng.uniform(50, 110)
                px, py = centre + np.sin(angle) * reach * 0.7, 230 - np.cos(angle) * reach
                turn = angle + rng.uniform(-0.4, 0.4)
                u = (x - px) * np.cos(turn) + (y - py) * np.sin(turn)
                v = -(x - px) * np.sin(turn) + (y - py) * np.cos(turn)
                leaf = smooth(1.15, 0.9, np.hypot(u / 9, v / 26))
                out += (np.array([64, 112 + rng.uniform(-18, 26), 78], np.float32) - out) * leaf[..., None]
    # Panelling below.
    low = smooth(238, 242, y)
    out += (panel * (0.95 + 0.05 * np.sign(np.sin(x / SEAT * np.pi * 6)))[..., None] - out) * (0.0 + low)[..., None]
    rail = smooth(4, 2, np.abs(y - 240))
    out += (panel * 1.22 - out) * rail[..., None]
    out = cv2.GaussianBlur(out, (0, 0), 2.6)
    return np.clip(out, 0, 255).astype(np.uint8)


def table(seats, rng):
    """What stands before the people: [HEIGHT, seats * SEAT, 4] uint8, premultiplied."""
    width = seats * SEAT
    y, x = np.mgrid[0:HEIGHT, 0:width].astype(np.float32)
    out = np.zeros((HEIGHT, width, 4), np.float32)

    def lay(colour, alpha):
        a = alpha[..., None]
        out[..., :3] += (colour - out[..., :3]) * a
        out[..., 3] += (1 - out[..., 3]) * alpha

    wood = np.array([[176, 128, 86], [150, 104, 70], [196, 156, 112]][rng.integers(3)], np.float32)
    grain = cv2.GaussianBlur(rng.standard_normal((HEIGHT, width)).astype(np.float32), (0, 0), sigmaX=28, sigmaY=1.1)
    grain /= grain.std()
    shine = np.exp(-(((y - TABLE - 34) / 40) ** 2))
    lay(wood * (0.92 + 0.035 * grain + 0.16 * shine)[..., None], smooth(TABLE - 1, TABLE + 1, y))
    lay(wood * 1.28, 0.7 * smooth(3, 1, np.abs(y - TABLE - 2)))
    for seat in range(seats):
        middle = (seat + 0.5) * SEAT
        px, py = middle + rng.uniform(-14, 14), TABLE + 46
        lay(wood * 0.62, 0.5 * smooth(1.1, 0.9, np.hypot((x - px - 3) / 64, (y - py - 5) / 23)))
        rim = np.array([238, 236, 230], np.float32)
        r = np.hypot((x - px) / 60, (y - py) / 20)
        lay(rim, smooth(1.02, 0.98, r))
        lay(rim * 0.9, 0.8 * smooth(0.74, 0.7, r))
        food = np.array([[206, 150, 80], [150, 170, 90], [200, 96, 70], [226, 200, 130]][rng.integers(4)], np.float32)
        for _ in range(7):
            fx, fy = px + rng.uniform(-26, 26), py - 2 + rng.uniform(-7, 6)
            lay(food * rng.uniform(0.8, 1.15), smooth(1.1, 0.85, np.hypot((x - fx) / rng.uniform(8, 15), (y - fy) / rng.uniform(4, 8))))
        gx = middle + rng.choice([-1, 1]) * rng.uniform(82, 98)
        if rng.random() < 0.5:  # a cup
            colour = rng.uniform(110, 235, 3).astype(np.float32)
            body = smooth(1, -1, np.abs(x - gx) - 17) * smooth(TABLE + 8, TABLE + 10, y) * smooth(TABLE + 46, TABLE + 43, y + 0.004 * (x - gx) ** 2)
            lay(colour * (0.95 - 0.016 * (x - gx))[..., None], body)
            lay(np.array([84, 56, 40], np.float32), smooth(1.1, 0.9, np.hypot((x - gx) / 15, (y - TABLE - 10) / 4.5)))
        else:  # a glass
            colour = np.array([[170, 60, 70], [240, 190, 90], [200, 216, 220]][rng.integers(3)], np.float32)
            bowl = smooth(1, -1, np.abs(x - gx) - (14 - 0.004 * (y - TABLE - 8) ** 2)) * smooth(TABLE - 24, TABLE - 22, y) * smooth(TABLE + 42, TABLE + 40, y)
            lay(np.array([226, 232, 234], np.float32), 0.3 * bowl)
            lay(colour, 0.75 * bowl * smooth(TABLE - 2, TABLE, y))
            lay(np.array([255, 255, 255], np.float32), 0.5 * smooth(1.5, 0.5, np.abs(x - gx + 7)) * bowl)
    return as_bytes(out, np.ones(3, np.float32))
