"""Writes talk and people into a folder, from which training takes them (pool.Supply). One worker, which ends with its parent:

    /usr/bin/python3 models/embedded/worker.py FOLDER PART PARTS
"""

import ctypes
import os
import signal
import sys
import time

import numpy as np

import data

sys.path.insert(0, os.path.join(data.HERE, 'party'))
import portrait  # noqa: E402
import speech  # noqa: E402

PEOPLE = 2600
BLOCKS = 4600  # of talk, two minutes each
HELD_PEOPLE, HELD_BLOCKS = 40, 14


def save(folder, name, arrays):
    path = os.path.join(folder, name)
    with open(path + '.part', 'wb') as file:
        np.savez(file, **arrays)
    os.replace(path + '.part', path)


def work(folder, part, parts):
    """Writes talk and people, as much as is wanted: number `part` of `parts` workers."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # ends with its parent
    os.nice(10)
    parent = os.getppid()
    number = data.numbers()

    def talk(name, seed):
        if not os.path.exists(os.path.join(folder, name + '.npz')):
            save(folder, name + '.npz', speech.block(seed, number.__getitem__))

    def people(name, seeds):
        if not os.path.exists(os.path.join(folder, name + '.npz')):
            records = [portrait.record(seed) for seed in seeds]
            save(folder, name + '.npz', {key: np.stack([r[key] for r in records]) for key in records[0]})

    for index in range(part, HELD_BLOCKS, parts):
        talk(f'held-talk-{index:06d}', f'held/{index}')
    for index in range(part, HELD_PEOPLE // 4, parts):
        people(f'held-people-{index:06d}', range(2_000_000 + 4 * index, 2_000_004 + 4 * index))
    index = part
    while os.getppid() == parent:
        if index >= BLOCKS // 2:
            time.sleep(1)
            continue
        if index < PEOPLE // 4:
            people(f'people-{index:06d}', range(1_000_000 + 4 * index, 1_000_004 + 4 * index))
        for k in range(2):
            talk(f'talk-{index:06d}-{k}', f'training/{index}/{k}')
        index += parts


if __name__ == '__main__':
    work(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
