"""Questions about how groups say it goes: rounds, who has answered, and averages of enough."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from data.clock import today
from data.db import db
from data.models import NetworkGroup, Phase, PulseMark, PulseRound, StartSurvey

AFTER_THE_GROUP = timedelta(days=7)  # the families see how it goes before anyone else
FEWEST_OF_A_WORD = 2
FEWEST = 5  # fewer answers than this are never shown, to anyone


@dataclass(frozen=True, kw_only=True)
class PulseShown:
    """One closed round that enough families answered."""

    month: date
    n: int
    marks: tuple[int, ...]  # how many gave 1, 2, 3, 4 and 5
    words: dict[str, int]  # those that more than one chose

    @property
    def mean(self) -> float:
        """Return the average mark."""
        return sum(mark * count for mark, count in enumerate(self.marks, start=1)) / self.n


def round_of(group: NetworkGroup, month: date, *, lock: bool = False) -> PulseRound | None:
    """Return the group's round of one month."""
    wanted = select(PulseRound).where(PulseRound.group_id == group.id, PulseRound.month == month)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(wanted)


def open_round_of(group: NetworkGroup) -> PulseRound | None:
    """Return the round that can be answered today."""
    return db.session.scalar(
        select(PulseRound)
        .where(
            PulseRound.group_id == group.id,
            PulseRound.closed_on.is_(None),
            PulseRound.closes_on >= today(),
        )
        .order_by(PulseRound.month.desc())
        .limit(1)
    )


def has_answered(round_: PulseRound, family_id: int) -> bool:
    """Answer whether a family has answered; what it said nobody can ask."""
    return db.session.get(PulseMark, (round_.id, family_id)) is not None


def answered_by(round_: PulseRound) -> set[int]:
    """Return the families that have answered."""
    marks = select(PulseMark.family_id).where(PulseMark.round_id == round_.id)
    return set(db.session.scalars(marks))


def groups_to_ask(phases: Iterable[Phase]) -> list[int]:
    """Return the ids of groups in these phases that have not been asked this month."""
    month = today().replace(day=1)
    asked = select(PulseRound.id).where(
        PulseRound.group_id == NetworkGroup.id, PulseRound.month == month
    )
    wanted = select(NetworkGroup.id).where(NetworkGroup.phase.in_(list(phases)), ~asked.exists())
    return list(db.session.scalars(wanted.order_by(NetworkGroup.id)))


def rounds_to_close() -> list[int]:
    """Return the ids of rounds whose last day is over."""
    return list(
        db.session.scalars(
            select(PulseRound.id)
            .where(PulseRound.closed_on.is_(None), PulseRound.closes_on < today())
            .order_by(PulseRound.id)
        )
    )


def shown_rounds(
    group: NetworkGroup, *, for_staff: bool = False, most: int = 12
) -> list[PulseShown]:
    """Return the closed rounds that enough answered, oldest first; to staff a week later."""
    wanted = select(PulseRound).where(
        PulseRound.group_id == group.id,
        PulseRound.closed_on.is_not(None),
        PulseRound.counts.is_not(None),
    )
    if for_staff:
        wanted = wanted.where(PulseRound.closed_on <= today() - AFTER_THE_GROUP)
    rows = db.session.scalars(wanted.order_by(PulseRound.month.desc()).limit(most)).all()
    shown = []
    for row in reversed(rows):
        counts = (row.counts.value if row.counts else None) or {}
        if counts.get("n", 0) >= FEWEST:
            shown.append(
                PulseShown(
                    month=row.month, n=counts["n"], marks=tuple(counts["marks"]),
                    words={w: n for w, n in counts["words"].items() if n >= FEWEST_OF_A_WORD},
                )
            )  # fmt: skip
    return shown


def start_survey_of(group: NetworkGroup, family_id: int) -> StartSurvey | None:
    """Return what a family answered when it joined."""
    return db.session.scalar(
        select(StartSurvey).where(
            StartSurvey.group_id == group.id, StartSurvey.family_id == family_id
        )
    )


def start_means(municipality_id: int, questions: Iterable[str]) -> dict[str, tuple[float, int]]:
    """Return (average, how many answered) of each question that enough families answered."""
    rows = db.session.scalars(
        select(StartSurvey)
        .join(NetworkGroup, NetworkGroup.id == StartSurvey.group_id)
        .where(NetworkGroup.municipality_id == municipality_id)
    )
    answers = [(row.answers.value if row.answers else None) or {} for row in rows]
    means = {}
    for code in questions:
        given = [answer[code] for answer in answers if code in answer]
        if len(given) >= FEWEST:
            means[code] = (sum(given) / len(given), len(given))
    return means
