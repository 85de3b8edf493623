"""Fixtures of every app's tests. The house stands empty at the start of each."""

import threading

import pytest
from django.db import connection

from tests import witness


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The lasting threads of the flow and the assigner hold connections; they must not keep the database alive."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def desk(transactional_db):
    """Real commits; whatever the flow and the assigner still have to do is done before the tables are emptied."""
    from chatbot.drafted import forget as forget_draft
    from chatbot.released import forget as forget_release
    from sessions_flow.models.settings import forget_settings

    forget_settings()
    forget_release()
    forget_draft()
    yield
    settle()
    forget_settings()
    forget_release()


@pytest.fixture
def unhashed_files(settings):
    """Nobody has collected the static files here."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def settle() -> None:
    """Waits until the background pools are idle."""
    from chatbot.background import long_pool as import_pool
    from chatbot.background import pool as bot_pool
    from routing.asking import pool as asking_pool
    from routing.bell import pool as assigner_pool
    from sessions_flow.flow.pouring import pool as stream_pool
    from sessions_flow.flow.runner import pool as flow_pool
    from workbench.boards.sweeping import pool as boards_pool

    for _ in range(2):  # a flow rings the assigner
        for pool in (bot_pool, import_pool, flow_pool, stream_pool, asking_pool, assigner_pool, boards_pool):
            workers = pool._max_workers
            barrier = threading.Barrier(workers + 1)
            for _ in range(workers):
                pool.submit(barrier.wait, 90)
            barrier.wait(90)


@pytest.fixture
def settled():
    return settle


def pytest_sessionfinish(session):
    """Whatever any test received is drawn by the published plugin, in the process that waited for all others. Not
    after a few tests by hand, without workers: it takes a while."""
    if not session.config.getoption("numprocesses", None) or not witness.can_check():
        return
    received = witness.everything()
    session.config.refused_payloads = witness.check(received) if received else ""
    if session.config.refused_payloads:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    if refused := getattr(config, "refused_payloads", ""):
        terminalreporter.section("refused by the published plugin", red=True)
        terminalreporter.write_line(refused)
