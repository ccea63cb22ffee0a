"""two at one board: who helps with a pool, and what was done at a draft, in order.

Revision: 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('pool_helpers',
    sa.Column('pool_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_pool_helpers_account_id_accounts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['asked_by_id'], ['accounts.id'], name=op.f('fk_pool_helpers_asked_by_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['pool_id'], ['pools.id'], name=op.f('fk_pool_helpers_pool_id_pools'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('pool_id', 'account_id', name=op.f('pk_pool_helpers'))
    )
    with op.batch_alter_table('pool_helpers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pool_helpers_account_id'), ['account_id'], unique=False)

    op.create_table('draft_changes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('draft_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('moved', 'locked', 'unlocked', 'undone', 'redone', 'adopted', name='changekind', native_enum=False, length=32), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('step', sa.Integer(), nullable=True),
    sa.Column('family_id', sa.Integer(), nullable=True),
    sa.Column('groups', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['group_drafts.id'], name=op.f('fk_draft_changes_draft_id_group_drafts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_draft_changes_family_id_families'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['made_by_id'], ['accounts.id'], name=op.f('fk_draft_changes_made_by_id_accounts'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft_changes'))
    )
    with op.batch_alter_table('draft_changes', schema=None) as batch_op:
        batch_op.create_index('ix_draft_changes_order', ['draft_id', 'version'], unique=False)


def downgrade() -> None:
    op.drop_table('draft_changes')
    op.drop_table('pool_helpers')
