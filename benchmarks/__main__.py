"""`python -m benchmarks [pages startup matching chat board forming]`: run all, or the named ones.

`forming` takes words of its own after it: see `python -m benchmarks forming --help`.
"""

import sys

from benchmarks import board, chat, forming, matching, pages, startup

_ALL = {"startup": startup, "pages": pages, "matching": matching, "chat": chat, "board": board}

if sys.argv[1:2] == ["forming"]:
    forming.main(sys.argv[2:])
else:
    for name in sys.argv[1:] or _ALL:
        print(f"\n## {name}\n", flush=True)
        _ALL[name].main()
    if not sys.argv[1:]:
        forming.main(["--quick"])
