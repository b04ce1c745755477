"""How a refund is told: with a person, on its way, and to those who doubt it."""

from __future__ import annotations

from agents.models.offline import wording
from agents.models.offline.talk import Talk
from agents.shop.results.billing import RefundRow


def with_a_person(talk: Talk, number: str) -> str:
    """An approval that a person has not decided yet."""
    return talk.vary(
        f"Your refund is with a person for approval: request **{number}** is still pending. Once a colleague has "
        "approved it, the bank "
        "needs 5 to 7 working days. It is asked for once and stays that way.",
        f"Request **{number}** still waits for a colleague's review, so I can't speed it up or ask for it again. "
        "After the approval "
        "the money takes 5 to 7 working days.",
    )


def refund_line(talk: Talk, made: RefundRow) -> str:
    """A refund with the days on which it should arrive."""
    return (
        f"Refund **{made.refund_id}** of {wording.money(made.amount_cents)} for order {made.order_id} was issued "
        f"{wording.ago(made.issued_on, talk.today)}. The bank needs {made.working_days_min} to "
        f"{made.working_days_max} working days, so it "
        f"should be on your account between {wording.day(made.expected_from)} and {wording.day(made.expected_by)}."
    )


def patience(talk: Talk, made: RefundRow) -> str:
    """The same facts for those who doubt them."""
    return (
        f"Our records show that {wording.money(made.amount_cents)} for order {made.order_id} has been issued on "
        f"{wording.day(made.issued_on)} ({made.refund_id}); it is not lost, it is with the bank, which takes "
        f"{made.working_days_min} to {made.working_days_max} working days. If it is not there by "
        f"{wording.day(made.expected_by)}, tell me and a person looks into it."
    )
