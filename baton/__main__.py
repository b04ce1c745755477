"""`python -m baton` is `baton`."""

from __future__ import annotations

from baton.cli import main

main()
