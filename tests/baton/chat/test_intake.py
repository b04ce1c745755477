"""What of a browser's message is taken in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baton.chat.intake import Refused, clean, is_conversation_id, title_of


def taken(output, command=None):
    return clean(output, command=command, limit_chars=100)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("  hello \r\n there ", "hello \n there"),
        ("a\x07b", "ab"),
        ("\u202egnp.exe", "gnp.exe"),
        ("👩\u200d👧 ❤\ufe0f", "👩\u200d👧 ❤\ufe0f"),
        ("नमस्ते 你好 \t ok", "नमस्ते 你好 \t ok"),
    ],
)
def test_words_are_kept_and_what_cannot_be_seen_is_not(sent, read):
    assert taken(sent) == read


def test_the_way_to_a_person_takes_words_along():
    assert taken("my order is late", "Talk to a person") == "I would like to talk to a person. my order is late"


@given(st.one_of(st.text(max_size=200), st.binary().map(lambda data: data.decode("latin-1")), st.none(), st.integers()))
def test_whatever_is_sent_is_read_or_refused_with_a_sentence(sent):
    result = taken(sent)
    if isinstance(result, Refused):
        assert result.sentence.endswith(".")
    else:
        assert 0 < len(result) <= 100
        assert result == taken(result), "what was cleaned is clean"


@pytest.mark.parametrize("name", [None, 3, "", "x", "C2A1C8F0-0000-4000-8000-000000000000", "{c2a1c8f0}", "a/b"])
def test_only_a_random_uuid_in_its_usual_form_names_a_conversation(name):
    assert not is_conversation_id(name)
    assert is_conversation_id("c2a1c8f0-0000-4000-8000-000000000000")


def test_a_title_is_the_first_words():
    assert title_of("Where is\n my parcel?") == "Where is my parcel?"
    assert title_of("word " * 30) == "word word word word word word word word word…"
