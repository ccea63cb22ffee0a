"""What every journey has: a picture of each open page when it fails, and a demo in every state."""

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.journeys.inside import inside
from tests.journeys.states import Staged, stage
from tests.live import Installation, copy_of, installation

WHO = "who-is-who.pickle"
_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


@pytest.fixture(autouse=True)
def pictures_of_failure(request, new_page, tmp_path) -> Iterator[None]:
    """Keep what the browser showed when a journey failed."""
    yield
    if request.node.stash.get(_FAILED, False):
        for number, page in enumerate(new_page.pages, start=1):
            page.screenshot(path=tmp_path / f"page-{number}.png", full_page=True)
        print("pictures:", tmp_path)


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Iterator[Installation]:
    """A running demo of the module's own that has been in every state."""
    folder = tmp_path_factory.mktemp("demo")
    copy_of("staged", folder, _staged_demo)
    with installation(folder) as made:
        made.start_web()
        made.start_worker()
        yield made


@pytest.fixture(scope="module")
def house(demo) -> Iterator[Flask]:
    """The app on the files of the running demo."""
    with inside(demo) as app:
        yield app


def _staged_demo(folder: Path) -> None:
    with installation(folder, demo=True) as made, inside(made) as app:
        (folder / WHO).write_bytes(pickle.dumps(stage(app)))


@pytest.fixture(scope="module")
def staged(demo) -> Staged:
    """Who is who in the demo, which has been in every state."""
    return pickle.loads((demo.folder / WHO).read_bytes())
