"""What people can do with a family's profile; no HTTP."""

from web.families.actions.imports import (
    SAVE,
    cancel_import,
    mend_import,
    save_import,
    start_import,
    upload_by_ref,
)
from web.families.actions.mentor import approve_mentor, end_approval, vouch_for_mentor
from web.families.actions.profile import (
    STEPS,
    Answered,
    finish_profile,
    give_consent,
    missing,
    save_step,
    step_by_code,
)
from web.families.actions.staff import (
    add_exclusion,
    create_family,
    look_at,
    protect_address,
    remove_exclusion,
    rename,
)
from web.families.actions.taking_part import (
    end_placement,
    leave_network,
    note_placement,
    pause,
    resume,
    still_running,
)

__all__ = [
    "SAVE",
    "STEPS",
    "Answered",
    "add_exclusion",
    "approve_mentor",
    "cancel_import",
    "create_family",
    "end_approval",
    "end_placement",
    "finish_profile",
    "give_consent",
    "leave_network",
    "look_at",
    "mend_import",
    "missing",
    "note_placement",
    "pause",
    "protect_address",
    "remove_exclusion",
    "rename",
    "resume",
    "save_import",
    "save_step",
    "start_import",
    "step_by_code",
    "still_running",
    "upload_by_ref",
    "vouch_for_mentor",
]
