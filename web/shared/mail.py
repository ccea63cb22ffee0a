"""Mail that must leave: written with the change it tells of, sent by the worker.

Mails never hold what a family wrote or answered: only that something waits, and a link.
"""

from collections.abc import Iterable, Sequence

import structlog
from flask import Flask
from flask_mailman import EmailMessage, Mail
from huey import crontab
from sqlalchemy import select

from data.clock import now
from data.db import db, new_ref, transaction
from data.i18n import _
from data.models import Family, OutgoingMail
from data.sealed import Sealed
from web.shared import jobs

log = structlog.get_logger()
_MOST_TRIES = 8


def connect(app: Flask) -> None:
    """Set up the mail backend: file and console by default, SMTP by settings."""
    Mail(app)


def queue_mail(*, to: str, kind: str, subject: str, text: str) -> None:
    """Store a mail to be sent after commit. `kind` is for logs: "invitation", "sign_in_code"."""
    scope = f"mail:{new_ref()}"
    db.session.add(
        OutgoingMail(
            to_email=to,
            kind=kind,
            content=Sealed.of({"subject": subject, "text": text}, scope=scope),
        )
    )
    jobs.enqueue("send_mail", by=None, request={})


def mail_families(
    families: Iterable[Family], *, kind: str, subject: str, sentences: Sequence[str], link: str
) -> None:
    """Store a mail to every adult of these families: what it is about, and where to go."""
    text = "\n\n".join([_("Dear family,"), *sentences, link]) + "\n"
    for family in families:
        for adult in family.carers:
            if adult.active:
                queue_mail(to=adult.email, kind=kind, subject=subject, text=text)


def send_waiting() -> None:
    """Send every mail that waits; one that fails is tried again by the clock."""
    waiting = db.session.scalars(
        select(OutgoingMail.id).where(
            OutgoingMail.sent_at.is_(None), OutgoingMail.tries < _MOST_TRIES
        )
    ).all()
    for mail_id in waiting:
        _send(mail_id)


@jobs.does("send_mail")
def _send_now(_work: jobs.Work) -> None:
    send_waiting()


@jobs.every(crontab(minute="*/2"), name="send_waiting_mail")
def _send_again() -> None:
    send_waiting()


def _send(mail_id: int) -> None:
    mail = db.session.get_one(OutgoingMail, mail_id)
    content = (mail.content.value if mail.content else None) or {}
    to, kind = mail.to_email, mail.kind
    db.session.rollback()  # no transaction is open while the mail server answers
    error = None
    try:
        EmailMessage(content.get("subject", ""), content.get("text", ""), to=[to]).send()
    except OSError as failure:
        error = type(failure).__name__
        log.warning("mail_not_sent", mail=mail_id, kind=kind, fault=error)
    with transaction():
        mail = db.session.get_one(OutgoingMail, mail_id)
        mail.tries += 1
        mail.last_error = error
        if error is None:
            mail.sent_at, mail.content = now(), None  # what has left is not kept
