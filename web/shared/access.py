"""Every page says who it is for; a page that does not say is a fault that a test finds.

This is the outer door. The action asks again, because sockets, commands and jobs come in
by other doors.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from data.models import STAFF, Account, RoleName
from data.queries.access import require_role

P = ParamSpec("P")
R = TypeVar("R")
View = Callable[P, R]


def me() -> Account:
    """Return the signed-in person; only inside a view that is not public."""
    return cast(Account, current_user._get_current_object())


def public(view: View[P, R]) -> View[P, R]:
    """Open to anyone."""
    view.access = frozenset()  # type: ignore[attr-defined]  # read by the test that walks all routes
    return view


def for_roles(*names: RoleName) -> Callable[[View[P, R]], View[P, R | Response]]:
    """For signed-in people with one of these roles; to others the page does not exist."""

    def declare(view: View[P, R]) -> View[P, R | Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            if not current_user.is_authenticated:
                return to_sign_in()
            require_role(me(), *names)
            return view(*args, **kwargs)

        guarded.access = frozenset(names)  # type: ignore[attr-defined]
        return guarded

    return declare


def for_families(view: View[P, R]) -> View[P, R | Response]:
    """For the adults of a family."""
    return for_roles(RoleName.FAMILY)(view)


def for_staff(view: View[P, R]) -> View[P, R | Response]:
    """For anyone who works for a municipality or an institution."""
    return for_roles(*STAFF)(view)


def for_members(view: View[P, R]) -> View[P, R | Response]:
    """For anyone who is signed in."""
    return for_roles(*RoleName)(view)


def to_sign_in() -> Response:
    """Send someone to the sign-in form and, after it, back to where they were going."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    target = url_for("accounts.sign_in", next=wanted)
    if request.headers.get("HX-Request"):  # htmx follows a plain redirect inside the fragment
        return Response(status=204, headers={"HX-Redirect": target})
    return redirect(target)
