"""Database work of the event loop, in a pool of threads of our own.

`database_sync_to_async` shares one thread per process (four 0.4 s calls took 1.6 s).
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, InterfaceError, connection

P = ParamSpec("P")
T = TypeVar("T")
pool = ThreadPoolExecutor(8, thread_name_prefix="database")


def guarded(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs in a lasting thread: a connection that failed is thrown away, so that the next call gets a new one."""
    try:
        return function(*args, **kwargs)
    except (DatabaseError, InterfaceError):
        connection.close()
        raise


async def in_database(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    return await asyncio.get_running_loop().run_in_executor(pool, lambda: guarded(function, *args, **kwargs))
