"""What every journey has: a picture of each open page when it fails."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

expect.set_options(timeout=20_000)  # two cores, a server, a worker and several browsers
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
