"""The program: command line, settings, wiring (the only place where adapters are built) and the web server."""
