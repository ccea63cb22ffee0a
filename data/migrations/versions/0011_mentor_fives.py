"""sums of five families' answers, kept without the families.

Revision: 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mentor_fives',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('occasion', sa.Enum('start', 'month_1', 'month_3', 'month_6', 'end', name='occasion', native_enum=False, length=32), nullable=False),
    sa.Column('sums', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_mentor_fives_municipality_id_municipalities')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mentor_fives'))
    )
    with op.batch_alter_table('mentor_fives', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mentor_fives_municipality_id'), ['municipality_id'], unique=False)

    with op.batch_alter_table('mentor_checkins', schema=None) as batch_op:
        batch_op.add_column(sa.Column('counted', sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table('mentor_checkins', schema=None) as batch_op:
        batch_op.drop_column('counted')

    with op.batch_alter_table('mentor_fives', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mentor_fives_municipality_id'))

    op.drop_table('mentor_fives')
