"""What every journey has: a picture of each open page when it fails, and a demo in every state."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.journeys.inside import inside
from tests.journeys.states import Staged, stage
from tests.live import Installation, installation

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
    """A running demo of the module's own: bringing it into every state cannot be done twice."""
    with installation(tmp_path_factory.mktemp("demo"), demo=True) as made:
        made.start_web()
        made.start_worker()
        yield made


@pytest.fixture(scope="module")
def house(demo) -> Iterator[Flask]:
    """The app on the files of the running demo."""
    with inside(demo) as app:
        yield app


@pytest.fixture(scope="module")
def staged(house) -> Staged:
    """Who is who in the demo, once it has been in every state."""
    return stage(house)
