"""The names of rooms and participants: what is put in comes out, and nothing else is taken for ours."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.rooms import athlete_of, conversation_of, identity_of, room_of


@given(st.uuids(), st.text("abcXYZ019-_.", min_size=1))
def test_names_say_whose_they_are(one: UUID, device: str) -> None:
    assert conversation_of(room_of(one)) == one
    assert athlete_of(identity_of(one, device)) == one


@given(
    st.uuids(),
    st.sampled_from(["", "{}", "{}.", "x{}.phone", "agent-{}", "{}", "VOICEFIT-{}", "voicefit-{}x"]),
)
def test_other_names_are_not_ours(one: UUID, name: str) -> None:
    for text in (name.format(one), name.format(one.hex), name.format(str(one).upper())):
        if text.startswith("voicefit-") and text.removeprefix("voicefit-") == str(one):
            continue
        assert conversation_of(text) is None
        assert athlete_of(text) is None
