"""How fast and how good `assign` and `pair` are: one table for each line of docs/matching.md.

Every run has a process of its own on one core, CPU seconds are counted, compilation is done
before, and peers have an environment of their own. The instances of `assign` are made by a program
that is read from a folder and never shipped: see `--instances`.
"""

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

# Table -> (module that prints it, what it reads that is not shipped). Imported when asked for,
# since the peers' environment, which runs `benchmarks.assigning.peer`, has little installed.
TABLES = {
    "peers": ("against", "instances"),
    "large": ("large", "instances"),
    "events": ("large", "instances"),
    "pair": ("pairs", ""),
    "practice": ("practice", ""),
    "advice": ("advice", "data"),
}
_SHARED = Path(__file__).parents[3] / "shared"


class Asked(NamedTuple):
    """What was asked for on the command line."""

    tables: tuple[str, ...] = tuple(TABLES)
    instances: Path | None = None
    data: Path | None = None
    environment: Path | None = None
    repetitions: int = 5
    core: int = 0
    only: str = ""


def main(words: Sequence[str]) -> None:
    """Print the tables named, or all."""
    from benchmarks.assigning.processes import load
    from benchmarks.forming.run import machine

    asked = _read(words)
    print(machine(), flush=True)
    for name in asked.tables:
        module, needed = TABLES[name]
        print(f"\n## assigning: {name} ({load()})\n", flush=True)
        if needed and getattr(asked, needed) is None:
            print(f"left out: it needs --{needed} FOLDER")
            continue
        table: Callable[[Asked], None] = getattr(
            import_module(f"benchmarks.assigning.{module}"), f"table_{name}"
        )
        table(asked)


def _read(words: Sequence[str]) -> Asked:
    parser = argparse.ArgumentParser(prog="python -m benchmarks assigning", description=__doc__)
    parser.add_argument("table", nargs="*", help=", ".join(TABLES))
    parser.add_argument(
        "--instances", type=Path, default=_SHARED / "prototypes" / "pairing",
        help="folder of common.py, which makes the instances of `assign`",
    )  # fmt: skip
    parser.add_argument("--data", type=Path, default=_SHARED / "data", help="holds matching/")
    parser.add_argument(
        "--environment", type=Path, help="of the peers; made under build/ if not given"
    )
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--core", type=int, default=0, help="the core that everything runs on")
    parser.add_argument("--only", default="", help="rows whose name has this in it")
    given = parser.parse_args(list(words))
    if unknown := set(given.table) - set(TABLES):
        parser.error(
            f"there is no table {', '.join(sorted(unknown))}; there is {', '.join(TABLES)}"
        )
    for name in ("instances", "data"):
        folder = getattr(given, name)
        if not folder.is_dir():
            if folder != parser.get_default(name):
                parser.error(f"there is no folder {folder}")
            setattr(given, name, None)
    return Asked(
        tables=tuple(given.table or TABLES),
        instances=given.instances,
        data=given.data,
        environment=given.environment,
        repetitions=given.repetitions,
        core=given.core,
        only=given.only,
    )
