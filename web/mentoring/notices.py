"""Mails to families and staff: that something waits, and where. Never what anyone wrote."""

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from data.models import Account, Family, Mentorship, RoleName
from data.queries.groups import people_with_role
from web.shared.mail import queue_mail

_SUBJECTS = {
    "mentor_asked": _l("A family asks whether you will be their mentor"),
    "mentor_reminder": _l("A family is waiting for your answer"),
    "mentor_request_closed": _l("You have new suggestions for a mentor family"),
    "mentor_proposed": _l("Your coordinator has a suggestion for a mentor family"),
    "mentorship_awaits": _l("Both of you have said yes"),
    "mentorship_started": _l("Your mentorship has begun"),
    "mentorship_refused": _l("Your mentorship did not come about this time"),
    "mentorship_ended": _l("Your mentorship has ended"),
    "mentorship_paused": _l("Your mentorship is taking a break"),
    "mentor_agreement": _l("What you agree on in your mentorship"),
    "mentor_first_contact": _l("Have you been in touch with each other?"),
    "mentor_checkin": _l("How is your mentorship?"),
    "mentorship_resumed": _l("Your mentorship goes on"),
    "mentor_thinks_again": _l("The family you asked is thinking again"),
    "mentor_near_its_end": _l("Shall your mentorship go on?"),
}
_TEXTS = {
    "mentor_asked": _l(
        "A family has asked whether you will be their mentor family. "
        "You decide for yourselves, and it is quite all right to say no thank you."
    ),
    "mentor_reminder": _l(
        "A family asked a few days ago whether you will be their mentor family. "
        "They would be glad of an answer, also if it is no thank you."
    ),
    "mentor_request_closed": _l(
        "The family you asked cannot just now. We have looked again and found who else could help."
    ),
    "mentor_proposed": _l(
        "Your coordinator has found a mentor family that may suit you. "
        "You choose whether to ask them."
    ),
    "mentorship_awaits": _l(
        "You would both like to. Your coordinator looks at it now, "
        "and then you get each other's names."
    ),
    "mentorship_started": _l(
        "You have both said yes. You can now see each other's names and write to each other."
    ),
    "mentorship_refused": _l(
        "Your coordinator could not approve the mentorship this time. "
        "Do call and hear why. You can ask another family."
    ),
    "mentorship_ended": _l(
        "The mentorship has ended. Nobody has to explain why. Thank you for the time together."
    ),
    "mentorship_paused": _l(
        "The mentorship is taking a break. Nobody has to explain why. It can begin again any day."
    ),
    "mentor_agreement": _l(
        "The other family has written or changed your agreement. Read it, and say yes "
        "or suggest something else."
    ),
    "mentor_first_contact": _l(
        "Your mentorship is a few days old. Write or call, and agree on when you talk. "
        "Have you already? Then say so on the page, and nobody asks again."
    ),
    "mentorship_resumed": _l(
        "The break is over, as you wrote. Say hello, and agree on when you talk. "
        "Do you need longer? Then take a break again."
    ),
    "mentor_thinks_again": _l(
        "The family you asked has taken its answer back and would like to think again. "
        "You need do nothing. Would you rather go on to another? Then take your question back."
    ),
    "mentor_near_its_end": _l(
        "The time you agreed on is soon over. Talk about it: go on, and write a new day in your "
        "agreement, or end it well. Nothing ends by itself."
    ),
    "mentor_checkin": _l(
        "Three questions, one minute. The answers are yours: nobody sees which family said what. "
        "You can ask for a call as well."
    ),
}
_TO_STAFF = {
    "mentor_call": (
        _l("A family would like a call about its mentorship"),
        _l("See who, and call when you have time. The other family has been told nothing."),
    ),
    "mentor_without_contact": (
        _l("A mentorship without a first contact"),
        _l(
            "A week has passed, and the two families have not said that they were in touch. "
            "Perhaps a call helps. We do not know who has waited for whom."
        ),
    ),
    "mentor_to_be": (
        _l("A family would like to be a mentor family"),
        _l(
            "A family whose mentorship has ended would like to be a mentor family itself. "
            "Do you vouch for it?"
        ),
    ),
}


def tell(family: Family, kind: str, path: str) -> None:
    """Queue a mail to every adult of a family, each in their own language."""
    for adult in family.carers:
        if not adult.active:
            continue
        with force_locale(adult.locale or "da"):
            link = f"{current_app.config['BASE_URL'].rstrip('/')}{path}"
            text = _("%(what)s\n\nSee it here: %(link)s\n", what=str(_TEXTS[kind]), link=link)
            queue_mail(to=adult.email, kind=kind, subject=str(_SUBJECTS[kind]), text=text)


def tell_both(mentorship: Mentorship, kind: str) -> None:
    """Tell both families of a mentorship the same."""
    for family in (mentorship.family, mentorship.mentor):
        tell(family, kind, f"/mentor/{mentorship.ref}")


def tell_coordinators(municipality_id: int, kind: str) -> None:
    """Tell the coordinators that something waits on the page of running mentorships."""
    for coordinator in people_with_role(municipality_id, RoleName.COORDINATOR):
        _tell_staff(coordinator, kind, "/staff/mentorships")


def tell_of_new_mentor(family: Family) -> None:
    """Tell the family's consultant, or the coordinators, that it would like to be a mentor."""
    told = [family.consultant] if family.consultant and family.consultant.active else []
    for one in told or people_with_role(family.municipality_id, RoleName.COORDINATOR):
        _tell_staff(one, "mentor_to_be", f"/staff/families/{family.ref}")


def _tell_staff(one: Account, kind: str, path: str) -> None:
    """Queue a mail in the language of who reads it, not of the family that is at work."""
    base_url = current_app.config["BASE_URL"].rstrip("/")
    subject, text = _TO_STAFF[kind]
    with force_locale(one.locale or "da"):
        queue_mail(
            to=one.email, kind=kind, subject=str(subject), text=f"{text}\n\n{base_url}{path}\n"
        )
