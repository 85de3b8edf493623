"""A text, measured by what a knowledge base knows."""

from dataclasses import dataclass

from chatbot.matching.coverage import WordSet
from chatbot.matching.text import Script
from chatbot.matching.tokens import Tokens, tokenise
from chatbot.matching.view import QueryVector, Terms


@dataclass(frozen=True, slots=True)
class Query:
    """A text, measured once for all the indexes that share a lexicon."""

    tokens: Tokens
    chars: QueryVector
    words: QueryVector
    canonical_chars: QueryVector
    canonical_words: QueryVector
    covered: WordSet


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The tokens of the four views and what they weigh."""

    script: Script
    chars: Terms
    words: Terms
    canonical_chars: Terms
    canonical_words: Terms

    def measure(self, text: str) -> Query:
        tokens = tokenise(text, self.script)
        return Query(
            tokens,
            self.chars.query(tokens.chars),
            self.words.query(tokens.words),
            self.canonical_chars.query(tokens.canonical_chars),
            self.canonical_words.query(tokens.canonical_words),
            WordSet.of(tokens.canonical_words, self.canonical_words),
        )
