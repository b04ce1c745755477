"""Suites of conversations as data, the runner that plays them, and the judges of what they did."""
