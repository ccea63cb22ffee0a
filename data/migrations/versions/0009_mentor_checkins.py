"""check-ins of a mentorship, and families who ask for a call.

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mentor_calls',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('mentorship_id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('help', 'complaint', name='callkind', native_enum=False, length=32), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['closed_by_id'], ['accounts.id'], name=op.f('fk_mentor_calls_closed_by_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_mentor_calls_family_id_families'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['mentorship_id'], ['mentorships.id'], name=op.f('fk_mentor_calls_mentorship_id_mentorships'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_mentor_calls_municipality_id_municipalities')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mentor_calls')),
    sa.UniqueConstraint('ref', name=op.f('uq_mentor_calls_ref'))
    )
    with op.batch_alter_table('mentor_calls', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mentor_calls_family_id'), ['family_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mentor_calls_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('mentor_checkins',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mentorship_id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('occasion', sa.Enum('start', 'month_1', 'month_3', 'month_6', 'end', name='occasion', native_enum=False, length=32), nullable=False),
    sa.Column('answered_on', sa.Date(), nullable=False),
    sa.Column('answers', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_mentor_checkins_family_id_families'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['mentorship_id'], ['mentorships.id'], name=op.f('fk_mentor_checkins_mentorship_id_mentorships'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mentor_checkins')),
    sa.UniqueConstraint('mentorship_id', 'family_id', 'occasion', name=op.f('uq_mentor_checkins_mentorship_id_family_id_occasion'))
    )
    with op.batch_alter_table('mentor_checkins', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mentor_checkins_family_id'), ['family_id'], unique=False)

    with op.batch_alter_table('mentor_lives', schema=None) as batch_op:
        batch_op.add_column(sa.Column('asked_for', sa.Enum('start', 'month_1', 'month_3', 'month_6', 'end', name='occasion', native_enum=False, length=32), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('mentor_lives', schema=None) as batch_op:
        batch_op.drop_column('asked_for')

    with op.batch_alter_table('mentor_checkins', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mentor_checkins_family_id'))

    op.drop_table('mentor_checkins')
    with op.batch_alter_table('mentor_calls', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mentor_calls_municipality_id'))
        batch_op.drop_index(batch_op.f('ix_mentor_calls_family_id'))

    op.drop_table('mentor_calls')
