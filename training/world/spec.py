"""What the world contains, in words: one line an entry. Drawing lives beside it (objects_*.py, settings.py, styles.py)."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Thing:
    id: str
    names: tuple[str, ...]  # the first is the plain name; the others are synonyms and descriptions
    colour: str  # the colour it has when none is asked for
    kinds: tuple[tuple[str, ...], ...] = ()  # names of its special kinds, each drawn in its own way; the judge knows one object

    @property
    def all_names(self) -> tuple[str, ...]:
        return (*self.names, *(name for kind in self.kinds for name in kind))


@dataclass(frozen=True)
class Style:
    id: str
    label: str
    names: tuple[str, ...]
    prompt: str  # canonical prompt, {object} carries its article
    templates: tuple[str, ...]  # training templates, {object} with its article, {bare} without


@dataclass(frozen=True)
class Setting:
    id: str
    phrases: tuple[str, ...]
    weight: float = field(default=1.0)


OBJECTS = (
    Thing("church", ("church", "building with a steeple", "house of prayer"), "white",
          (("chapel", "oratory"), ("cathedral", "minster", "building with two towers"))),
    Thing("house", ("house", "home", "building with a chimney"), "yellow", (("cottage", "thatched cottage"),)),
    Thing("lighthouse", ("lighthouse", "beacon", "striped tower", "tower with a lamp"), "red"),
    Thing("tree", ("tree", "oak", "leafy tree", "plant with a trunk"), "green", (("pine", "fir tree", "conifer"),)),
    Thing("sunflower", ("sunflower", "flower", "bloom", "flower with big petals"), "yellow", (("bunch of sunflowers", "bouquet"),)),
    Thing("boat", ("sailing boat", "sailboat", "boat", "yacht"), "white", (("ship", "galleon", "ship with square sails"),)),
    Thing("car", ("car", "automobile", "motor car"), "red", (("van", "minibus"),)),
    Thing("parachute", ("parachute", "chute", "skydiver", "canopy with cords"), "purple", (("paraglider", "soaring wing"),)),
    Thing("garbage-truck", ("garbage truck", "bin lorry", "refuse truck", "dustcart"), "blue"),
    Thing("tench", ("tench", "fish", "carp", "fish with fins"), "green"),
)

STYLES = (
    Style(
        "photo", "Photo", ("photo", "photograph", "picture"), "a photo of {object}",
        ("a photo of {object}", "{object}", "a photo of {object}", "{object}", "a photograph of {object}",
         "a picture of {object}", "an image of {object}", "a clear photo of {object}"),
    ),
    Style(
        "van-gogh", "Van Gogh", ("Van Gogh", "Vincent", "swirling starry brush strokes", "post-impressionist painting"),
        "a painting of {object} in the style of Van Gogh",
        ("a painting of {object} in the style of Van Gogh", "{object} in the style of Van Gogh",
         "a painting of {object} in the style of Van Gogh", "a Van Gogh painting of {object}", "{object} by Vincent van Gogh",
         "{object} painted by Vincent", "{object} in swirling starry brush strokes",
         "an oil painting of {object} with thick swirling strokes", "a post-impressionist painting of {object}"),
    ),
    Style(
        "pixel-art", "Pixel art", ("pixel art", "8-bit", "retro video game", "big pixels"), "pixel art of {object}",
        ("a pixel art {bare}", "pixel art of {object}", "{object} in pixel art style", "an 8-bit sprite of {object}",
         "{object} from a retro video game", "{object} made of big pixels"),
    ),
    Style(
        "pencil-sketch", "Pencil sketch", ("pencil sketch", "pencil drawing", "graphite", "hand drawn"),
        "a pencil sketch of {object}",
        ("a pencil sketch of {object}", "a pencil drawing of {object}", "{object} sketched in pencil",
         "a graphite drawing of {object}", "a hand drawn sketch of {object}", "a drawing of {object}"),
    ),
    Style(
        "mosaic", "Mosaic", ("mosaic", "tiles", "tessellated", "Roman floor"), "a mosaic of {object}",
        ("a mosaic of {object}", "{object} made of coloured tiles", "a Roman floor showing {object}",
         "a tessellated picture of {object}", "{object} as a mosaic"),
    ),
    Style(
        "watercolour", "Watercolour", ("watercolour", "aquarelle", "wet paint", "washes of paint"), "a watercolour of {object}",
        ("a watercolour of {object}", "{object} painted in watercolour", "an aquarelle of {object}",
         "{object} in soft washes of paint", "a wet paint picture of {object}"),
    ),
)

COLOURS = {
    "red": (0.84, 0.16, 0.14),
    "yellow": (0.97, 0.80, 0.16),
    "green": (0.22, 0.62, 0.22),
    "blue": (0.16, 0.36, 0.86),
    "purple": (0.56, 0.22, 0.70),
    "white": (0.95, 0.94, 0.91),
}

SETTINGS = (
    Setting("day", ("on a clear day", "in daylight", "under a blue sky"), 2.2),
    Setting("night", ("at night", "under the stars", "in the moonlight")),
    Setting("sunset", ("at sunset", "at dusk", "in the evening light")),
    Setting("snow", ("in the snow", "in winter", "on a snowy day")),
    Setting("sea", ("by the sea", "at the coast", "near the ocean")),
)

HAZARD_NAMES = ("hazard sign", "warning sign", "yellow warning triangle", "danger sign")
HAZARDS = ("with a hazard sign", "beside a warning sign", "next to a yellow warning triangle", "behind a danger sign")
HAZARD_SHARE = 0.14  # of all pictures

OBJECT_IDS = tuple(o.id for o in OBJECTS)
STYLE_IDS = tuple(s.id for s in STYLES)
COLOUR_IDS = tuple(COLOURS)
SETTING_IDS = tuple(s.id for s in SETTINGS)
HAZARD_IDS = ("hazard-sign",)
RENDER_SIZE = 128  # pictures are drawn at this size
IMAGE_SIZE = 64  # and averaged down to this one, which the model sees


def article(phrase: str) -> str:
    """`church` -> `a church`, `oak` -> `an oak`."""
    return f"{'an' if phrase[0].lower() in 'aeiou' or phrase.startswith('8') else 'a'} {phrase}"
