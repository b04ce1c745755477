"""What words alone tell, without vectors: act, negation, cuts, spelling, language, gist."""

from __future__ import annotations

import pytest

from agents.models.offline.gist import gist
from agents.models.offline.languages import language_of
from agents.models.offline.lexical import act_of, is_negated, negated_verbs
from agents.models.offline.requests import split
from agents.models.offline.spelling import Speller, distance

SPELLER = Speller(
    known=("my", "is", "the", "mouse", "moved", "where", "swap"),
    domain=("refund", "headphones", "order", "cancel", "arrived", "deliver", "shipping"),
)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("when do i get my refund", "question"),
        ("has it been shipped?", "question"),
        ("can I still see my invoice", "question"),
        ("how does resetting my password work? not now, just want to know", "question"),
        ("i have to cancel one of them, what does each cost me", "question"),
        ("refund me", "command"),
        ("could you send it to my office", "command"),
        ("alright then yes, do the refund", "command"),
        ("yes do that", "command"),
        ("i want my money back", "command"),
        ("my parcel is lost", "statement"),
    ],
)
def test_question_command_and_statement_are_told_apart(text: str, act: str) -> None:
    assert act_of(text) == act


@pytest.mark.parametrize(
    "text",
    [
        "don't cancel it",
        "please do not refund anything",
        "never mind",
        "forget it, leave it",
        "no, leave everything as is",
    ],
)
def test_negation_is_seen(text: str) -> None:
    assert is_negated(text)


@pytest.mark.parametrize("text", ["I don't want it, cancel it", "leave it at the door", "why was I not refunded"])
def test_a_no_that_forbids_nothing_is_not_negation(text: str) -> None:
    assert not is_negated(text)


def test_the_forbidden_verb_is_named() -> None:
    assert negated_verbs("cancel the headphones but don't close my account") == {"close"}


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (
            "track my hub please and tell me if you have a mouse with good battery",
            ("track my hub please", "tell me if you have a mouse with good battery"),
        ),
        (
            "cancel the headphones but don't cancel the hub",
            ("cancel the headphones", "don't cancel the hub"),
        ),
        (
            "cancel fee of 15 on a hub is a joke. let me speak to somebody in charge",
            ("cancel fee of 15 on a hub is a joke.", "let me speak to somebody in charge"),
        ),
        (
            "Hello, please unlock my account. Also invoice V-INV-2051 shows my old address.",
            ("Hello, please unlock my account.", "invoice V-INV-2051 shows my old address."),
        ),
    ],
)
def test_two_requests_are_cut(text: str, pieces: tuple[str, ...]) -> None:
    assert split(text) == pieces


@pytest.mark.parametrize(
    "text",
    [
        "the monitor has a dead pixel, i want to send it back",
        "my aria 700 never came, tracking is dead. i want my money back",
        "can you also mail it to me again",
        "15?? for a 39 hub? forget it, leave it",
        "ok thanks. and how long till its back on my account",
        "which is better, slate 14 and slate 16",
        "",
    ],
)
def test_one_request_stays_whole(text: str) -> None:
    assert split(text) == (text,)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("refudn my ordre", "refund my order"),
        ("hadphones", "headphones"),
        ("WHERE IS MY REFUDN", "WHERE IS MY REFUND"),
        ("cancelling my ordr", "cancelling my order"),
    ],
)
def test_errors_are_mended_towards_the_shops_words(wrong: str, right: str) -> None:
    assert SPELLER.correct(wrong) == right


@pytest.mark.parametrize("text", ["V-10O21", "anna@volta.example", "Call me Ordre", "Köln ordré", "i moved, swapping"])
def test_ids_mails_names_and_real_words_are_left_alone(text: str) -> None:
    assert SPELLER.correct(text) == text


def test_a_swap_of_neighbours_is_one_edit() -> None:
    assert distance("refudn", "refund", 2) == 1
    assert distance("mouse", "monitor", 2) == 3


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hallo, ich suche einen guten Kopfhörer, können Sie mir helfen?", "de"),
        ("Bonjour, je n'ai toujours pas reçu mon remboursement", "fr"),
        ("por favor es mi pedido", "es"),
        ("Buongiorno, dov'è il mio pacco?", "it"),
        ("где мой заказ", "ru"),
        ("cna you refudn it", "en"),
        ("ok ciao", "en"),
        ("Lindenweg 4, 50667 Köln", "en"),
        ("is there a café au lait", "en"),
    ],
)
def test_languages_are_told_apart_and_doubt_is_english(text: str, language: str) -> None:
    assert language_of(text) == language


def test_the_gist_is_the_matter_itself() -> None:
    assert gist("Hi, could you please help me to cancel my damn order V-10040?") == "cancel my order order number?"
    assert gist("please") == "please"
