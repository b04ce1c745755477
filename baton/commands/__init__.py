"""The commands, one module each; the dispatcher in `baton/cli.py` loads only the one that is asked for."""
