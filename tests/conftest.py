"""Installations that tests share: one of each size per worker."""

import pytest

from tests.house import full_house, house_of, small_house

BROKEN = "Content Security Policy"


@pytest.fixture(scope="session")
def _full(tmp_path_factory):
    with full_house(tmp_path_factory.mktemp("houses") / "full", "shared") as house:
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


@pytest.fixture(params=["full", "small"])
def fragile(request, tmp_path_factory):
    """A house of its own, that may be broken."""
    with house_of(request.param, tmp_path_factory.mktemp("fragile"), "fragile") as house:
        yield house


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {
        "executable_path": "/usr/bin/chromium",
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
    }


@pytest.fixture
def people(browser):
    """Opens pages of separate people; at the end nobody's page may have broken the CSP or thrown."""
    contexts, troubles = [], []

    def open_page(size, language, scheme="light", expects_csp=False):
        locale = "en-US" if language == "en" else "zh-CN"
        context = browser.new_context(viewport=size, locale=locale, color_scheme=scheme)
        context.set_default_timeout(15_000)
        contexts.append(context)
        context.on("page", lambda page: page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}")))
        if not expects_csp:
            context.on("console", lambda line: troubles.append(line.text) if BROKEN in line.text else None)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert not troubles
