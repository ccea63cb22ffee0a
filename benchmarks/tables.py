"""Print results as Markdown, so that they can be kept as they are."""

from collections.abc import Iterable, Sequence


def show(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print one table."""
    print("| " + " | ".join(header) + " |")
    print("|" + "---|" * len(header))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |", flush=True)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
