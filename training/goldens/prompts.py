"""About six hundred texts that tokenizers disagree about when one of them is wrong."""

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
# Where lowering and special tokens meet the rest: final sigmas, special tokens in capitals, letters that change their length when lowered,
# combining marks, joined emoji, blanks and control characters of all kinds, and very long words.
LOWERED = [
    "ΟΔΥΣΣΕΥΣ","ΣΑΣ","ΑΣ ΒΣ","Σ","ΣΣ","ΑΣ.","ΑΣΑ","ΑΣ'","ΑΣ's","ΑΣ\u0301","Α\u0301Σ","ΑΣ\u00ad","A Σ b","ΑΣ1","1Σ","ΑΣ-Β","AΣ","ΜΟΥΣΕΙΟ ΤΗΣ ΠΟΛΗΣ","ΟΣ\u200dΑ","ΟΣ:Α",
    "<|ENDOFTEXT|>","<|EndOfText|>","a <|ENDOFTEXT|> b","<|STARTOFTEXT|>","a<|startoftext|>b","<|endoftext|","<| endoftext |>","<|endoftext|><|endoftext|>","<|startoftext|>a church<|endoftext|>","x<|ENDOFTEXT|>y","<|endoftext|>x","  <|endoftext|>  ","<|Startoftext|> A","<|endoftext|>s","<|endoftext|>'s","a\u0301<|endoftext|>", "<|ENDOFTEXT|","＜|endoftext|＞","<|endo\u0066text|>","<|endoſtext|>","<|endoftext|>\u0301",
    "İ","İSTANBUL","ıI","ẞ","STRASSE ß","ﬀ ﬁ ﬂ ﬃ ﬄ ﬅ ﬆ","Ǆ ǅ ǆ","ŉ","ǰ","ΐ","K","Å","Ω","ſ","ÅNGSTRÖM","A\u030a","e\u0301\u0323","\u1e9b\u0323","각","가ㄱ","각","\u0344","\u0958","\ufb1d","\U0001d15e",
    "👩‍🚀","👩🏽‍🚀 in space","🏳️‍🌈","1️⃣","☎️","🧑‍🤝‍🧑",
    "\u00a0","a\u00a0b","\u3000","a\u3000b","\u2028","\u2029","a\u0085b","a\u001cb","a\x0bb","a\x0cb","\u180e","\u200b","a\ufeffb","a\u2060b","\x7f","\x1b[0m","a\x00b","\x01\x02",
    "</w>","a</w>","</w>a","church</w>","CHURCH</W>","</w></w>","< /w>",
    "x"*500,"ab"*400,"a"*1000, "церковь"*40,"教堂"*50,
    "0123456789","1,000.5","½","²³","٣٤٥","１２３","ⅷ","①","१२३","1st 2nd 3rd",
    "it's IT'S It'S","'s 't 're 've 'm 'll 'd","'S 'T 'RE 'VE 'M 'LL 'D","don’t","they'll've","'lls","''s","a's's","'ſ","x'ſ","l'oeil","'Ll","1's","!'s",
    "_","__a__","a_b","@#$%^&*","a.b.c","...","¡¿","、。","a、b","\t\t","\r\n","\n\n"," \u0301","\u0301","\u0301a","a\u0301b","a\u20dd","क्षि","ก็","עִבְרִית","ﷺ","ﷲ",
    "\U0001F1E9\U0001F1EA","\U000E0067","\ue000","\uffff","\ufffd","\U0010FFFF","a\u202eb","ﾊﾝｶｸ","ゔ","か\u3099","Ꭰ","ꭰ","Ა ა","Ⴀ","ʼn","ɐ","𐐀","𝐀𝐁","Ⓐ","ａＡ",
]
# Put together at random, because the faults lie where two of these touch.
PARTS = ["<|endoftext|>", "<|ENDOFTEXT|>", "<|startoftext|>", "<|StartOfText|>", "<|Endoftext|>", " ", "a", "church", "\u0301", "'s", ".", "\n",
         "\u00a0", "1", "Σ", "ΑΣ", "İ", "😀", "</w>"]
OBJECTS = ["church", "chapel", "sunflower", "lighthouse", "garbage truck", "bin lorry", "tench", "parachute", "sailing boat", "tree", "house", "car"]
STYLES = ["a photo of {}", "{} in the style of Van Gogh", "pixel art of {}", "a mosaic showing {}", "a pencil sketch of {}", "watercolour, {}"]
PLACES = ["", " in the snow", " at night", ", sunset", " by the sea", " in a field with a hazard sign"]


def prompts() -> list[str]:
    rng = random.Random(11)
    plain = [rng.choice(STYLES).format(("an " if o[0] in "aeiou" else "a ") + o) + rng.choice(PLACES) for o in OBJECTS for _ in range(8)]
    letters = "abcdefghijklmnopqrstuvwxyz"
    made_up = ["".join(rng.choices(letters, k=rng.randint(3, 12))) for _ in range(24)]
    touching = ["".join(rng.choices(PARTS, k=rng.randint(1, 6))) for _ in range(150)]
    return list(dict.fromkeys([*ODD, *plain, *made_up, *LOWERED, *touching]))
