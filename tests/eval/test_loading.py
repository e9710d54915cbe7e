import json

import pytest

from eval.loading import ScenarioError, load_scenarios, packaged_scenarios, select

GOOD = {"id": "one", "tags": ["a"], "turns": [{"say": "hi", "calls": []}]}


@pytest.fixture
def write(tmp_path):
    def write(*lines, name="set.jsonl"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            "\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines), encoding="utf-8"
        )
        return path

    return write


def change(**parts):
    return {**GOOD, **parts}


def change_turn(**parts):
    return change(turns=[{**GOOD["turns"][0], **parts}])


def test_the_packaged_scenarios_load():
    assert len(load_scenarios([packaged_scenarios()])) > 800


def test_a_scenario_and_its_defaults(write):
    (story,) = load_scenarios([write("", GOOD, "  ")])
    assert story.given.unit == "lbs"
    assert story.given.workout is None
    assert story.source.endswith("set.jsonl:2")


def test_null_means_left_out(write):
    given = {"unit": None, "workout": None, "run": None, "injuries": None}
    (story,) = load_scenarios([write(change(given=given, turns=[{"say": "hi", "calls": [], "audio": None}]))])
    assert story.given.injuries == ()


def test_folders_are_searched_and_files_read_once(write, tmp_path):
    file = write(GOOD)
    write(change(id="two"), name="deeper/more.jsonl")
    assert {s.id for s in load_scenarios([tmp_path, file])} == {"one", "two"}


def test_audio_is_found_beside_the_file(write, tmp_path):
    (tmp_path / "a.wav").write_bytes(b"")
    (story,) = load_scenarios([write(change_turn(audio="a.wav"))])
    assert story.turns[0].audio == (tmp_path / "a.wav").resolve()


def test_line_separators_inside_strings_do_not_end_a_line(write):
    (story,) = load_scenarios([write('{"id": "x", "turns": [{"say": "a\u2028b", "calls": []}]}')])
    assert story.turns[0].say == "a\u2028b"


def test_a_given_set_may_stand_for_several(write):
    workout = {"sets": [{"exercise": "Plank", "duration_seconds": 60, "sets": 3}]}
    (story,) = load_scenarios([write(change(given={"workout": workout}))])
    assert len(story.given.workout.sets) == 3
    assert story.given.workout.current_exercise == "Plank"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not JSON"),
        ("[]", "must be a JSON object"),
        ("7", "must be a JSON object"),
        (change(turns=[]), "turns"),
        (change(id=""), "id"),
        ({"id": "x"}, "turns: Field required"),
        (change(colour="red"), "colour"),
        (change(source="here"), "source"),
        (change(given={"unit": "stone"}), "given.unit"),
        (change(given={"workout": {"exercise": "Bench Pres"}}), "Bench Pres"),
        (change(given={"workout": {"sets": [{"exercise": "Plank", "sets": 10**9}]}}), "sets must be"),
        (change(given={"workout": {"sets": 3}}), "given.workout.sets"),
        (change_turn(say="  "), "turns.0.say"),
        (change_turn(calls=None), "turns.0.calls"),
        (change_turn(calls=[{"args": {}}]), "tool"),
        (change_turn(calls=[{"tool": "log_set", "args": {"exercise": "Nonesuch"}}]), "Nonesuch"),
        (change_turn(calls=[{"tool": "log_set", "args": {"sets": "3"}}]), "sets must be"),
        (change_turn(calls=[{"tool": "log_set", "args": {"weight": "ten"}}]), "weights must be"),
        (change_turn(ask=True, calls=[{"tool": "undo_last"}]), "cannot expect calls"),
        (change_turn(reply={"contain": ["x"]}), "contain"),
        (change_turn(after=[{"table": "t", "where": {}}]), "where"),
        (
            change_turn(after=[{"table": "t", "where": {"a": 1}, "count": 1, "absent": True}]),
            "exclude each other",
        ),
        (change_turn(audio="nowhere.wav"), "no such file"),
    ],
)
def test_faults_name_the_file_and_the_line(write, line, message):
    with pytest.raises(ScenarioError) as caught:
        load_scenarios([write(change(id="fine"), line)])
    assert "set.jsonl:2: " in str(caught.value)
    assert message in str(caught.value)


def test_ids_are_unique_in_a_file(write):
    with pytest.raises(ScenarioError, match=r"set\.jsonl:3: id 'one' is taken by line 1"):
        load_scenarios([write(GOOD, change(id="two"), GOOD)])


def test_many_faults_are_cut_short(write):
    with pytest.raises(ScenarioError, match="and 80 more"):
        load_scenarios([write(*["{"] * 100)])


def test_what_cannot_be_read(tmp_path, write):
    (tmp_path / "empty").mkdir()
    binary = tmp_path / "binary.jsonl"
    binary.write_bytes(b"\xff\xfe\x00")
    for path, message in (
        (tmp_path / "nowhere", "no such file or folder"),
        (tmp_path / "empty", "no .jsonl file"),
        (binary, "cannot be read"),
        (write("", name="blank.jsonl"), "no scenarios"),
    ):
        with pytest.raises(ScenarioError, match=message):
            load_scenarios([path])


def test_selecting(write):
    stories = load_scenarios([write(GOOD, change(id="two", tags=["a", "b"]), change(id="three", tags=[]))])
    assert [s.id for s in select(stories)] == ["one", "two", "three"]
    assert [s.id for s in select(stories, tags=["b", "c"])] == ["two"]
    assert [s.id for s in select(stories, tags=["a"], ids=["one", "three"])] == ["one"]
    with pytest.raises(ScenarioError, match="of 3 scenarios"):
        select(stories, ids=["four"])


def test_given_exercises_get_their_catalogue_name(write):
    (story,) = load_scenarios([write(change(given={"workout": {"exercise": "flat bench"}}))])
    assert story.given.workout.exercise == "Barbell Bench Press"
