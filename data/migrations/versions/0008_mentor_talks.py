"""talks of a mentorship.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mentor_talks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mentorship_id', sa.Integer(), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('form', sa.Enum('visit', 'out', 'phone', 'video', name='talkform', native_enum=False, length=32), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('counts', sa.Boolean(), nullable=False),
    sa.Column('note', sa.LargeBinary(), nullable=True),
    sa.Column('noted_by_family_id', sa.Integer(), nullable=True),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['mentorship_id'], ['mentorships.id'], name=op.f('fk_mentor_talks_mentorship_id_mentorships'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['noted_by_family_id'], ['families.id'], name=op.f('fk_mentor_talks_noted_by_family_id_families'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mentor_talks')),
    sa.UniqueConstraint('mentorship_id', 'held_on', name=op.f('uq_mentor_talks_mentorship_id_held_on')),
    sa.UniqueConstraint('ref', name=op.f('uq_mentor_talks_ref'))
    )
    with op.batch_alter_table('mentor_talks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mentor_talks_noted_by_family_id'), ['noted_by_family_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('mentor_talks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mentor_talks_noted_by_family_id'))

    op.drop_table('mentor_talks')
