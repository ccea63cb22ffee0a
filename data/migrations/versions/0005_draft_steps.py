"""a move knows its step, not its version; what a recalculation moved in its copy says so.

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Only the worker makes a first step that is nobody's.
    op.execute(
        "UPDATE draft_changes SET kind = 'adopted'"
        " WHERE kind = 'moved' AND made_by_id IS NULL AND step = 1"
    )
    with op.batch_alter_table('draft_moves', schema=None) as batch_op:
        batch_op.drop_column('version')


def downgrade() -> None:
    with op.batch_alter_table('draft_moves', schema=None) as batch_op:
        batch_op.add_column(sa.Column('version', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('draft_moves', schema=None) as batch_op:
        batch_op.alter_column('version', server_default=None)
