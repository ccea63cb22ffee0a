"""The map of a draft: families as discs, meeting places as squares, drives as lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from data.answers import answers_of, seen_by
from matcher.geography import minutes_table, places, postcode_numbers
from matcher.grouping.words import in_fives
from web.groups.draft_settings import DraftSettings
from web.groups.views.apart import kept_apart
from web.groups.views.frames import WIDTH, Floats, Frame, Land, frame_around, land_on
from web.groups.views.geography import Area, area_of, drawn_at
from web.groups.views.scene import Scene, Spot

MOST_DISCS = 800
NEAREST = 3
SQUARE, SMALL_SQUARE = 15, 9
FEW_GROUPS = 30  # with more, large squares would cover the families
LABEL_HEIGHT, LABEL_WIDTH = 16, 130
RADII = ((60, 13), (150, 10), (400, 7))  # up to so many discs, and how large they are


@dataclass(frozen=True, kw_only=True)
class Disc:
    """A family on the map."""

    spot: Spot
    x: float
    y: float
    name: str
    label_left: bool  # another disc stands close by on the right


@dataclass(frozen=True, kw_only=True)
class Square:
    """Where a group meets."""

    number: int
    letter: str
    hue: str
    x: float
    y: float
    name: str


@dataclass(frozen=True, kw_only=True)
class Spoke:
    """The drive of one family."""

    spot: Spot
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, kw_only=True)
class DraftMap:
    """The picture, and who is not in it."""

    land: tuple[Land, ...]
    discs: tuple[Disc, ...]
    squares: tuple[Square, ...]
    spokes: tuple[Spoke, ...]
    shown: tuple[Spot, ...]  # for the table, group by group
    n_protected: int
    n_unknown: int
    radius: int
    half: int  # of a square's side
    too_many: bool


def map_of(scene: Scene) -> DraftMap:
    """Draw the map; a family whose address is protected has no part in it at all."""
    areas = {i: area for i in scene.spots if (area := _area(scene, i))}
    hidden = sum(family.protected_address for family in scene.families.values())
    shown = [spot for spot in scene.in_order if spot.card.id in areas]
    # In the order of names, which no move changes: so nobody is pushed elsewhere by another's move.
    drawn = [spot for i, spot in scene.spots.items() if i in areas]
    if len(drawn) > MOST_DISCS:
        drawn = []
    homes = [drawn_at(s.card.ref, areas[s.card.id]) for s in drawn]
    towns = _towns(scene)
    frame = frame_around([*homes, *towns.values()])
    half = SQUARE if len(scene.heads) <= FEW_GROUPS else SMALL_SQUARE
    squares = _squares(scene, frame, towns, half)
    radius = next((r for most, r in RADII if len(drawn) <= most), 5)
    at = kept_apart(
        frame.on_paper(homes),
        [(s.x, s.y) for s in squares],
        apart=2 * radius + 1,
        from_fixed=radius + half + 2,
    )
    told = _Told(scene)
    discs = tuple(
        Disc(
            spot=spot,
            x=round(float(x), 1),
            y=round(float(y), 1),
            name=told.of(spot),
            label_left=left,
        )
        for spot, (x, y), left in zip(drawn, at, _labels_left(at), strict=True)
    )
    ours = frozenset(areas[s.card.id].municipality for s in shown)
    discs = tuple(sorted(discs, key=lambda d: (d.spot.number is None, d.spot.number or 0)))
    return DraftMap(
        land=land_on(frame, ours),
        discs=discs,
        squares=squares,
        spokes=_spokes(discs, squares),
        shown=tuple(shown),
        n_protected=hidden,
        n_unknown=len(scene.spots) - len(shown) - hidden,
        radius=radius,
        half=half,
        too_many=len(shown) > MOST_DISCS,
    )


def _labels_left(at: Floats) -> list[bool]:
    """Return whose name has more room on its left."""
    gap = at[None, :, :] - at[:, None, :]
    close = (abs(gap[..., 1]) < LABEL_HEIGHT) & (abs(gap[..., 0]) < LABEL_WIDTH)
    right, left = (close & (gap[..., 0] > 0)).sum(1), (close & (gap[..., 0] < 0)).sum(1)
    beyond = at[:, 0] > WIDTH - LABEL_WIDTH
    return [bool(it) for it in beyond | ((right > left) & (at[:, 0] > LABEL_WIDTH))]


def nearest_places(scene: Scene, settings: DraftSettings) -> list[tuple[str, int]]:
    """Return the places nearest to where the chosen family's area lies, with the drive in fives.

    From the area, not from the postcode: three drives from one postcode would give it away.
    """
    area = _area(scene, scene.chosen.card.id) if scene.chosen else None
    if area is None:
        return []
    number = postcode_numbers()
    rows = [number[code] for code in area.postcodes]
    found = [
        (float(minutes_table()[rows, number[code]].mean()), name)
        for name, code in settings.places
        if code in number
    ]
    return [(name, in_fives(minutes)) for minutes, name in sorted(found)[:NEAREST]]


def _area(scene: Scene, family_id: int) -> Area | None:
    family = scene.families[family_id]
    if family.protected_address:
        return None
    municipality = seen_by("facilitator", family).get("home_municipality")
    return area_of(municipality, answers_of(family).get("postcode"))


def _towns(scene: Scene) -> dict[int, tuple[float, float]]:
    """Return where each group meets, as longitude and latitude."""
    found = {}
    for group in scene.outcome.groups:
        if group.place_postcode in places():
            lat, lon, _codes = places()[group.place_postcode]
            found[group.label] = (lon, lat)
    return found


def _squares(
    scene: Scene, frame: Frame, towns: dict[int, tuple[float, float]], half: int
) -> tuple[Square, ...]:
    """Return the squares; groups that meet in one place stand side by side."""
    taken: dict[tuple[float, float], int] = {}
    found = []
    for head in scene.heads:
        if head.number not in towns:
            continue
        there = towns[head.number]
        row, column = divmod(taken.get(there, 0), 6)
        taken[there] = taken.get(there, 0) + 1
        x, y = frame.on_paper([there])[0]
        found.append(
            Square(
                number=head.number,
                letter=head.letter,
                hue=head.hue,
                x=round(float(x) + column * (2 * half + 1), 1),
                y=round(float(y) + row * (2 * half + 1), 1),
                name=_("Group %(letter)s meets at %(place)s", letter=head.letter, place=head.place),
            )
        )
    return tuple(found)


def _spokes(discs: Sequence[Disc], squares: Sequence[Square]) -> tuple[Spoke, ...]:
    where = {square.number: square for square in squares}
    return tuple(
        Spoke(spot=d.spot, x1=d.x, y1=d.y, x2=there.x, y2=there.y)
        for d in discs
        if d.spot.number is not None and (there := where.get(d.spot.number))
    )


class _Told:
    """A disc in words, the sentences translated once for all: "Familien Skov, Hedensted, ..."."""

    def __init__(self, scene: Scene) -> None:
        self._places = {head.number: head.place for head in scene.heads}
        self._name, self._fits = _("The family %(name)s"), _("fits %(points)s of 100")
        self._drive = _("about %(n)s min. to %(place)s")
        self._group, self._tray = _("group %(letter)s"), _("without a group")

    def of(self, spot: Spot) -> str:
        parts = [self._name % {"name": spot.card.name}, spot.card.municipality]
        if spot.number is None:
            return ", ".join(part for part in [*parts, self._tray] if part)
        parts.append(self._group % {"letter": spot.letter})
        if spot.minutes:
            parts.append(self._drive % {"n": spot.minutes, "place": self._places[spot.number]})
        if spot.fit is not None:
            parts.append(self._fits % {"points": spot.fit})
        return ", ".join(part for part in parts if part)
