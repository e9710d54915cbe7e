"""What is wrong with content is named: the file, the entry, the fault; and all of it at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.catalogue.content import read_content
from db.catalogue.faults import ContentError, Faults
from db.catalogue.files import content_version
from db.catalogue.text import note_repeated
from tests.db.content import edit, small_content

GUIDE = "knowledge/exercise_guide/push.yaml"
CUES = "cues/push.yaml"
LINE_3 = "exercises.csv: line 3 (ring-push-up): "


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_content(tmp_path)


def faults(folder: Path) -> tuple[str, ...]:
    with pytest.raises(ContentError) as caught:
        read_content(folder)
    return caught.value.faults


def test_what_is_right_is_read(folder: Path) -> None:
    assert read_content(folder).counts() == {
        "exercises": 4,
        "stress": 2,
        "substitutions": 3,
        "wods": 2,
        "cues": 9,
        "knowledge": 2,
        "badges": 2,
        "warmups": 2,
        "cooldowns": 2,
    }


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        # exercises
        (
            "exercises.csv",
            ",progression_order",
            ",order",
            "exercises.csv: line 1: the columns are slug,name,",
        ),
        ("exercises.csv", "rings,chest", "rings,chest,", f"{LINE_3}has 14 cells, not 13"),
        ("exercises.csv", "ring-push-up,Ring", "Ring Pushup,Ring", "line 3 (Ring Pushup): slug: "),
        ("exercises.csv", "rings,chest", "rings,chests", f"{LINE_3}primary_muscle: Input should be 'chest'"),
        ("exercises.csv", "rings,chest", "hoops,chest", f"{LINE_3}equipment.0: Input should be 'barbell'"),
        (
            "exercises.csv",
            "push_up,push-up",
            "push_up,row",
            f"{LINE_3}parent_slug: there is no exercise 'row'",
        ),
        ("exercises.csv", "push_up,push-up", "push_up,ring-push-up", "would be a variation of itself"),
        (
            "exercises.csv",
            ",2,true",
            ",two,true",
            f"{LINE_3}progression_order: Input should be a valid integer",
        ),
        ("exercises.csv", ",2,true", ",2,perhaps", f"{LINE_3}is_compound: Input should be a valid boolean"),
        ("exercises.csv", "false,reps\nring", "false,miles\nring", "(push-up): measure: Input should be "),
        ("exercises.csv", "ring-push-up,Ring", "push-up,Ring", "'push-up' is also in exercises.csv: line 2"),
        ("exercises.csv", "ring push ups", "press up", f"{LINE_3}'pressup' is also in exercises.csv: line 2"),
        (
            "exercises.csv",
            "chest,triceps,",
            "chest,chest,",
            "secondary_muscles: 'chest' is the primary muscle",
        ),
        # stress and substitutions
        (
            "stress.csv",
            "push-up,",
            "pushup,",
            "stress.csv: line 2 (pushup): slug: there is no exercise 'pushup'",
        ),
        ("stress.csv", "wrist", "wrists", "stress.csv: line 2 (push-up): body_part: Input should be 'neck'"),
        ("stress.csv", "medium", "some", "stress.csv: line 2 (push-up): stress_level: "),
        (
            "stress.csv",
            "push-up,",
            "push-up,wrist,low\npush-up,",
            "'push-up/wrist' is also in stress.csv: line 2",
        ),
        ("substitutions.csv", "up,push-up,i", "up,ring-push-up,i", "an exercise cannot stand in for itself"),
        (
            "substitutions.csv",
            "injury,shoulder",
            "injury,",
            "affected_body_part belongs to the reason injury",
        ),
        ("substitutions.csv", "0.8", "1.8", "similarity_score: Input should be less than or equal to 1"),
        ("substitutions.csv", "0.8,", "0.8,light", "note_key: Input should be None (it is 'light')"),
        # WODs
        (
            "wods.csv",
            "push-up",
            "pushup",
            "wods.csv: line 2 (Pushy): movements.0.exercise: there is no exercise",
        ),
        ("wods.csv", "}]", "}", "wods.csv: line 2 (Pushy): movements: is not JSON"),
        ("wods.csv", '""reps"": 10', '""reps"": ""10""', "movements.0.reps: Input should be a valid integer"),
        ("wods.csv", '""reps""', '""rips""', "movements.0.rips: Extra inputs are not permitted"),
        ("wods.csv", ', ""reps"": 10', "", "movements.0: says neither reps, scheme nor distance_m"),
        ("wods.csv", ",20,", ",,", "wods.csv: line 2 (Pushy): an amrap needs time_cap_minutes"),
        ("wods.csv", "girl", "boy", "wods.csv: line 2 (Pushy): kind: Input should be 'girl'"),
        # badges
        (
            "badges.yaml",
            "type: reps",
            "type: pushes",
            "criteria: Input tag 'pushes' found using 'type' does not",
        ),
        (
            "badges.yaml",
            "exercise: push-up",
            "exercise: row",
            "push_ups_10: criteria.reps.exercise: there is no",
        ),
        ("badges.yaml", "count: 10", "count: ten", "criteria.reps.count: Input should be a valid integer"),
        ("badges.yaml", ", count: 10", "", "badges.yaml: push_ups_10: criteria.reps.count: Field required"),
        (
            "badges.yaml",
            "tier: bronze",
            "tier: tin",
            "badges.yaml: push_ups_10: tier: Input should be 'bronze'",
        ),
        (
            "badges.yaml",
            "  tier",
            "  colour: red\n  tier",
            "push_ups_10: colour: Extra inputs are not permitted",
        ),
        # templates
        (
            "warmups.yaml",
            "slug: push-up",
            "slug: row",
            "warmup-push: exercises.0.slug: there is no exercise 'row'",
        ),
        ("warmups.yaml", "type: push", "type: chest", "warmup-push: workout_type: Input should be 'push'"),
        (
            "warmups.yaml",
            "reps: 8",
            "duration_seconds: 8, reps: 8",
            "exercises.0: says how much by reps or by",
        ),
        (
            "cooldowns.yaml",
            "default: true",
            "default: false",
            "cooldowns.yaml: has 0 defaults for push, not 1",
        ),
        # cues
        (CUES, "push-up:", "pushup:", f"{CUES}: pushup: there is no exercise 'pushup' in exercises.csv"),
        (CUES, "breathing:", "breath:", f"{CUES}: push-up: breathing: Field required"),
        (
            CUES,
            "  setup:\n    - Put",
            "  setup:\n    - text: Put",
            f"{CUES}: push-up: setup.0: Input should be a",
        ),
        (CUES, "from head", "from (head)", f"{CUES}: push-up: setup.1: '(' cannot be spoken"),
        (CUES, "to heels.", "to heels", f"{CUES}: push-up: setup.1: does not end with a full stop"),
        # knowledge
        (GUIDE, "content: >", "text: >", f"{GUIDE}: push-up-load: content: Field required"),
        (GUIDE, "69 percent", "69%", f"{GUIDE}: push-up-load: content: '%' cannot be spoken"),
        (GUIDE, "about 69", "60-70", "content: '60-70' is read out wrongly"),
        (GUIDE, "69 percent", "69 kg", "content: '69 kg' is an abbreviation"),
        (GUIDE, "On your knees", "I.e. on your knees", "content: 'I.e' is an abbreviation"),
        (GUIDE, "On your knees it is less.", "See [this](http://x).", "cannot be spoken"),
        (GUIDE, "year: 2011", "year: 2012", "push-up-load: source: does not give the year 2012"),
        (
            GUIDE,
            "reviewed: 2026-11-25",
            "reviewed: 2009-11-25",
            "year: 2011 is after the review of 2009-11-25",
        ),
        (GUIDE, "reviewed: 2026-11-25", "reviewed: 2026-02-30", f"{GUIDE}: is not YAML: day is out of range"),
        (GUIDE, "  reviewed: 2026-11-25\n", "", f"{GUIDE}: push-up-load: reviewed: Field required"),
        (GUIDE, "tags: [push-up, load]", "tags: []", "push-up-load: tags: List should have at least 2 items"),
        (
            GUIDE,
            "category: strength",
            "category: power",
            "push-up-load: category: Input should be 'strength'",
        ),
        (GUIDE, "id: push-up-pop", "id: push-up-load", f"'push-up-load' is also in {GUIDE}: push-up-load"),
        (GUIDE, "A pop in the chest", "How heavy a push-up is", "'how heavy a push-up is' is also in "),
        (
            GUIDE,
            "Stop training and see a doctor within a day or two.",
            "Stop training. Go easy.",
            "red flag must",
        ),
        (
            GUIDE,
            "On your knees it is less.",
            "Stop when your hand is numb.",
            "names 'numb' and does not send to",
        ),
        (GUIDE, "On your knees it is less.", "", None),
        (
            GUIDE,
            "A pop at the front",
            "On your knees it is less. A pop at the front",
            "'On your knees it is less.'",
        ),
    ],
)
def test_a_fault_is_named_with_its_file_and_entry(
    folder: Path, name: str, old: str, new: str, fault: str | None
) -> None:
    edit(folder, name, old, new)
    if fault is None:
        read_content(folder)
        return
    found = faults(folder)
    assert [one for one in found if one.startswith(f"{name}: ") and fault in one], found


def test_lengths_are_held(folder: Path) -> None:
    edit(folder, GUIDE, "On your knees", "Again " * 100 + "and on your knees")
    assert any("words, not 20 to 110" in one for one in faults(folder))


def test_all_faults_are_found_at_once(folder: Path) -> None:
    edit(folder, "stress.csv", "wrist", "wrists")
    edit(folder, "badges.yaml", "bronze", "tin")
    edit(folder, CUES, "breathing:", "breath:")
    files = {fault.split(": ")[0] for fault in faults(folder)}
    assert files == {"stress.csv", "badges.yaml", CUES}


def test_a_key_that_is_there_twice_is_a_fault_not_the_last_one(folder: Path) -> None:
    (folder / CUES).write_text((folder / CUES).read_text() * 2)
    assert faults(folder) == (f"{CUES}: line 11: is not YAML: 'push-up' is there twice",)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"\xff\xfe", "badges.yaml: is not UTF-8 (byte 0)"),
        (b"- id: [", "badges.yaml: line 2: is not YAML: "),
        (b"id: x", "badges.yaml: must be a list of entries"),
        (b"- x", "badges.yaml: entry 1: must be a mapping"),
        (b"- !!python/object/apply:os.system [ls]", "badges.yaml: line 1: is not YAML: could not determine"),
    ],
)
def test_a_file_that_is_not_what_it_should_be(folder: Path, content: bytes, fault: str) -> None:
    (folder / "badges.yaml").write_bytes(content)
    (found,) = faults(folder)
    assert found.startswith(fault)


def test_a_file_may_be_as_spreadsheets_write_it(folder: Path) -> None:
    text = (folder / "stress.csv").read_text()
    (folder / "stress.csv").write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert read_content(folder).counts()["stress"] == 2


def test_files_that_are_missing_or_misplaced(folder: Path) -> None:
    (folder / "badges.yaml").rename(folder / "badges.yml")
    (folder / "knowledge" / "exercise_guide").rename(folder / "knowledge" / "guides")
    (folder / CUES).rename(folder / "cues.yaml")
    found = faults(folder)
    assert "badges.yaml: is missing" in found
    assert [one.split(":")[0] for one in found if "nothing reads this file" in one] == [
        "badges.yml",
        "cues.yaml",
    ]
    assert any(
        one.startswith("knowledge/guides/push.yaml: the folder is none of exercise_guide,") for one in found
    )


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert f"{tmp_path / 'nowhere'}: there is no such folder" in faults(tmp_path / "nowhere")


def test_the_message_shows_the_first_faults_and_counts_the_others(folder: Path) -> None:
    (folder / "stress.csv").write_text("slug,body_part,stress_level\n" + "row,hip,low\n" * 30)
    with pytest.raises(
        ContentError, match=r"(?s)none of it was loaded:\n  stress\.csv: line 2 .*\n  \.\.\. and 10 more$"
    ):
        read_content(folder)


def test_the_version_is_of_names_and_bytes(folder: Path) -> None:
    versions = [content_version(folder)]
    (folder / "notes.md").write_text("not content")
    (folder / "badges.yaml~").write_text("not content either")
    assert content_version(folder) == versions[0]
    edit(folder, "stress.csv", "medium", "low")
    versions.append(content_version(folder))
    (folder / CUES).rename(folder / "cues" / "other.yaml")
    versions.append(content_version(folder))
    (folder / "stress.csv").unlink()
    versions.append(content_version(folder))
    assert len(set(versions)) == 4


@given(
    st.lists(
        st.sampled_from(["One two three four.", "A b c d e.", "Rest a minute.", "Is it? Yes, it is so."])
    )
)
def test_only_long_sentences_of_two_entries_are_repetitions(texts: list[str]) -> None:
    found = Faults()
    note_repeated([("file", str(number), text) for number, text in enumerate(texts)], found)
    long = [text for text in texts if text != "Rest a minute."]
    assert len(found.found) == len(long) - len(set(long))
