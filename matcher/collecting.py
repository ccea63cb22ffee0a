"""Reading a whole country's families without searching them for garbage again and again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """Put off the search for cyclic garbage while many objects are made that all stay.

    Each search looks through everything there is; for some thousand families that takes as long as
    reading them. What is let go of is freed as always, only garbage in circles waits.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
