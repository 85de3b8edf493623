"""Which entry of a knowledge base a visitor's question asks for. Pure Python and numpy, no Django."""

import chatbot.matching.blas  # noqa: F401 - before anything that imports numpy
from chatbot.matching.matcher import Entry, Match, Matcher

__all__ = ["Entry", "Match", "Matcher"]
