"""The worker process: solvers, imports, mail and what the clock asks for.

It runs beside the web process so that nobody waits for a solver while they write to each other.
"""

import contextlib
import os

from huey.consumer import Consumer

from config import Config
from web.app import create_app

_POLITE = 10  # the web process goes first when both want the processor


def main() -> None:
    """Work until asked to stop."""
    with contextlib.suppress(OSError):
        os.nice(_POLITE)
    # One thread per numeric library: the other core belongs to the conversation.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    app = create_app(Config.from_env())
    consumer = Consumer(
        app.extensions["huey"], workers=2, worker_type="thread", periodic=True, max_delay=1.0
    )
    consumer.run()


if __name__ == "__main__":
    main()
