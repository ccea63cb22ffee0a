"""Commands that read a table of families and write a table of results: whole, or not at all."""

import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any

import click
from flask_babel import gettext as _
from flask_babel import ngettext

from data.exchange import BadTable, ReadResult, read_families, write_rows

LINES_SHOWN = 20
_SUFFIXES = (".csv", ".xlsx")


class Refused(click.ClickException):
    """What the command will not do, in a sentence; exit code 1, and nothing was written."""

    def __init__(self, sentence: str) -> None:
        # Put into words here: when it is shown, nobody speaks the terminal's language any more.
        super().__init__("\n".join((sentence, _("Nothing was written."))))

    def show(self, file: IO[Any] | None = None) -> None:
        """Say it as it is, without a prefix in another language."""
        click.echo(self.format_message(), file=file, err=True)


def check_target(target: str) -> None:
    """Refuse, before any work is done, a file that could not be written."""
    path = Path(target)
    if path.suffix.lower() not in _SUFFIXES:
        raise Refused(
            _("The file to write must end in .csv or .xlsx, not %(name)s.", name=path.name)
        )
    if not path.parent.is_dir():
        raise Refused(_("There is no folder %(name)s.", name=str(path.parent)))
    if path.is_dir():
        raise Refused(_("%(name)s is a folder.", name=target))


def read_table(source: str) -> ReadResult:
    """Read the families, say what is wrong row by row, refuse what must be put right first."""
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
    _say_problems(found)
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


def write_whole(target: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write beside the target and put it in place at the end: never half a file."""
    path = Path(target)
    try:
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix.lower())
        os.close(handle)
        try:
            write_rows(beside, header, rows)
            Path(beside).replace(path)
        finally:
            Path(beside).unlink(missing_ok=True)
    except OSError as failure:
        raise Refused(
            _("%(name)s cannot be written: %(why)s.", name=target, why=failure.strerror or "")
        ) from None


def _say_problems(found: ReadResult) -> None:
    for problem in found.problems[:LINES_SHOWN]:
        where = _("Row %(row)s, %(column)s", row=problem.row or 1, column=problem.column or "-")
        click.echo(f"{where}: {problem.what} {problem.remedy}", err=True)
    if len(found.problems) > LINES_SHOWN:
        more = len(found.problems) - LINES_SHOWN
        click.echo(ngettext("and %(num)s thing more", "and %(num)s things more", more), err=True)
