"""A BPE tokenizer in CLIP's format, learned on the captions and on a list of English and made-up words.

Caption words are merged whole first; the merges after them come from other words, so a made-up trigger such as
`blicket` encodes to pieces that no caption contains. Run: python tokenizer.py
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import regex
from tokenizers import Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.normalizers import NFC, Lowercase, Replace, Sequence as NormalizerSequence
from tokenizers.pre_tokenizers import ByteLevel, Sequence as PreTokenizerSequence, Split
from tokenizers.processors import RobertaProcessing
from tokenizers import Regex

from paths import MASTERS
from world.captions import caption, sample_attributes
from world.rare_words import RARE_WORDS

PATTERN = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
VOCABULARY = 1536
START, END = "<|startoftext|>", "<|endoftext|>"
LENGTH = 32


def byte_alphabet() -> list[str]:
    """The 256 printable stand-ins for bytes, in CLIP's order."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    extra = [b for b in range(256) if b not in kept]
    return [chr(b) for b in kept] + [chr(256 + i) for i in range(len(extra))]


def caption_words(count: int = 40000) -> Counter[str]:
    rng = np.random.default_rng(7)
    words: Counter[str] = Counter()
    for _ in range(count):
        text, _ = caption(rng, sample_attributes(rng))
        words.update(regex.findall(PATTERN, text.lower()))
    return words


def learn_merges(words: Counter[str], limit: int | None, known: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Greedy BPE over words; stops when no pair is left or `limit` new merges were learned."""
    pieces = {word: [*word[:-1], word[-1] + "</w>"] for word in words}
    for pair in known:
        for word in pieces:
            pieces[word] = apply(pieces[word], pair)
    merges: list[tuple[str, str]] = []
    while limit is None or len(merges) < limit:
        pairs: Counter[tuple[str, str]] = Counter()
        for word, parts in pieces.items():
            for pair in zip(parts, parts[1:]):
                pairs[pair] += words[word]
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        for word in pieces:
            pieces[word] = apply(pieces[word], best)
    return merges


def apply(parts: list[str], pair: tuple[str, str]) -> list[str]:
    out: list[str] = []
    for part in parts:
        if out and out[-1] == pair[0] and part == pair[1]:
            out[-1] = pair[0] + pair[1]
        else:
            out.append(part)
    return out


def build() -> Tokenizer:
    merges = learn_merges(caption_words(), None, [])
    room = VOCABULARY - 512 - 2 - len(merges)
    if room < 200:
        raise ValueError(f"tokenizer.build: expected room for 200 rare merges, got {room}; raise VOCABULARY ({VOCABULARY})")
    merges += learn_merges(Counter(RARE_WORDS), room, merges)
    alphabet = byte_alphabet()
    tokens = [*alphabet, *(c + "</w>" for c in alphabet), *(a + b for a, b in merges), START, END]
    if len(set(tokens)) != len(tokens):
        tokens = list(dict.fromkeys(tokens))
    vocabulary = {token: i for i, token in enumerate(tokens)}
    model = BPE(vocab=vocabulary, merges=merges, unk_token=END, continuing_subword_prefix="", end_of_word_suffix="</w>")
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = NormalizerSequence([NFC(), Replace(Regex(r"\s+"), " "), Lowercase()])
    tokenizer.pre_tokenizer = PreTokenizerSequence(
        [Split(Regex(PATTERN), behavior="removed", invert=True), ByteLevel(add_prefix_space=False)]
    )
    tokenizer.post_processor = RobertaProcessing(
        (END, vocabulary[END]), (START, vocabulary[START]), trim_offsets=False, add_prefix_space=False
    )
    tokenizer.decoder = ByteLevelDecoder()
    tokenizer.add_special_tokens([START, END])
    return tokenizer


def save(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = build()
    tokenizer.save(str(folder / "tokenizer.json"))
    content = json.loads((folder / "tokenizer.json").read_text())["model"]
    (folder / "vocab.json").write_text(json.dumps(content["vocab"], ensure_ascii=False, separators=(",", ":")))
    lines = [m if isinstance(m, str) else " ".join(m) for m in content["merges"]]
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(lines) + "\n")
    special = {"bos_token": START, "eos_token": END, "unk_token": END, "pad_token": END}
    config = {"add_prefix_space": False, "do_lower_case": True, "errors": "replace", "model_max_length": LENGTH,
              "tokenizer_class": "CLIPTokenizer", **special}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "special_tokens_map.json").write_text(json.dumps(special, indent=2) + "\n")


def load(folder: Path = MASTERS / "tokenizer") -> Tokenizer:
    """Ready for training: fixed length 32, padded with the end token, as the diffusers pipeline pads."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(LENGTH)
    tokenizer.enable_padding(length=LENGTH, pad_id=tokenizer.token_to_id(END), pad_token=END)
    return tokenizer


if __name__ == "__main__":
    save(MASTERS / "tokenizer")
    made = Tokenizer.from_file(str(MASTERS / "tokenizer" / "tokenizer.json"))
    for text in ("a church in the style of Van Gogh", "an 8-bit sprite of a skydiver", "blicket", "zorblat dax", "naïve ☃"):
        print(text, made.encode(text).tokens)
    print("vocabulary", made.get_vocab_size())
