"""`python -m benchmarks [pages startup matching chat board forming assigning]`: all, or the named.

`forming` and `assigning` take words of their own after them: see `... forming --help`.
"""

import sys

from benchmarks import assigning, board, chat, forming, matching, pages, startup

_ALL = {"startup": startup, "pages": pages, "matching": matching, "chat": chat, "board": board}

_WITH_WORDS = {"forming": forming, "assigning": assigning}

if sys.argv[1:2] and sys.argv[1] in _WITH_WORDS:
    _WITH_WORDS[sys.argv[1]].main(sys.argv[2:])
else:
    for name in sys.argv[1:] or _ALL:
        print(f"\n## {name}\n", flush=True)
        _ALL[name].main()
    if not sys.argv[1:]:
        forming.main(["--quick"])
