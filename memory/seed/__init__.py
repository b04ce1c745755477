"""Seeding: files that people write become long-term memories; job.py is the place to start reading."""
