"""A draft's other views: the map, who fits with whom, and the comparison."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from data.db import db, transaction
from data.errors import Conflict
from data.models import DraftState, GroupDraft
from web.groups.actions import board as actions
from web.groups.actions.views import draft_to_look_at, has_groups
from web.groups.blueprint import bp
from web.groups.draft_settings import DraftSettings
from web.groups.routes.pools import WORKS_WITH_GROUPS, note_look
from web.shared.access import for_roles, me

if TYPE_CHECKING:
    from web.groups.views.scene import Scene


@bp.get("/staff/drafts/<ref>/map")
@for_roles(*WORKS_WITH_GROUPS)
def draft_map(ref: str) -> ResponseReturnValue:
    from web.groups.views.maps import map_of, nearest_places  # the matcher: not at start

    draft = draft_to_look_at(ref, by=me())
    if away := _away(draft, page="map"):
        return away
    scene = _scene(draft, among=() if _part() else None)
    near = nearest_places(scene, DraftSettings.from_json(draft.settings))
    if _part():
        return render_template("groups/_map_family.html", draft=draft, scene=scene, near=near)
    return _page("map", draft, scene, map=map_of(scene), near=near)


@bp.get("/staff/drafts/<ref>/graph")
@for_roles(*WORKS_WITH_GROUPS)
def draft_graph(ref: str) -> ResponseReturnValue:
    from web.groups.views.graphs import Fits, graph_of, row_of

    draft = draft_to_look_at(ref, by=me())
    if away := _away(draft, page="graph"):
        return away
    fits = Fits(draft)
    if _part():
        scene = _scene(draft, among=fits.best_of(request.args.get("f")))
        row = row_of(scene, fits)
        return render_template("groups/_graph_family.html", draft=draft, scene=scene, row=row)
    scene = _scene(draft)
    return _page("graph", draft, scene, graph=graph_of(scene, fits), row=row_of(scene, fits))


@bp.get("/staff/drafts/<ref>/compare")
@for_roles(*WORKS_WITH_GROUPS)
def draft_compare(ref: str) -> ResponseReturnValue:
    from web.groups.views.comparing import comparison_of
    from web.groups.views.sides import choices, own_side, side_of

    draft = draft_to_look_at(ref, by=me())
    if away := _away(draft, page="compare"):
        return away
    scene = _scene(draft)
    found = choices(draft, scene, by=me())
    key = request.args.get("with") or (found[0].key if found else None)
    if key is None:
        return _page("compare", draft, scene, choices=found)
    here, there = own_side(scene), side_of(draft, key, found, scene=scene)
    return _page(
        "compare",
        draft,
        scene,
        choices=found,
        key=key,
        here=here,
        there=there,
        comparison=comparison_of(scene, here, there),
    )


@bp.post("/staff/drafts/<ref>/<any(map, graph, compare):view>/<any(undo, redo):what>")
@for_roles(*WORKS_WITH_GROUPS)
def step_in_view(ref: str, view: str, what: str) -> ResponseReturnValue:
    act = actions.undo if what == "undo" else actions.redo
    try:
        with transaction():
            said = act(ref, by=me())
    except Conflict as refusal:
        db.session.rollback()
        said = str(refusal)
    flash(said)
    kept: dict[str, Any] = {
        name: request.form[name] for name in ("f", "g", "with") if request.form.get(name)
    }
    return redirect(url_for(f"groups.draft_{view}", ref=ref, **kept))


def _away(draft: GroupDraft, *, page: str) -> ResponseReturnValue | None:
    """Return where to go instead, or note the look and return None."""
    if not has_groups(draft):
        return redirect(url_for("groups.draft", ref=draft.ref))
    note_look(draft.pool, page=page)
    return None


def _scene(draft: GroupDraft, *, among: Container[int] | None = None) -> Scene:
    from web.groups.views.scene import scene_of

    number = request.args.get("g", "")
    only = int(number) if number.isdecimal() and len(number) <= 4 else None
    chosen = request.args.get("f")
    return scene_of(draft, by=me(), chosen_ref=chosen, only=only, among=among)


def _part() -> bool:
    """Answer whether the page's script asks for the chosen family alone."""
    return request.args.get("part") == "family"


def _page(view: str, draft: GroupDraft, scene: Scene, **more: Any) -> str:
    return render_template(
        f"groups/{view}.html",
        draft=draft,
        scene=scene,
        view=view,
        editable=draft.state is DraftState.READY,
        **more,
    )
