"""Addresses a page is asked to go on to: only ever our own."""


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
