"""Who could support whom: pure functions of values."""

from importlib import import_module
from typing import TYPE_CHECKING

from matcher.errors import MatcherError
from matcher.schema import SCHEMA

if TYPE_CHECKING:
    from matcher.compatibility import explain, score_pairs
    from matcher.grouping import Grouping, form_groups, partition
    from matcher.pairing import Pairing, pair
    from matcher.profiles import Profiles
    from matcher.verify import check_pairing

__all__ = [
    "SCHEMA",
    "Grouping",
    "MatcherError",
    "Pairing",
    "Profiles",
    "check_pairing",
    "explain",
    "form_groups",
    "pair",
    "partition",
    "score_pairs",
]

# Imported when first asked for: most pages need the schema and never numpy or scikit-learn.
_HOME = {
    "Profiles": "profiles",
    "Pairing": "pairing",
    "pair": "pairing",
    "explain": "compatibility",
    "Grouping": "grouping",
    "form_groups": "grouping",
    "partition": "grouping",
    "score_pairs": "compatibility",
    "check_pairing": "verify",
}


def __getattr__(name: str) -> object:
    """Bring a public name from the module that it lives in."""
    if name not in _HOME:
        raise AttributeError(f"module 'matcher' has no attribute {name!r}")
    return getattr(import_module(f"matcher.{_HOME[name]}"), name)
