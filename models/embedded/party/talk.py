"""What is said: dialogues from the grammar in grammar.json, and who speaks when.

    /usr/bin/python3 talk.py [SEED]     prints a minute of three conversations
    /usr/bin/python3 talk.py --words    prints the vocabulary
    /usr/bin/python3 talk.py --turns N  prints N things that are said, one a line, as often as they are said
"""

import itertools
import json
import os
import random
import re
import sys
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))
SLOT = re.compile(r'\{(\w+)\}')

with open(os.path.join(HERE, 'grammar.json')) as _file:
    GRAMMAR = json.load(_file)


def slots_of(topic):
    return {**GRAMMAR['slots'], **GRAMMAR['more'], **GRAMMAR['topics'][topic]['slots']}


def expand(template, slots, rng):
    """Fills the slots of a template, and those in what filled them."""
    while True:
        found = SLOT.search(template)
        if not found:
            break
        template = template[: found.start()] + rng.choice(slots[found[1]]) + template[found.end() :]
    return re.sub(r'\ba a\b', 'a', re.sub(r'\b(the|my|your|our|a) (a|the|my) ', r'\1 ', template))


def words_of(text):
    """Words as the labels have them: without commas."""
    return text.replace(',', ' ').split()


def vocabulary():
    """All words the grammar can say, sorted."""
    words = set()

    def walk(node):
        if isinstance(node, str):
            words.update(w for w in words_of(node) if '{' not in w and '[' not in w)
        else:
            for child in node.values() if isinstance(node, dict) else node:
                walk(child)

    for topic in GRAMMAR['topics'].values():
        for part in ('slots', 'ask', 'answer', 'say'):
            walk(topic[part])
    for part in ('slots', 'more', 'reactions', 'openers', 'backchannels', 'laughs'):
        walk(GRAMMAR[part])
    return sorted(words)


@dataclass
class Turn:
    """What one member of a conversation says without a pause that is worth a cue of its own."""

    member: int
    text: str
    kind: str  # 'ask', 'answer', 'say', 'react'


def dialogue(members, rng):
    """Endless turns of a conversation among `members` people."""
    topics = list(GRAMMAR['topics'])
    rng.shuffle(topics)
    last = rng.randrange(members)
    at = 0
    recent = []

    def pick(templates):
        fresh = [t for t in templates if t not in recent] or templates
        chosen = rng.choice(fresh)
        recent.append(chosen)
        del recent[:-14]
        return chosen

    while True:
        topic = topics[at % len(topics)]
        at += 1
        slots = slots_of(topic)
        part = GRAMMAR['topics'][topic]

        def other(than):
            return rng.choice([m for m in range(members) if m != than]) if members > 1 else 0

        first = True
        for _ in range(rng.randint(2, 4)):
            opener = rng.choice(GRAMMAR['openers']) + ', ' if first and rng.random() < 0.4 else ''
            first = False
            speaker = other(last)
            if rng.random() < 0.6:
                yield Turn(speaker, opener + expand(pick(part['ask']), slots, rng), 'ask')
                last = other(speaker)
                text = expand(pick(part['answer']), slots, rng)
                if rng.random() < 0.45:
                    text += ', ' + expand(pick(part['say']), slots, rng)
                yield Turn(last, text, 'answer')
            else:
                text = expand(pick(part['say']), slots, rng)
                if rng.random() < 0.4:
                    text += ', and ' + expand(pick(part['say']), slots, rng)
                yield Turn(speaker, opener + text, 'say')
                last = speaker
            if rng.random() < 0.55:
                speaker = other(last)
                yield Turn(speaker, expand(pick(GRAMMAR['reactions']), slots, rng), 'react')
                if rng.random() < 0.5:
                    last = speaker


def sentence(rng):
    """One thing that anybody could say, for training: the grammar's own mixture."""
    topic = rng.choice(list(GRAMMAR['topics']))
    slots = slots_of(topic)
    kind = rng.choices(['ask', 'answer', 'say', 'react', 'back'], [5, 5, 5, 2, 1])[0]
    if kind == 'react':
        return expand(rng.choice(GRAMMAR['reactions']), slots, rng)
    if kind == 'back':
        return rng.choice(GRAMMAR['backchannels'])
    return expand(rng.choice(GRAMMAR['topics'][topic][kind]), slots, rng)


@dataclass
class Cue:
    """Something said by `speaker` from `start` seconds on; `text` is what is spoken, `mark` goes before it into the labels."""

    speaker: int
    start: float
    length: float
    text: str
    mark: str = ''


def converse(speakers, seconds, say, rng):
    """Cues of one conversation, by time.

    speakers: their numbers; say(speaker, text) -> seconds it takes. Gaps between turns are short and now and then negative; listeners
    put in backchannels, and laugh.
    """
    cues = []
    free = {s: 0.0 for s in speakers}
    now = rng.uniform(0.3, 2.2)

    def put(speaker, start, text, mark=''):
        start = max(start, free[speaker] + 0.12)
        length = say(speaker, text)
        if start + length > seconds - 0.2:
            return None
        cues.append(Cue(speaker, start, length, text, mark))
        free[speaker] = start + length
        return cues[-1]

    failed = 0
    for turn in dialogue(len(speakers), rng):
        speaker = speakers[turn.member]
        cue = put(speaker, now, turn.text)
        if cue is None:
            failed += 1
            if failed > 3:
                break
            continue
        end = cue.start + cue.length
        others = [s for s in speakers if s != speaker]
        if others and cue.length > 1.6 and rng.random() < 0.3:
            listener = rng.choice(others)
            put(listener, cue.start + cue.length * rng.uniform(0.35, 0.85), rng.choice(GRAMMAR['backchannels']))
        if others and rng.random() < 0.08:
            put(rng.choice(others), end + rng.uniform(-0.1, 0.3), rng.choice(GRAMMAR['laughs']), rng.choice(GRAMMAR['marks']))
        now = end + (rng.uniform(-0.35, 0.0) if rng.random() < 0.12 and cue.length > 1.5 else min(2.2, rng.lognormvariate(-1.3, 0.7)))
    return sorted(cues, key=lambda c: c.start)


def seat(people, conversations, rng):
    """Who talks with whom: lists of speaker numbers, two to four each where the number of people allows."""
    order = list(range(people))
    rng.shuffle(order)
    groups = [[] for _ in range(max(1, min(conversations, people // 2)))]
    for index, person in enumerate(order):
        groups[index % len(groups)].append(person)
    return [sorted(group) for group in groups]


if __name__ == '__main__':
    if sys.argv[1:] == ['--words']:
        print('\n'.join(vocabulary()))
    elif sys.argv[1:2] == ['--turns']:
        chance = random.Random('turns')
        left = int(sys.argv[2])
        while left > 0:
            # As long as a conversation lasts, with backchannels as `converse` puts them in.
            for turn in itertools.islice(dialogue(3, chance), min(left, 40)):
                print(' '.join(words_of(turn.text)))
                if chance.random() < 0.2:
                    print(chance.choice(GRAMMAR['backchannels']))
            left -= 40
    else:
        chance = random.Random(f'talk/{(sys.argv[1:] or ["1"])[0]}')
        for number, group in enumerate(seat(6, 3, chance)):
            for cue in converse(group, 60, lambda _, text: 0.33 * len(words_of(text)), chance):
                print(f'{number} spk_{cue.speaker} {cue.start:6.2f} {cue.length:5.2f} {cue.mark} {cue.text}')
