"""Who is meant."""

from __future__ import annotations

from agents.shop.directory import customer_called, customers_called


async def test_a_customer_is_found_by_address_or_id_within_their_shop(shop):
    assert await customer_called(shop, "volta", "Anna@volta.example") == "anna"
    assert await customer_called(shop, "volta", "anna") == "anna"
    assert await customer_called(shop, "lumen", "anna@volta.example") is None
    assert await customer_called(shop, "volta", "nobody@volta.example") is None
    assert await customer_called(shop, "volta", "") is None


async def test_many_are_found_at_once_and_nobody_is_left_out(shop):
    crowd = {f"nobody-{number}" for number in range(1_000)}
    said = crowd | {"Anna@volta.example", "anna", "ben", "Ben", "gina@lumen.example"}
    assert await customers_called(shop, "volta", said) == {"Anna@volta.example": "anna", "anna": "anna", "ben": "ben"}
