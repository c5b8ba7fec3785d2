"""The people of the party: how each looks, moves and sounds, drawn from a seed.

Lengths are head units: half the width of a face at the ears; x to the right of the picture, y down, z towards the viewer, 0 between the eyes.
"""

import random
from dataclasses import dataclass, field

SKINS = [
    (238, 202, 180), (236, 192, 162), (232, 184, 148), (224, 172, 134), (216, 164, 126),
    (202, 148, 112), (182, 130, 98), (160, 110, 82), (136, 92, 70), (116, 80, 64),
]
HAIR_COLOURS = [
    (38, 28, 24), (58, 40, 30), (86, 58, 38), (120, 82, 50), (156, 112, 66), (196, 156, 98), (150, 72, 40), (150, 147, 144), (110, 106, 104),
]
EYE_COLOURS = [(92, 62, 40), (70, 46, 30), (96, 116, 78), (86, 120, 146), (110, 130, 140)]
CLOTHES = [
    (58, 92, 124), (148, 72, 70), (74, 112, 88), (196, 168, 120), (96, 84, 120), (60, 62, 72), (206, 204, 198), (188, 116, 78), (70, 130, 138), (156, 98, 130),
]
FEMALE_HAIR = ['long', 'long', 'bob', 'bob', 'bun', 'curly', 'short', 'fringe']
MALE_HAIR = ['short', 'short', 'side', 'side', 'curly', 'buzz', 'bald', 'receding']


@dataclass
class Person:
    """Looks and manner of one person; everything the drawing and the voice need."""

    seed: int
    female: bool
    age: float  # 0 young .. 1 old
    skin: tuple
    hair: tuple
    eyes: tuple
    clothes: tuple
    hair_style: str
    beard: str  # '', 'stubble', 'moustache', 'full', 'goatee'
    glasses: str  # '', 'thin', 'thick', 'round'
    jaw_width: float
    face_length: float
    eye_size: float
    eye_gap: float
    brow: float
    nose_width: float
    nose_length: float
    lip_upper: float
    lip_lower: float
    mouth_width: float
    smile: float
    lip_red: float
    earrings: bool
    light: tuple  # direction the light comes from
    light_level: float
    light_warmth: float
    # How the mouth moves: factors on opening, spreading and rounding, and sluggishness in seconds.
    articulation: dict = field(default_factory=dict)
    sway: float = 1.0
    turn: float = 0.0  # mean yaw, radians
    tilt: float = 0.0  # mean pitch, radians


def make_person(seed, female=None):
    """A person from an integer seed; `female` fixes the sex, which also goes with the voice."""
    rng = random.Random(f'person/{seed}')
    female = rng.random() < 0.5 if female is None else female
    age = rng.random()
    skin_index = rng.randrange(len(SKINS))
    skin = tuple(int(c * rng.uniform(0.97, 1.03)) for c in SKINS[skin_index])
    dark = skin_index >= 5
    hair_choice = rng.choice([0, 1, 0, 2] if dark else range(7))
    if age > 0.72 and rng.random() < 0.7:
        hair_choice = rng.choice([7, 8])
    beard = ''
    if not female and rng.random() < 0.5:
        beard = rng.choice(['stubble', 'stubble', 'stubble', 'moustache', 'full', 'goatee', 'full'])
    glasses = rng.choice(['thin', 'thick', 'round']) if rng.random() < 0.35 else ''
    side = rng.choice([-1, 1])
    hair_level = rng.uniform(0.85, 1.15)
    return Person(
        seed=seed,
        female=female,
        age=age,
        skin=skin,
        hair=tuple(int(c * hair_level) for c in HAIR_COLOURS[hair_choice]),
        eyes=rng.choice(EYE_COLOURS[:2] if dark else EYE_COLOURS),
        clothes=rng.choice(CLOTHES),
        hair_style=rng.choice(FEMALE_HAIR if female else MALE_HAIR),
        beard=beard,
        glasses=glasses,
        jaw_width=rng.uniform(0.90, 0.99) if female else rng.uniform(0.95, 1.05),
        face_length=rng.uniform(0.97, 1.04),
        eye_size=rng.uniform(1.05, 1.22) if female else rng.uniform(0.98, 1.12),
        eye_gap=rng.uniform(0.97, 1.04),
        brow=rng.uniform(0.6, 0.85) if female else rng.uniform(0.9, 1.3),
        nose_width=rng.uniform(0.88, 1.2) * (1.1 if dark else 1.0),
        nose_length=rng.uniform(0.95, 1.05),
        lip_upper=rng.uniform(0.85, 1.2) * (1.1 if female or dark else 0.95),
        lip_lower=rng.uniform(0.85, 1.2) * (1.1 if female or dark else 0.95),
        mouth_width=rng.uniform(0.92, 1.08),
        smile=rng.uniform(0.025, 0.075),
        lip_red=rng.uniform(0.4, 1.0) if female else rng.uniform(0.0, 0.35),
        earrings=female and rng.random() < 0.4,
        light=(side * rng.uniform(0.15, 0.7), rng.uniform(-0.8, -0.35), rng.uniform(0.8, 1.1)),
        light_level=rng.uniform(0.92, 1.08),
        light_warmth=rng.uniform(-0.01, 0.05),
        articulation={
            'open': rng.uniform(0.95, 1.25),
            'spread': rng.uniform(0.8, 1.2),
            'round': rng.uniform(0.85, 1.15),
            'lag': rng.uniform(0.0, 0.02),
        },
        sway=rng.uniform(0.6, 1.3),
        turn=rng.uniform(-0.16, 0.16),
        tilt=rng.uniform(-0.06, 0.08),
    )
