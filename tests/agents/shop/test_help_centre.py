"""The help centre: readable files, whose every figure is a rule that the shop keeps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agents.shop import policy
from agents.shop.demo.articles import HELP_CENTRE, articles
from agents.shop.passages import passages
from agents.shop.text import money
from agents.tools.types import Quantity
from memory.longterm.kinds import LIFETIMES

ALL = [passage for article in articles() for passage in passages(article.slug, article.title, article.body)]
TEXT = "\n".join(f"{passage.title}\n{passage.heading}\n{passage.text}" for passage in ALL)

DAYS = {
    f"{policy.RETURN_DAYS} days",
    f"{policy.RETURN_DAYS // 2} days",  # to send the parcel, once the return is registered
    f"{policy.REFUND_DAYS_MIN} to {policy.REFUND_DAYS_MAX} working days",
    f"{policy.STANDARD_DAYS_MIN} to {policy.STANDARD_DAYS_MAX} working days",
    f"{policy.LOST_AFTER_DAYS} days",
    f"{policy.QUOTE_DAYS} days",
}
AMOUNTS = {
    policy.CANCEL_FEE_CENTS,
    policy.STANDARD_CENTS,
    policy.STANDARD_FREE_FROM_CENTS,
    policy.EXPRESS_CENTS,
    policy.REFUND_LIMIT_CENTS,
    policy.ORDER_LIMIT_CENTS,
}


def lived(kind: str) -> int:
    lives = LIFETIMES[kind].lives  # pyright: ignore[reportArgumentType]
    assert lives is not None
    return int(lives.total_seconds() // 3600)


MEMORY = {f"{lived('preference') // 24} days", f"{lived('operational')} hours"}


def test_there_are_some_sixty_articles_cut_into_passages() -> None:
    assert len(articles()) >= 60
    assert len(ALL) > len(articles())
    assert all(40 <= len(passage.text) <= 700 for passage in ALL)


def test_every_amount_is_one_of_the_rules_and_every_rule_is_told() -> None:
    assert set(re.findall(r"\d[\d,]*\.\d\d", TEXT)) == {money(cents) for cents in AMOUNTS}


def test_every_number_of_days_is_one_of_the_rules_and_every_rule_is_told() -> None:
    assert set(re.findall(r"\d+(?: to \d+)? (?:working days|days|hours)", TEXT)) == DAYS | MEMORY


def test_the_pieces_of_an_order_are_those_that_the_tool_takes() -> None:
    most = next(mark.le for mark in Quantity.__metadata__[0].metadata if hasattr(mark, "le"))
    assert set(re.findall(r"\d+ pieces", TEXT)) == {f"{most} pieces"}


def test_the_refund_policy_is_the_very_text_that_billing_tells() -> None:
    opening = next(passage for passage in ALL if passage.slug == "refund-policy")
    assert opening.text == policy.REFUND_TEXT


def test_titles_and_passages_are_told_apart() -> None:
    assert len({article.title for article in articles()}) == len(articles())
    assert len({passage.text for passage in ALL}) == len(ALL)


def test_nothing_of_one_shop_stands_in_the_articles_of_both() -> None:
    assert not re.search(r"\b(?:volta|lumen|aria|breeze|pebble|slate|cove)\b", TEXT, re.I)


@pytest.mark.parametrize("path", sorted(HELP_CENTRE.iterdir()), ids=lambda path: path.stem)
def test_every_file_is_an_article(path: Path) -> None:
    article = next(one for one in articles() if one.slug == path.stem)
    assert path.suffix == ".md"
    assert article.tags
    assert article.title[0].isupper() and not article.title.endswith(".")
