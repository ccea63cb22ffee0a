"""Work together on a draft: who helps with a pool, and what was done at its board, in order."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.clock import now
from data.db import Base
from data.models.accounts import Account
from data.models.families import Family
from data.models.groups import Pool


class PoolHelper(Base):
    """A second facilitator on a pool: sees and moves what the first one does."""

    __tablename__ = "pool_helpers"

    pool_id: Mapped[int] = mapped_column(
        ForeignKey("pools.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime] = mapped_column(default=now)

    pool: Mapped[Pool] = relationship()
    account: Mapped[Account] = relationship(foreign_keys=[account_id])


class ChangeKind(StrEnum):
    MOVED = "moved"  # also a swap: a step of two moves
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    UNDONE = "undone"
    REDONE = "redone"
    ADOPTED = "adopted"  # what a recalculation moves: in its copy, and where it is taken over


class DraftChange(Base):
    """One operation at a board, in the order the server took it."""

    __tablename__ = "draft_changes"
    __table_args__ = (Index("ix_draft_changes_order", "draft_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("group_drafts.id", ondelete="CASCADE"))
    version: Mapped[int]  # of the draft after this
    kind: Mapped[ChangeKind]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    step: Mapped[int | None]  # whose moves are in draft_moves
    family_id: Mapped[int | None] = mapped_column(ForeignKey("families.id", ondelete="SET NULL"))
    groups: Mapped[list[Any]] = mapped_column(JSON, default=list)  # touched; None is the tray

    made_by: Mapped[Account | None] = relationship()
    family: Mapped[Family | None] = relationship()
