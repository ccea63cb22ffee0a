"""meetings, polls, hosts and agreements.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('group_agreements',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('points', sa.LargeBinary(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['network_groups.id'], name=op.f('fk_group_agreements_group_id_network_groups'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_agreements')),
    sa.UniqueConstraint('group_id', 'version', name=op.f('uq_group_agreements_group_id_version')),
    sa.UniqueConstraint('ref', name=op.f('uq_group_agreements_ref'))
    )
    op.create_table('host_swaps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('from_family_id', sa.Integer(), nullable=False),
    sa.Column('to_family_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('open', 'taken', 'declined', 'withdrawn', name='swapstate', native_enum=False, length=32), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['from_family_id'], ['families.id'], name=op.f('fk_host_swaps_from_family_id_families'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['group_id'], ['network_groups.id'], name=op.f('fk_host_swaps_group_id_network_groups'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['to_family_id'], ['families.id'], name=op.f('fk_host_swaps_to_family_id_families'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_host_swaps')),
    sa.UniqueConstraint('ref', name=op.f('uq_host_swaps_ref'))
    )
    with op.batch_alter_table('host_swaps', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_host_swaps_from_family_id'), ['from_family_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_host_swaps_group_id'), ['group_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_host_swaps_to_family_id'), ['to_family_id'], unique=False)

    op.create_table('agreement_signatures',
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['group_agreements.id'], name=op.f('fk_agreement_signatures_agreement_id_group_agreements'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_agreement_signatures_family_id_families'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('agreement_id', 'family_id', name=op.f('pk_agreement_signatures'))
    )
    with op.batch_alter_table('agreement_signatures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agreement_signatures_family_id'), ['family_id'], unique=False)

    op.create_table('attendances',
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_attendances_family_id_families'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_attendances_meeting_id_meetings'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('meeting_id', 'family_id', name=op.f('pk_attendances'))
    )
    with op.batch_alter_table('attendances', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attendances_family_id'), ['family_id'], unique=False)

    op.create_table('date_polls',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('network', 'supervision', 'theme', name='meetingkind', native_enum=False, length=32), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer_by', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('meeting_id', sa.Integer(), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_date_polls_family_id_families'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['group_id'], ['network_groups.id'], name=op.f('fk_date_polls_group_id_network_groups'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_date_polls_meeting_id_meetings'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_date_polls')),
    sa.UniqueConstraint('ref', name=op.f('uq_date_polls_ref'))
    )
    with op.batch_alter_table('date_polls', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_date_polls_group_id'), ['group_id'], unique=False)
        batch_op.create_index('uq_date_polls_one_open', ['group_id'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('host_ticks',
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('ticked_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_host_ticks_meeting_id_meetings'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('meeting_id', 'code', name=op.f('pk_host_ticks'))
    )
    op.create_table('host_turns',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('hosted_id', sa.Integer(), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_host_turns_family_id_families'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['group_id'], ['network_groups.id'], name=op.f('fk_host_turns_group_id_network_groups'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['hosted_id'], ['meetings.id'], name=op.f('fk_host_turns_hosted_id_meetings'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_host_turns')),
    sa.UniqueConstraint('group_id', 'family_id', name=op.f('uq_host_turns_group_id_family_id')),
    sa.UniqueConstraint('ref', name=op.f('uq_host_turns_ref'))
    )
    with op.batch_alter_table('host_turns', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_host_turns_family_id'), ['family_id'], unique=False)

    op.create_table('poll_dates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['poll_id'], ['date_polls.id'], name=op.f('fk_poll_dates_poll_id_date_polls'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_poll_dates')),
    sa.UniqueConstraint('poll_id', 'starts_at', name=op.f('uq_poll_dates_poll_id_starts_at')),
    sa.UniqueConstraint('ref', name=op.f('uq_poll_dates_ref'))
    )
    op.create_table('poll_answers',
    sa.Column('date_id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('coming', sa.Enum('yes', 'maybe', 'no', name='coming', native_enum=False, length=32), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['date_id'], ['poll_dates.id'], name=op.f('fk_poll_answers_date_id_poll_dates'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_poll_answers_family_id_families'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('date_id', 'family_id', name=op.f('pk_poll_answers'))
    )
    with op.batch_alter_table('poll_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_poll_answers_family_id'), ['family_id'], unique=False)

    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.Enum('network', 'supervision', 'theme', name='meetingkind', native_enum=False, length=32), server_default='network', nullable=False))
        batch_op.add_column(sa.Column('directions', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('agreed', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('all_spoke', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.drop_column('reminded_at')
        batch_op.drop_column('all_spoke')
        batch_op.drop_column('agreed')
        batch_op.drop_column('directions')
        batch_op.drop_column('kind')

    with op.batch_alter_table('poll_answers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_poll_answers_family_id'))

    op.drop_table('poll_answers')
    op.drop_table('poll_dates')
    with op.batch_alter_table('host_turns', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_host_turns_family_id'))

    op.drop_table('host_turns')
    op.drop_table('host_ticks')
    with op.batch_alter_table('date_polls', schema=None) as batch_op:
        batch_op.drop_index('uq_date_polls_one_open', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_date_polls_group_id'))

    op.drop_table('date_polls')
    with op.batch_alter_table('attendances', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attendances_family_id'))

    op.drop_table('attendances')
    with op.batch_alter_table('agreement_signatures', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agreement_signatures_family_id'))

    op.drop_table('agreement_signatures')
    with op.batch_alter_table('host_swaps', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_host_swaps_to_family_id'))
        batch_op.drop_index(batch_op.f('ix_host_swaps_group_id'))
        batch_op.drop_index(batch_op.f('ix_host_swaps_from_family_id'))

    op.drop_table('host_swaps')
    op.drop_table('group_agreements')
