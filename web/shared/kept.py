"""What of a family is kept inside sealed values: taken out wherever it is named."""

from typing import Any


def without(value: Any, family_id: int) -> Any:
    """Leave out every key, entry and pair that names the family: "12", "12-7", [12, 7, 0.8].

    A dictionary in a list is left out if its "families" name it, as text.
    """
    key = str(family_id)
    if isinstance(value, dict):
        return {k: without(v, family_id) for k, v in value.items() if key not in k.split("-")}
    if isinstance(value, list):
        return [without(one, family_id) for one in value if not _is_about(one, family_id)]
    return value


def _is_about(entry: Any, family_id: int) -> bool:
    if isinstance(entry, dict):  # a remark or a broken rule about some families
        return str(family_id) in entry.get("families", ())
    if isinstance(entry, list):
        return family_id in entry[:2]
    return bool(entry == str(family_id))
