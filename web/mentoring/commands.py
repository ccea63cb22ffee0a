"""The coordinator's round from a file, for the command line: no server and no database."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from data.exchange import ReadResult
from matcher.errors import MatcherError
from web.mentoring import reasons
from web.mentoring.blueprint import bp
from web.mentoring.pool import IS_A_MENTOR, WANTS_A_MENTOR
from web.mentoring.proposal import FLOOR, GOALS
from web.shared.console import SpokenCommand, speaking
from web.shared.filework import LINES_SHOWN, Refused, check_target, read_table, write_whole

if TYPE_CHECKING:
    from matcher.pairing import Pairing

COLUMNS = ("family_id", "mentor_id", "score", "reasons", "status", "why_not")
Record = dict[str, Any]


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
        check_target(target)
        found = read_table(source)
        families, mentors = _with_role(found, WANTS_A_MENTOR), _with_role(found, IS_A_MENTOR)
        rules = {"min_years": min_years}
        pairing = _pair(families, mentors, goal=goal, rules=rules)
        rows = list(_rows(pairing, families, mentors, rules=rules, locale=locale))
        write_whole(target, COLUMNS, rows)
        _tell(found, families, mentors, pairing, target=target, locale=locale)


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
