"""One person's looks as a few arrays, from which crowd.py draws the lips: see `record`."""

import cv2
import numpy as np

from head import COLUMNS, DENSITY, TOP
from people import make_person
from render import Face, room

# Parts of the pictures of a person that lips ever show.
ROWS = int((-0.6 - TOP) * DENSITY), int((2.1 - TOP) * DENSITY)
COLS = COLUMNS // 2 - 130, COLUMNS // 2 + 130
LAYER = 60  # pixels a head unit of the layers of body and back
LAYER_ROWS = int(1.8 * LAYER), int(4.8 * LAYER)
LAYER_COLS = int(1.7 * LAYER), int(5.3 * LAYER)
ROOM = 56  # side of the room's picture
GREY = np.array([0.299, 0.587, 0.114], np.float32)
VALUES = ('mouth_width', 'lip_upper', 'lip_lower', 'smile', 'eye_gap', 'turn', 'tilt', 'sway', 'top', 'lip', 'inside', 'teeth', 'tongue', 'white')


def record(seed):
    """All that is needed to draw the lips of the person with this seed: a dictionary of arrays."""
    person = make_person(seed)
    face = Face(person)
    form = face.form
    rows, cols = slice(*ROWS), slice(*COLS)
    grey = {name: float((face.colours[name] * face.tone) @ GREY) for name in ('lip', 'inside', 'teeth', 'tongue')}
    grey['white'] = float(255 * face.tone @ GREY)
    own = {name: float(getattr(person, name)) for name in VALUES[:8]}
    own['top'] = form.top

    def layer(picture):
        part = picture[slice(*LAYER_ROWS), slice(*LAYER_COLS)]
        return np.stack([np.rint(part[..., :3] @ GREY).astype(np.uint8), part[..., 3]])

    return {
        'values': np.array([{**own, **grey}[name] for name in VALUES], np.float32),
        'skin': np.rint(face.plain_skin[rows, cols] @ GREY).astype(np.uint8),
        'bump': form.bump[rows, cols].astype(np.float16),
        'tables': np.stack([form.a2, form.c2, form.z0]).astype(np.float32),
        'layers': np.stack([layer(face.back), layer(face.body)]),
        'room': cv2.resize(cv2.cvtColor(room(seed), cv2.COLOR_RGB2GRAY), (ROOM, ROOM), interpolation=cv2.INTER_AREA),
    }
