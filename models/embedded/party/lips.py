"""The app's lip crop in NumPy, and landmarks known from the drawing instead of found in the picture.

Same steps as src/lib/perception/lips: landmarks smoothed over 13 frames, least-squares similarity of eight stable points to the mean face,
96 x 96 grey around the mouth. `drawn_landmarks` says where the app's landmark net sees the points of a drawn face: their places on the head, and how
far the mouth's points follow the drawn mouth, were fitted to what it found (check.py fit) and lie in align.json.
"""

import json
import os

import cv2
import numpy as np

from mouth import landmark_points

HERE = os.path.dirname(os.path.abspath(__file__))
SIZE = 96
FACE = 256
STABLE = [28, 33, 36, 39, 42, 45, 48, 54]
# The stable points and the mean of the mouth's twenty, on the mean face (MCoRec baseline, script/lip_crop.py).
STABLE_MEAN = np.array(
    [[128.4885, 106.9246], [128.8702, 137.3025], [92.5225, 94.3688], [112.7724, 94.9436], [145.5251, 94.535], [166.6771, 93.5656], [107.1676, 157.1961], [152.1928, 156.9871]]
)
POINTS = STABLE + ['mouth']  # what is needed of the 68: nine points
HALF_WINDOW = 6

# First guess of the nine points, head units; align.json corrects it.
NOMINAL = np.array([[0, 0.16], [0, 0.65], [-0.6, -0.03], [-0.26, -0.02], [0.26, -0.02], [0.6, -0.03]], np.float32)


def features_of(person, mouth):
    """What the mouth's points may depend on: [5]."""
    points = landmark_points(person, mouth)
    return np.array([1.0, points[6, 0] - 0.365, float(mouth[1]), float(mouth[0]), float(mouth[3])], np.float32)


def drawn_points(person, mouth):
    """The nine points before correction, on the face's front: [9, 2] head units."""
    mouth_points = landmark_points(person, mouth)
    ex = np.array([[1, 1], [1, 1], [person.eye_gap, 1], [person.eye_gap, 1], [person.eye_gap, 1], [person.eye_gap, 1]], np.float32)
    return np.concatenate([NOMINAL * ex, mouth_points[[0, 6]], mouth_points.mean(0, keepdims=True)]).astype(np.float32)


def read_alignment():
    with open(os.path.join(HERE, 'align.json')) as file:
        return np.array(json.load(file)['correction'], np.float32)


def drawn_landmarks(face, look, correction):
    """Where the landmark net sees the nine points of this frame: [9, 2] pixels."""
    points = drawn_points(face.person, look.mouth)
    if correction is not None:
        points = points + np.einsum('pcf,f->pc', correction, features_of(face.person, look.mouth))
    return face.project(points.astype(np.float32), look)


def smoothed(points):
    """Window mean of [t, 9, 2], each frame moved back to its own centre of gravity."""
    out = np.empty_like(points)
    count = len(points)
    for t in range(count):
        half = min(HALF_WINDOW, t, count - 1 - t)
        mean = points[t - half : t + half + 1].mean(0)
        out[t] = mean + (points[t] - mean).mean(0)
    return out


def similarity(source, target):
    """Least squares: [2, 3] matrix from `source` to `target`, both [n, 2]."""
    f, g = source - source.mean(0), target - target.mean(0)
    spread = (f * f).sum()
    a = (f * g).sum() / spread
    b = (f[:, 0] * g[:, 1] - f[:, 1] * g[:, 0]).sum() / spread
    linear = np.array([[a, -b], [b, a]])
    return np.column_stack([linear, target.mean(0) - linear @ source.mean(0)])


def crop_matrix(points):
    """From the picture's pixels to those of the 96 x 96 crop, for the nine (smoothed) points: [2, 3]."""
    matrix = similarity(points[:8], STABLE_MEAN)
    mouth = matrix[:, :2] @ points[8] + matrix[:, 2]
    corner = np.clip(np.rint(mouth - SIZE / 2), 0, FACE - SIZE)
    matrix[:, 2] -= corner
    return matrix


def crop(grey, matrix):
    """The lips of a grey picture: [96, 96] uint8."""
    return cv2.warpAffine(grey, matrix, (SIZE, SIZE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)


def window_of(matrix, size):
    """The part (left, top, width, height) of a `size` x `size` picture that the crop shows."""
    inverse = cv2.invertAffineTransform(matrix)
    corners = np.array([[0, 0], [SIZE, 0], [0, SIZE], [SIZE, SIZE]]) @ inverse[:, :2].T + inverse[:, 2]
    left, top = np.maximum(np.floor(corners.min(0)).astype(int) - 1, 0)
    right, bottom = np.minimum(np.ceil(corners.max(0)).astype(int) + 2, size)
    return int(left), int(top), int(max(8, right - left)), int(max(8, bottom - top))


def drawn_lips(face, track, background):
    """The app's lip crops of a drawn track: [t, 96, 96] uint8. Only the part of each picture that the crop shows is drawn."""
    correction = read_alignment()
    points = smoothed(np.array([drawn_landmarks(face, look, correction) for look in track]))
    out = np.empty((len(track), SIZE, SIZE), np.uint8)
    for t, look in enumerate(track):
        matrix = crop_matrix(points[t])
        left, top, width, height = window_of(matrix, face.size)
        grey = cv2.cvtColor(face.frame(look, background, (left, top, width, height), eyes=False), cv2.COLOR_RGB2GRAY)
        moved = matrix.copy()
        moved[:, 2] += matrix[:, :2] @ np.array([left, top])
        out[t] = crop(grey, moved)
    return out
