"""where, about what and in which points a group meets is sealed; two columns nobody read are gone.

Revision: 0006, after 0005.
"""

import json

import sqlalchemy as sa
from alembic import op

from data.db import new_ref
from data.keys import KeyMissing
from data.sealed import store

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

_MEETINGS = sa.table(
    'meetings', sa.column('id', sa.Integer), sa.column('ref', sa.String),
    sa.column('place', sa.String), sa.column('title', sa.String), sa.column('agenda', sa.JSON),
    sa.column('words', sa.LargeBinary),
)


def upgrade() -> None:
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('words', sa.LargeBinary(), nullable=True))
    _seal()
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.drop_column('place')
        batch_op.drop_column('title')
        batch_op.drop_column('agenda')
    with op.batch_alter_table('group_guests', schema=None) as batch_op:
        batch_op.drop_column('was_facilitator')
    with op.batch_alter_table('group_lives', schema=None) as batch_op:
        batch_op.drop_column('resting_since')


def downgrade() -> None:
    with op.batch_alter_table('group_lives', schema=None) as batch_op:
        batch_op.add_column(sa.Column('resting_since', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('group_guests', schema=None) as batch_op:
        batch_op.add_column(
            sa.Column('was_facilitator', sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('place', sa.String(200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('title', sa.String(120), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('agenda', sa.JSON(), nullable=False, server_default='[]'))
    _open()
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.drop_column('words')


def _seal() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.select(_MEETINGS)).all()
    scopes = {row.id: f'meeting:{row.ref}:words:{new_ref()}' for row in rows}
    store().prepare(scopes.values())
    for row in rows:
        words = {'agenda': row.agenda or [], 'place': row.place, 'title': row.title}
        text, scope = json.dumps(words, ensure_ascii=False, sort_keys=True), scopes[row.id]
        sealed = scope.encode() + b'\0' + store().seal(text, scope)
        connection.execute(
            sa.update(_MEETINGS).where(_MEETINGS.c.id == row.id).values(words=sealed)
        )


def _open() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(_MEETINGS.c.id, _MEETINGS.c.words)).all():
        if row.words is None:
            continue
        scope, _, sealed = bytes(row.words).partition(b'\0')
        try:
            words = json.loads(store().open(sealed, scope.decode()))
        except KeyMissing:
            continue
        connection.execute(
            sa.update(_MEETINGS).where(_MEETINGS.c.id == row.id).values(
                place=words.get('place', ''), title=words.get('title', ''),
                agenda=words.get('agenda', []),
            )
        )
