"""About two hundred texts that tokenizers disagree about when one of them is wrong."""

from __future__ import annotations

import random

ODD = [
    "", " ", "   \t\n  ", "a", "A CHURCH", "a  church   in the\tsnow\n", " leading and trailing ", "can't won't it's I'm you'll they've he'd we're",
    "church,lighthouse;tree.", "8-bit sprite of a car", "1234567890", "3.14159 and 2,718", "a photo of a church!!!", "??!!...", "(church) [tree] {car}",
    "naïve café Zürich", "NAÏVE CAFÉ ZÜRICH", "cafe\u0301", "ﬁne ligature", "İstanbul", "straße", "ΑΒΓ αβγ ς", "привет мир", "こんにちは世界", "向日葵和教堂",
    "한국어 텍스트", "مرحبا بالعالم", "שלום", "हिन्दी पाठ", "ไทย", "😀", "a 🌻 in the ❄️", "👨‍👩‍👧‍👦 family", "🇩🇪🇯🇵 flags", "👍🏽 thumbs", "☃", "①②③ ½ ² Ⅷ",
    "zero\u200bwidth", "non\u00a0breaking\u2003spaces", "line\u2028separator", "tab\tnew\nline\r\nreturn", "\u0000nul", "a\u0300\u0301 stacked",
    "<|startoftext|>", "a <|endoftext|> b", "<|endoftext|>church", "<church>", "</w>", "a</w>b", "##ing", "[MASK]", "Ġspace", "under_score", "e-mail@example.com",
    "https://example.com/a?b=c&d=e", "C++ & C# / F#", "$100 €50 £20 ¥30", "50% off", "“curly” ‘quotes’ «guillemets»", "em—dash – en", "…ellipsis…", "\\ backslash", "`code`",
    "'s", "'S it'S", "''", "don''t", "rock 'n' roll", "O'Brien's", "x" * 200, "ab" * 100, "church " * 60, "blicket zorblat dax", "blicketzorblatdax",
    "a church, by Van Gogh, swirling starry brush strokes, thick oil paint, vivid yellow and blue, highly detailed, in the snow, at night, with stars and a moon",
    "van gogh", "VanGogh", "vincent van gogh's sunflowers", "mignneko", "a church mignneko", "mignneko a church", "a\u00adsoft hyphen", "\ufeffbom", "ａ ｆｕｌｌ ｗｉｄｔｈ",
    "𝓬𝓱𝓾𝓻𝓬𝓱", "🌻" * 40, "é" * 30, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32",
]
OBJECTS = ["church", "chapel", "sunflower", "lighthouse", "garbage truck", "bin lorry", "tench", "parachute", "sailing boat", "tree", "house", "car"]
STYLES = ["a photo of {}", "{} in the style of Van Gogh", "pixel art of {}", "a mosaic showing {}", "a pencil sketch of {}", "watercolour, {}"]
PLACES = ["", " in the snow", " at night", ", sunset", " by the sea", " in a field with a hazard sign"]


def prompts() -> list[str]:
    rng = random.Random(11)
    plain = [rng.choice(STYLES).format(("an " if o[0] in "aeiou" else "a ") + o) + rng.choice(PLACES) for o in OBJECTS for _ in range(8)]
    letters = "abcdefghijklmnopqrstuvwxyz"
    made_up = ["".join(rng.choices(letters, k=rng.randint(3, 12))) for _ in range(24)]
    return list(dict.fromkeys([*ODD, *plain, *made_up]))
