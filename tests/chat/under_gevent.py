"""`python -m tests.chat.under_gevent stalled` runs a module's main() where gevent patched first."""

import importlib
import sys

if __name__ == "__main__":
    from gevent import monkey

    monkey.patch_all()
    importlib.import_module(f"tests.chat.{sys.argv[1]}").main(*sys.argv[2:])
