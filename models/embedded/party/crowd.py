"""The lips of many people at once, drawn by PyTorch: what render.py, mouth.py and lips.py do one frame after another, on batches.

`Crowd` holds many people (portrait.py) on a device and draws them: only grey, and only the part that the network sees. check.py crowd compares the
result with render.py's.

Shapes: B examples, T frames each; all of an example's frames are of one person.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F

import lips
from head import COLUMNS, DENSITY, SIDE, TABLE_STEP, TABLE_Y, TOP
from mouth import CENTRE, CORNER
from portrait import COLS, LAYER, LAYER_COLS, LAYER_ROWS, ROOM, ROWS, VALUES
from render import MOUTH_DENSITY, PIVOT, STEP

WINDOW = 64  # side of the part of the 224 x 224 picture that is drawn


def smooth(edge0, edge1, x):
    t = ((x - edge0) / (edge1 - edge0)).clamp(0, 1)
    return t * t * (3 - 2 * t)


def before_jaw(y, jaw):
    first = y - jaw * smooth(0.9, 1.36, y)
    second = y - jaw * smooth(0.9, 1.36, first)
    return y - jaw * smooth(0.9, 1.36, 0.5 * (first + second))


def sample(pictures, x, y, padding='border'):
    """pictures [B, C, H, W] at pixels x, y [B, ...] -> [B, C, ...], bilinear."""
    height, width = pictures.shape[2:]
    grid = torch.stack([x * (2 / (width - 1)) - 1, y * (2 / (height - 1)) - 1], -1).reshape(len(x), -1, x.shape[-1], 2)
    return F.grid_sample(pictures, grid, 'bilinear', padding, align_corners=True).reshape(len(x), pictures.shape[1], *x.shape[1:])


def curves_of(own, mouth):
    """See mouth.Curves. mouth [B, T, 8]; own: values of each person, [B, 1] -> a dictionary of [B, T]."""
    jaw, gap, width, pout, press, tuck, raised, tongue = mouth.unbind(-1)
    thin = 1 - 0.5 * press
    return {
        'jaw': jaw,
        'width': width,
        'pout': pout,
        'tuck': tuck,
        'raised': raised,
        'tongue': tongue,
        'half': CORNER * own['mouth_width'] * width,
        'centre': CENTRE + 0.25 * jaw,
        'smile': own['smile'] + 0.03 * (width - 1).clamp(min=0),
        'upper': 0.115 * own['lip_upper'] * thin * (1 + 0.18 * pout) * (1 - 0.25 * raised),
        'lower': 0.15 * own['lip_lower'] * thin * (1 + 0.25 * pout) * (1 - 0.55 * tuck) * (1 - 0.12 * (gap * 2).clamp(max=1)),
        'gap_up': 0.3 * gap + 0.055 * raised,
        'gap_down': 0.7 * gap - 0.03 * tuck,
    }


def lines(c, t):
    """The lip lines of curves `c` at t, x as a part of the half width: outer upper, inner upper, inner lower, outer lower edge."""
    t2 = t * t
    arch = torch.log((1 - t2).clamp(min=1e-7))
    line = c['centre'] - c['smile'] * (1.2 * t2 - 0.42)
    inner_upper = line - c['gap_up'] * torch.exp(0.62 * arch)
    inner_lower = torch.maximum(line + c['gap_down'] * torch.exp(0.55 * arch), inner_upper)
    bow = 1 + 0.1 * torch.exp(-(((t.abs() - 0.26) / 0.2) ** 2)) - 0.1 * torch.exp(-((t / 0.12) ** 2))
    outer_upper = inner_upper - c['upper'] * torch.exp(0.75 * arch) * bow
    outer_lower = inner_lower + c['lower'] * torch.exp(0.6 * arch)
    return outer_upper, inner_upper, inner_lower, outer_lower


OUTER = [-1.0, -0.68, -0.25, 0.0, 0.25, 0.68, 1.0, 0.64, 0.33, 0.0, -0.33, -0.64]
INNER = [-0.88, -0.3, 0.0, 0.3, 0.88, 0.3, 0.0, -0.3]


def mouth_landmarks(curves):
    """Points 48 and 54, and the mean of the mouth's twenty: [B, T, 3, 2]."""
    part = torch.tensor(OUTER + INNER, device=curves['half'].device)
    wide = {name: value[..., None] for name, value in curves.items()}
    ou, iu, il, ol = lines(wide, part)
    y = torch.cat([ou[..., :7], ol[..., 7:12], iu[..., 12:17], il[..., 17:20]], -1)
    x = part * wide['half']
    return torch.stack([torch.stack([x[..., 0], x[..., 6], x.mean(-1)], -1), torch.stack([y[..., 0], y[..., 6], y.mean(-1)], -1)], -1)


def paint(face, x, y, c):
    """The mouth on `face`, all [N, h, w]; c: curves and colours, [N, 1, 1]; see mouth.paint."""
    pixel = 1 / MOUTH_DENSITY
    soft = MOUTH_DENSITY / 1.15
    t = x / c['half']
    t2 = t * t
    at = t.abs()
    ax = x.abs()
    ou, iu, il, ol = lines(c, t)

    def between(top, bottom, k):
        return ((y - top) * k + 0.5).clamp(0, 1) * ((bottom - y) * k + 0.5).clamp(0, 1)

    inside = ((1 - at) * c['half'] * soft).clamp(0, 1)
    patch = face * (1 - 0.2 * torch.exp(-(((y - ol - 0.075) / 0.06) ** 2)) * (1 - 1.1 * t2).clamp(0, 1))
    patch = patch * (1 - 0.3 * torch.exp(-(((at - 1.03) / 0.1) ** 2) - ((y - c['centre'] + 0.4 * c['smile']) / 0.05) ** 2))
    fold = torch.exp(-(((ax - c['half'] - 0.085 - 0.12 * (y - c['centre']) ** 2) / 0.03) ** 2) - ((y - c['centre'] + 0.02) / 0.13) ** 2)
    patch = patch * (1 - (1.6 * (c['width'] - 1.02)).clamp(0, 0.35) * fold)
    gap = (il - iu).clamp(min=0)
    opened = (c['gap_up'] + c['gap_down']).clamp(min=0)
    rise = (y - iu) / (gap + 1e-4)
    dark = c['inside_colour'] * (0.75 + 0.5 * rise.clamp(0, 1))
    tip = smooth(0.25, 0.9, c['tongue'])
    shown = ((opened > 0.05) | (tip > 0)).float()
    round_ = (1 - (t / 0.68) ** 2).clamp(0, 1).sqrt()
    top = il - (0.42 + 0.5 * tip) * gap * round_
    tongue = ((y - top) * (soft * 0.7) + 0.5).clamp(0, 1) * (round_ > 0) * shown
    lit = 0.62 + 0.3 * tip + 0.16 * ((il - y) / (gap + 1e-4)).clamp(0, 1)
    dark = dark + (c['tongue_colour'] * lit - dark) * tongue * (0.75 + 0.25 * tip)
    bottom = iu + (0.03 + 0.085 * c['raised'] + 0.1 * opened + 0.12 * c['tuck']) * (1 - 0.55 * t2).clamp(0, 1)
    shade = (0.98 - 0.42 * t2) * (0.86 + 0.14 * ((y - iu) / 0.05).clamp(0, 1))
    seams = 1 - 0.1 * torch.exp(-((((ax * 13) % 1 - 0.5) / 0.11) ** 2))
    teeth = ((bottom - y) * (soft * 0.8) + 0.5).clamp(0, 1) * ((0.9 - at) * 6).clamp(0, 1) * (1 - 0.55 * c['pout'])
    covered = 1 - tip * 0.75 * ((y - iu) / 0.03 - 0.7).clamp(0, 1) * (1 - (t / 0.6) ** 2).clamp(0, 1) * (c['tongue'] > 0.8)
    dark = dark + (c['teeth_colour'] * shade * seams - dark) * teeth * covered
    low = il - 0.07 * (1 - t2).clamp(0, 1) * ((opened - 0.12) * 8).clamp(0, 1)
    lower_teeth = ((y - low) * (soft * 0.7) + 0.5).clamp(0, 1) * ((0.75 - at) * 6).clamp(0, 1) * (1 - c['pout']) * (opened > 0.12)
    dark = dark + (c['teeth_colour'] * 0.72 * seams - dark) * 0.8 * lower_teeth
    patch = patch + (dark - patch) * between(iu, il, soft) * inside * (opened > 0.004)
    s_up = ((y - ou) / (iu - ou + 1e-4)).clamp(0, 1)
    s_low = ((y - il) / (ol - il + 1e-4)).clamp(0, 1)
    side = 1 - 0.22 * t2
    fine = 1 + 0.02 * torch.sin(x * 95)
    shine = torch.exp(-(((s_low - 0.38) / 0.2) ** 2) - (t / 0.5) ** 2) * (0.16 + 0.12 * c['pout'])
    lower = (0.98 + 0.1 * torch.sin(math.pi * (s_low * 1.25).clamp(max=1)) - 0.26 * s_low**2) * side * fine
    upper = (0.93 - 0.24 * s_up + 0.05 * torch.sin(math.pi * s_up)) * side * fine
    patch = patch + (c['lip_colour'] * lower + c['white_colour'] * 0.55 * shine - patch) * between(il, ol, soft * 0.75) * inside * 0.97
    patch = patch + (c['lip_colour'] * upper - patch) * between(ou, iu, soft * 0.75) * inside * 0.97
    seam = torch.exp(-(((y - 0.5 * (iu + il)) / (0.9 * pixel + 0.006)) ** 2)) * inside * (1 - gap / 0.03).clamp(0, 1)
    patch = (patch * (1 - 0.62 * seam)).clamp(max=255)
    feather = smooth(0.64, 0.54, ax) * smooth(0.74, 0.82, y) * smooth(1.66, 1.54, y)
    return face + (patch - face) * feather


class Pose:
    """How heads are held: yaw, pitch, roll, x, y, scale, each [B, T]; see render.Look."""

    FIELDS = ('yaw', 'pitch', 'roll', 'x', 'y', 'scale')

    def __init__(self, **fields):
        for name in self.FIELDS:
            setattr(self, name, fields[name])

    def spread_to(self, dims):
        return Pose(**{name: getattr(self, name).reshape(getattr(self, name).shape + (1,) * dims) for name in self.FIELDS})


class Crowd:
    """People on a device. `add` takes records; `draw` gives pictures of any of them."""

    def __init__(self, capacity, device):
        self.device, self.count = device, 0
        shapes = {
            'values': (torch.float32, (len(VALUES),)),
            'skin': (torch.uint8, (ROWS[1] - ROWS[0], COLS[1] - COLS[0])),
            'bump': (torch.float16, (ROWS[1] - ROWS[0], COLS[1] - COLS[0])),
            'tables': (torch.float32, (3, len(TABLE_Y))),
            'layers': (torch.uint8, (2, 2, LAYER_ROWS[1] - LAYER_ROWS[0], LAYER_COLS[1] - LAYER_COLS[0])),
            'room': (torch.uint8, (ROOM, ROOM)),
        }
        self.store = {name: torch.zeros((capacity, *shape), dtype=kind, device=device) for name, (kind, shape) in shapes.items()}
        self.capacity = capacity
        self.correction = torch.from_numpy(lips.read_alignment()).to(device)
        self.nominal = torch.from_numpy(lips.NOMINAL).to(device)
        self.stable = torch.from_numpy(lips.STABLE_MEAN.astype(np.float32)).to(device)
        self.painter = paint

    def add(self, person):
        if self.count < self.capacity:
            for name, tensor in self.store.items():
                tensor[self.count] = torch.from_numpy(np.ascontiguousarray(person[name])).to(self.device)
            self.count += 1

    def people(self, who):
        """Those people's arrays, [B, ...] float, and their values, [B, 1] each."""
        part = {name: tensor[who].float() for name, tensor in self.store.items()}
        own = {name: part['values'][:, i : i + 1] for i, name in enumerate(VALUES)}
        return part, own

    def look_up(self, part, y):
        """[B, ...] heights -> a2, c2, z0."""
        place = ((y - float(TABLE_Y[0])) / TABLE_STEP).clamp(0, len(TABLE_Y) - 1.001)
        index = place.long()
        share = place - index
        index = index.reshape(len(y), 1, -1).expand(-1, 3, -1)
        low = torch.gather(part['tables'], 2, index)
        high = torch.gather(part['tables'], 2, index + 1)
        both = low + (high - low) * share.reshape(len(y), 1, -1)
        return both.reshape(len(y), 3, *y.shape[1:]).unbind(1)

    def relief(self, part, theta, source):
        column = (theta / SIDE + 1) * (0.5 * COLUMNS) - 0.5 - COLS[0]
        row = (source - TOP) * DENSITY - 0.5 - ROWS[0]
        shape = theta.shape
        return sample(part['bump'][:, None], column.reshape(len(theta), -1, shape[-1]), row.reshape(len(theta), -1, shape[-1])).reshape(shape)

    def project(self, part, points, jaw, pose):
        """points [B, T, n, 2] on the front -> pixels [B, T, n, 2]; see Face.project."""
        pose = pose.spread_to(1)
        x, y = points.unbind(-1)
        source = before_jaw(y, jaw[..., None])
        a2, c2, z0 = self.look_up(part, source)
        a, c = a2.clamp(min=1e-3).sqrt(), c2.clamp(min=1e-3).sqrt()
        theta = torch.asin((x / a).clamp(-0.999, 0.999))
        z = z0 + c * torch.cos(theta) + self.relief(part, theta, source)
        cy, sy = torch.cos(pose.yaw), torch.sin(pose.yaw)
        x1 = x * cy + (z - PIVOT) * sy
        z1 = -x * sy + z * cy + PIVOT * (1 - cy)
        y2 = y * torch.cos(pose.pitch) - (z1 - PIVOT) * torch.sin(pose.pitch)
        cr, sr = torch.cos(pose.roll), torch.sin(pose.roll)
        return torch.stack([pose.x + pose.scale * (cr * x1 - sr * y2), pose.y + pose.scale * (sr * x1 + cr * y2)], -1)

    def landmarks(self, part, own, curves, pose, gap):
        """Where the app's landmark net sees its nine points: [B, T, 9, 2] pixels; see lips.drawn_landmarks."""
        three = mouth_landmarks(curves)
        wide = torch.ones_like(self.nominal).expand(len(gap), 6, 2).clone()
        wide[:, 2:, 0] = own['eye_gap']
        fixed = (self.nominal * wide)[:, None].expand(-1, gap.shape[1], -1, -1)
        points = torch.cat([fixed, three], 2)
        features = torch.stack([torch.ones_like(gap), three[..., 1, 0] - 0.365, gap, curves['jaw'], curves['pout']], -1)
        points = points + torch.einsum('pcf,btf->btpc', self.correction, features)
        return self.project(part, points, curves['jaw'], pose)

    def crop_matrices(self, points):
        """Smoothed as the app does, fitted to the mean face: [B, T, 2, 3], from picture to crop."""
        frames = points.shape[1]
        at = torch.arange(frames, device=self.device)
        half = torch.minimum(torch.minimum(at, frames - 1 - at), torch.full_like(at, lips.HALF_WINDOW))
        sums = F.pad(points, (0, 0, 0, 0, 1, 0)).cumsum(1)
        mean = (sums[:, at + half + 1] - sums[:, at - half]) / (2 * half + 1)[:, None, None]
        points = mean + (points - mean).mean(2, keepdim=True)
        source = points[:, :, :8]
        f = source - source.mean(2, keepdim=True)
        g = self.stable - self.stable.mean(0)
        spread = (f * f).sum((2, 3))
        a = (f * g).sum((2, 3)) / spread
        b = (f[..., 0] * g[:, 1] - f[..., 1] * g[:, 0]).sum(2) / spread
        linear = torch.stack([torch.stack([a, -b], -1), torch.stack([b, a], -1)], -2)
        shift = self.stable.mean(0) - (linear @ source.mean(2)[..., None])[..., 0]
        mouth = (linear @ points[:, :, 8, :, None])[..., 0] + shift
        corner = (mouth - lips.SIZE / 2).round().clamp(0, lips.FACE - lips.SIZE)
        return torch.cat([linear, (shift - corner)[..., None]], -1)

    def solve(self, part, own, jaw, pose, px, py):
        """The surface under picture points px, py [B, T, h, w]; see Face.solve."""
        p = pose.spread_to(2)
        jaw = jaw[..., None, None]
        px, py = (px - p.x) / p.scale, (py - p.y) / p.scale
        cr, sr = torch.cos(p.roll), torch.sin(p.roll)
        x2, y2 = cr * px + sr * py, -sr * px + cr * py
        ca, sa, cy, sy = torch.cos(p.pitch), torch.sin(p.pitch), torch.cos(p.yaw), torch.sin(p.yaw)
        z1 = torch.full_like(x2, PIVOT)
        bump = torch.zeros_like(x2)
        for _ in range(3):
            y = (y2 + (z1 - PIVOT) * sa) / ca
            source = before_jaw(y, jaw)
            a2, c2, z0 = self.look_up(part, source)
            m2 = a2 * (cy * cy) + c2 * (sy * sy)
            xc = x2 + (PIVOT - z0 - bump) * sy
            a, c = a2.clamp(min=1e-3).sqrt(), c2.clamp(min=1e-3).sqrt()
            theta = torch.asin((xc / m2.clamp(min=1e-3).sqrt()).clamp(-0.9995, 0.9995)) - torch.atan2(c * sy, a * cy)
            bump = self.relief(part, theta, source)
            z1 = -a * torch.sin(theta) * sy + (z0 + c * torch.cos(theta) + bump) * cy + PIVOT * (1 - cy)
        f = m2 - xc * xc
        step = STEP / p.scale
        gy, gx = torch.gradient(f, dim=(2, 3))
        distance = f / torch.sqrt((gx * gx + gy * gy) / (step * step) + 0.05)
        distance = torch.minimum(distance, y2 - (own['top'][..., None, None] * ca + PIVOT * sa - 0.1))
        return theta, source, a * torch.sin(theta), y, distance

    def layer(self, picture, part, number, pose, left, top):
        """Lays the back (0) or the body (1) over `picture` [B, T, h, w]."""
        p = pose.spread_to(2)
        h, w = picture.shape[2:]
        x = left[..., None, None] + torch.arange(w, device=self.device) - (p.x - PIVOT * p.scale * torch.sin(p.yaw))
        y = top[..., None, None] + torch.arange(h, device=self.device)[:, None] - p.y
        factor = p.scale / LAYER
        if number == 0:
            y = y - 0.25 * p.scale * torch.sin(p.pitch)
            cr, sr = torch.cos(p.roll), torch.sin(p.roll)
            u = (cr * x + sr * y) / (factor * torch.cos(p.yaw) ** 0.5)
            v = (-sr * x + cr * y) / factor
        else:
            u, v = (x + 0 * y) / factor, (y + 0 * x) / factor
        u, v = u + 3.5 * LAYER - LAYER_COLS[0], v + 2.2 * LAYER - LAYER_ROWS[0]
        shape = u.shape
        taken = sample(part['layers'][:, number], u.reshape(len(u), -1, w), v.reshape(len(u), -1, w), 'zeros').reshape(len(u), 2, *shape[1:])
        return picture * (1 - taken[:, 1] / 255) + taken[:, 0]

    def windows(self, part, own, curves, pose, left, top):
        """Grey pictures [B, T, 64, 64] whose first pixels are (left, top) [B, T] (multiples of 4) of the 224 x 224 ones."""
        side = WINDOW // STEP + 1
        steps = STEP * torch.arange(side, device=self.device, dtype=torch.float32)
        px = left[..., None, None] + steps + 0 * steps[:, None]
        py = top[..., None, None] + steps[:, None] + 0 * steps
        theta, source, x, y, distance = self.solve(part, own, curves['jaw'], pose, px, py)
        shape = (*left.shape, WINDOW, WINDOW)
        # The same places as cv2.warpAffine's of the coarse grid: pixel i lies at i / STEP.
        fine = F.interpolate(torch.stack([theta, source, x, y], 2).flatten(0, 1), size=WINDOW + 1, mode='bilinear', align_corners=True)
        theta, source, x, y = (v.reshape(shape).contiguous() for v in fine[:, :, :WINDOW, :WINDOW].unbind(1))
        outline = F.interpolate(distance.flatten(0, 1)[:, None], size=WINDOW + 1, mode='bicubic', align_corners=True)[:, 0, :WINDOW, :WINDOW].reshape(shape)
        column = (theta / SIDE + 1) * (0.5 * COLUMNS) - 0.5 - COLS[0]
        row = (source - TOP) * DENSITY - 0.5 - ROWS[0]
        flat = (len(left), -1, WINDOW)
        face = sample(part['skin'][:, None], column.reshape(flat), row.reshape(flat)).reshape(shape)
        colours = {f'{name}_colour': own[name].expand(left.shape) for name in ('lip', 'inside', 'teeth', 'tongue', 'white')}
        single = {name: value.reshape(-1, 1, 1).contiguous() for name, value in {**curves, **colours}.items()}
        painted = self.painter(*(v.reshape(-1, WINDOW, WINDOW) for v in (face, x, y)), single).reshape(shape)
        face = torch.where(theta.abs() < 1.45, painted, face)
        span = (ROOM - 1) / 223
        rx = (left[..., None, None] + torch.arange(WINDOW, device=self.device) + 0 * theta) * span
        ry = (top[..., None, None] + torch.arange(WINDOW, device=self.device)[:, None] + 0 * theta) * span
        behind = sample(part['room'][:, None], rx.reshape(flat), ry.reshape(flat)).reshape(shape)
        behind = self.layer(self.layer(behind, part, 0, pose, left, top), part, 1, pose, left, top)
        alpha = (outline * (pose.scale[..., None, None] * 0.8) + 0.5).clamp(0, 1)
        return behind + (face - behind) * alpha

    def draw(self, who, mouth, pose, jitter=None):
        """Windows [B, T, 64, 64] of grey 0..255, and matrices [B, T, 2, 3] from their pixels to those of the app's 96 x 96 crop.

        who [B]: numbers of people; mouth [B, T, 8]; jitter(points [B, T, 9, 2]) -> points: errors of the landmarks.
        """
        part, own = self.people(who)
        curves = curves_of(own, mouth)
        points = self.landmarks(part, own, curves, pose, mouth[..., 1])
        matrices = self.crop_matrices(points if jitter is None else jitter(points))
        a, b = matrices[..., 0, 0], matrices[..., 1, 0]
        size = a * a + b * b
        cx, cy = lips.SIZE / 2 - matrices[..., 0, 2], lips.SIZE / 2 - matrices[..., 1, 2]
        middle = torch.stack([(a * cx + b * cy) / size, (-b * cx + a * cy) / size], -1)
        corner = STEP * ((middle - WINDOW / 2) / STEP).round()
        pictures = self.windows(part, own, curves, pose, corner[..., 0], corner[..., 1])
        moved = matrices.clone()
        moved[..., 2] = matrices[..., 2] + (matrices[..., :2] @ corner[..., None])[..., 0]
        return pictures, moved


def crops(pictures, matrices, change=None, size=64):
    """The middle `size` x `size` of the 96 x 96 crops: [B, T, size, size].

    change [B, 2, 3]: from the wanted picture (relative to its middle) to the app's (likewise).
    """
    batch, frames, side = pictures.shape[:3]
    at = torch.arange(size, device=pictures.device, dtype=torch.float32) - (size - 1) / 2
    u, v = at[None, :].expand(size, size), at[:, None].expand(size, size)
    points = torch.stack([u, v, torch.ones_like(u)], -1).reshape(-1, 3)
    if change is None:
        wanted = points[None, :, :2].expand(batch, -1, -1)
    else:
        wanted = points @ change.transpose(1, 2)
    wanted = wanted + (lips.SIZE - 1) / 2
    a, b = matrices[..., 0, 0, None], matrices[..., 1, 0, None]
    x = wanted[:, None, :, 0] - matrices[..., 0, 2, None]
    y = wanted[:, None, :, 1] - matrices[..., 1, 2, None]
    scale = 2 / (side - 1) / (a * a + b * b)
    grid = torch.stack([(a * x + b * y) * scale - 1, (a * y - b * x) * scale - 1], -1).reshape(batch * frames, size, size, 2)
    return F.grid_sample(pictures.reshape(-1, 1, side, side), grid, 'bilinear', 'border', align_corners=True).reshape(batch, frames, size, size)
