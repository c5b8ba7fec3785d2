"""The mouth: lips, teeth, tongue, drawn column by column from a few numbers.

A mouth is described by `Mouth` fields (head units, see people.py); the visemes of visemes.py are such numbers.
"""

import numpy as np

# Order of a mouth vector; each viseme and each frame is one.
#   jaw     how far the lower jaw is down (the chin moves by it)
#   gap     height of the opening between the lips in the middle
#   width   half the distance of the corners, as a factor on the person's own
#   pout    0 flat .. 1 pushed forward and rounded
#   press   0 relaxed .. 1 lips pressed together (thin)
#   tuck    0 .. 1 lower lip under the upper teeth
#   raise_  0 .. 1 upper lip up (teeth shown)
#   tongue  0 .. 1 tip of the tongue: 0 down, 0.6 behind the upper teeth, 1 between the teeth
FIELDS = ('jaw', 'gap', 'width', 'pout', 'press', 'tuck', 'raise_', 'tongue')
REST = np.array([0.02, 0.0, 1.0, 0.0, 0.1, 0.0, 0.0, 0.0], np.float32)

CORNER = 0.365  # half width of the mean face's mouth
CENTRE = 0.975  # height of the line where the lips meet


def limit(x, low, high):
    """np.clip without its overhead, which is most of the time for small arrays."""
    return np.minimum(np.maximum(x, np.float32(low)), np.float32(high))


def smooth(edge0, edge1, x):
    t = limit((x - edge0) / (edge1 - edge0), 0, 1)
    return t * t * (3 - 2 * t)


class Curves:
    """The four lip lines of one mouth: heights of the outer upper, inner upper, inner lower and outer lower edge over x."""

    def __init__(self, person, mouth):
        jaw, gap, width, pout, press, tuck, raised, tongue = (float(v) for v in mouth)
        self.tongue, self.tuck, self.pout = tongue, tuck, pout
        self.half = CORNER * person.mouth_width * width
        self.centre = CENTRE + 0.25 * jaw
        self.smile = person.smile + 0.03 * max(0.0, width - 1.0)
        thin = 1 - 0.5 * press
        self.upper = 0.115 * person.lip_upper * thin * (1 + 0.18 * pout) * (1 - 0.25 * raised)
        self.lower = 0.15 * person.lip_lower * thin * (1 + 0.25 * pout) * (1 - 0.55 * tuck) * (1 - 0.12 * min(1.0, gap * 2))
        self.gap_up = 0.3 * gap + 0.055 * raised
        self.gap_down = 0.7 * gap - 0.03 * tuck
        self.sharp = 0.75 + 0.25 * (1 - pout)

    def lines(self, x):
        """x: half-open array of head units -> (inside, outer upper, inner upper, inner lower, outer lower)."""
        t = x / self.half
        arch = np.maximum(1 - t * t, 0)
        line = self.centre - self.smile * (t * t - 0.35) * 1.2
        inner_upper = line - self.gap_up * arch**0.62
        inner_lower = np.maximum(line + self.gap_down * arch**0.55, inner_upper)
        # Cupid's bow: two soft tops beside a small dip.
        bow = 1 + 0.1 * np.exp(-(((np.abs(t) - 0.26) / 0.2) ** 2)) - 0.1 * np.exp(-((t / 0.12) ** 2))
        outer_upper = inner_upper - self.upper * arch**0.75 * bow
        outer_lower = inner_lower + self.lower * arch**0.6
        return t, outer_upper, inner_upper, inner_lower, outer_lower


def landmark_points(person, mouth):
    """The 20 mouth points of the iBUG order (48..67) in head units: [20, 2] (x, y), on the face's front."""
    curves = Curves(person, mouth)
    h = curves.half
    outer = np.array([-1.0, -0.68, -0.25, 0.0, 0.25, 0.68, 1.0, 0.64, 0.33, 0.0, -0.33, -0.64], np.float32) * h
    inner = np.array([-0.88, -0.3, 0.0, 0.3, 0.88, 0.3, 0.0, -0.3], np.float32) * h
    _, ou, iu, il, ol = curves.lines(np.concatenate([outer, inner]))
    y = np.concatenate([ou[:6], ou[6:7], ol[7:12], iu[12:16], iu[16:17], il[17:20]])
    return np.stack([np.concatenate([outer, inner]), y], 1)


def paint(patch, x, y, person, mouth, colours, pixel):
    """Draws the mouth into `patch` [h, w, 3] float32 at 0..255, in place.

    x [w], y [h]: head units of its columns and rows; `pixel`: head units a pixel; `colours`: see head.py.
    """
    curves = Curves(person, mouth)
    t, ou, iu, il, ol = (v[None, :].astype(np.float32) for v in curves.lines(x))
    # Only the rows that change.
    first, last = np.searchsorted(y, [ou.min() - 0.03, ol.max() + 0.17])
    whole = patch
    patch = whole[first:last]
    yy = y[first:last, None]
    soft = 1 / (1.15 * pixel)

    def between(top, bottom, k=soft):
        return limit((yy - top) * k + 0.5, 0, 1) * limit((bottom - yy) * k + 0.5, 0, 1)

    inside = limit((1 - np.abs(t)) * curves.half * soft, 0, 1)

    def lay(colour, alpha):
        patch[...] += (colour - patch) * alpha[..., None]

    # Soft shadow under the lower lip, and in the corners.
    below = np.exp(-(((yy - ol - 0.075) / 0.06) ** 2)) * limit(1 - t * t * 1.1, 0, 1)
    patch *= 1 - 0.2 * below[..., None]
    corner = np.exp(-((np.abs(t) - 1.03) / 0.1) ** 2) * np.exp(-(((yy - curves.centre + 0.4 * curves.smile) / 0.05) ** 2))
    patch *= 1 - 0.3 * corner[..., None]
    # Folds beside a spread mouth.
    spread = max(0.0, float(mouth[2]) - 1.02)
    if spread > 0:
        fold = np.exp(-(((np.abs(x[None, :]) - curves.half - 0.085 - 0.12 * (yy - curves.centre) ** 2) / 0.03) ** 2)) * np.exp(-(((yy - curves.centre + 0.02) / 0.13) ** 2))
        patch *= 1 - min(0.35, 1.6 * spread) * fold[..., None]

    gap = np.maximum(il - iu, 0)
    opened = gap.max()
    # Inside of the mouth: dark, a little red, then tongue and teeth.
    if opened > 0.004:
        hole = between(iu, il) * inside
        depth = limit((yy - iu) / (gap + 1e-4), 0, 1)
        dark = colours['inside'] * (0.75 + 0.5 * depth[..., None])
        tip = smooth(0.25, 0.9, np.float32(curves.tongue))
        if opened > 0.05 or tip > 0:
            top = il - (0.42 + 0.5 * tip) * gap
            round_ = limit(1 - (x[None, :] / (0.68 * curves.half)) ** 2, 0, 1) ** 0.5
            top = il - (il - top) * round_
            tongue = limit((yy - top) * soft * 0.7 + 0.5, 0, 1) * (round_ > 0)
            lit = 0.62 + 0.3 * tip + 0.16 * limit((il - yy) / (gap + 1e-4), 0, 1)
            dark += (colours['tongue'] * lit[..., None] - dark) * (tongue * (0.75 + 0.25 * tip))[..., None]
        # Upper teeth hang below the upper lip; the gap shows as much of them as there is.
        ratio = x[None, :] / curves.half
        tooth = 0.03 + 0.085 * mouth[6] + 0.1 * opened
        biting = 0.12 * curves.tuck
        bottom = iu + (tooth + biting) * limit(1 - ratio * ratio * 0.55, 0, 1)
        shade = (0.98 - 0.42 * ratio * ratio) * (0.86 + 0.14 * limit((yy - iu) / 0.05, 0, 1))
        seams = 1 - 0.1 * np.exp(-(((np.abs(x[None, :]) * 13) % 1 - 0.5) / 0.11) ** 2)
        reach = limit((0.9 - np.abs(ratio)) * 6, 0, 1)
        teeth = limit((bottom - yy) * soft * 0.8 + 0.5, 0, 1) * reach * (1 - 0.55 * curves.pout)
        covered = 1 - tip * 0.75 * limit((yy - iu) / 0.03 - 0.7, 0, 1) * limit(1 - (ratio / 0.6) ** 2, 0, 1) * (curves.tongue > 0.8)
        dark += (colours['teeth'] * (shade * seams)[..., None] - dark) * (teeth * covered)[..., None]
        if opened > 0.12:
            ltop = il - 0.07 * limit(1 - ratio * ratio, 0, 1) * min(1.0, (opened - 0.12) * 8)
            lower_teeth = limit((yy - ltop) * soft * 0.7 + 0.5, 0, 1) * limit((0.75 - np.abs(ratio)) * 6, 0, 1) * (1 - curves.pout)
            dark += (colours['teeth'] * (0.72 * seams)[..., None] - dark) * (0.8 * lower_teeth)[..., None]
        lay(dark, hole)

    # Lips: round in cross-section, upper darker than the lower, a soft highlight on the lower one.
    s_up = limit((yy - ou) / (iu - ou + 1e-4), 0, 1)
    s_low = limit((yy - il) / (ol - il + 1e-4), 0, 1)
    side = 1 - 0.22 * t * t
    upper = (0.93 - 0.24 * s_up + 0.05 * np.sin(np.pi * s_up)) * side
    fine = 1 + 0.02 * np.sin(x[None, :] * 95)
    shine = np.exp(-(((s_low - 0.38) / 0.2) ** 2)) * np.exp(-((t / 0.5) ** 2)) * (0.16 + 0.12 * curves.pout)
    lower = (0.98 + 0.1 * np.sin(np.pi * np.minimum(s_low * 1.25, 1)) - 0.26 * s_low**2) * side * fine
    lay(colours['lip'] * lower[..., None] + 255 * shine[..., None] * 0.55, between(il, ol, soft * 0.75) * inside * 0.97)
    lay(colours['lip'] * (upper * fine)[..., None], between(ou, iu, soft * 0.75) * inside * 0.97)
    # The line where they meet.
    seam = np.exp(-(((yy - 0.5 * (iu + il)) / (0.9 * pixel + 0.006)) ** 2)) * inside * limit(1 - gap / 0.03, 0, 1)
    patch *= 1 - 0.62 * seam[..., None]
