"""The mails about groups: each says that something waits, and where; never what a family wrote."""

from collections.abc import Iterable

from data.i18n import _
from data.models import Account, Family, NetworkGroup, RoleName
from data.queries.groups import people_with_role
from web.shared.mail import mail_families, queue_mail


def invite(family: Family, group: NetworkGroup, *, base_url: str) -> None:
    """Ask a family whether it wants to join the group."""
    mail_families(
        [family],
        kind="group_invitation",
        subject=_("A network group for you"),
        sentences=[
            _("We have put together a group of foster families that we think will suit you."),
            _("See who leads it, when it meets and where, and answer yes or no thanks."),
        ],
        link=f"{base_url}/group/invitation",
    )


def tell_opened(families: Iterable[Family], *, base_url: str) -> None:
    """Tell the members that the group is open."""
    mail_families(
        families,
        kind="group_opened",
        subject=_("Your network group is open"),
        sentences=[_("You can now see the other families and write to them.")],
        link=f"{base_url}/group",
    )


def tell_cancelled(families: Iterable[Family], *, base_url: str) -> None:
    """Tell those who were asked that the group does not come about this time."""
    mail_families(
        families,
        kind="group_withdrawn",
        subject=_("The network group does not start this time"),
        sentences=[
            _("There were too few families to start the group that we wrote to you about."),
            _("You stay on the list, and we write to you about the next one."),
        ],
        link=f"{base_url}/group",
    )


def tell_meeting(families: Iterable[Family], *, ref: str, base_url: str) -> None:
    """Tell the members that a meeting was planned or moved."""
    mail_families(
        families,
        kind="group_meeting",
        subject=_("A meeting in your network group"),
        sentences=[_("See when and where, and say whether you are coming.")],
        link=f"{base_url}/group/meetings/{ref}",
    )


def tell_cancelled_meeting(families: Iterable[Family], *, base_url: str) -> None:
    """Tell the members that a meeting will not be held."""
    mail_families(
        families,
        kind="group_meeting_cancelled",
        subject=_("A meeting in your network group is cancelled"),
        sentences=[_("See which one, and what is planned instead.")],
        link=f"{base_url}/group/meetings",
    )


def ask_for_a_day(families: Iterable[Family], *, ref: str, base_url: str) -> None:
    """Ask the members which day suits them."""
    mail_families(
        families,
        kind="group_poll",
        subject=_("Which day suits you?"),
        sentences=[_("Your network group is looking for a day to meet. It takes a minute.")],
        link=f"{base_url}/group/polls/{ref}",
    )


def tell_all_answered(family: Family, *, ref: str, base_url: str) -> None:
    """Tell the family that asked that it can choose the day now."""
    mail_families(
        [family],
        kind="group_poll_answered",
        subject=_("All families have answered about a day"),
        sentences=[_("Choose the day, and the meeting is planned.")],
        link=f"{base_url}/group/polls/{ref}",
    )


def remind_of_meeting(families: Iterable[Family], *, when: str, link: str) -> None:
    """Remind those who have not said no; `when` holds neither place nor names."""
    mail_families(
        families,
        kind="group_reminder",
        subject=_("Your network group meets soon"),
        sentences=[
            _("You meet on %(when)s.", when=when),
            _("See where, and tell the others if you cannot come after all."),
        ],
        link=link,
    )


def remind_host(family: Family, *, when: str, link: str) -> None:
    """Remind the family whose turn it is to host."""
    mail_families(
        [family],
        kind="group_host_reminder",
        subject=_("You are hosts soon"),
        sentences=[
            _("Your network group meets on %(when)s, and it is your turn to host.", when=when),
            _("See the short list of what to think of. You can still swap with another family."),
        ],
        link=link,
    )


def remind_facilitator(group: NetworkGroup, *, when: str, base_url: str) -> None:
    """Remind the one who leads the group."""
    tell_facilitator(
        group,
        subject=_("A network group that you lead meets soon"),
        sentence=_("You meet on %(when)s.", when=when),
        base_url=base_url,
    )


def ask_to_swap(families: Iterable[Family], *, base_url: str) -> None:
    """Ask whether a family would take another one's turn as host."""
    mail_families(
        families,
        kind="group_swap",
        subject=_("Could you take a turn as host?"),
        sentences=[_("A family in your network group would like to swap its turn.")],
        link=f"{base_url}/group/hosts",
    )


def tell_swap(family: Family, *, taken: bool, base_url: str) -> None:
    """Tell the family that asked how it went; who answered stands on the page."""
    mail_families(
        [family],
        kind="group_swap_answer",
        subject=_("An answer about your turn as host"),
        sentences=[
            _("Another family has taken your turn, and you have theirs.")
            if taken
            else _("It does not suit the family you asked. You can ask another one, or all."),
        ],
        link=f"{base_url}/group/hosts",
    )


def ask_to_sign(families: Iterable[Family], *, base_url: str) -> None:
    """Ask the members to read the agreement and say yes."""
    mail_families(
        families,
        kind="group_agreement",
        subject=_("What you agree on in your network group"),
        sentences=[_("The agreement has been written or changed. Read it, and say yes.")],
        link=f"{base_url}/group/agreement",
    )


def ask_to_renew(families: Iterable[Family], *, base_url: str) -> None:
    """Ask the members to look at the agreement again."""
    mail_families(
        families,
        kind="group_agreement_renewal",
        subject=_("Does your agreement still fit?"),
        sentences=[
            _("Half a year has passed since your group agreed on how you are together."),
            _("Look at it again: keep it as it is, or change it."),
        ],
        link=f"{base_url}/group/agreement",
    )


def ask_to_take_over(families: Iterable[Family], *, base_url: str) -> None:
    """Ask the members whether they are ready to run the group themselves."""
    mail_families(
        families,
        kind="group_handover",
        subject=_("Are you ready to run the group yourselves?"),
        sentences=[_("The planned meetings are held. Say yes, or ask to talk about it first.")],
        link=f"{base_url}/group/handover",
    )


def tell_handed_over(families: Iterable[Family], *, base_url: str) -> None:
    """Tell the members that the group is now their own."""
    mail_families(
        families,
        kind="group_handed_over",
        subject=_("The group is now your own"),
        sentences=[_("The facilitator has left the group and can no longer read the chat.")],
        link=f"{base_url}/group",
    )


def tell_facilitator(group: NetworkGroup, *, subject: str, sentence: str, base_url: str) -> None:
    """Tell the one who leads the group that it needs a look."""
    if group.facilitator and group.facilitator.active:
        queue_mail(
            to=group.facilitator.email,
            kind="group_for_facilitator",
            subject=subject,
            text=f"{sentence}\n\n{base_url}/staff/groups/{group.ref}\n",
        )


def ask_coordinators(by: Account, *, draft_ref: str, base_url: str) -> None:
    """Ask the coordinators to look at groups before families hear of them."""
    for coordinator in people_with_role(by.municipality_id, RoleName.COORDINATOR):
        queue_mail(
            to=coordinator.email,
            kind="groups_for_approval",
            subject=_("Groups wait for your approval"),
            text=_("A facilitator has proposed groups. No family has been told.")
            + f"\n\n{base_url}/staff/drafts/{draft_ref}/publish\n",
        )
