"""The first administrator, and invitations, from the command line."""

import click

from data.db import transaction
from data.errors import Refusal
from data.models import RoleName
from data.queries.accounts import account_by_email
from web.accounts.actions import invitations
from web.accounts.blueprint import bp
from web.shared.invitations import own_link


@bp.cli.command("create-administrator")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--municipality-code", required=True, help="Four digits, 0630 for Vejle.")
@click.option("--municipality-name", required=True)
def create_administrator(
    email: str, name: str, municipality_code: str, municipality_name: str
) -> None:
    """Open a municipality and print the invitation link of its administrator."""
    try:
        with transaction():
            _invitation, token = invitations.invite_first_administrator(
                email=email, name=name, code=municipality_code, municipality_name=municipality_name
            )
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(own_link(token))


@bp.cli.command("invite")
@click.option("--by", required=True, help="E-mail of the coordinator or administrator inviting.")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option(
    "--role", "roles", multiple=True, required=True,
    type=click.Choice(["consultant", "facilitator", "coordinator", "administrator"]),
)  # fmt: skip
def invite(by: str, email: str, name: str, roles: tuple[str, ...]) -> None:
    """Mail a colleague an invitation, as someone who may."""
    try:
        with transaction():
            inviter = account_by_email(by)
            if inviter is None or not inviter.active:
                raise click.ClickException("Nobody signs in with that --by address.")
            invitations.invite_staff(
                email=email,
                name=name,
                roles=[RoleName(role) for role in roles],
                institution_ref=None,
                by=inviter,
                link=own_link,
            )
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo("The invitation is on its way.")
