"""the house.

Revision: 0001, the first.
"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table('municipalities',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=4), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('service_name', sa.String(length=80), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('settings', sa.JSON(), nullable=False),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_municipalities')),
    sa.UniqueConstraint('code', name=op.f('uq_municipalities_code')),
    sa.UniqueConstraint('ref', name=op.f('uq_municipalities_ref'))
    )
    op.create_table('outgoing_mails',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('to_email', sa.String(length=254), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outgoing_mails'))
    )
    op.create_table('roles',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=32), nullable=False),
    sa.Column('description', sa.String(length=200), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roles')),
    sa.UniqueConstraint('name', name=op.f('uq_roles_name'))
    )
    op.create_table('sign_in_tries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('code_asked', 'password', 'signed_in', name='trykind', native_enum=False, length=32), nullable=False),
    sa.Column('address_hash', sa.String(length=64), nullable=False),
    sa.Column('network_hash', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_tries'))
    )
    with op.batch_alter_table('sign_in_tries', schema=None) as batch_op:
        batch_op.create_index('ix_sign_in_tries_address', ['address_hash', 'kind', 'at'], unique=False)
        batch_op.create_index('ix_sign_in_tries_network', ['network_hash', 'kind', 'at'], unique=False)

    op.create_table('acute_numbers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('from_time', sa.Time(), nullable=False),
    sa.Column('to_time', sa.Time(), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.CheckConstraint('weekday BETWEEN 0 AND 6', name=op.f('ck_acute_numbers_weekday')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_acute_numbers_municipality_id_municipalities')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_acute_numbers')),
    sa.UniqueConstraint('ref', name=op.f('uq_acute_numbers_ref'))
    )
    with op.batch_alter_table('acute_numbers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_acute_numbers_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('institutions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('postcode', sa.String(length=4), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_institutions_municipality_id_municipalities')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_institutions')),
    sa.UniqueConstraint('ref', name=op.f('uq_institutions_ref'))
    )
    with op.batch_alter_table('institutions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_institutions_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('rooms',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('group', 'mentorship', name='roomkind', native_enum=False, length=32), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=True),
    sa.Column('last_rev', sa.Integer(), nullable=False),
    sa.Column('last_seq', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_rooms_municipality_id_municipalities')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rooms')),
    sa.UniqueConstraint('ref', name=op.f('uq_rooms_ref'))
    )
    with op.batch_alter_table('rooms', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rooms_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('accounts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=True),
    sa.Column('family_id', sa.Integer(), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('password', sa.String(length=255), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('fs_uniquifier', sa.String(length=64), nullable=False),
    sa.Column('locale', sa.String(length=5), nullable=True),
    sa.Column('theme', sa.String(length=5), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_accounts_family_id_families'), use_alter=True),
    sa.ForeignKeyConstraint(['institution_id'], ['institutions.id'], name=op.f('fk_accounts_institution_id_institutions')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_accounts_municipality_id_municipalities')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts')),
    sa.UniqueConstraint('email', name=op.f('uq_accounts_email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_accounts_fs_uniquifier')),
    sa.UniqueConstraint('ref', name=op.f('uq_accounts_ref'))
    )
    with op.batch_alter_table('accounts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_accounts_family_id'), ['family_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_accounts_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('account_roles',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('role_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_account_roles_account_id_accounts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['role_id'], ['roles.id'], name=op.f('fk_account_roles_role_id_roles')),
    sa.PrimaryKeyConstraint('account_id', 'role_id', name=op.f('pk_account_roles'))
    )
    op.create_table('audit_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('event', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=30), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=True),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['accounts.id'], name=op.f('fk_audit_entries_actor_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_audit_entries_municipality_id_municipalities')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entries'))
    )
    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entries_municipality_id'), ['municipality_id'], unique=False)
        batch_op.create_index('ix_audit_entries_subject', ['subject', 'subject_id'], unique=False)

    op.create_table('calendar_feeds',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('token', sa.LargeBinary(), nullable=True),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_calendar_feeds_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_calendar_feeds')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_calendar_feeds_token_hash'))
    )
    op.create_table('families',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('external_id', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('status', sa.Enum('draft', 'active', 'paused', 'left', name='familystatus', native_enum=False, length=32), nullable=False),
    sa.Column('consultant_id', sa.Integer(), nullable=True),
    sa.Column('protected_address', sa.Boolean(), nullable=False),
    sa.Column('mentor_approved_on', sa.Date(), nullable=True),
    sa.Column('mentor_approved_by_id', sa.Integer(), nullable=True),
    sa.Column('mentor_vouched_on', sa.Date(), nullable=True),
    sa.Column('mentor_vouched_by_id', sa.Integer(), nullable=True),
    sa.Column('open_answers', sa.JSON(), nullable=False),
    sa.Column('sealed_answers', sa.LargeBinary(), nullable=True),
    sa.Column('wizard_done', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('paused_until', sa.Date(), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['consultant_id'], ['accounts.id'], name=op.f('fk_families_consultant_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['mentor_approved_by_id'], ['accounts.id'], name=op.f('fk_families_mentor_approved_by_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['mentor_vouched_by_id'], ['accounts.id'], name=op.f('fk_families_mentor_vouched_by_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_families_municipality_id_municipalities')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_families')),
    sa.UniqueConstraint('municipality_id', 'external_id', name=op.f('uq_families_municipality_id_external_id')),
    sa.UniqueConstraint('ref', name=op.f('uq_families_ref'))
    )
    with op.batch_alter_table('families', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_families_consultant_id'), ['consultant_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_families_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('jobs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('state', sa.Enum('queued', 'running', 'done', 'failed', 'stopped', name='jobstate', native_enum=False, length=32), nullable=False),
    sa.Column('progress', sa.Double(), nullable=False),
    sa.Column('stop_wanted', sa.Boolean(), nullable=False),
    sa.Column('request', sa.JSON(), nullable=False),
    sa.Column('result', sa.LargeBinary(), nullable=True),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_jobs_municipality_id_municipalities')),
    sa.ForeignKeyConstraint(['owner_id'], ['accounts.id'], name=op.f('fk_jobs_owner_id_accounts'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_jobs')),
    sa.UniqueConstraint('ref', name=op.f('uq_jobs_ref'))
    )
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_jobs_municipality_id'), ['municipality_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_jobs_owner_id'), ['owner_id'], unique=False)

    op.create_table('pools',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('chosen_by', sa.JSON(), nullable=False),
    sa.Column('facilitator_id', sa.Integer(), nullable=True),
    sa.Column('released_by_id', sa.Integer(), nullable=True),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['facilitator_id'], ['accounts.id'], name=op.f('fk_pools_facilitator_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_pools_municipality_id_municipalities')),
    sa.ForeignKeyConstraint(['released_by_id'], ['accounts.id'], name=op.f('fk_pools_released_by_id_accounts'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pools')),
    sa.UniqueConstraint('ref', name=op.f('uq_pools_ref'))
    )
    with op.batch_alter_table('pools', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pools_facilitator_id'), ['facilitator_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pools_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('sign_in_codes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('code_hash', sa.String(length=64), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries_left', sa.Integer(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_sign_in_codes_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_codes')),
    sa.UniqueConstraint('ref', name=op.f('uq_sign_in_codes_ref'))
    )
    with op.batch_alter_table('sign_in_codes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_codes_account_id'), ['account_id'], unique=False)

    op.create_table('sign_ins',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('sid_hash', sa.String(length=64), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('idle_minutes', sa.Integer(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_sign_ins_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_ins')),
    sa.UniqueConstraint('sid_hash', name=op.f('uq_sign_ins_sid_hash'))
    )
    with op.batch_alter_table('sign_ins', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_ins_account_id'), ['account_id'], unique=False)

    op.create_table('consents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('matching', 'confidentiality', 'chat_rules', name='consentkind', native_enum=False, length=32), nullable=False),
    sa.Column('version', sa.String(length=20), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('given_by_id', sa.Integer(), nullable=True),
    sa.Column('by_phone', sa.Boolean(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_consents_family_id_families'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['given_by_id'], ['accounts.id'], name=op.f('fk_consents_given_by_id_accounts'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consents'))
    )
    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consents_family_id'), ['family_id'], unique=False)

    op.create_table('exclusions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.LargeBinary(), nullable=True),
    sa.Column('noted_by_id', sa.Integer(), nullable=True),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('family_id < other_id', name=op.f('ck_exclusions_ordered')),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_exclusions_family_id_families'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['noted_by_id'], ['accounts.id'], name=op.f('fk_exclusions_noted_by_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['other_id'], ['families.id'], name=op.f('fk_exclusions_other_id_families'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exclusions'))
    )
    with op.batch_alter_table('exclusions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_exclusions_other_id'), ['other_id'], unique=False)
        batch_op.create_index('uq_exclusions_pair', ['family_id', 'other_id'], unique=True)

    op.create_table('group_drafts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('pool_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('state', sa.Enum('working', 'ready', 'submitted', 'published', 'discarded', name='draftstate', native_enum=False, length=32), nullable=False),
    sa.Column('settings', sa.JSON(), nullable=False),
    sa.Column('outcome', sa.LargeBinary(), nullable=True),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['job_id'], ['jobs.id'], name=op.f('fk_group_drafts_job_id_jobs'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['made_by_id'], ['accounts.id'], name=op.f('fk_group_drafts_made_by_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['pool_id'], ['pools.id'], name=op.f('fk_group_drafts_pool_id_pools'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_drafts')),
    sa.UniqueConstraint('ref', name=op.f('uq_group_drafts_ref'))
    )
    with op.batch_alter_table('group_drafts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_group_drafts_pool_id'), ['pool_id'], unique=False)

    op.create_table('invitations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=True),
    sa.Column('institution_id', sa.Integer(), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('role_names', sa.JSON(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('invited_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('declined_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_invitations_family_id_families')),
    sa.ForeignKeyConstraint(['institution_id'], ['institutions.id'], name=op.f('fk_invitations_institution_id_institutions')),
    sa.ForeignKeyConstraint(['invited_by_id'], ['accounts.id'], name=op.f('fk_invitations_invited_by_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_invitations_municipality_id_municipalities')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitations')),
    sa.UniqueConstraint('ref', name=op.f('uq_invitations_ref')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_invitations_token_hash'))
    )
    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitations_email'), ['email'], unique=False)
        batch_op.create_index(batch_op.f('ix_invitations_family_id'), ['family_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_invitations_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('mentor_rounds',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('started_by_id', sa.Integer(), nullable=True),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('working', 'ready', 'decided', 'superseded', name='roundstate', native_enum=False, length=32), nullable=False),
    sa.Column('goal', sa.String(), nullable=False),
    sa.Column('pins', sa.JSON(), nullable=False),
    sa.Column('bans', sa.JSON(), nullable=False),
    sa.Column('approved', sa.JSON(), nullable=False),
    sa.Column('proposal', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['job_id'], ['jobs.id'], name=op.f('fk_mentor_rounds_job_id_jobs'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_mentor_rounds_municipality_id_municipalities')),
    sa.ForeignKeyConstraint(['started_by_id'], ['accounts.id'], name=op.f('fk_mentor_rounds_started_by_id_accounts'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mentor_rounds')),
    sa.UniqueConstraint('ref', name=op.f('uq_mentor_rounds_ref'))
    )
    with op.batch_alter_table('mentor_rounds', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mentor_rounds_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('messages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('rev', sa.Integer(), nullable=False),
    sa.Column('cid', sa.String(length=36), nullable=False),
    sa.Column('sender_id', sa.Integer(), nullable=True),
    sa.Column('family_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('text', 'notice', name='messagekind', native_enum=False, length=32), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('reply_to_seq', sa.Integer(), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_messages_family_id_families'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['room_id'], ['rooms.id'], name=op.f('fk_messages_room_id_rooms'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sender_id'], ['accounts.id'], name=op.f('fk_messages_sender_id_accounts'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_messages')),
    sa.UniqueConstraint('room_id', 'seq', name=op.f('uq_messages_room_id_seq')),
    sa.UniqueConstraint('sender_id', 'cid', name=op.f('uq_messages_sender_id_cid'))
    )
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_messages_room_id'), ['room_id'], unique=False)
        batch_op.create_index('ix_messages_room_rev', ['room_id', 'rev'], unique=False)

    op.create_table('placements',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('noted_by_id', sa.Integer(), nullable=True),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_placements_family_id_families'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['noted_by_id'], ['accounts.id'], name=op.f('fk_placements_noted_by_id_accounts'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_placements'))
    )
    with op.batch_alter_table('placements', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_placements_family_id'), ['family_id'], unique=False)

    op.create_table('pool_families',
    sa.Column('pool_id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_pool_families_family_id_families'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['pool_id'], ['pools.id'], name=op.f('fk_pool_families_pool_id_pools'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('pool_id', 'family_id', name=op.f('pk_pool_families'))
    )
    with op.batch_alter_table('pool_families', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pool_families_family_id'), ['family_id'], unique=False)

    op.create_table('room_members',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=True),
    sa.Column('is_facilitator', sa.Boolean(), nullable=False),
    sa.Column('first_seq', sa.Integer(), nullable=False),
    sa.Column('last_read_seq', sa.Integer(), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_room_members_account_id_accounts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_room_members_family_id_families')),
    sa.ForeignKeyConstraint(['room_id'], ['rooms.id'], name=op.f('fk_room_members_room_id_rooms'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_room_members'))
    )
    with op.batch_alter_table('room_members', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_room_members_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_room_members_family_id'), ['family_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_room_members_room_id'), ['room_id'], unique=False)
        batch_op.create_index('uq_room_members_once', ['room_id', 'account_id'], unique=True, sqlite_where=sa.text('left_at IS NULL'), postgresql_where=sa.text('left_at IS NULL'))

    op.create_table('suggestion_looks',
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('looked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('profile_version', sa.Integer(), nullable=False),
    sa.Column('hindered', sa.JSON(), nullable=False),
    sa.Column('draft', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_suggestion_looks_family_id_families'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('family_id', name=op.f('pk_suggestion_looks'))
    )
    op.create_table('uploads',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('filename', sa.String(length=200), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.Column('mended', sa.LargeBinary(), nullable=True),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['job_id'], ['jobs.id'], name=op.f('fk_uploads_job_id_jobs'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_uploads_municipality_id_municipalities')),
    sa.ForeignKeyConstraint(['owner_id'], ['accounts.id'], name=op.f('fk_uploads_owner_id_accounts'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_uploads')),
    sa.UniqueConstraint('ref', name=op.f('uq_uploads_ref'))
    )
    with op.batch_alter_table('uploads', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_uploads_municipality_id'), ['municipality_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_uploads_owner_id'), ['owner_id'], unique=False)

    op.create_table('draft_moves',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('draft_id', sa.Integer(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('from_group', sa.Integer(), nullable=True),
    sa.Column('to_group', sa.Integer(), nullable=True),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['draft_id'], ['group_drafts.id'], name=op.f('fk_draft_moves_draft_id_group_drafts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_draft_moves_family_id_families'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['made_by_id'], ['accounts.id'], name=op.f('fk_draft_moves_made_by_id_accounts'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft_moves'))
    )
    with op.batch_alter_table('draft_moves', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_draft_moves_draft_id'), ['draft_id'], unique=False)

    op.create_table('draft_seats',
    sa.Column('draft_id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('group_number', sa.Integer(), nullable=True),
    sa.Column('locked', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['group_drafts.id'], name=op.f('fk_draft_seats_draft_id_group_drafts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_draft_seats_family_id_families'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('draft_id', 'family_id', name=op.f('pk_draft_seats'))
    )
    with op.batch_alter_table('draft_seats', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_draft_seats_family_id'), ['family_id'], unique=False)

    op.create_table('mentor_requests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('mentor_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('shown_themes', sa.JSON(), nullable=False),
    sa.Column('facts', sa.LargeBinary(), nullable=True),
    sa.Column('state', sa.Enum('open', 'accepted', 'declined', 'expired', 'withdrawn', 'overtaken', name='requeststate', native_enum=False, length=32), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decline_reason', sa.Enum('unsaid', 'busy', 'own_placement', 'theme', 'distance', 'known', name='declinereason', native_enum=False, length=32), nullable=True),
    sa.Column('round_id', sa.Integer(), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name=op.f('ck_mentor_requests_closed_when_not_open')),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_mentor_requests_family_id_families'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['mentor_id'], ['families.id'], name=op.f('fk_mentor_requests_mentor_id_families'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['round_id'], ['mentor_rounds.id'], name=op.f('fk_mentor_requests_round_id_mentor_rounds')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mentor_requests')),
    sa.UniqueConstraint('ref', name=op.f('uq_mentor_requests_ref'))
    )
    with op.batch_alter_table('mentor_requests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mentor_requests_family_id'), ['family_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mentor_requests_mentor_id'), ['mentor_id'], unique=False)
        batch_op.create_index('uq_mentor_requests_one_open', ['family_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('network_groups',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('facilitator_id', sa.Integer(), nullable=True),
    sa.Column('draft_id', sa.Integer(), nullable=True),
    sa.Column('room_id', sa.Integer(), nullable=True),
    sa.Column('phase', sa.Enum('inviting', 'formed', 'facilitated', 'handing_over', 'self_running', 'resting', 'ended', name='phase', native_enum=False, length=32), nullable=False),
    sa.Column('planned_meetings', sa.Integer(), nullable=False),
    sa.Column('min_families', sa.Integer(), nullable=False),
    sa.Column('slot', sa.String(length=20), nullable=True),
    sa.Column('place', sa.String(length=120), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer_by', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_too_few_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('handover_proposed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('handed_over_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('facilitator_left_reason', sa.LargeBinary(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['group_drafts.id'], name=op.f('fk_network_groups_draft_id_group_drafts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['facilitator_id'], ['accounts.id'], name=op.f('fk_network_groups_facilitator_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_network_groups_municipality_id_municipalities')),
    sa.ForeignKeyConstraint(['room_id'], ['rooms.id'], name=op.f('fk_network_groups_room_id_rooms')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_network_groups')),
    sa.UniqueConstraint('ref', name=op.f('uq_network_groups_ref')),
    sa.UniqueConstraint('room_id', name=op.f('uq_network_groups_room_id'))
    )
    with op.batch_alter_table('network_groups', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_network_groups_facilitator_id'), ['facilitator_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_network_groups_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('reports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('reporter_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Enum('child_identified', 'harsh', 'worry', 'other', name='reportreason', native_enum=False, length=32), nullable=False),
    sa.Column('note', sa.LargeBinary(), nullable=True),
    sa.Column('snapshot', sa.LargeBinary(), nullable=True),
    sa.Column('state', sa.Enum('open', 'kept', 'removed', name='reportstate', native_enum=False, length=32), nullable=False),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision_note', sa.LargeBinary(), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['decided_by_id'], ['accounts.id'], name=op.f('fk_reports_decided_by_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_reports_message_id_messages'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_reports_municipality_id_municipalities')),
    sa.ForeignKeyConstraint(['reporter_id'], ['accounts.id'], name=op.f('fk_reports_reporter_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['room_id'], ['rooms.id'], name=op.f('fk_reports_room_id_rooms'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reports')),
    sa.UniqueConstraint('message_id', 'reporter_id', name=op.f('uq_reports_message_id_reporter_id')),
    sa.UniqueConstraint('ref', name=op.f('uq_reports_ref'))
    )
    with op.batch_alter_table('reports', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reports_message_id'), ['message_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reports_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('suggestions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('mentor_id', sa.Integer(), nullable=False),
    sa.Column('score', sa.Double(), nullable=False),
    sa.Column('state', sa.Enum('shown', 'hidden', 'asked', 'gone', name='suggestionstate', native_enum=False, length=32), nullable=False),
    sa.Column('facts', sa.LargeBinary(), nullable=True),
    sa.Column('round_id', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_suggestions_family_id_families'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['mentor_id'], ['families.id'], name=op.f('fk_suggestions_mentor_id_families'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['round_id'], ['mentor_rounds.id'], name=op.f('fk_suggestions_round_id_mentor_rounds'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suggestions')),
    sa.UniqueConstraint('family_id', 'mentor_id', name=op.f('uq_suggestions_family_id_mentor_id')),
    sa.UniqueConstraint('ref', name=op.f('uq_suggestions_ref'))
    )
    with op.batch_alter_table('suggestions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_suggestions_mentor_id'), ['mentor_id'], unique=False)

    op.create_table('group_memberships',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('answer', sa.Enum('waiting', 'yes', 'no', name='answer', native_enum=False, length=32), nullable=False),
    sa.Column('invited_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_group_memberships_family_id_families')),
    sa.ForeignKeyConstraint(['group_id'], ['network_groups.id'], name=op.f('fk_group_memberships_group_id_network_groups'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_memberships')),
    sa.UniqueConstraint('group_id', 'family_id', name=op.f('uq_group_memberships_group_id_family_id'))
    )
    with op.batch_alter_table('group_memberships', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_group_memberships_family_id'), ['family_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_group_memberships_group_id'), ['group_id'], unique=False)
        batch_op.create_index('uq_group_memberships_one_group', ['family_id'], unique=True, sqlite_where=sa.text("left_at IS NULL AND answer <> 'no'"), postgresql_where=sa.text("left_at IS NULL AND answer <> 'no'"))

    op.create_table('handover_votes',
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('answer', sa.Enum('yes', 'talk_first', name='handoveranswer', native_enum=False, length=32), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_handover_votes_family_id_families'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['group_id'], ['network_groups.id'], name=op.f('fk_handover_votes_group_id_network_groups'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('group_id', 'family_id', name=op.f('pk_handover_votes'))
    )
    op.create_table('meetings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('theme', sa.String(length=40), nullable=True),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('host_family_id', sa.Integer(), nullable=True),
    sa.Column('agenda', sa.JSON(), nullable=False),
    sa.Column('state', sa.Enum('planned', 'held', 'cancelled', name='meetingstate', native_enum=False, length=32), nullable=False),
    sa.Column('held_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['network_groups.id'], name=op.f('fk_meetings_group_id_network_groups'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['host_family_id'], ['families.id'], name=op.f('fk_meetings_host_family_id_families'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meetings')),
    sa.UniqueConstraint('ref', name=op.f('uq_meetings_ref'))
    )
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meetings_group_id'), ['group_id'], unique=False)

    op.create_table('mentorships',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('mentor_id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=True),
    sa.Column('room_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('awaiting_approval', 'active', 'paused', 'ended', name='mentorshipstate', native_enum=False, length=32), nullable=False),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refusal', sa.LargeBinary(), nullable=True),
    sa.Column('ref', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['approved_by_id'], ['accounts.id'], name=op.f('fk_mentorships_approved_by_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_mentorships_family_id_families')),
    sa.ForeignKeyConstraint(['mentor_id'], ['families.id'], name=op.f('fk_mentorships_mentor_id_families')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_mentorships_municipality_id_municipalities')),
    sa.ForeignKeyConstraint(['request_id'], ['mentor_requests.id'], name=op.f('fk_mentorships_request_id_mentor_requests'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['room_id'], ['rooms.id'], name=op.f('fk_mentorships_room_id_rooms')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mentorships')),
    sa.UniqueConstraint('ref', name=op.f('uq_mentorships_ref')),
    sa.UniqueConstraint('request_id', name=op.f('uq_mentorships_request_id'))
    )
    with op.batch_alter_table('mentorships', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mentorships_family_id'), ['family_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mentorships_mentor_id'), ['mentor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mentorships_municipality_id'), ['municipality_id'], unique=False)
        batch_op.create_index('uq_mentorships_one_running', ['family_id'], unique=True, sqlite_where=sa.text("state <> 'ended'"), postgresql_where=sa.text("state <> 'ended'"))

    op.create_table('meeting_replies',
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('coming', sa.Enum('yes', 'maybe', 'no', name='coming', native_enum=False, length=32), nullable=False),
    sa.Column('replied_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['family_id'], ['families.id'], name=op.f('fk_meeting_replies_family_id_families'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_meeting_replies_meeting_id_meetings'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('meeting_id', 'family_id', name=op.f('pk_meeting_replies'))
    )

    # Accounts and families point at each other: this key is added when both tables stand.
    with op.batch_alter_table('accounts', schema=None) as batch_op:
        batch_op.create_foreign_key('fk_accounts_family_id_families', 'families', ['family_id'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('accounts', schema=None) as batch_op:
        batch_op.drop_constraint('fk_accounts_family_id_families', type_='foreignkey')


    op.drop_table('meeting_replies')
    with op.batch_alter_table('mentorships', schema=None) as batch_op:
        batch_op.drop_index('uq_mentorships_one_running', sqlite_where=sa.text("state <> 'ended'"), postgresql_where=sa.text("state <> 'ended'"))
        batch_op.drop_index(batch_op.f('ix_mentorships_municipality_id'))
        batch_op.drop_index(batch_op.f('ix_mentorships_mentor_id'))
        batch_op.drop_index(batch_op.f('ix_mentorships_family_id'))

    op.drop_table('mentorships')
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meetings_group_id'))

    op.drop_table('meetings')
    op.drop_table('handover_votes')
    with op.batch_alter_table('group_memberships', schema=None) as batch_op:
        batch_op.drop_index('uq_group_memberships_one_group', sqlite_where=sa.text("left_at IS NULL AND answer <> 'no'"), postgresql_where=sa.text("left_at IS NULL AND answer <> 'no'"))
        batch_op.drop_index(batch_op.f('ix_group_memberships_group_id'))
        batch_op.drop_index(batch_op.f('ix_group_memberships_family_id'))

    op.drop_table('group_memberships')
    with op.batch_alter_table('suggestions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_suggestions_mentor_id'))

    op.drop_table('suggestions')
    with op.batch_alter_table('reports', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reports_municipality_id'))
        batch_op.drop_index(batch_op.f('ix_reports_message_id'))

    op.drop_table('reports')
    with op.batch_alter_table('network_groups', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_network_groups_municipality_id'))
        batch_op.drop_index(batch_op.f('ix_network_groups_facilitator_id'))

    op.drop_table('network_groups')
    with op.batch_alter_table('mentor_requests', schema=None) as batch_op:
        batch_op.drop_index('uq_mentor_requests_one_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index(batch_op.f('ix_mentor_requests_mentor_id'))
        batch_op.drop_index(batch_op.f('ix_mentor_requests_family_id'))

    op.drop_table('mentor_requests')
    with op.batch_alter_table('draft_seats', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_draft_seats_family_id'))

    op.drop_table('draft_seats')
    with op.batch_alter_table('draft_moves', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_draft_moves_draft_id'))

    op.drop_table('draft_moves')
    with op.batch_alter_table('uploads', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_uploads_owner_id'))
        batch_op.drop_index(batch_op.f('ix_uploads_municipality_id'))

    op.drop_table('uploads')
    op.drop_table('suggestion_looks')
    with op.batch_alter_table('room_members', schema=None) as batch_op:
        batch_op.drop_index('uq_room_members_once', sqlite_where=sa.text('left_at IS NULL'), postgresql_where=sa.text('left_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_room_members_room_id'))
        batch_op.drop_index(batch_op.f('ix_room_members_family_id'))
        batch_op.drop_index(batch_op.f('ix_room_members_account_id'))

    op.drop_table('room_members')
    with op.batch_alter_table('pool_families', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pool_families_family_id'))

    op.drop_table('pool_families')
    with op.batch_alter_table('placements', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_placements_family_id'))

    op.drop_table('placements')
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.drop_index('ix_messages_room_rev')
        batch_op.drop_index(batch_op.f('ix_messages_room_id'))

    op.drop_table('messages')
    with op.batch_alter_table('mentor_rounds', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mentor_rounds_municipality_id'))

    op.drop_table('mentor_rounds')
    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invitations_municipality_id'))
        batch_op.drop_index(batch_op.f('ix_invitations_family_id'))
        batch_op.drop_index(batch_op.f('ix_invitations_email'))

    op.drop_table('invitations')
    with op.batch_alter_table('group_drafts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_group_drafts_pool_id'))

    op.drop_table('group_drafts')
    with op.batch_alter_table('exclusions', schema=None) as batch_op:
        batch_op.drop_index('uq_exclusions_pair')
        batch_op.drop_index(batch_op.f('ix_exclusions_other_id'))

    op.drop_table('exclusions')
    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_consents_family_id'))

    op.drop_table('consents')
    with op.batch_alter_table('sign_ins', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_ins_account_id'))

    op.drop_table('sign_ins')
    with op.batch_alter_table('sign_in_codes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_codes_account_id'))

    op.drop_table('sign_in_codes')
    with op.batch_alter_table('pools', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pools_municipality_id'))
        batch_op.drop_index(batch_op.f('ix_pools_facilitator_id'))

    op.drop_table('pools')
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_jobs_owner_id'))
        batch_op.drop_index(batch_op.f('ix_jobs_municipality_id'))

    op.drop_table('jobs')
    with op.batch_alter_table('families', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_families_municipality_id'))
        batch_op.drop_index(batch_op.f('ix_families_consultant_id'))

    op.drop_table('families')
    op.drop_table('calendar_feeds')
    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_entries_subject')
        batch_op.drop_index(batch_op.f('ix_audit_entries_municipality_id'))

    op.drop_table('audit_entries')
    op.drop_table('account_roles')
    with op.batch_alter_table('accounts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_accounts_municipality_id'))
        batch_op.drop_index(batch_op.f('ix_accounts_family_id'))

    op.drop_table('accounts')
    with op.batch_alter_table('rooms', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rooms_municipality_id'))

    op.drop_table('rooms')
    with op.batch_alter_table('institutions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_institutions_municipality_id'))

    op.drop_table('institutions')
    with op.batch_alter_table('acute_numbers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_acute_numbers_municipality_id'))

    op.drop_table('acute_numbers')
    with op.batch_alter_table('sign_in_tries', schema=None) as batch_op:
        batch_op.drop_index('ix_sign_in_tries_network')
        batch_op.drop_index('ix_sign_in_tries_address')

    op.drop_table('sign_in_tries')
    op.drop_table('roles')
    op.drop_table('outgoing_mails')
    op.drop_table('municipalities')

