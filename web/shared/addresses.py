"""What an address asks for: a page to go on to, only ever our own, and a number in it."""

from flask import request

LARGEST = 2**31 - 1  # what a column holds; a larger number is nobody's


def own_path(wanted: str | None, default: str = "/") -> str:
    """Accept only a path of this site; to a browser two slashes of any kind mean another one."""
    if (
        wanted
        and wanted.startswith("/")
        and wanted[1:2] not in {"/", "\\"}
        and wanted.isprintable()
        and "\\" not in wanted
    ):
        return wanted
    return default


def asked_number(name: str, default: int) -> int:
    """Return a whole number from 1 on that the address names; anything else is the default."""
    asked = request.args.get(name, type=int)
    return asked if asked is not None and 1 <= asked <= LARGEST else default
