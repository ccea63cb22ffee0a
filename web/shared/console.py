"""Commands that speak the language of the terminal they are typed in."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import ScriptInfo
from flask_babel import force_locale, gettext


def terminal_locale() -> str:
    """Return "en" for a terminal set to English, else "da"."""
    for name in ("MAKKERSKAB_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            if value.lower().startswith("en"):
                return "en"
            if value.lower().startswith("da"):
                return "da"
    return "da"


class SpokenCommand(click.Command):
    """A command whose help is translated when it is asked for, not when it is imported."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help in the language of the terminal."""
        with ctx.ensure_object(ScriptInfo).load_app().app_context(), speaking():
            self.help = gettext(self.help) if self.help else self.help
            for parameter in self.params:
                if isinstance(parameter, click.Option) and parameter.help:
                    parameter.help = gettext(parameter.help)
            super().format_help(ctx, formatter)


@contextmanager
def speaking(locale: str | None = None) -> Iterator[str]:
    """Speak the terminal's language inside the block."""
    chosen = locale or terminal_locale()
    with force_locale(chosen):
        yield chosen
