"""Draws a person frame by frame: background, body, head in its pose, eyes, mouth, and what may cover them.

The head's surface is found for each fourth pixel by inverting the projection (exact for the ellipses, three rounds for tilt and relief);
two cv2.remap then bring skin and mouth onto the picture.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from head import BOTTOM, COLUMNS, DENSITY, LONGITUDE, SIDE, TOP, Form, colours_of, glasses_mask, light_of, look_up, paint_head, unit_noise
from mouth import REST, limit, paint, smooth

cv2.setNumThreads(1)

PIVOT = 0.3  # depth of the point about which the head turns, head units
STEP = 4  # pixels of the picture for one point of the solved surface
MOUTH_DENSITY = 88  # pixels of the mouth's own picture for one head unit
MOUTH_X = np.arange(-0.64, 0.64, 1 / MOUTH_DENSITY, dtype=np.float32)
MOUTH_Y = np.arange(0.74, 1.66, 1 / MOUTH_DENSITY, dtype=np.float32)
BLINKS = 5
GAZES = 3


@dataclass
class Look:
    """One frame of one person."""

    mouth: np.ndarray  # see mouth.py
    yaw: float = 0.0  # radians, positive: to the picture's right
    pitch: float = 0.0  # positive: chin to the chest
    roll: float = 0.0
    x: float = 112.0  # pixels: where the point between the eyes is
    y: float = 96.0
    scale: float = 50.0  # pixels a head unit
    blink: float = 0.0  # 1 closed
    gaze: tuple = (0.0, 0.0)  # -1..1
    hand: float = 0.0  # 1: over the mouth


def jaw_share(y):
    """Part of the jaw's way that the skin at height y goes."""
    return smooth(0.9, 1.36, y)


def before_jaw(y, jaw):
    """Where a point now at height y was with the jaw closed."""
    first = y - jaw * jaw_share(y)
    second = y - jaw * jaw_share(first)
    return y - jaw * jaw_share(0.5 * (first + second))


def as_bytes(layer, tone):
    """A premultiplied layer [h, w, 4] float32 of 0..255 and 0..1 -> uint8."""
    return cv2.convertScaleAbs(layer * np.append(tone, 255).astype(np.float32))


def over(layer, picture):
    """A premultiplied layer [h, w, 4] on a picture [h, w, 3], all uint8."""
    free = cv2.bitwise_not(layer[..., 3])
    return cv2.add(cv2.multiply(np.ascontiguousarray(picture), cv2.merge([free, free, free]), scale=1 / 255), np.ascontiguousarray(layer[..., :3]))


class Face:
    """All that is drawn of one person, prepared once (about a fifth of a second), then any number of frames."""

    def __init__(self, person, size=224):
        self.person = person
        self.size = size
        self.form = form = Form(person)
        self.colours = colours_of(person)
        self.skin = paint_head(form)
        self.rims = None
        if person.glasses:
            rim, lens = glasses_mask(form)
            self.rims = rim[..., None].astype(np.float32), lens[..., None].astype(np.float32)
        self.light = light_of(person)
        level = person.light_level
        self.tone = level * np.array([1 + person.light_warmth, 1.0, 1 - person.light_warmth], np.float32)
        for name in ('lip', 'inside', 'teeth', 'tongue'):
            self.colours[name] = self.colours[name] * (0.97 if name != 'inside' else 1.0)
        self.plain_skin = np.clip(self.skin * self.tone, 0, 255).astype(np.uint8)
        self.with_eyes = {}
        tall = np.arange(0.6, 1.8, 1 / MOUTH_DENSITY, dtype=np.float32)
        self.tall = tall
        column = (np.arcsin(np.clip(MOUTH_X[None] / np.sqrt(np.maximum(look_up(form.a2, tall), 0.05))[:, None], -0.98, 0.98)) / SIDE + 1) * 0.5 * COLUMNS - 0.5
        row = np.broadcast_to(((tall - TOP) * DENSITY - 0.5)[:, None], column.shape)
        self.mouth_skin = cv2.remap(self.skin, column.astype(np.float32), row.astype(np.float32), cv2.INTER_LINEAR)
        fx = smooth(0.64, 0.54, np.abs(MOUTH_X))
        fy = smooth(0.74, 0.82, MOUTH_Y) * smooth(1.66, 1.54, MOUTH_Y)
        self.feather = (fy[:, None] * fx[None]).astype(np.float32)
        self.back, self.body = self.paint_body()
        self.hand_layer = None

    # Eyes -----------------------------------------------------------------------------------------------------------

    def skin_with_eyes(self, blink, gaze):
        """The skin picture (uint8) with the eyes of this moment; kept for the next time."""
        level = int(round(np.clip(blink, 0, 1) * BLINKS))
        gx = int(round(np.clip(gaze[0], -1, 1) * (GAZES // 2)))
        gy = int(round(np.clip(gaze[1], -1, 1) * (GAZES // 2)))
        key = level, gx, gy
        found = self.with_eyes.get(key)
        if found is None:
            if len(self.with_eyes) > 60:
                self.with_eyes.clear()
            picture = self.skin.copy()
            for side in (-1, 1):
                self.paint_eye(picture, side, level / BLINKS, gx / (GAZES // 2), gy / (GAZES // 2))
            if self.rims:
                rim, lens = self.rims
                shadow = cv2.GaussianBlur(np.roll(rim, 3, 0), (0, 0), 2)[..., None]
                picture *= 1 - 0.3 * shadow
                colour = np.array([46, 38, 36], np.float32) if self.person.glasses == 'thick' else np.array([92, 80, 70], np.float32)
                picture += (colour - picture) * (0.92 * rim)
                glint = lens[..., 0] * smooth(0.03, 0.0, np.abs(self.form.x * np.sign(self.form.x + 1e-6) - 0.5 + 0.5 * (self.form.y + 0.05)))
                picture += (255 - picture) * (0.1 * lens * 0.3 + 0.12 * glint[..., None])
            found = np.clip(picture * self.tone, 0, 255).astype(np.uint8)
            self.with_eyes[key] = found
        return found

    def paint_eye(self, picture, side, blink, gx, gy):
        p, form = self.person, self.form
        cx, cy = side * 0.43 * p.eye_gap, -0.035
        rows = slice(int((cy - 0.3 - TOP) * DENSITY), int((cy + 0.3 - TOP) * DENSITY))
        near = np.abs(form.x[int((cy - TOP) * DENSITY)] - cx) < 0.36
        near &= np.abs(LONGITUDE) < 1.4
        columns = np.where(near)[0]
        columns = slice(columns[0], columns[-1] + 1)
        k = 3
        patch = picture[rows, columns]
        big = (patch.shape[1] * k, patch.shape[0] * k)
        canvas = cv2.resize(patch, big, interpolation=cv2.INTER_LINEAR)
        x = (cv2.resize(form.x[rows, columns], big) - cx) * side  # positive: away from the nose
        y = cv2.resize(form.y[rows, columns], big) - cy
        soft = DENSITY * k / 1.6

        def lay(colour, alpha):
            nonlocal canvas
            canvas = canvas + (colour - canvas) * np.clip(alpha, 0, 1)[..., None]

        w = 0.2 * p.eye_size
        t = x / w
        inside = np.clip(1 - t * t, 0, 1)
        tilt = -0.02 * t
        up = 0.112 * p.eye_size * (inside**0.62) * (1 + 0.1 * t)
        down = 0.068 * p.eye_size * inside**0.8
        lid = np.clip(blink, 0, 1)
        top = tilt - up + (up + down * 0.86) * lid
        bottom = tilt + down
        opening = np.clip((y - top) * soft + 0.5, 0, 1) * np.clip((bottom - y) * soft + 0.5, 0, 1) * np.clip((1 - np.abs(t)) * w * soft, 0, 1)
        # Crease above the lid, and the closed lid's own skin.
        skin = np.array(p.skin, np.float32)
        crease = np.exp(-(((y - (tilt - up * 1.0 - 0.048 * (1 - 0.35 * lid))) / 0.016) ** 2)) * np.clip(1.15 - t * t, 0, 1)
        lay(canvas * 0.62, 0.55 * crease)
        if lid > 0:
            lid_area = np.clip((y - (tilt - up)) * soft * 0.5 + 0.5, 0, 1) * np.clip((top - y) * soft + 0.5, 0, 1) * (inside > 0)
            lay(skin * np.array([0.86, 0.8, 0.79], np.float32) * (0.9 + 0.6 * (y - tilt)[..., None]), 0.85 * lid_area)
        white = np.array([238, 234, 230], np.float32)
        ball = white * (1 - 0.32 * t * t)[..., None] * (1 - 0.42 * smooth(0.05, 0.0, y - top))[..., None]
        ix, iy = 0.035 * gx * side, -0.012 + 0.025 * gy
        r = np.hypot(x - ix, y - iy) / (0.104 * p.eye_size)
        iris = np.array(p.eyes, np.float32)
        ring = (0.78 + 0.65 * smooth(0.1, 0.95, r) * smooth(-0.06, 0.06, y - iy) + 0.15 * np.cos(np.arctan2(y - iy, x - ix) * 17))
        ring = ring * (1 - 0.55 * smooth(0.82, 1.0, r))
        disc = np.clip((1 - r) * 0.104 * soft + 0.5, 0, 1)[..., None]
        ball = ball + (iris * ring[..., None] - ball) * disc
        pupil = np.clip((0.46 - r) * 0.104 * soft + 0.5, 0, 1)[..., None]
        ball = ball + (np.array([16, 12, 12], np.float32) - ball) * pupil
        ball = ball * (1 - 0.35 * smooth(0.045, 0.0, y - top))[..., None]
        gl = np.hypot(x * side - side * ix * 1.0 - 0.028 * np.sign(self.light[0]), y - iy + 0.032)
        spot = np.clip((0.02 - gl) * soft + 0.5, 0, 1)[..., None]
        ball = ball + (255 - ball) * 0.92 * spot
        corner = smooth(-0.78, -0.97, t)[..., None]
        ball = ball + (np.array([206, 150, 140], np.float32) - ball) * corner * 0.8
        lay(np.clip(ball, 0, 255), opening)
        # Lashes and lids' edges.
        thick = 0.016 + 0.012 * p.female
        lash = np.exp(-np.abs((y - top + 0.006) / thick) ** 2.4) * np.clip(1.06 - np.abs(t) ** 3, 0, 1) * (np.abs(t) < 1.08)
        lay(np.array([34, 24, 22], np.float32) + 0.1 * skin, (0.9 if p.female else 0.74) * lash)
        rim = np.exp(-(((y - bottom) / 0.012) ** 2)) * np.clip(1.02 - t * t, 0, 1)
        lay(skin * np.array([0.66, 0.5, 0.48], np.float32), 0.55 * rim)
        picture[rows, columns] = cv2.resize(canvas, (patch.shape[1], patch.shape[0]), interpolation=cv2.INTER_AREA)

    # Body -----------------------------------------------------------------------------------------------------------

    def paint_body(self):
        """What is behind the head (hair, ears), and neck with shoulders: two of [h, w, 4] uint8, premultiplied, 60 pixels a head unit, the point between the eyes at its middle column."""
        p = self.person
        d = 60
        h, w = 6 * d, 7 * d
        y, x = np.mgrid[0:h, 0:w].astype(np.float32) / d
        x, y = x - 3.5, y - 2.2
        ax = np.abs(x)
        out = np.zeros((h, w, 4), np.float32)
        rng = np.random.default_rng([p.seed, 7])

        def lay(colour, alpha):
            alpha = np.clip(alpha, 0, 1).astype(np.float32)
            a = alpha[..., None]
            out[..., :3] += (colour - out[..., :3]) * a
            out[..., 3] += (1 - out[..., 3]) * alpha

        hair = np.array(p.hair, np.float32)
        light = self.light
        strand = 0.5 * unit_noise(rng, x.shape, (1.2, 14)) + 0.5 * unit_noise(rng, x.shape, (4, 30))
        soft = d / 1.5

        def hair_layer(alpha):
            side = 0.62 + 0.16 * np.sign(light[0]) * x
            lay(np.clip(hair * (side * (1 + 0.12 * strand))[..., None], 0, 255), alpha)

        if p.hair_style in ('long', 'fringe'):
            wide = 1.26 + 0.12 * np.sin(np.clip(y, -1, 3) * 1.6 + 0.5) - 0.35 * smooth(0.6, 2.6, y) * 0.3
            length = 2.7 if p.hair_style == 'long' else 2.1
            round_top = np.sqrt(np.clip(1 - np.clip((-0.2 - y) / 1.65, 0, 1) ** 2, 0, 1))
            hair_layer(np.clip((wide * round_top - ax) * soft, 0, 1) * smooth(length, length - 0.35, y + 0.12 * strand))
        if p.hair_style == 'bob':
            wide = (1.3 + 0.08 * smooth(0.2, 1.0, y)) * np.sqrt(np.clip(1 - np.clip((-0.2 - y) / 1.6, 0, 1) ** 2, 0, 1))
            hair_layer(np.clip((wide - ax) * soft, 0, 1) * smooth(1.5, 1.36, y + 0.06 * np.cos(x * 3)))
        if p.hair_style == 'bun':
            hair_layer(np.clip((0.5 - np.hypot(x, (y + 1.68))) * soft, 0, 1))
        if p.hair_style == 'curly':
            blobs = 1.42 + 0.05 * np.sin(np.arctan2(y + 0.5, x) * 17) + 0.03 * np.sin(np.arctan2(y + 0.5, x) * 29 + 1)
            reach = smooth(1.2, 0.9, y) if p.female else smooth(0.2, -0.1, y)
            hair_layer(np.clip((blobs * (1 if p.female else 0.86) - np.hypot(x, (y + 0.45) * 0.92)) * soft, 0, 1) * reach)
        # Ears.
        if p.hair_style not in ('long', 'bob', 'fringe') and not (p.hair_style == 'curly' and p.female):
            skin = np.array(p.skin, np.float32)
            for side in (-1, 1):
                e = np.hypot((x - side * 1.08) / 0.16, (y - 0.2 - 0.0 * ax) / 0.3)
                lit = 0.72 + 0.18 * side * np.sign(light[0])
                lay(skin * np.array([1.0, 0.86, 0.82], np.float32) * lit, np.clip((1 - e) * 0.2 * soft, 0, 1))
                lay(skin * np.array([0.62, 0.44, 0.42], np.float32) * lit, 0.6 * np.exp(-(((e - 0.45) / 0.16) ** 2)) * (side * (x - side * 1.02) > 0))
                if p.earrings:
                    lay(np.array([232, 206, 130], np.float32), np.clip((0.05 - np.hypot(x - side * 1.13, y - 0.56)) * soft, 0, 1))
        back = out
        out = np.zeros_like(back)
        # Neck with the chin's shadow, then clothes.
        skin = np.array(p.skin, np.float32)
        neck_width = (0.6 if p.female else 0.72) + 0.25 * smooth(1.7, 2.3, y) ** 2
        round_ = 1 - 0.35 * (ax / neck_width) ** 2 + 0.12 * np.sign(light[0]) * x
        under = 0.62 + 0.3 * smooth(1.55, 2.25, y)
        neck = np.clip((neck_width - ax) * soft, 0, 1) * smooth(0.5, 0.6, y)
        lay(np.clip(skin * np.array([0.97, 0.9, 0.88], np.float32) * (round_ * under)[..., None], 0, 255), neck)
        shoulder = 2.05 + 0.55 * (np.clip(ax - 0.55, 0, None) / 1.6) ** 1.6 + 0.0 * x
        collar = 2.25 + 0.35 * smooth(0.75, 0.0, ax)
        edge = np.where(ax < 0.75, np.maximum(shoulder, collar), shoulder)
        cloth = np.clip((y - edge) * soft, 0, 1) * np.clip((2.5 - ax) * soft * 0.2, 0, 1)
        folds = 1 + 0.05 * unit_noise(rng, x.shape, (10, 24))
        lit = (0.8 + 0.16 * np.sign(light[0]) * x * 0.5) * folds * (1 - 0.3 * smooth(0.12, 0.0, y - edge) * (ax < 0.78))
        lay(np.clip(np.array(p.clothes, np.float32) * lit[..., None], 0, 255), cloth)
        return [as_bytes(layer, self.tone) for layer in (back, out)]

    def paint_hand(self):
        """A loose fist before the mouth: [h, w, 4] uint8, premultiplied, 60 pixels a head unit, its middle over the mouth."""
        p = self.person
        d = 60
        h, w = 4 * d, 4 * d
        y, x = np.mgrid[0:h, 0:w].astype(np.float32) / d
        x, y = x - 2, y - 1.2
        skin = np.array(p.skin, np.float32)
        out = np.zeros((h, w, 4), np.float32)
        side = 1 if p.seed % 2 else -1
        x = x * side

        def capsule(x0, y0, x1, y1, r, shade_):
            dx, dy = x1 - x0, y1 - y0
            along = np.clip(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy), 0, 1)
            px, py = x - x0 - along * dx, y - y0 - along * dy
            dist = np.hypot(px, py)
            alpha = np.clip((r - dist) * d / 1.4, 0, 1)[..., None]
            lit = shade_ * (0.98 - 0.3 * (dist / r) ** 2 - 0.22 * py / r)
            colour = np.clip(skin * np.array([1.0, 0.93, 0.9], np.float32) * lit[..., None], 0, 255)
            edge = np.clip((r + 0.035 - dist) * d / 2.2, 0, 1)[..., None] * 0.35 * out[..., 3:]
            out[..., :3] *= 1 - edge
            out[..., :3] += (colour - out[..., :3]) * alpha
            out[..., 3:] += (1 - out[..., 3:]) * alpha

        capsule(0.75, 2.6, 0.35, 0.75, 0.42, 0.86)
        capsule(0.25, 0.5, 0.3, 0.25, 0.46, 0.95)
        for i in range(4):
            capsule(0.42 - 0.02 * i, -0.18 + 0.21 * i, -0.42 + 0.05 * i, -0.2 + 0.215 * i, 0.135, 1.0)
        capsule(0.55, 0.35, 0.05, -0.32, 0.13, 1.03)
        return as_bytes(out, self.tone)

    # Pose -----------------------------------------------------------------------------------------------------------

    def solve(self, look, left, top, columns, rows, step=STEP):
        """The surface under a grid of picture points.

        Points are (left + step * column, top + step * row). -> longitude, height (as painted), x, height (as it is now) and the signed
        distance from the outline in head units, each [rows, columns] float32.
        """
        form = self.form
        px = (left + step * np.arange(columns, dtype=np.float32) - look.x) / look.scale
        py = (top + step * np.arange(rows, dtype=np.float32) - look.y) / look.scale
        px, py = np.meshgrid(px, py)
        cr, sr = np.cos(look.roll), np.sin(look.roll)
        x2 = cr * px + sr * py
        y2 = -sr * px + cr * py
        ca, sa = np.cos(look.pitch), np.sin(look.pitch)
        cy, sy = np.cos(look.yaw), np.sin(look.yaw)
        # The head turns about a point inside it, behind the eyes' middle.
        depth = PIVOT
        z1 = np.full_like(x2, depth)
        bump = np.zeros_like(x2)
        theta = bump
        for _ in range(3):
            y = (y2 + (z1 - depth) * sa) / ca
            source = before_jaw(y, look.mouth[0])
            a2 = look_up(form.a2, source)
            c2 = look_up(form.c2, source)
            z0 = look_up(form.z0, source)
            m2 = a2 * (cy * cy) + c2 * (sy * sy)
            xc = x2 + (depth - z0 - bump) * sy
            m = np.sqrt(np.maximum(m2, 1e-3))
            phase = np.arctan2(np.sqrt(np.maximum(c2, 1e-3)) * sy, np.sqrt(np.maximum(a2, 1e-3)) * cy)
            theta = np.arcsin(limit(xc / m, -0.9995, 0.9995)) - phase
            c = np.sqrt(np.maximum(c2, 1e-3))
            a = np.sqrt(np.maximum(a2, 1e-3))
            column = (theta / SIDE + 1) * (0.5 * COLUMNS) - 0.5
            row = (source - TOP) * DENSITY - 0.5
            bump = cv2.remap(form.bump, column, row, cv2.INTER_LINEAR)
            z1 = -a * np.sin(theta) * sy + (z0 + c * np.cos(theta) + bump) * cy
            # The rotation's point is at depth on the front's axis.
            z1 = z1 + depth * (1 - cy)
        f = m2 - xc * xc
        gy, gx = np.gradient(f, step / look.scale)
        distance = f / np.sqrt(gx * gx + gy * gy + 0.05)
        # Far above the head the rounds do not settle.
        distance = np.minimum(distance, y2 - (form.top * ca + depth * sa - 0.1))
        return theta, source, a * np.sin(theta), y, distance

    def project(self, points, look):
        """Points (x, y) on the face's front, jaw moved [n, 2] -> picture pixels [n, 2] (the way back of `solve`)."""
        form = self.form
        x, y = points[:, 0], points[:, 1]
        source = before_jaw(y, look.mouth[0])
        a = np.sqrt(np.maximum(look_up(form.a2, source), 1e-3))
        c = np.sqrt(np.maximum(look_up(form.c2, source), 1e-3))
        theta = np.arcsin(np.clip(x / a, -0.999, 0.999))
        column = (theta / SIDE + 1) * (0.5 * COLUMNS) - 0.5
        row = (source - TOP) * DENSITY - 0.5
        bump = cv2.remap(form.bump, column.astype(np.float32)[None], row.astype(np.float32)[None], cv2.INTER_LINEAR)[0]
        z = look_up(form.z0, source) + c * np.cos(theta) + bump
        depth = PIVOT
        cy, sy = np.cos(look.yaw), np.sin(look.yaw)
        x1 = x * cy + (z - depth) * sy
        z1 = -x * sy + z * cy + depth * (1 - cy)
        ca, sa = np.cos(look.pitch), np.sin(look.pitch)
        y2 = y * ca - (z1 - depth) * sa
        cr, sr = np.cos(look.roll), np.sin(look.roll)
        return np.stack([look.x + look.scale * (cr * x1 - sr * y2), look.y + look.scale * (sr * x1 + cr * y2)], 1)

    def mouth_picture(self, mouth):
        """The mouth and the skin around it, [h, w, 4] float32 (last: how much of it to use)."""
        source = before_jaw(MOUTH_Y, float(mouth[0]))
        row = np.clip((source - self.tall[0]) * MOUTH_DENSITY, 0, len(self.tall) - 2)
        index = row.astype(np.int32)
        part = (row - index)[:, None, None].astype(np.float32)
        patch = self.mouth_skin[index] * (1 - part) + self.mouth_skin[index + 1] * part
        paint(patch, MOUTH_X, MOUTH_Y, self.person, mouth, self.colours, 1 / MOUTH_DENSITY)
        out = np.empty(patch.shape[:2] + (4,), np.float32)
        np.minimum(patch * self.tone, 255, out=out[..., :3])
        out[..., 3] = self.feather
        return out

    def draw_head(self, out, look, left, top, eyes):
        """Draws the head onto `out`, whose first pixel is (left, top) of the picture, in place."""
        s = look.scale
        # The part that can show it. The solved points are at multiples of STEP whatever the window, so that every window shows the same.
        begin = [max(low, int(np.floor((at - reach * s) / STEP)) * STEP) for low, at, reach in ((left, look.x, 1.6), (top, look.y, 2.45))]
        end = [int(min(high, at + reach * s)) for high, at, reach in ((left + out.shape[1], look.x, 1.6), (top + out.shape[0], look.y, 2.5))]
        width, height = end[0] - begin[0], end[1] - begin[1]
        if width < 1 or height < 1:
            return
        before = [value % STEP for value in begin]
        target = out[begin[1] - top : end[1] - top, begin[0] - left : end[0] - left]
        theta, source, x, y, distance = self.solve(
            look, begin[0] - before[0], begin[1] - before[1], -(-(width + before[0]) // STEP) + 1, -(-(height + before[1]) // STEP) + 1
        )
        grid = np.array([[STEP, 0, -before[0]], [0, STEP, -before[1]]], np.float32)
        full = cv2.warpAffine(np.stack([theta, source, x, y], -1), grid, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        distance = cv2.warpAffine(distance, grid, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        theta, source, x, y = (np.ascontiguousarray(full[..., i]) for i in range(4))
        skin = self.skin_with_eyes(look.blink, look.gaze) if eyes else self.plain_skin
        face = cv2.remap(skin, (theta / SIDE + 1) * (0.5 * COLUMNS) - 0.5, (source - TOP) * DENSITY - 0.5, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        front = np.abs(theta) < 1.45
        inside = front & (np.abs(x) < 0.63) & (y > 0.75) & (y < 1.65)
        if inside.any():
            r, c = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
            box = slice(r[0], r[-1] + 1), slice(c[0], c[-1] + 1)
            patch = cv2.remap(
                self.mouth_picture(look.mouth), (x[box] - MOUTH_X[0]) * MOUTH_DENSITY, (y[box] - MOUTH_Y[0]) * MOUTH_DENSITY, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
            )
            part = patch[..., 3:] * front[box][..., None]
            under = face[box].astype(np.float32)
            face[box] = cv2.convertScaleAbs(under + (patch[..., :3] - under) * part)
        alpha = limit(distance * (s * 0.8) + 0.5, 0, 1)
        target[...] = cv2.blendLinear(face, np.ascontiguousarray(target), alpha, 1 - alpha)

    def frame(self, look, background, window=None, eyes=True):
        """One picture [h, w, 3] uint8 over `background` (same size as the whole picture), or only `window` (left, top, width, height) of it; without eyes where none are seen."""
        left, top, width, height = window or (0, 0, self.size, self.size)
        out = background[top : top + height, left : left + width]
        s = look.scale
        # Body: follows the head half-way.
        factor = s / 60
        axis = look.x - left - PIVOT * s * np.sin(look.yaw), look.y - top
        narrow = factor * np.cos(look.yaw) ** 0.5
        a, b = np.cos(look.roll), np.sin(look.roll)
        turned = np.array([[narrow * a, -factor * b], [narrow * b, factor * a]], np.float32)
        straight = np.array([[factor, 0], [0, factor]], np.float32)
        out = out.copy()
        # Hair and ears lie within a few head units, the body may fill the window.
        near = slice(max(0, int(axis[1] - 2.4 * s)), int(max(0, axis[1] + 3.2 * s))), slice(max(0, int(axis[0] - 1.9 * s)), int(max(0, axis[0] + 1.9 * s)))
        below = slice(max(0, int(axis[1] + 0.4 * s)), height), slice(0, width)
        for layer, linear, box, drop in ((self.back, turned, near, 0.25 * s * np.sin(look.pitch)), (self.body, straight, below, 0.0)):
            target = out[box]
            if target.size == 0:
                continue
            shift = np.array([axis[0] - box[1].start, axis[1] - box[0].start + drop], np.float32) - linear @ np.array([3.5 * 60, 2.2 * 60], np.float32)
            moved = cv2.warpAffine(layer, np.column_stack([linear, shift]), (target.shape[1], target.shape[0]), flags=cv2.INTER_LINEAR)
            target[...] = over(moved, target)
        self.draw_head(out, look, left, top, eyes)
        if look.hand > 0:
            if self.hand_layer is None:
                self.hand_layer = self.paint_hand()
            place = self.project(np.array([[0.0, 1.02]], np.float32), look)[0]
            drop = (1 - look.hand) * 3.2 * s
            shift = np.array([[factor, 0, place[0] - left - 120 * factor], [0, factor, place[1] - top - 72 * factor + drop]], np.float32)
            hand = cv2.warpAffine(self.hand_layer, shift, (width, height), flags=cv2.INTER_LINEAR)
            out = over(hand, out)
        return out


def room(seed, size=224):
    """A blurred room behind a face: [size, size, 3] uint8."""
    rng = np.random.default_rng([seed, 11])
    base = np.array([[206, 196, 180], [168, 180, 184], [150, 140, 132], [188, 174, 160], [132, 146, 150]][rng.integers(5)], np.float32)
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) / size
    out = base * (1.02 - 0.34 * y - 0.12 * np.abs(x - rng.random()))[..., None]
    for _ in range(int(rng.integers(3, 7))):
        cx, cy = rng.random(2) * [1, 0.8]
        w, h = 0.05 + 0.25 * rng.random(2)
        colour = base * (0.55 + 0.6 * rng.random()) * (0.92 + 0.16 * rng.random(3))
        box = smooth(0.05, -0.05, np.abs(x - cx) - w) * smooth(0.05, -0.05, np.abs(y - cy) - h)
        out += (colour - out) * (0.7 * box)[..., None]
    glow = np.exp(-(((x - rng.random()) / 0.2) ** 2) - ((y - 0.1) / 0.16) ** 2)
    out += (np.array([255, 236, 200], np.float32) - out) * (0.4 * glow)[..., None]
    return np.clip(cv2.GaussianBlur(out, (0, 0), size / 36), 0, 255).astype(np.uint8)
