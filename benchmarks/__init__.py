"""Measures what Baton costs beside its peers, against a scripted endpoint of its own."""
