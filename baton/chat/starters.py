"""What a new conversation may begin with: sentences that fit any customer of a shop."""

from typing import NamedTuple


class Starter(NamedTuple):
    """A button below the empty chat. ``icon`` is a file under ``public/``."""

    label: str
    message: str
    icon: str


STARTERS = (
    Starter("Where is my order?", "Where is my order?", "/public/starters/parcel.svg"),
    Starter("Check my last payment", "Was I charged correctly for my last order?", "/public/starters/card.svg"),
    Starter("Return something", "I want to return something I bought", "/public/starters/return.svg"),
    Starter("Help me choose", "Which of your headphones has the longest battery life?", "/public/starters/spark.svg"),
    Starter("Talk to a person", "I would like to talk to a person.", "/public/starters/person.svg"),
)
