"""Answers about the account, help articles and tickets."""

from datetime import date
from typing import Literal

from agents.shop.results.base import Result
from agents.shop.results.billing import Method

TicketKind = Literal["complaint", "fault", "question"]


class Account(Result):
    """What the shop holds of a customer."""

    name: str
    email: str
    address: str
    locked: bool
    lock_reason: str | None
    newsletter: bool
    member_since: date
    payment_methods: list[Method]


class Unlocked(Result):
    """The account opens again."""

    email: str


class PasswordReset(Result):
    """A mail with a link for a new password is on its way."""

    sent_to: str


class AccountClosed(Result):
    """The account is closed for good."""

    email: str


class HelpArticle(Result):
    """One article of the shop's help."""

    slug: str
    title: str
    body: str


class HelpArticles(Result):
    """The articles that fit best, best first."""

    articles: list[HelpArticle]


class TicketOpened(Result):
    """A note for the staff, with its number."""

    ticket_id: str
