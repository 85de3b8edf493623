"""Which entry of a knowledge base a visitor's question asks for. Pure Python and numpy, no Django."""

from chatbot.matching.matcher import Entry, Match, Matcher

__all__ = ["Entry", "Match", "Matcher"]
