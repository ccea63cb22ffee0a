"""The mails about a group's further life: what is asked, who comes and goes, rests and ends."""

from collections.abc import Iterable

from data.i18n import _
from data.models import Account, Family, NetworkGroup, RoleName
from data.queries.groups import people_with_role
from web.shared.mail import mail_families, queue_mail


def ask_the_group(families: Iterable[Family], *, base_url: str) -> None:
    """Say that another family has suggested something that all can see."""
    mail_families(
        families,
        kind="group_question",
        subject=_("Your network group has something to decide"),
        sentences=[_("See what one of you suggests, and say what you think.")],
        link=f"{base_url}/group",
    )


def tell_guest_comes(families: Iterable[Family], *, led: bool, base_url: str) -> None:
    """Tell the members that somebody reads along for a while; a group of its own may end it."""
    goodbye = [] if led else [_("You can say goodbye to them there at any time.")]
    mail_families(
        families,
        kind="group_guest",
        subject=_("Your group has a guest"),
        sentences=[
            _("Someone from the municipality is in your group for a while and reads what is "
              "written from now on. On the group's page you see who, and until when."),
            *goodbye,
        ],
        link=f"{base_url}/group",
    )  # fmt: skip


def tell_the_guest(guest: Account, *, base_url: str) -> None:
    """Tell a colleague that a group has let them in."""
    if guest.active:
        queue_mail(
            to=guest.email,
            kind="group_guest_invited",
            subject=_("A group would like you as a guest"),
            text=_("You can read and write in the group's chat from now on, until the day they "
                   "chose. You see nothing from before.")
            + f"\n\n{base_url}/staff/groups\n",
        )  # fmt: skip


def tell_replaced(families: Iterable[Family], *, base_url: str) -> None:
    """Tell the members that someone else leads the group now."""
    mail_families(
        families,
        kind="group_facilitator",
        subject=_("Your group has a new facilitator"),
        sentences=[
            _("The one who led the group can no longer read the chat. The new one reads from now "
              "on, and nothing from before.")
        ],
        link=f"{base_url}/group",
    )  # fmt: skip


def tell_leads_now(new: Account, group: NetworkGroup, *, base_url: str) -> None:
    """Tell a colleague that they lead a group now."""
    if new.active:
        queue_mail(
            to=new.email,
            kind="group_given",
            subject=_("You now lead a network group"),
            text=_("The coordinator has asked you to lead a group.")
            + f"\n\n{base_url}/staff/groups/{group.ref}\n",
        )


def tell_rest(families: Iterable[Family], *, base_url: str) -> None:
    """Tell the members that the group rests."""
    mail_families(
        families,
        kind="group_rests",
        subject=_("Your group is taking a rest"),
        sentences=[_("We do not remind you of anything meanwhile. Any of you can wake the group.")],
        link=f"{base_url}/group",
    )


def tell_awake(families: Iterable[Family], *, base_url: str) -> None:
    """Tell the members that the rest is over."""
    mail_families(
        families,
        kind="group_awake",
        subject=_("Your group is awake again"),
        sentences=[_("Find a day that suits you, and plan the next meeting.")],
        link=f"{base_url}/group",
    )


def tell_ended(families: Iterable[Family], *, in_silence: bool = False, base_url: str) -> None:
    """Say goodbye, and what happens to what was written."""
    why = [_("It has been quiet in your group for a long time, so we have ended it. That is "
             "nobody's fault. Would you rather have gone on? Then call us.")]  # fmt: skip
    mail_families(
        families,
        kind="group_ended",
        subject=_("Thank you for your group"),
        sentences=[
            *(why if in_silence else []),
            _("The group has ended. You can read what was written for three months; then it is "
              "erased."),
            _("If you would like to be in another group, we look for one."),
        ],
        link=f"{base_url}/group",
    )  # fmt: skip


def ask_again_about_handover(families: Iterable[Family], *, base_url: str) -> None:
    """Ask all families alike once more: nobody at all has answered."""
    mail_families(
        families,
        kind="group_handover_again",
        subject=_("The group can be your own"),
        sentences=[
            _("Would you like to talk about it first? Then say so, and the facilitator stays."),
            _("If nobody does within 14 days, the group becomes your own."),
        ],
        link=f"{base_url}/group/handover",
    )


def ask_the_host(family: Family, *, base_url: str) -> None:
    """Ask the next host, before anyone else, whether the group should meet."""
    mail_families(
        [family],
        kind="group_quiet_host",
        subject=_("Would you like to find a day for your group?"),
        sentences=[
            _("It has been quiet for a while, and the next turn as host is yours."),
            _("Suggest a day, or write a line. If the group needs a rest, you can say that too."),
        ],
        link=f"{base_url}/group",
    )


def ask_everyone(families: Iterable[Family], *, base_url: str) -> None:
    """Ask all families alike whether the group should meet."""
    mail_families(
        families,
        kind="group_quiet",
        subject=_("How is your group?"),
        sentences=[
            _("It has been quiet for a while. Would you like to find a day, take a rest or invite "
              "someone in for an evening?")
        ],
        link=f"{base_url}/group",
    )  # fmt: skip


def tell_coordinators(group: NetworkGroup, *, subject: str, text: str, base_url: str) -> None:
    """Tell the coordinators that a group may need a hand; never who in it has been silent."""
    for coordinator in people_with_role(group.municipality_id, RoleName.COORDINATOR):
        queue_mail(
            to=coordinator.email,
            kind="group_for_coordinator",
            subject=subject,
            text=f"{text}\n\n{base_url}/staff/groups/{group.ref}\n",
        )
