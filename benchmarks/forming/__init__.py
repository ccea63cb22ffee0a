"""How good the forming of groups is: one table for each line of docs/forming.md, "Measured".

One thread, CPU seconds, compilation done before. Published instances are read from a folder and
never shipped: see `--data`.
"""

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from threadpoolctl import threadpool_limits

from benchmarks.forming.run import ROOT, Run, machine

# Table -> (module that prints it, whether it reads published instances).
TABLES = {
    "municipality": ("families", False),
    "large": ("families", False),
    "mdgplib": ("published", True),
    "small": ("small", True),
    "seating": ("seating", False),
    "tools": ("tools", True),
    "pools": ("many", False),
    "weights": ("published", True),
    "lawyers": ("lawyers", True),
    "reference": ("families", False),
}
NOT_BY_ITSELF = {"reference"}


def main(words: Sequence[str]) -> None:
    """Print the tables named, or all."""
    run = _read(words)
    print(machine(), flush=True)
    with threadpool_limits(1):
        for name in run.tables:
            module, published = TABLES[name]
            print(f"\n## forming: {name}\n", flush=True)
            if published and run.data is None:
                print(
                    "left out: it needs the published instances. Give their folder with "
                    "--data FOLDER (it holds mdgplib/, ccplib/ and matching/)."
                )
                continue
            table: Callable[[Run], None] = getattr(
                import_module(f"benchmarks.forming.{module}"), f"table_{name}"
            )
            table(run)


def _read(words: Sequence[str]) -> Run:
    parser = argparse.ArgumentParser(prog="python -m benchmarks forming", description=__doc__)
    parser.add_argument("table", nargs="*", help=", ".join(TABLES))
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", default="", help="instances whose name has this in it")
    parser.add_argument("--tenth", action="store_true", help="only a tenth of published limits")
    parser.add_argument("--pools", type=int, default=10_000, help="how many random pools")
    parser.add_argument("--first", type=int, default=0, help="the first pool's seed")
    parser.add_argument("--seconds", type=float, default=0.0, help="of a reference run")
    parser.add_argument(
        "--quick", action="store_true", help="one seed, short limits, few instances"
    )
    parser.add_argument("--again", action="store_true", help="do not use runs kept from before")
    given = parser.parse_args(list(words))
    unknown = set(given.table) - set(TABLES)
    if unknown:
        parser.error(
            f"there is no table {', '.join(sorted(unknown))}; there is {', '.join(TABLES)}"
        )
    if not given.data.is_dir():
        if given.data != parser.get_default("data"):
            parser.error(f"there is no folder {given.data}")
        given.data = None
    tables = given.table or [name for name in TABLES if name not in NOT_BY_ITSELF]
    return Run(
        tables=tuple(tables),
        data=given.data,
        seeds=1 if given.quick else given.seeds,
        only=given.only,
        pools=min(given.pools, 200) if given.quick else given.pools,
        first=given.first,
        seconds=given.seconds,
        quick=given.quick,
        tenth=given.tenth or given.quick,
        again=given.again,
    )
