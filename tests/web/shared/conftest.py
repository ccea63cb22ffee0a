"""A real browser on the real app."""

from collections.abc import Iterator

import pytest

from config import Config
from tests.live import serving
from web.app import create_app


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[str]:
    """The app served on a free port; the address to open."""
    app = create_app(Config.for_tests(INSTANCE=tmp_path_factory.mktemp("instance")))
    with serving(app) as address:
        yield address
