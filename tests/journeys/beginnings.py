"""How every journey begins: a municipality is founded, and sixty families are brought in."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.visitors import invitation_of, path_in, take_invitation
from tests.live import Installation, NewPage

COLLEAGUES = {
    "coordinator": ("Mette Holm", "mette@example.org"),
    "facilitator": ("Jonas Friis", "jonas@example.org"),
}


def found_municipality(made: Installation, new_page: NewPage) -> Page:
    """An administrator by command, who invites a coordinator; returns the coordinator's page."""
    printed = made.flask(
        "accounts", "create-administrator", "--email", "admin@example.org", "--name", "Ejner Kok",
        "--municipality-code", "0630", "--municipality-name", "Vejle",
    )  # fmt: skip
    administrator = new_page()
    take_invitation(administrator, made.address + path_in(printed, "/invitation/"))
    return invite_colleague(made, administrator, new_page, "coordinator")


def invite_colleague(made: Installation, by: Page, new_page: NewPage, role: str) -> Page:
    """Invite someone by the form; returns the page of the one who has said yes."""
    name, email = COLLEAGUES[role]
    by.goto(f"{made.address}/staff/people")
    form = by.locator("section", has=by.locator("#invite"))
    form.locator("[name=name]").fill(name)
    form.locator("[name=email]").fill(email)
    form.locator(f"[name=roles][value={role}]").check()
    form.get_by_role("button").click()
    expect(by.get_by_text(f"på vej til {email}")).to_be_visible()
    colleague = new_page()
    take_invitation(colleague, made.address + invitation_of(made, email))
    return colleague


def import_sixty(made: Installation, coordinator: Page, file: Path) -> None:
    """Bring the file, look at what it would do, save it and invite everyone."""
    coordinator.goto(f"{made.address}/staff/families/import")
    coordinator.locator("[name=file]").set_input_files(file)
    coordinator.get_by_role("button", name="Se filen igennem").click()
    save = coordinator.get_by_role("button", name="Gem 60 familier")
    save.wait_for(timeout=30_000)
    expect(coordinator.get_by_role("heading", name="Intet er gemt endnu")).to_be_visible()
    assert not [mail for mail in made.mails() if "family" in mail]
    coordinator.locator("[name=invite]").check()
    save.click()
    expect(coordinator.get_by_text("60 nye familier")).to_be_visible(timeout=30_000)
    expect(coordinator.get_by_text("60 invitationer")).to_be_visible()
