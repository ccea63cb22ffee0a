"""The coordinator's round from a file, for the command line: no server and no database."""

import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from data.exchange import BadTable, ReadResult, read_families, write_rows
from matcher.errors import MatcherError
from web.mentoring import reasons
from web.mentoring.blueprint import bp
from web.mentoring.pool import IS_A_MENTOR, WANTS_A_MENTOR
from web.mentoring.proposal import FLOOR, GOALS
from web.shared.console import SpokenCommand, speaking

if TYPE_CHECKING:
    from matcher.pairing import Pairing

COLUMNS = ("family_id", "mentor_id", "score", "reasons", "status", "why_not")
SUFFIXES = (".csv", ".xlsx")
LINES_SHOWN = 20
Record = dict[str, Any]


class Refused(click.ClickException):
    """What the command will not do, in a sentence; exit code 1, and nothing was written."""

    def __init__(self, sentence: str) -> None:
        # Put into words here: when it is shown, nobody speaks the terminal's language any more.
        super().__init__("\n".join((sentence, _("Nothing was written."))))

    def show(self, file: IO[Any] | None = None) -> None:
        """Say it as it is, without a prefix in another language."""
        click.echo(self.format_message(), file=file, err=True)


@bp.cli.command(
    "propose",
    cls=SpokenCommand,
    help=_l(
        "Propose a mentor family for each family that asks for one.\n\n"
        "Reads a table of families, .csv or .xlsx, and writes one row for every family that would "
        "like a mentor: which one, how well they fit and why, or why there is none and what would "
        "change it. Needs no server and no database, and tells nobody."
    ),
)
@click.option("--families", "source", required=True, help=_l("The table of families to read"))
@click.option("--out", "target", required=True, help=_l("The file to write, .csv or .xlsx"))
@click.option(
    "--goal",
    type=click.Choice(GOALS),
    default=GOALS[0],
    show_default=True,
    help=_l("What matters most"),
)
@click.option(
    "--min-years",
    type=click.IntRange(0, 40),
    default=5,
    show_default=True,
    help=_l("Years as a foster family that a mentor must have"),
)
@click.option(
    "--language", type=click.Choice(reasons.LANGUAGES), help=_l("The language of the reasons")
)
def propose(source: str, target: str, goal: str, min_years: int, language: str | None) -> None:
    """Read, pair, write, and say what was done."""
    with speaking(language) as locale:
        _check_target(target)
        found = _read(source)
        families, mentors = _with_role(found, WANTS_A_MENTOR), _with_role(found, IS_A_MENTOR)
        rules = {"min_years": min_years}
        pairing = _pair(families, mentors, goal=goal, rules=rules)
        rows = list(_rows(pairing, families, mentors, rules=rules, locale=locale))
        _write_whole(target, rows)
        _tell(found, families, mentors, pairing, target=target, locale=locale)


def _check_target(target: str) -> None:
    path = Path(target)
    if path.suffix.lower() not in SUFFIXES:
        raise Refused(
            _("The file to write must end in .csv or .xlsx, not %(name)s.", name=path.name)
        )
    if not path.parent.is_dir():
        raise Refused(_("There is no folder %(name)s.", name=str(path.parent)))
    if path.is_dir():
        raise Refused(_("%(name)s is a folder.", name=target))


def _read(source: str) -> ReadResult:
    try:
        found = read_families(Path(source))
    except BadTable as refusal:
        raise Refused(str(refusal)) from None
    except FileNotFoundError:
        raise Refused(_("There is no file %(name)s.", name=source)) from None
    except OSError as failure:
        raise Refused(
            _("%(name)s cannot be read: %(why)s.", name=source, why=failure.strerror or "")
        ) from None
    for problem in found.problems[:LINES_SHOWN]:
        click.echo(_line(problem), err=True)
    if len(found.problems) > LINES_SHOWN:
        more = len(found.problems) - LINES_SHOWN
        click.echo(ngettext("and %(num)s thing more", "and %(num)s things more", more), err=True)
    if found.blocking:
        raise Refused(
            ngettext(
                "%(num)s thing in the table must be put right first.",
                "%(num)s things in the table must be put right first.",
                len(found.blocking),
            )
        )
    if not found.records:
        raise Refused(_("There are no families in the table."))
    return found


def _line(problem: Any) -> str:
    where = _("Row %(row)s, %(column)s", row=problem.row or 1, column=problem.column or "-")
    return f"{where}: {problem.what} {problem.remedy}"


def _with_role(found: ReadResult, role: str) -> list[Record]:
    return [record for record in found.records if role in record.get("participation", ())]


def _pair(
    families: list[Record], mentors: list[Record], *, goal: str, rules: dict[str, int]
) -> "Pairing":
    from matcher.pairing import pair

    chosen = next(known for known in GOALS if known == goal)
    try:
        return pair(
            families,
            mentors,
            goal=chosen,
            rules=rules,
            floor=FLOOR if chosen == "best_fit" else None,
        )
    except MatcherError as error:
        raise Refused(str(error)) from None


def _rows(
    pairing: "Pairing",
    families: Sequence[Record],
    mentors: Sequence[Record],
    *,
    rules: dict[str, int],
    locale: str,
) -> Iterable[list[Any]]:
    for row, family in enumerate(families):
        column = int(pairing.mentor_of[row])
        if column < 0:
            why = pairing.why_not[family["id"]]
            words = f"{why.words(locale)} {why.remedy(locale)}"
            yield [family["id"], "", None, "", "unmatched", words]
        else:
            words = reasons.for_staff(family, mentors[column], rules=rules)[locale]
            said = "; ".join([*words["reasons"], *words["questions"]])
            score = round(float(pairing.scores[row]), 6)
            yield [family["id"], mentors[column]["id"], score, said, "proposed", ""]


def _write_whole(target: str, rows: Iterable[Sequence[Any]]) -> None:
    """Write beside the target and put it in place at the end: never half a file."""
    path = Path(target)
    try:
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix.lower())
        os.close(handle)
        try:
            write_rows(beside, COLUMNS, rows)
            Path(beside).replace(path)
        finally:
            Path(beside).unlink(missing_ok=True)
    except OSError as failure:
        raise Refused(
            _("%(name)s cannot be written: %(why)s.", name=target, why=failure.strerror or "")
        ) from None


def _tell(
    found: ReadResult,
    families: list[Record],
    mentors: list[Record],
    pairing: "Pairing",
    *,
    target: str,
    locale: str,
) -> None:
    click.echo(
        _(
            "Read %(all)s families: %(asking)s would like a mentor family, "
            "%(mentors)s would be one.",
            all=len(found.records),
            asking=len(families),
            mentors=len(mentors),
        )
    )
    click.echo(
        ngettext(
            "%(num)s family got a proposal, %(without)s did not.",
            "%(num)s families got a proposal, %(without)s did not.",
            pairing.matched,
            without=len(families) - pairing.matched,
        )
    )
    if pairing.matched:
        percent = int(100 * pairing.total / pairing.matched + 0.5)
        click.echo(_("On average the pairs fit %(percent)s of 100.", percent=percent))
    _tell_why_not(pairing, locale=locale)
    click.echo(_("Written to %(name)s. Nobody has been told.", name=target))


def _tell_why_not(pairing: "Pairing", *, locale: str) -> None:
    together: Counter[str] = Counter()
    ids: dict[str, list[str]] = {}
    for family_id, why in pairing.why_not.items():
        words = f"{why.words(locale)} {why.remedy(locale)}"
        together[words] += 1
        ids.setdefault(words, []).append(family_id)
    for words, count in together.most_common(LINES_SHOWN):
        named = ", ".join(ids[words][:LINES_SHOWN])
        click.echo(f"  {count}  {words} ({named})")
