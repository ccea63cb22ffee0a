"""Ten thousand pools of all kinds, a twentieth of a second each: is any hard rule ever broken?"""

from collections import Counter
from random import Random
from typing import Any

from benchmarks.forming.municipalities import Pool
from benchmarks.forming.run import Run, cpu, kept
from benchmarks.tables import show
from matcher.grouping import form_groups, prepare
from matcher.profiles import Profiles
from matcher.verify import check_grouping
from tests.matcher.pools import ON
from tests.matcher.reasons import untrue
from tests.matcher.rulebook import Rulebook

SECONDS = 0.05
SLICE = 250
SMALL = 10


def table_pools(run: Run) -> None:
    """Print how many pools broke a rule or were impossible, and what brute force says."""
    prepare()
    total: Counter[str] = Counter()
    for first in range(run.first, run.first + run.pools, SLICE):
        last = min(first + SLICE, run.first + run.pools)
        result = kept(run, "pools", f"{first} to {last}", lambda a=first, b=last: _slice(a, b))
        total.update(result["counts"])
        for line in result["lines"]:
            print(f"- {line}")
    rows = [
        [name, total[name]]
        for name in (
            "pools", "families who can be seated", "placed", "hard rules broken (verifier)",
            "hard rules broken (rulebook)", "pools in which some are left over",
            "families left over", "left over without a name and a true reason",
            "small pools, every grouping tried", "of them impossible to place all",
            "of them as many placed as can be", "fewer than can be", "proven by the engine",
        )
    ]  # fmt: skip
    print()
    show(["of random pools", "how many"], rows)
    print(f"\nmean {total['milliseconds'] / max(1, total['pools']):.0f} ms a pool, all included")


def _slice(first: int, last: int) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    lines: list[str] = []
    for seed in range(first, last):
        took, found = cpu(lambda s=seed: _one(s, counts))
        counts["milliseconds"] += round(1000 * took)
        lines += [f"seed {seed}: {text}" for text in found]
    return {"counts": dict(counts), "lines": lines}


def _one(seed: int, counts: Counter[str]) -> list[str]:
    dice = Random(seed)
    small = seed % 2 == 1
    n = dice.choice([5, 7, 8, 9, SMALL]) if small else dice.choice([12, 16, 24, 40, 60])
    records = Pool("any", n, seed).records
    keys = [record["id"] for record in records]
    settings: dict[str, Any] = {
        "together": [tuple(dice.sample(keys, 2)) for _ in range(dice.choice([0, 0, 0, 1, 2]))],
        "apart": [tuple(dice.sample(keys, 2)) for _ in range(dice.choice([0, 0, 2]))],
    }
    sizes = [(2, 3), (3, 4), (3, 5)] if small else [(5, 8), (3, 4), (4, 6)]
    settings["min_size"], settings["max_size"] = dice.choice(sizes)
    grouping = form_groups(
        Profiles.from_records(records), **settings, seconds=SECONDS, random_state=seed, on=ON
    )
    book = Rulebook(records, on=ON, **settings)
    broken = check_grouping(records, grouping, **settings, on=ON)
    also = [str(fault) for group in grouping.groups for fault in book.faults(group.members)]
    wrong = untrue(book, grouping)
    placed = int((grouping.labels >= 0).sum())
    counts["pools"] += 1
    counts["families who can be seated"] += len(book.able)
    counts["placed"] += placed
    counts["hard rules broken (verifier)"] += len(broken)
    counts["hard rules broken (rulebook)"] += len(also)
    counts["pools in which some are left over"] += placed < len(book.able)
    counts["families left over"] += len(book.able) - placed
    counts["left over without a name and a true reason"] += len(wrong)
    counts["proven by the engine"] += bool(grouping.proven)
    found = broken + also + wrong
    if n <= SMALL:
        most = book.most_placed()
        counts["small pools, every grouping tried"] += 1
        counts["of them impossible to place all"] += most < len(book.able)
        counts["of them as many placed as can be"] += placed == most
        counts["fewer than can be"] += placed < most
        if placed != most:
            found.append(f"{placed} placed, {most} can be")
    return found
