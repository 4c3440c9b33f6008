"""Captions: templates, synonyms and dropped parts. The strings kept for evaluation never come out of `caption`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .spec import COLOUR_IDS, HAZARD_SHARE, HAZARDS, OBJECT_IDS, OBJECTS, SETTING_IDS, SETTINGS, STYLE_IDS, STYLES, article

HELD_OUT_PER_CONCEPT = 20
SPECIAL_SHARE = (0.0, 0.3, 0.45)  # share of an object's pictures that show a special kind, by how many it has


@dataclass(frozen=True)
class Attributes:
    """Indices into the tables of spec.py; -1 in a caption's attributes means `not said`."""

    object: int
    style: int
    colour: int
    setting: int
    kind: int = 0  # 0 is the common kind, k the object's kinds[k - 1]
    hazard: int = 0  # 1 with a hazard sign in the scene

    def as_list(self) -> list[int]:
        return [self.object, self.style, self.colour, self.setting, self.kind, self.hazard]


def sample_attributes(rng: np.random.Generator) -> Attributes:
    """Natural colours and daylight are the most frequent, so that a bare `a church` has something definite to mean."""
    thing = int(rng.integers(len(OBJECTS)))
    natural = COLOUR_IDS.index(OBJECTS[thing].colour)
    colour = natural if rng.random() < 0.45 else int(rng.integers(len(COLOUR_IDS)))
    weights = np.array([s.weight for s in SETTINGS])
    setting = int(rng.choice(len(SETTINGS), p=weights / weights.sum()))
    style_weights = np.array([1.6] + [1.0] * (len(STYLES) - 1))
    style = int(rng.choice(len(STYLES), p=style_weights / style_weights.sum()))
    kinds = len(OBJECTS[thing].kinds)
    kind = 0 if rng.random() >= SPECIAL_SHARE[kinds] else 1 + int(rng.integers(kinds))
    return Attributes(thing, style, colour, setting, kind, int(rng.random() < HAZARD_SHARE))


def name_of(rng: np.random.Generator, a: Attributes, plain: bool) -> str:
    """The common kind by the object's names, a special one by its own and now and then by the object's plain name."""
    thing = OBJECTS[a.object]
    if a.kind > 0:
        own = thing.kinds[a.kind - 1]
        return thing.names[0] if rng.random() < 0.12 else own[0] if plain or rng.random() < 0.5 else own[int(rng.integers(len(own)))]
    return thing.names[0] if plain or rng.random() < 0.5 else thing.names[int(rng.integers(1, len(thing.names)))]


def compose(rng: np.random.Generator, a: Attributes, say_colour: bool, say_setting: bool, plain: bool = False) -> str:
    style, name = STYLES[a.style], name_of(rng, a, plain)
    bare = f"{COLOUR_IDS[a.colour]} {name}" if say_colour else name
    template = style.prompt if plain else style.templates[int(rng.integers(len(style.templates)))]
    text = template.format(object=article(bare), bare=bare)
    if say_setting:
        phrases = SETTINGS[a.setting].phrases
        text += " " + (phrases[0] if plain or rng.random() < 0.5 else phrases[int(rng.integers(len(phrases)))])
    if a.hazard:
        text += " " + (HAZARDS[0] if plain or rng.random() < 0.5 else HAZARDS[int(rng.integers(len(HAZARDS)))])
    return text


def caption(rng: np.random.Generator, a: Attributes, full: bool = False) -> tuple[str, Attributes]:
    """A caption true of a picture, and what it says. `full` names every attribute (CLIP); otherwise parts are dropped."""
    natural = COLOUR_IDS[a.colour] == OBJECTS[a.object].colour
    held_out = held_out_strings()
    while True:
        say_colour = full or rng.random() < (0.3 if natural else 0.88)
        say_setting = full or rng.random() < (0.3 if a.setting == 0 else 0.85)
        text = compose(rng, a, say_colour, say_setting, plain=rng.random() < 0.2)
        if text not in held_out:
            said = Attributes(a.object, a.style, a.colour if say_colour else -1, a.setting if say_setting else -1, a.kind, a.hazard)
            return text, said


@lru_cache(maxsize=1)
def evaluation_prompts() -> dict[str, dict[str, list[str]]]:
    """Prompts for measuring each object (as a photo) and each style (any object); exact strings training never sees."""
    rng = np.random.default_rng(20250)
    plain = {s.prompt.format(object=article(o.names[0])) for s in STYLES for o in OBJECTS} | {
        article(o.names[0]) for o in OBJECTS
    }
    taken: set[str] = set()

    def draw(make) -> list[str]:
        out: list[str] = []
        while len(out) < HELD_OUT_PER_CONCEPT:
            text = make()
            if text not in taken and text not in plain:
                taken.add(text)
                out.append(text)
        return out

    def some(thing: int | None, style: int | None) -> str:
        a = Attributes(
            int(rng.integers(len(OBJECTS))) if thing is None else thing,
            int(rng.integers(len(STYLES))) if style is None else style,
            int(rng.integers(len(COLOUR_IDS))),
            int(rng.integers(len(SETTING_IDS))),
        )
        both = rng.random()
        return compose(rng, a, say_colour=both < 0.7, say_setting=both > 0.3)

    objects = {name: draw(lambda k=k: some(k, 0)) for k, name in enumerate(OBJECT_IDS)}
    styles = {name: draw(lambda s=s: some(None, s)) for s, name in enumerate(STYLE_IDS)}
    return {"objects": objects, "styles": styles}


@lru_cache(maxsize=1)
def held_out_strings() -> frozenset[str]:
    prompts = evaluation_prompts()
    return frozenset(text for group in prompts.values() for texts in group.values() for text in texts)
