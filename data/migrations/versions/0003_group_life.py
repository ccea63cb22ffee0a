"""group life.

Revision: 0003, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('family_moves',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('from_id', sa.Integer(), nullable=False),
    sa.Column('to_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('asked', 'agreed', 'done', 'stopped', name='movestate', native_enum=False, length=32), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['asked_by_id'], ['accounts.id'], name=op.f('fk_family_moves_asked_by_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_family_moves_family_id_families'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['from_id'], ['municipalities.id'], name=op.f('fk_family_moves_from_id_municipalities')),
    sa.ForeignKeyConstraint(['to_id'], ['municipalities.id'], name=op.f('fk_family_moves_to_id_municipalities')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_family_moves')),
    sa.UniqueConstraint('ref', name=op.f('uq_family_moves_ref'))
    )
    with op.batch_alter_table('family_moves', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_family_moves_family_id'), ['family_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_family_moves_from_id'), ['from_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_family_moves_to_id'), ['to_id'], unique=False)
        batch_op.create_index('uq_family_moves_one_open', ['family_id'], unique=True, sqlite_where=sa.text("state IN ('asked', 'agreed')"), postgresql_where=sa.text("state IN ('asked', 'agreed')"))

    op.create_table('group_lives',
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('resting_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resting_until', sa.Date(), nullable=True),
    sa.Column('woke_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('handover_asked_again_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('host_asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('group_asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('coordinator_told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('forgotten_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['group_id'], ['network_groups.id'], name=op.f('fk_group_lives_group_id_network_groups'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('group_id', name=op.f('pk_group_lives'))
    )
    op.create_table('pulse_rounds',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('closes_on', sa.Date(), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('counts', sa.LargeBinary(), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['network_groups.id'], name=op.f('fk_pulse_rounds_group_id_network_groups'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pulse_rounds')),
    sa.UniqueConstraint('group_id', 'month', name=op.f('uq_pulse_rounds_group_id_month')),
    sa.UniqueConstraint('ref', name=op.f('uq_pulse_rounds_ref'))
    )
    with op.batch_alter_table('pulse_rounds', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pulse_rounds_group_id'), ['group_id'], unique=False)

    op.create_table('start_surveys',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('answered_on', sa.Date(), nullable=False),
    sa.Column('answers', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_start_surveys_family_id_families'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['group_id'], ['network_groups.id'], name=op.f('fk_start_surveys_group_id_network_groups'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_start_surveys')),
    sa.UniqueConstraint('group_id', 'family_id', name=op.f('uq_start_surveys_group_id_family_id'))
    )
    with op.batch_alter_table('start_surveys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_start_surveys_family_id'), ['family_id'], unique=False)

    op.create_table('group_guests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('was_facilitator', sa.Boolean(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=True),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_group_guests_account_id_accounts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['group_id'], ['network_groups.id'], name=op.f('fk_group_guests_group_id_network_groups'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_group_guests_meeting_id_meetings'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_guests')),
    sa.UniqueConstraint('ref', name=op.f('uq_group_guests_ref'))
    )
    with op.batch_alter_table('group_guests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_group_guests_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_group_guests_group_id'), ['group_id'], unique=False)
        batch_op.create_index('uq_group_guests_once', ['group_id', 'account_id'], unique=True, sqlite_where=sa.text('left_at IS NULL'), postgresql_where=sa.text('left_at IS NULL'))

    op.create_table('group_questions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('guest', 'rest', 'end', name='questionkind', native_enum=False, length=32), nullable=False),
    sa.Column('state', sa.Enum('open', 'yes', 'no', 'lapsed', name='questionstate', native_enum=False, length=32), nullable=False),
    sa.Column('asked_by_family_id', sa.Integer(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('meeting_id', sa.Integer(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_group_questions_account_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['asked_by_family_id'], ['families.id'], name=op.f('fk_group_questions_asked_by_family_id_families'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['group_id'], ['network_groups.id'], name=op.f('fk_group_questions_group_id_network_groups'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_group_questions_meeting_id_meetings'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_questions')),
    sa.UniqueConstraint('ref', name=op.f('uq_group_questions_ref'))
    )
    with op.batch_alter_table('group_questions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_group_questions_group_id'), ['group_id'], unique=False)
        batch_op.create_index('uq_group_questions_one_open', ['group_id', 'kind'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('pulse_marks',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_pulse_marks_family_id_families'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['round_id'], ['pulse_rounds.id'], name=op.f('fk_pulse_marks_round_id_pulse_rounds'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('round_id', 'family_id', name=op.f('pk_pulse_marks'))
    )
    with op.batch_alter_table('pulse_marks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pulse_marks_family_id'), ['family_id'], unique=False)

    op.create_table('group_question_answers',
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_group_question_answers_family_id_families'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['question_id'], ['group_questions.id'], name=op.f('fk_group_question_answers_question_id_group_questions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('question_id', 'family_id', name=op.f('pk_group_question_answers'))
    )
    with op.batch_alter_table('group_question_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_group_question_answers_family_id'), ['family_id'], unique=False)

    with op.batch_alter_table('rooms', schema=None) as batch_op:
        batch_op.add_column(sa.Column('key_turn', sa.Integer(), server_default='0', nullable=False))



def downgrade() -> None:
    with op.batch_alter_table('rooms', schema=None) as batch_op:
        batch_op.drop_column('key_turn')

    with op.batch_alter_table('group_question_answers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_group_question_answers_family_id'))

    op.drop_table('group_question_answers')
    with op.batch_alter_table('pulse_marks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pulse_marks_family_id'))

    op.drop_table('pulse_marks')
    with op.batch_alter_table('group_questions', schema=None) as batch_op:
        batch_op.drop_index('uq_group_questions_one_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index(batch_op.f('ix_group_questions_group_id'))

    op.drop_table('group_questions')
    with op.batch_alter_table('group_guests', schema=None) as batch_op:
        batch_op.drop_index('uq_group_guests_once', sqlite_where=sa.text('left_at IS NULL'), postgresql_where=sa.text('left_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_group_guests_group_id'))
        batch_op.drop_index(batch_op.f('ix_group_guests_account_id'))

    op.drop_table('group_guests')
    with op.batch_alter_table('start_surveys', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_start_surveys_family_id'))

    op.drop_table('start_surveys')
    with op.batch_alter_table('pulse_rounds', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pulse_rounds_group_id'))

    op.drop_table('pulse_rounds')
    op.drop_table('group_lives')
    with op.batch_alter_table('family_moves', schema=None) as batch_op:
        batch_op.drop_index('uq_family_moves_one_open', sqlite_where=sa.text("state IN ('asked', 'agreed')"), postgresql_where=sa.text("state IN ('asked', 'agreed')"))
        batch_op.drop_index(batch_op.f('ix_family_moves_to_id'))
        batch_op.drop_index(batch_op.f('ix_family_moves_from_id'))
        batch_op.drop_index(batch_op.f('ix_family_moves_family_id'))

    op.drop_table('family_moves')
