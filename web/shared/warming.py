"""Load the numeric libraries soon after the start, so that no family waits for them.

scikit-learn takes seconds to import. `make run` must be up before that, and the first page about
mentors must not be the one that pays, with every conversation in the process waiting.

What is loaded then stays for good. Looking through all of it for garbage took 100 ms, every tenth
page, and in those everybody waited: it is set aside, and only what came since is looked through.
"""

import gc
import importlib

import structlog

_AFTER_SECONDS = 2.0
_HEAVY = ("matcher.similarity", "matcher.compatibility", "matcher.pairing", "matcher.grouping")
log = structlog.get_logger()


def warm_later() -> None:
    """Import what is heavy in a native thread of the gevent hub, once the server answers."""
    import gevent

    gevent.spawn_later(_AFTER_SECONDS, _warm)


def _warm() -> None:
    import gevent

    gevent.get_hub().threadpool.apply(warm)
    log.info("warmed")


def warm() -> None:
    """Import what is heavy, and let the search for garbage leave alone what is loaded now."""
    for module in _HEAVY:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
