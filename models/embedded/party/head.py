"""The head: its form, and its skin as one picture around it (longitude by height), painted once a person.

A point of the head's surface has a longitude (0 to the front, radians, positive to the picture's right) and a height y (head units, down).
A cut at one height is an ellipse of half-widths a(y) and c(y) around z0(y); features stand out of it by `bump`.
"""

import cv2
import numpy as np

from mouth import limit, smooth

DENSITY = 76  # pixels of the skin picture for one head unit
TOP, BOTTOM = -2.0, 2.3
SIDE = 2.35
ROWS = int((BOTTOM - TOP) * DENSITY)
COLUMNS = int(2 * SIDE * DENSITY)
LONGITUDE = ((np.arange(COLUMNS) + 0.5) / COLUMNS * 2 - 1).astype(np.float32) * SIDE
HEIGHT = (TOP + (np.arange(ROWS) + 0.5) / DENSITY).astype(np.float32)

A_POINTS = [
    (-1.66, 0.0), (-1.6, 0.3), (-1.5, 0.52), (-1.35, 0.72), (-1.1, 0.9), (-0.8, 1.02), (-0.45, 1.08), (-0.1, 1.08), (0.2, 1.05), (0.5, 1.0),
    (0.8, 0.925), (1.05, 0.83), (1.25, 0.71), (1.4, 0.59), (1.52, 0.45), (1.62, 0.27), (1.68, 0.0),
]
C_POINTS = [
    (-1.66, 0.0), (-1.6, 0.34), (-1.5, 0.58), (-1.35, 0.8), (-1.1, 1.02), (-0.8, 1.16), (-0.45, 1.22), (-0.1, 1.2), (0.2, 1.16), (0.5, 1.1),
    (0.8, 0.97), (1.05, 0.83), (1.25, 0.66), (1.4, 0.53), (1.52, 0.4), (1.62, 0.24), (1.68, 0.0),
]
Z_POINTS = [(0.3, 0.0), (0.8, 0.13), (1.05, 0.27), (1.25, 0.42), (1.4, 0.52), (1.52, 0.6), (1.68, 0.68)]
TABLE_STEP = 0.005
TABLE_Y = np.arange(-2.6, 3.2, TABLE_STEP).astype(np.float32)


def table(points, person, square):
    ys, values = np.array(points, np.float64).T
    stretch = np.where(ys > 0, person.face_length, 1.0)
    ys = ys * stretch
    if square:
        values = values * np.where(ys > 0, 1 + (person.jaw_width - 1) * np.clip(ys / 0.8, 0, 1), 1)
        values = values**2
        ys = np.concatenate([[-2.6], ys, [3.2]])
        values = np.concatenate([[-4.0], values, [-6.0]])
    dense = np.interp(TABLE_Y, ys, values).astype(np.float32)
    return cv2.GaussianBlur(dense[None], (0, 0), 5, borderType=cv2.BORDER_REPLICATE)[0]


def look_up(values, y):
    place = limit((y - TABLE_Y[0]) / TABLE_STEP, 0, len(TABLE_Y) - 2)
    index = place.astype(np.int32)
    part = (place - index).astype(np.float32)
    return values[index] * (1 - part) + values[index + 1] * part


def hump(x, y, cx, cy, sx, sy):
    return np.exp(-(((x - cx) / sx) ** 2) - ((y - cy) / sy) ** 2)


class Form:
    """The person's head as numbers: tables of the cuts and the features' relief."""

    def __init__(self, person):
        self.person = person
        hair = {'bald': 0.0, 'buzz': 0.03, 'receding': 0.06, 'short': 0.1, 'side': 0.13, 'bun': 0.09, 'fringe': 0.13, 'long': 0.13, 'bob': 0.15, 'curly': 0.22}
        volume = hair[person.hair_style]
        upper = smooth(-0.45, -1.0, TABLE_Y)
        lift = 1 + 0.55 * volume * upper
        # The skull grows upwards by the hair: the tables are stretched above the brow.
        grown = np.where(TABLE_Y < -0.5, (TABLE_Y + 0.5) / (1 + volume) - 0.5, TABLE_Y).astype(np.float32)
        beard = 0.06 * (person.beard == 'full') * smooth(0.5, 1.2, TABLE_Y)
        self.a2 = look_up(table(A_POINTS, person, True), grown) * lift**2 + beard
        self.c2 = look_up(table(C_POINTS, person, True), grown) * lift**2 + beard
        self.z0 = table(Z_POINTS, person, False)
        self.top = float(TABLE_Y[np.argmax(self.a2 > 0)])
        ys = HEIGHT[:, None]
        a = np.sqrt(np.maximum(look_up(self.a2, HEIGHT), 1e-4))[:, None]
        c = np.sqrt(np.maximum(look_up(self.c2, HEIGHT), 1e-4))[:, None]
        self.x = (a * np.sin(LONGITUDE)[None]).astype(np.float32)
        self.y = np.broadcast_to(ys, self.x.shape).astype(np.float32)
        self.z_smooth = (look_up(self.z0, HEIGHT)[:, None] + c * np.cos(LONGITUDE)[None]).astype(np.float32)
        front = np.clip(np.cos(LONGITUDE)[None] * 1.6, 0, 1)
        self.front = front
        self.relief = (self.features(self.x, self.y) * front).astype(np.float32)
        # What shifts with the head's turning is smooth: the relief itself is too steep to follow.
        self.bump = cv2.GaussianBlur(self.relief, (0, 0), DENSITY * 0.07)

    def features(self, x, y):
        p = self.person
        ex = 0.43 * p.eye_gap
        ax = np.abs(x)
        nw, nl = p.nose_width, p.nose_length
        out = 0.0
        out = out + 0.05 * hump(ax, y, 0.36, -0.4, 0.34, 0.12)  # brow ridge
        out = out - 0.1 * hump(ax, y, ex * 0.92, -0.06, 0.24, 0.17)  # sockets
        out = out + 0.07 * hump(ax, y, ex, -0.03, 0.17, 0.11)  # eyeballs under the lids
        bridge = smooth(-0.45, 0.42 * nl, y) * smooth(0.72 * nl, 0.58 * nl, y)
        out = out + 0.2 * bridge * np.exp(-((x / (0.13 * nw + 0.03)) ** 2))
        out = out + 0.12 * hump(x, y, 0, 0.5 * nl, 0.13 * nw, 0.12)  # tip
        out = out + 0.085 * hump(ax, y, 0.135 * nw, 0.56 * nl, 0.07, 0.08)  # wings
        out = out + 0.07 * hump(ax, y, 0.55, 0.32, 0.3, 0.25)  # cheeks
        fold = np.exp(-(((ax - (0.24 + 0.33 * (y - 0.55))) / 0.06) ** 2)) * smooth(0.5, 0.68, y) * smooth(1.05, 0.8, y)
        out = out - (0.012 + 0.02 * p.age) * fold
        out = out + 0.05 * hump(x, y, 0, 0.95, 0.42, 0.26)  # the muzzle
        out = out - 0.012 * hump(x, y, 0, 0.77, 0.035, 0.07)  # philtrum
        out = out + 0.055 * hump(x, y, 0, 1.44, 0.24, 0.16)  # chin
        out = out - 0.03 * hump(x, y, 0, 1.24, 0.26, 0.06)
        if p.age > 0.55:
            out = out - 0.01 * (p.age - 0.4) * np.sin(np.clip(y, -1.1, -0.5) * 42) * hump(x, y, 0, -0.8, 0.55, 0.25)
        return out


def unit_noise(rng, shape, scale):
    """Smooth noise of mean 0 and deviation 1; `scale`: blur in pixels, one number or (x, y)."""
    sx, sy = scale if isinstance(scale, tuple) else (scale, scale)
    noise = rng.standard_normal(shape).astype(np.float32)
    noise = cv2.GaussianBlur(noise, (0, 0), sigmaX=sx, sigmaY=sy)
    return (noise - noise.mean()) / (noise.std() + 1e-6)


def light_of(person):
    v = np.array(person.light, np.float32)
    return v / np.linalg.norm(v)


def shade(form, light):
    """Soft skin shading of the whole surface: [rows, columns, 3], about 1 where lit."""
    z = form.z_smooth + form.relief
    du = np.stack([np.gradient(v, axis=1) for v in (form.x, form.y, z)], -1)
    dv = np.stack([np.gradient(v, axis=0) for v in (form.x, form.y, z)], -1)
    normal = np.cross(du, dv)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True) + 1e-6
    form.normal = normal
    lit = normal @ light
    fill = normal @ (np.array([-light[0], -0.2, 0.8], np.float32) / 1.1)
    out = np.empty(lit.shape + (3,), np.float32)
    for channel, wrap in enumerate((0.5, 0.34, 0.28)):
        out[..., channel] = 0.32 + 0.6 * np.clip((lit + wrap) / (1 + wrap), 0, 1) + 0.13 * np.clip(fill, 0, 1)
    half = light + np.array([0, 0, 1], np.float32)
    half /= np.linalg.norm(half)
    gloss = np.clip(normal @ half, 0, 1)
    return out, gloss


def hair_mask(form):
    """How much hair covers each texel, 0..1, and the direction noise of its strands."""
    p = form.person
    rng = np.random.default_rng([p.seed, 3])
    x, y, front = form.x, form.y, form.front
    theta = np.abs(LONGITUDE)[None]
    wave = unit_noise(rng, y.shape, (2, 6)) * 0.012
    line = {
        'short': -0.93 - 0.08 * np.cos(x * 2.4) - 0.03 * np.sin(x * 9 + p.seed), 'side': -0.98 + 0.16 * x - 0.06 * np.cos(x * 2), 'curly': -0.9 - 0.1 * np.cos(x * 2.2),
        'buzz': -1.0 - 0.1 * np.cos(x * 2.2), 'receding': -1.2 + 0.22 * np.exp(-((x / 0.22) ** 2)) , 'bald': -9.0 + 0 * x,
        'long': -1.34 + 0.62 * np.abs(x - 0.12) ** 0.8 , 'bob': -1.25 + 0.42 * np.abs(x + 0.22) ** 0.9, 'bun': -1.12 - 0.1 * np.cos(x * 2.2), 'fringe': -0.55 - 0.05 * np.cos(x * 2.0),
    }[p.hair_style]
    sides = {'long': 0.98, 'bob': 0.98, 'fringe': 1.02, 'bun': 1.2, 'curly': 1.06, 'bald': 1.42, 'receding': 1.24}.get(p.hair_style, 1.2)
    down = {'long': 2.3, 'bob': 1.25, 'fringe': 1.7, 'bun': -0.12, 'curly': 0.3 if not p.female else 0.9, 'bald': 0.1}.get(p.hair_style, 0.12)
    if p.hair_style == 'bald':
        cover = smooth(-0.1, 0.1, theta - 1.5) * smooth(-0.75, -0.4, y) * smooth(0.4, 0.1, y)
        return np.broadcast_to(cover, y.shape).astype(np.float32) * 0.7
    soft = 0.05
    top = smooth(soft, -soft, y - line - wave)
    # The hairline comes down at the temples.
    temple = sides - 0.3 * smooth(-0.2, -0.95, y)
    lateral = smooth(-0.06, 0.06, theta - temple + wave * 2) * smooth(0.12, -0.12, y - down)
    cover = np.maximum(top, lateral * (y > -1.3))
    return np.clip(cover, 0, 1).astype(np.float32)


def beard_mask(form):
    """0..1 a texel, before the lips are drawn over it."""
    p = form.person
    x, y = form.x, form.y
    theta = np.abs(LONGITUDE)[None]
    rng = np.random.default_rng([p.seed, 4])
    wave = unit_noise(rng, y.shape, 4) * 0.02
    moustache = 0.85 * smooth(0.035, -0.035, np.abs(y - (0.785 + 0.3 * x * x)) - 0.042 + wave) * smooth(0.4, 0.28, np.abs(x))
    cheek = 0.72 + 0.55 * np.clip(0.85 - theta, 0, 1) - 0.9 * np.clip(theta - 0.95, 0, 1)
    jaw = smooth(-0.06, 0.06, y - cheek + wave) * smooth(1.5, 1.3, theta)
    chin = smooth(0.05, -0.05, np.hypot(x / 0.27, (y - 1.42) / 0.17) - 1 + wave)
    # Skin shows around the lips.
    around = smooth(1.25, 0.8, np.hypot(x / 0.5, (y - 1.02) / 0.3))
    return {
        '': 0 * x, 'moustache': moustache, 'goatee': np.maximum(0.8 * chin, 0.8 * moustache), 'full': np.maximum(jaw * (1 - 0.75 * around), 0.9 * moustache), 'stubble': 0.42 * np.maximum(jaw * (1 - 0.6 * around), moustache),
    }[p.beard].astype(np.float32)


def strands(form, seed, curly=False):
    rng = np.random.default_rng([form.person.seed, seed])
    if curly:
        return 0.6 * unit_noise(rng, form.y.shape, 2.6) + 0.5 * unit_noise(rng, form.y.shape, 5)
    return 0.6 * unit_noise(rng, form.y.shape, (1.0, 12)) + 0.5 * unit_noise(rng, form.y.shape, (3.2, 22))


def colours_of(person):
    skin = np.array(person.skin, np.float32)
    red = np.array([186, 70, 76], np.float32) if person.female else np.array([168, 84, 80], np.float32)
    natural = skin * np.array([0.83, 0.64, 0.64], np.float32)
    brightness = 0.6 + 0.4 * skin.mean() / 190
    return {
        'lip': natural + (red * brightness - natural) * (0.25 + 0.5 * person.lip_red),
        'inside': np.array([70, 26, 26], np.float32),
        'teeth': np.array([238, 232, 220], np.float32),
        'tongue': np.array([196, 98, 98], np.float32),
    }


def paint_head(form):
    """The skin picture [rows, columns, 3] float32 0..255 without eyes and mouth, lit."""
    p = form.person
    rng = np.random.default_rng([p.seed, 1])
    x, y = form.x, form.y
    ax = np.abs(x)
    light = light_of(p)
    lit, gloss = shade(form, light)
    skin = np.array(p.skin, np.float32)
    albedo = np.broadcast_to(skin, x.shape + (3,)).copy()
    red = skin * np.array([1.02, 0.80, 0.78], np.float32)

    def tint(colour, alpha):
        nonlocal albedo
        albedo += (colour - albedo) * alpha[..., None]

    tint(red, 0.42 * hump(ax, y, 0.58, 0.4, 0.28, 0.22) + 0.4 * hump(x, y, 0, 0.52, 0.16, 0.13))
    tint(red, 0.25 * hump(x, y, 0, 1.42, 0.25, 0.2))
    tint(skin * np.array([0.82, 0.74, 0.76], np.float32), (0.25 + 0.25 * p.age) * hump(ax, y, 0.42, 0.13, 0.2, 0.06))
    albedo *= 1 + 0.016 * unit_noise(rng, x.shape, 1.3)[..., None] + 0.014 * unit_noise(rng, x.shape, 9)[..., None]
    picture = albedo * lit
    picture += (gloss**18 * 20 + gloss**60 * 14)[..., None] * form.front[..., None]
    # Shadows where light hardly comes: sockets, sides and underside of the nose.
    dark = np.zeros_like(x)
    dark = np.maximum(dark, 0.3 * hump(ax, y, 0.24, -0.14, 0.09, 0.12))
    dark = np.maximum(dark, 0.26 * hump(ax, y, 0.44, -0.21, 0.2, 0.05))
    dark = np.maximum(dark, 0.42 * hump(x, y, 0, 0.685 * p.nose_length, 0.2 * p.nose_width, 0.035))
    dark = np.maximum(dark, 0.34 * hump(ax, y, 0.215 * p.nose_width, 0.6 * p.nose_length, 0.035, 0.07))
    dark = np.maximum(dark, 0.72 * hump(ax, y, 0.085 * p.nose_width, 0.655 * p.nose_length, 0.048, 0.022))
    picture *= 1 - dark[..., None] * np.array([0.75, 0.95, 1.0], np.float32)

    # Brows: short strokes along a bow.
    brow_y = -0.385 + 0.3 * np.maximum(ax - 0.5, 0) ** 2 / 0.14 * 0.6 + 0.1 * (ax - 0.5) ** 2 - 0.035 * (p.female)
    thick = 0.05 * p.brow * (1 - 0.55 * smooth(0.45, 0.82, ax))
    stroke = unit_noise(rng, x.shape, (1.6, 0.8)) * 0.012
    brow = smooth(0.03, -0.02, np.abs(y - brow_y) - thick + stroke) * smooth(0.16, 0.24, ax) * smooth(0.86, 0.74, ax) * form.front
    brow_colour = np.array(p.hair, np.float32) * 0.75
    picture += (brow_colour - picture) * (0.82 * brow)[..., None]

    # Ears as seen from the side.
    theta = np.abs(LONGITUDE)[None]
    ear = np.hypot((theta - 1.52) / 0.2, (y - 0.17) / 0.3)
    picture *= 1 - 0.35 * np.exp(-(((ear - 1.05) / 0.16) ** 2))[..., None]
    inner = np.exp(-(((ear - 0.55) / 0.18) ** 2)) * smooth(1.4, 1.52, theta + 0.1 * ear)
    picture *= 1 - (0.4 * inner)[..., None] * np.array([0.8, 1.0, 1.0], np.float32)

    beard = beard_mask(form)
    hair = hair_mask(form)
    hair_colour = np.array(p.hair, np.float32)
    shine = np.clip(lit.mean(-1), 0.3, 1.2)
    strand = strands(form, 5, p.hair_style == 'curly')
    band = np.exp(-(((y + 1.12 + 0.1 * np.cos(x * 3)) / 0.22) ** 2)) * gloss**6
    hair_lit = (0.5 + 0.5 * shine) * (1 + 0.14 * strand) * (0.9 + 0.25 * smooth(0.6, -1.4, y))
    hair_picture = hair_colour * hair_lit[..., None] + (band * 46 * (1 + 0.4 * strand))[..., None] * np.array([1.0, 0.92, 0.82], np.float32)
    if p.hair_style == 'side':
        part = np.exp(-(((x - 0.42) / 0.03) ** 2)) * smooth(-0.9, -1.1, y)
        hair_picture *= 1 - 0.35 * part[..., None]
    if p.beard:
        grain = strands(form, 6, True)
        beard_picture = hair_colour * 0.86 * ((0.45 + 0.55 * shine) * (1 + 0.12 * grain))[..., None]
        picture += (beard_picture - picture) * (beard * (0.68 if p.beard != 'stubble' else 0.62))[..., None]
    # Hair throws a soft shadow on the skin below.
    shadow = cv2.GaussianBlur(hair, (0, 0), 5)
    picture *= 1 - 0.3 * (np.clip(shadow * 1.4, 0, 1) * (1 - hair))[..., None]
    alpha = hair * (0.55 if p.hair_style == 'buzz' else 0.97)
    picture += (hair_picture - picture) * alpha[..., None]
    form.hair = hair
    return np.clip(picture, 0, 255).astype(np.float32)


def glasses_mask(form):
    """[rows, columns] 0..1: the rims."""
    p = form.person
    x, y = form.x, form.y
    ax = np.abs(x)
    ex = 0.45 * p.eye_gap
    width, height, power, thick = {'thin': (0.32, 0.21, 3.2, 0.014), 'thick': (0.33, 0.235, 3.6, 0.032), 'round': (0.285, 0.27, 2.0, 0.018)}[p.glasses]
    distance = ((np.abs(ax - ex) / width) ** power + (np.abs(y - 0.02) / height) ** power) ** (1 / power)
    rim = smooth(thick + 0.012, thick - 0.012, np.abs(distance - 1) * min(width, height))
    inner = ex - width
    bridge = smooth(thick + 0.012, thick - 0.012, np.abs(y + 0.04 - 0.3 * ax)) * (ax < inner + 0.01)
    arm = smooth(thick + 0.014, thick - 0.012, np.abs(y + 0.06)) * (ax > ex + width - 0.01)
    lens = smooth(1.02, 0.96, distance) * form.front
    return np.clip(np.maximum(np.maximum(rim, bridge), arm), 0, 1) * (np.cos(LONGITUDE)[None] > -0.1), lens
