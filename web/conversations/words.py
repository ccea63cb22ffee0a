"""How days, times and people are named in conversations."""

from datetime import date, datetime, timedelta

from flask_babel import format_date, format_datetime, get_locale
from flask_babel import gettext as _

from chat import notices, payloads
from data.clock import COPENHAGEN, today
from data.models import Account, Family, Message, MessageKind, RoleName


def local_day(moment: datetime) -> date:
    """Return the date on Danish clocks."""
    return moment.astimezone(COPENHAGEN).date()


def clock(moment: datetime) -> str:
    """Return 20.05, or 20:05 in English."""
    local = moment.astimezone(COPENHAGEN)
    return f"{local:%H.%M}" if _danish() else f"{local:%H:%M}"


def day_heading(day: date) -> str:
    """Return today, yesterday or the date in words."""
    if day == today():
        return _("Today")
    if day == today() - timedelta(days=1):
        return _("Yesterday")
    pattern = "EEEE 'den' d. MMMM" if _danish() else "EEEE d MMMM"
    if day.year != today().year:
        pattern += " y"
    words = str(format_date(day, pattern))
    return words[:1].upper() + words[1:]


def short_moment(moment: datetime) -> str:
    """Return a time of today, yesterday, or a short date: for the list of rooms."""
    day = local_day(moment)
    if day == today():
        return clock(moment)
    if day == today() - timedelta(days=1):
        return _("yesterday")
    return str(format_date(day, "d. MMM" if _danish() else "d MMM"))


def meeting_moment(moment: datetime) -> str:
    """Return a meeting's time in words."""
    pattern = "EEEE 'den' d. MMMM 'kl.' H.mm" if _danish() else "EEEE d MMMM, H:mm"
    return str(format_datetime(moment, pattern))


def role_word(code: str | None) -> str:
    """Return what someone from the municipality is in a room."""
    return {
        RoleName.CONSULTANT.value: _("consultant"),
        RoleName.FACILITATOR.value: _("facilitator"),
    }.get(code or "", "")


def name_of(account: Account | None, family: Family | None) -> str:
    """Return what others call a writer; whoever has left for good has no name here."""
    if account is None:
        return family.name if family else _("Former member")
    return payloads.sender(account, family)["name"]


def text_of(message: Message) -> str:
    """Return what a message says, or why it says nothing."""
    if message.deleted_at:
        return _("The message has been removed.")
    if message.kind is MessageKind.NOTICE:
        told = (message.body.value if message.body else None) or {}
        return notices.sentence(told["code"], told["facts"]) if told else ""
    text = message.body.text if message.body else None
    return _("The message can no longer be read.") if text is None else text


def _danish() -> bool:
    return str(get_locale()) == "da"
