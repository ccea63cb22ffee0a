"""`python -m matcher.set_up` compiles the kernels into their cache, so that nobody waits for it.

numba compiles each function when it is first called, some forty seconds in all, and keeps what it
made beside the source until that changes.
"""

import sys
import time


def compile_all() -> None:
    """Call every compiled function once, on as little as possible."""
    from matcher import compatibility
    from matcher.assigning import solving
    from matcher.grouping import descent, proving

    descent.ready()
    proving.ready()
    solving.ready()
    compatibility.ready()


def main() -> None:
    """Compile, and say how long it took if it took long."""
    started = time.monotonic()
    compile_all()
    if (took := time.monotonic() - started) > 5:
        sys.stdout.write(f"The search is compiled ({took:.0f} s, once).\n")


if __name__ == "__main__":
    main()
