"""What each entry of the audit trail says in words; a house test finds events without any."""

from collections.abc import Callable

from data.i18n import _

_WORDS: dict[str, Callable[[], str]] = {
    "account_closed": lambda: _("closed an account"),
    "acute_table_changed": lambda: _("changed the acute line's table"),
    "address_protection_changed": lambda: _("changed the protection of the address"),
    "adult_left": lambda: _("ended an adult's access"),
    "calendar_renewed": lambda: _("made a new calendar address"),
    "calendar_stopped": lambda: _("stopped a calendar address"),
    "consent_given": lambda: _("noted a consent"),
    "consultant_assigned": lambda: _("chose the family's consultant"),
    "consultant_set": lambda: _("chose the family's consultant"),
    "draft_discarded": lambda: _("threw a draft of groups away"),
    "draft_sent_back": lambda: _("sent a draft of groups back"),
    "draft_started": lambda: _("began a draft of groups"),
    "draft_submitted": lambda: _("handed a draft of groups in"),
    "duties_handed_over": lambda: _("gave a colleague's groups and families to another"),
    "exclusion_added": lambda: _("noted that two families must not meet"),
    "exclusion_removed": lambda: _("took back that two families must not meet"),
    "facilitator_left_early": lambda: _("left a group before the planned meetings"),
    "facilitator_replaced": lambda: _("gave a group another facilitator"),
    "families_exported": lambda: _("downloaded a list of families"),
    "family_activated": lambda: _("made a family active"),
    "family_answers_changed": lambda: _("changed a family's answers"),
    "family_created": lambda: _("created a family"),
    "family_data_downloaded": lambda: _("downloaded everything about a family"),
    "family_erased": lambda: _("erased a family"),
    "family_left": lambda: _("noted that a family left"),
    "family_move_answered": lambda: _("answered about moving to another municipality"),
    "family_move_asked": lambda: _("suggested that a family moves to another municipality"),
    "family_move_stopped": lambda: _("stopped a family's move to another municipality"),
    "family_moved": lambda: _("moved a family to another municipality"),
    "family_paused": lambda: _("paused a family"),
    "family_resumed": lambda: _("resumed a family"),
    "family_viewed": lambda: _("looked at a family"),
    "group_ended": lambda: _("ended a group"),
    "group_guest_joined": lambda: _("came into a group as a guest"),
    "group_guest_left": lambda: _("left a group as its guest"),
    "group_handed_over": lambda: _("handed a group over to its families"),
    "group_invitation_answered": lambda: _("answered an invitation to a group"),
    "group_left": lambda: _("left a group"),
    "group_opened": lambda: _("opened a group"),
    "group_opened_by_hand": lambda: _("opened a group by hand"),
    "group_question_asked": lambda: _("suggested something to a group"),
    "group_rests": lambda: _("let a group rest"),
    "group_withdrawn": lambda: _("withdrew a group"),
    "group_woke": lambda: _("woke a group"),
    "groups_published": lambda: _("published groups"),
    "handover_proposed": lambda: _("suggested that a group runs itself"),
    "handover_talk_first": lambda: _("wanted to talk before the hand-over"),
    "import_saved": lambda: _("saved an imported list of families"),
    "import_started": lambda: _("read a list of families in"),
    "invitation_made": lambda: _("sent an invitation"),
    "invitation_revoked": lambda: _("took an invitation back"),
    "invitation_used": lambda: _("took an invitation"),
    "meeting_held": lambda: _("noted a meeting as held"),
    "mentor_approval_ended": lambda: _("ended an approval as mentor"),
    "mentor_approved": lambda: _("approved a mentor family"),
    "mentor_pair_allowed": lambda: _("allowed a pair again"),
    "mentor_pair_approved": lambda: _("approved a pair"),
    "mentor_pair_forbidden": lambda: _("ruled a pair out"),
    "mentor_round_closed": lambda: _("closed a round of mentors"),
    "mentor_round_started": lambda: _("started a round of mentors"),
    "mentor_round_viewed": lambda: _("looked at a round of mentors"),
    "mentor_vouched": lambda: _("vouched for a mentor family"),
    "mentorship_approved": lambda: _("approved a mentorship"),
    "mentorship_refused": lambda: _("said no to a mentorship"),
    "message_reported": lambda: _("reported a message"),
    "own_data_taken": lambda: _("downloaded their own data"),
    "password_set": lambda: _("set a password"),
    "placement_ended": lambda: _("noted that a placement ended"),
    "placement_noted": lambda: _("noted a new placement"),
    "pool_closed": lambda: _("closed a pool of families"),
    "pool_released": lambda: _("released a pool of families"),
    "pool_viewed": lambda: _("looked at a pool of families"),
    "report_decided": lambda: _("decided on a reported message"),
    "report_viewed": lambda: _("looked at a reported message"),
    "roles_changed": lambda: _("changed a colleague's roles"),
    "signed_in": lambda: _("signed in"),
    "training_exported": lambda: _("downloaded the families' hours of training"),
}


def event_words(event: str) -> str:
    """Return what an entry says; an event we no longer know shows its code."""
    words = _WORDS.get(event)
    return words() if words else event


def known_events() -> list[tuple[str, str]]:
    """Return every event and its words, in alphabetical order of the words."""
    return sorted(((event, words()) for event, words in _WORDS.items()), key=lambda pair: pair[1])
