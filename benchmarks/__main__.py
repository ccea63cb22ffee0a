"""`python -m benchmarks [pages startup matching chat]`: run all, or the named ones."""

import sys

from benchmarks import chat, matching, pages, startup

_ALL = {"startup": startup, "pages": pages, "matching": matching, "chat": chat}

for name in sys.argv[1:] or _ALL:
    print(f"\n## {name}\n", flush=True)
    _ALL[name].main()
