"""what two families of a mentorship agree on, and their first contact.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mentor_agreements',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mentorship_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('rhythm', sa.Enum('weekly_first', 'weekly', 'biweekly', 'monthly', name='rhythm', native_enum=False, length=32), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['mentorship_id'], ['mentorships.id'], name=op.f('fk_mentor_agreements_mentorship_id_mentorships'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mentor_agreements')),
    sa.UniqueConstraint('mentorship_id', 'version', name=op.f('uq_mentor_agreements_mentorship_id_version'))
    )
    op.create_table('mentor_lives',
    sa.Column('mentorship_id', sa.Integer(), nullable=False),
    sa.Column('in_touch_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('coordinator_told_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['mentorship_id'], ['mentorships.id'], name=op.f('fk_mentor_lives_mentorship_id_mentorships'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('mentorship_id', name=op.f('pk_mentor_lives'))
    )
    op.create_table('mentor_signatures',
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['mentor_agreements.id'], name=op.f('fk_mentor_signatures_agreement_id_mentor_agreements'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_mentor_signatures_family_id_families'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('agreement_id', 'family_id', name=op.f('pk_mentor_signatures'))
    )
    with op.batch_alter_table('mentor_signatures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mentor_signatures_family_id'), ['family_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('mentor_signatures', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mentor_signatures_family_id'))

    op.drop_table('mentor_signatures')
    op.drop_table('mentor_lives')
    op.drop_table('mentor_agreements')
