"""How many agents a load needs: Erlang C, and Erlang A where visitors leave after a while. Pure.

A server of the formulas is a place: an agent who serves `at_once` sessions is that many. The sums run relative to the
state "all places taken, nobody waits" and are scaled down on the way, so that thousands of agents neither overflow nor
lose digits.
"""

import math
from dataclasses import dataclass

HUGE = 1e200
SMALL = 1e-17
PANELS_PER_SERVICE = 8  # of Simpson's rule, for every service that ends within the target


@dataclass(frozen=True, slots=True)
class Load:
    """What comes in: hand-overs per hour, seconds of service each, and the mean patience (None: nobody leaves)."""

    calls_per_hour: float
    service_seconds: float
    patience_seconds: float | None = None
    at_once: int = 1  # sessions that one agent serves

    @property
    def erlangs(self) -> float:
        return self.calls_per_hour / 3600 * self.service_seconds


@dataclass(frozen=True, slots=True)
class Target:
    """`share` (0 to 1) of all who ask are to be served within `seconds`."""

    seconds: float = 20.0
    share: float = 0.8


@dataclass(frozen=True, slots=True)
class Prediction:
    """Shares from 0 to 1; the mean wait in seconds over all who ask, infinite when the queue only grows."""

    agents: int
    waiting: float
    mean_wait: float
    in_time: float
    occupancy: float
    abandoned: float


def erlang_b(places: int, erlangs: float) -> float:
    """The share that finds every place taken when nobody can wait."""
    blocked = 1.0
    for n in range(1, places + 1):
        blocked = erlangs * blocked / (n + erlangs * blocked)
    return blocked


def erlang_c(places: int, erlangs: float) -> float:
    """The share that has to wait when nobody leaves; 1 when the queue only grows."""
    if erlangs >= places:
        return 1.0
    blocked = erlang_b(places, erlangs)
    return places * blocked / (places - erlangs * (1 - blocked))


def predict(agents: int, load: Load, seconds: float) -> Prediction:
    """With that many agents; `in_time`: the share served within so many seconds."""
    if load.erlangs == 0:
        return Prediction(agents, 0.0, 0.0, 1.0, 0.0, 0.0)
    if agents < 1:
        return Prediction(agents, 1.0, load.patience_seconds or math.inf, 0.0, 1.0, float(bool(load.patience_seconds)))
    return _patient(agents, load, seconds) if load.patience_seconds is None else _impatient(agents, load, seconds)


def agents_needed(load: Load, target: Target) -> Prediction:
    """The fewest agents who reach the target, and what then is to be expected."""
    low, high = 0, max(1, math.ceil(load.erlangs / load.at_once))
    if load.erlangs == 0:
        return predict(0, load, target.seconds)
    while predict(high, load, target.seconds).in_time < target.share:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if predict(middle, load, target.seconds).in_time < target.share:
            low = middle
        else:
            high = middle
    return predict(high, load, target.seconds)


def _patient(agents: int, load: Load, seconds: float) -> Prediction:
    """Erlang C (M/M/n)."""
    places, erlangs = agents * load.at_once, load.erlangs
    if erlangs >= places:
        return Prediction(agents, 1.0, math.inf, 0.0, 1.0, 0.0)
    waiting = erlang_c(places, erlangs)
    mean = waiting * load.service_seconds / (places - erlangs)
    late = waiting * math.exp(-(places - erlangs) * seconds / load.service_seconds)
    return Prediction(agents, waiting, mean, 1 - late, erlangs / places, 0.0)


def _impatient(agents: int, load: Load, seconds: float) -> Prediction:
    """Erlang A (M/M/n+M): a birth and death process whose waiting people leave one by one."""
    places, erlangs, rate = agents * load.at_once, load.erlangs, load.calls_per_hour / 3600
    leaving = load.service_seconds / (load.patience_seconds or math.inf)  # per mean service time
    log_full, waiting, length = _states(places, erlangs, leaving)
    abandoned = min(1.0, length * leaving / erlangs)
    in_time = 1 - waiting + _served_by(seconds / load.service_seconds, places, erlangs, leaving, log_full)
    occupancy = min(1.0, erlangs * (1 - abandoned) / places)
    return Prediction(agents, waiting, length / rate, min(1.0, max(0.0, in_time)), occupancy, abandoned)


def _states(places: int, erlangs: float, leaving: float) -> tuple[float, float, float]:
    """(log of the probability of all places taken and nobody waiting, probability to find every place taken, mean
    number of people waiting)."""
    blocked = erlang_b(places, erlangs)
    below = 1 / blocked - 1 if blocked else math.inf  # states with a free place, relative to that one
    term = above = 1.0
    queued, n, log_full = 0.0, 0, 0.0
    while term > SMALL * (below + above) or erlangs > places + n * leaving:
        n += 1
        term *= erlangs / (places + n * leaving)
        above += term
        queued += n * term
        if queued > HUGE:
            below, term, above, queued = (each / HUGE for each in (below, term, above, queued))
            log_full -= math.log(HUGE)
    total = below + above
    return log_full - math.log(total), above / total, queued / total


def _served_by(until: float, places: int, erlangs: float, leaving: float, log_full: float) -> float:
    """The share that waits, stays, and is served until then (in mean service times), by Simpson's rule over the density
    of the offered wait (Zeltyn and Mandelbaum 2005)."""
    panels = 2 * math.ceil(max(400.0, PANELS_PER_SERVICE * places * until) / 2)
    if not until or log_full == -math.inf:
        return 0.0
    step = until / panels

    def density(at: float) -> float:
        stayed = -math.expm1(-leaving * at) / leaving
        return places * math.exp(log_full + erlangs * stayed - (places + leaving) * at)

    inner = sum((4 if n % 2 else 2) * density(n * step) for n in range(1, panels))
    return (density(0) + inner + density(until)) * step / 3
