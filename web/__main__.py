"""`python -m web` runs everything; `make run` calls it."""

from web.launch import main

raise SystemExit(main())
