"""Build scripts and styles when their sources or pins have changed: `python -m web.assets`."""

from web.assets.build import build

if __name__ == "__main__":
    build()
