"""A group grows up: four meetings, one silent family, a quiet month, and the facilitator back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from data.db import db
from data.models import Account, NetworkGroup
from data.queries.groups import members_of
from tests.journeys.inside import client_of, cookie_of
from tests.live import Installation, NewPage, installation
from tests.web.forms import post
from web.groups import tasks

pytestmark = pytest.mark.browser

GROUP = "Jelling"
FACILITATOR = "jonas.friis@demo.example.org"
COORDINATOR = "mette.holm@demo.example.org"


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Iterator[Installation]:
    """A running demo without a worker: this story moves its clock."""
    with installation(tmp_path_factory.mktemp("group-life"), demo=True) as made:
        made.start_web()
        yield made


class Story:
    """The group of the story, its people, and a clock that can be moved."""

    def __init__(self, made: Installation, app: Flask, new_page: NewPage) -> None:
        self.made, self.app, self.new_page = made, app, new_page
        with app.app_context():
            group = db.session.scalars(select(NetworkGroup).where(NetworkGroup.name == GROUP)).one()
            self.id, self.ref, self.room = group.id, group.ref, group.room.ref
            families = members_of(group)
            self.names = [family.name for family in families]
            self.parents = [family.carers[0].id for family in families]
            self.emails = [{adult.email for adult in family.carers} for family in families]
            db.session.remove()

    def open(self, who: int | str, *, width: int = 1280) -> Page:
        """A browser of one's own, signed in."""
        account = self.parents[who] if isinstance(who, int) else self._account(who)
        page = self.new_page(width=width)
        page.context.add_cookies([cookie_of(client_of(self.app, account), self.made)])
        return page

    def answers(self, who: int, path: str, **form: str) -> None:
        """One family that answers without a browser being drawn."""
        answer = post(client_of(self.app, self.parents[who]), path, form)
        assert answer.status_code == 302, answer.get_data(as_text=True)[:2000]

    def clock(self, task) -> None:
        """What the worker does at its hour."""
        with self.app.app_context():
            task()
            db.session.remove()

    def sql(self, *lines: str) -> None:
        with closing(sqlite3.connect(self.made.folder / "makkerskab.db", timeout=20)) as rows, rows:
            for line in lines:
                rows.execute(line, {"group": self.id})

    def mailed(self, kind: str) -> list[str]:
        with self.app.app_context():
            from data.models import OutgoingMail

            found = select(OutgoingMail.to_email).where(OutgoingMail.kind == kind)
            to = list(db.session.scalars(found.order_by(OutgoingMail.id)))
            db.session.remove()
        return to

    def _account(self, email: str) -> int:
        with self.app.app_context():
            found = db.session.scalars(select(Account.id).where(Account.email == email)).one()
            db.session.remove()
        return found


def test_a_group_grows_up(demo, house, new_page):
    story = Story(demo, house, new_page)
    facilitator = story.open(FACILITATOR)
    _hold_four_meetings(story, facilitator)
    _one_family_is_silent(story, facilitator)
    _the_group_goes_quiet(story)
    _the_facilitator_is_asked_back(story, facilitator)


def _hold_four_meetings(story: Story, facilitator: Page) -> None:
    group = f"{story.made.address}/staff/groups/{story.ref}"
    for held in range(4):
        facilitator.goto(group)
        if held:  # the first one is planned in the demo
            facilitator.get_by_role("link", name="Planlæg et møde").click()
            facilitator.locator("[name=place]").fill("Forsamlingshuset")
            facilitator.get_by_role("button", name="Planlæg mødet").click()
        story.sql(
            "UPDATE meetings SET starts_at = datetime('now', '-2 hours'),"
            " ends_at = datetime('now', '-1 hours')"
            " WHERE state = 'planned' AND group_id = :group"
        )
        facilitator.goto(group)
        facilitator.get_by_role("button", name="Det blev holdt").click()
        expect(facilitator.locator("main").get_by_text("Holdt", exact=True)).to_have_count(held + 1)
    facilitator.get_by_role("link", name="Gruppens trivsel").click()
    expect(facilitator.get_by_role("heading", name="Møder og fremmøde")).to_be_visible()
    facilitator.goto(group)
    facilitator.get_by_role("button", name="Spørg familierne, om de vil overtage").click()


def _one_family_is_silent(story: Story, facilitator: Page) -> None:
    facilitator.goto(f"{story.made.address}/messages/{story.room}")
    facilitator.locator("#msg").wait_for()
    for who in range(1, 5):
        story.answers(who, "/group/handover", answer="yes")
    family = story.open(0, width=390)
    family.goto(f"{story.made.address}/group/handover")
    expect(family.get_by_text("4 af 6 familier har sagt ja")).to_be_visible()
    family.get_by_role("button", name="Vi er klar").click()
    story.clock(tasks.let_groups_move_on)
    family.reload()
    expect(family.get_by_text("I har sagt, at I er klar")).to_be_visible()
    silent = story.names[5]
    expect(family.locator("main section").first).not_to_contain_text(silent)
    story.sql(
        "UPDATE network_groups SET handover_proposed_at = datetime('now', '-15 days')"
        " WHERE id = :group"
    )
    story.clock(tasks.let_groups_move_on)
    family.goto(f"{story.made.address}/group")
    expect(family.locator("[aria-current=step]")).to_contain_text("I kører selv")
    expect(family.locator("#who-sees ~ p").first).to_contain_text("når i kører selv")
    assert facilitator.goto(f"{story.made.address}/messages/{story.room}").status == 404
    health = facilitator.goto(f"{story.made.address}/staff/groups/{story.ref}/health")
    assert health.status == 404


def _the_group_goes_quiet(story: Story) -> None:
    _let_days_pass(story, 31)
    story.clock(tasks.ask_quiet_groups)
    assert set(story.mailed("group_quiet_host")) in story.emails, "one family, the next host"
    _let_days_pass(story, 8)
    story.clock(tasks.ask_quiet_groups)
    assert set(story.mailed("group_quiet")) == set().union(*story.emails)
    family = story.open(2)
    family.goto(f"{story.made.address}/messages/{story.room}")
    expect(family.locator("[data-log]").get_by_text("Her har været stille")).to_be_visible()
    _let_days_pass(story, 8)
    story.clock(tasks.ask_quiet_groups)
    assert COORDINATOR in story.mailed("group_for_coordinator")
    family.locator("#msg").fill("Skal vi mødes igen?")
    family.locator(".mk-sendbtn").click()
    expect(family.locator("[data-log]").get_by_text("Skal vi mødes igen?")).to_be_visible()
    before = story.mailed("group_quiet_host")
    _let_days_pass(story, 10)
    story.clock(tasks.ask_quiet_groups)
    assert story.mailed("group_quiet_host") == before


def _let_days_pass(story: Story, days: int) -> None:
    back = f"'-{days} days'"
    room = "(SELECT room_id FROM network_groups WHERE id = :group)"
    story.sql(
        f"UPDATE network_groups SET opened_at = datetime(opened_at, {back}),"
        f" handed_over_at = datetime(handed_over_at, {back}) WHERE id = :group",
        f"UPDATE messages SET sent_at = datetime(sent_at, {back}) WHERE room_id = {room}",
        f"UPDATE meetings SET starts_at = datetime(starts_at, {back}),"
        f" ends_at = datetime(ends_at, {back}) WHERE group_id = :group",
        f"UPDATE group_lives SET host_asked_at = datetime(host_asked_at, {back}),"
        f" group_asked_at = datetime(group_asked_at, {back}),"
        f" coordinator_told_at = datetime(coordinator_told_at, {back}) WHERE group_id = :group",
    )


def _the_facilitator_is_asked_back(story: Story, facilitator: Page) -> None:
    first, second = story.open(0, width=390), story.open(3)
    first.goto(f"{story.made.address}/group")
    first.get_by_role("link", name="Invitér facilitatoren eller en anden ind").click()
    expect(first.locator("#account option").first).to_contain_text("Jonas Friis")
    first.locator("[name=until]").fill(_in_days(10))
    first.get_by_role("button", name="Foreslå det for de andre").click()
    second.goto(f"{story.made.address}/group")
    expect(second.get_by_role("heading", name="Skal vi invitere Jonas Friis ind?")).to_be_visible()
    second.get_by_role("button", name="Ja, invitér").click()
    expect(second.get_by_role("heading", name="Jonas Friis er jeres gæst")).to_be_visible()

    room = f"{story.made.address}/messages/{story.room}"
    facilitator.goto(room)
    facilitator.locator("#msg").wait_for()
    expect(facilitator.locator("[data-log]").get_by_text("Skal vi mødes igen?")).to_have_count(0)
    second.goto(room)
    expect(second.locator(".mk-convhead")).to_contain_text("Jonas Friis, gæst til")
    expect(second.locator("[data-log]").get_by_text("er gæst og læser med")).to_be_visible()
    second.locator("#msg").fill("Godt at se dig igen.")
    second.locator(".mk-sendbtn").click()
    expect(facilitator.locator("[data-log]").get_by_text("Godt at se dig igen.")).to_be_visible()

    story.sql("UPDATE group_guests SET last_day = date('now', '-2 days') WHERE group_id = :group")
    story.clock(tasks.let_guests_go)
    assert facilitator.goto(room).status == 404
    second.reload()
    expect(second.locator("[data-log]").get_by_text("er ikke længere gæst")).to_be_visible()
    expect(second.locator(".mk-convhead")).to_contain_text("Ingen fra kommunen læser med")


def _in_days(days: int) -> str:
    from datetime import timedelta

    from data.clock import today

    return (today() + timedelta(days=days)).isoformat()
