"""Vectors of texts from an OpenAI-compatible /embeddings endpoint, kept in the database: each text is sent once.

A release takes its vectors along when it is published. Where the service is missing, slow or broken, the bot finds
answers by words alone.
"""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from chatbot.indexes import digest_of, stored
from chatbot.matching import Entry, Matcher
from chatbot.matching.learned import learned_blend
from chatbot.matching.matcher import grouped_questions
from chatbot.matching.semantic import Meaning
from chatbot.matching.sparse import Floats
from chatbot.models import Embedding
from chatbot.remote import Endpoint, Unavailable, endpoint

logger = logging.getLogger(__name__)
BATCH = 64
BATCH_SECONDS, QUERY_SECONDS = 30.0, 1.0
QUERY_LARGEST = 2**20  # bytes of an answer about one text
MOST_DIMENSIONS = 8192


def embedder() -> Endpoint | None:
    """The endpoint that the operator has configured."""
    return endpoint("EMBEDDINGS")


def with_meaning(matcher: Matcher, entries: Sequence[Entry], *, fetch: bool) -> Matcher:
    """The matcher with the entries' vectors; as it is where some cannot be had. Only with `fetch` is the service
    asked for those that are missing."""
    source = embedder()
    if source is None or not entries:
        return matcher
    try:
        name = f"{digest_of(entries)}-{hashlib.sha256(source.model.encode()).hexdigest()[:12]}.space"
        return matcher.with_meaning(Meaning.from_parts(stored(name, lambda: _meaning(source, entries, fetch).parts())))
    except Unavailable as error:
        logger.warning("answers are found by words alone: %s", error)
        return matcher


@lru_cache(maxsize=2000)
def _asked(source: Endpoint, text: str) -> Floats:
    return _fetch(source, [text], QUERY_SECONDS, QUERY_LARGEST)[0]


def vector_of(text: str) -> Floats | None:
    """Of a visitor's text; None where it cannot be had in time."""
    source = embedder()
    try:
        return _asked(source, text[:400]) if source else None
    except Unavailable:
        return None


def _meaning(source: Endpoint, entries: Sequence[Entry], fetch: bool) -> Meaning:
    groups = grouped_questions(entries)
    vectors = _vectors(source, [text for group in groups.values() for texts in group for text in texts], fetch)
    return Meaning.of(groups, vectors, learned_blend(entries, vectors))


def _vectors(source: Endpoint, texts: Iterable[str], fetch: bool) -> dict[str, Floats]:
    """Raises Unavailable when one cannot be had."""
    keys = {text: _key(source, text) for text in texts}
    known = {row.key: row.as_array() for row in Embedding.objects.filter(key__in=set(keys.values()))}
    missing = [text for text, key in keys.items() if key not in known]
    if missing and not fetch:
        raise Unavailable(f"{len(missing)} questions have no vector")
    for start in range(0, len(missing), BATCH):
        part = missing[start : start + BATCH]
        found = _fetch(source, part, BATCH_SECONDS)
        rows = [Embedding.of(keys[text], vector) for text, vector in zip(part, found, strict=True)]
        Embedding.objects.bulk_create(rows, ignore_conflicts=True)
        known |= {row.key: row.as_array() for row in rows}
    if len({len(vector) for vector in known.values()}) > 1:
        raise Unavailable("vectors of different lengths")
    return {text: known[key] for text, key in keys.items()}


def _fetch(source: Endpoint, texts: Sequence[str], seconds: float, largest: int = 2**24) -> list[Floats]:
    body = {"model": source.model, "input": list(texts), "encoding_format": "float"}
    return _read(source.post("embeddings", body, seconds, largest), len(texts))


def _read(answer: Any, count: int) -> list[Floats]:
    """Unit vectors in the order of the texts. Raises Unavailable for whatever is wrong with the answer."""
    try:
        rows = sorted(answer["data"], key=lambda row: int(row["index"]))
        with np.errstate(over="ignore"):  # what is too large becomes infinite, and is refused below
            vectors = np.array([row["embedding"] for row in rows], np.float32)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise Unavailable("vectors of another format") from None
    if vectors.ndim != 2 or len(vectors) != count or not 1 < vectors.shape[1] <= MOST_DIMENSIONS:
        raise Unavailable("not one vector a text")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or (lengths < 1e-6).any():
        raise Unavailable("vectors without a length")
    return list(vectors / lengths)


def _key(source: Endpoint, text: str) -> str:
    return hashlib.sha256(f"{source.model}\0{text}".encode(errors="surrogatepass")).hexdigest()
