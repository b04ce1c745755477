"""The demo world: deterministic rows relative to the day of the reset. Fixed people first, then a seeded crowd."""

from agents.shop.demo.world import world

__all__ = ["world"]
