"""Where a led group could meet: for whoever leads or coordinates it, as long as it is led."""

from data.db import db
from data.matching import families_by_id
from data.models import Account, GroupDraft, NetworkGroup
from data.queries.groups import led_group_by_ref, members_of
from web.groups.draft_settings import DraftSettings, town_places
from web.groups.meeting_places import Places, places_of_group


def where_to_meet(ref: str, *, by: Account) -> tuple[NetworkGroup, Places]:
    """Return a led group and the places its draft knew, or the towns of its municipality."""
    group = led_group_by_ref(ref, by=by)
    draft = db.session.get(GroupDraft, group.draft_id) if group.draft_id else None
    settings = DraftSettings.from_json(draft.settings if draft else {})
    if not settings.places:
        settings = DraftSettings(places=tuple(town_places(by.municipality.code)))
    families = families_by_id(family.id for family in members_of(group))
    return group, places_of_group(group, families, settings)
