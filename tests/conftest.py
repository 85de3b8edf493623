"""Installations that tests share: one of each size per worker."""

import os

import pytest

from tests.house import full_house, small_house


@pytest.fixture(scope="session")
def _full(tmp_path_factory):
    name = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with full_house(tmp_path_factory.mktemp("houses") / "full", name) as house:
        yield house


@pytest.fixture(scope="session")
def _small(tmp_path_factory):
    with small_house(tmp_path_factory.mktemp("houses") / "small") as house:
        yield house


@pytest.fixture
def full(_full):
    """PostgreSQL and Redis, separate processes."""
    return _full


@pytest.fixture
def small(_small):
    """The embedded default."""
    return _small


@pytest.fixture(params=["full", "small"])
def house(request):
    """A test that asks for this runs on both sizes."""
    return request.getfixturevalue(request.param)
