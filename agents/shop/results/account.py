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
    """A passage of the shop's help: its article's title, its heading there ('' for the opening), and its file."""

    title: str
    heading: str = ""
    body: str
    source: str = ""


class HelpArticles(Result):
    """The passages that fit best, best first, and who found them: long-term memory, or the shop's own help pages."""

    articles: list[HelpArticle]
    answered_by: Literal["memory", "help pages"] = "help pages"


class TicketOpened(Result):
    """A note for the staff, with its number."""

    ticket_id: str
