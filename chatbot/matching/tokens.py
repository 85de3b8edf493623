"""Tokens of a text in the four forms that the views count."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from threading import Lock

import rjieba
import snowballstemmer

from chatbot.matching.canonical import canonical
from chatbot.matching.text import Script, fold, normalise, script_of

_stemmer = snowballstemmer.stemmer("english")
_stemming = Lock()


@dataclass(frozen=True, slots=True)
class Tokens:
    """One text, normalised (`plain`), in canonical wording, and both cut into tokens."""

    plain: str
    canonical: str
    chars: list[str]
    words: list[str]
    canonical_chars: list[str]
    canonical_words: list[str]


def tokenise(text: str, script: Script) -> Tokens:
    """Tokens of a text for an index of this script; Han text is always cut the Chinese way."""
    return _tokenise_chinese(text) if "zh" in (script, script_of(text)) else _tokenise_english(text)


def _tokenise_chinese(text: str) -> Tokens:
    plain = normalise(text).replace(" ", "") or fold(text)
    usual = canonical(text, "zh") or plain
    return Tokens(plain, usual, _grams(plain), _words(plain), _grams(usual), _words(usual))


def _tokenise_english(text: str) -> Tokens:
    plain = normalise(text) or fold(text)
    usual = canonical(text, "en") or plain
    stems = _stems(plain)
    words = stems + _pairs(stems)
    return Tokens(plain, usual, _padded_grams(plain), words, _padded_grams(usual), _stems(usual))


def _grams(text: str) -> list[str]:
    """Every run of one to three characters."""
    return [text[i : i + size] for size in (1, 2, 3) for i in range(len(text) - size + 1)]


def _padded_grams(text: str) -> list[str]:
    """Runs of three to five characters that stay inside one word; its borders count as characters."""
    return [gram for word in text.split() for gram in _grams_of_word(f" {word} ")]


def _grams_of_word(word: str) -> Iterator[str]:
    return (word[i : i + size] for size in (3, 4, 5) for i in range(len(word) - size + 1))


def _words(text: str) -> list[str]:
    return [word for word in rjieba.cut(text) if word.strip()]


def _stems(text: str) -> list[str]:
    return [_stem(word) for word in text.split()]


def _pairs(words: list[str]) -> list[str]:
    return [f"{left}_{right}" for left, right in pairwise(words)]


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    with _stemming:  # the stemmer keeps the word in itself
        return str(_stemmer.stemWord(word))
