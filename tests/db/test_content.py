"""The content that comes with VoiceFit: enough of it, sourced, speakable, and safe."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import get_args

import pytest

from db.catalogue.content import Content, read_content
from db.catalogue.cues import CUE_TYPES
from db.catalogue.faults import Faults
from db.catalogue.files import PACKAGED, content_files, read_text
from db.catalogue.knowledge import CHUNK_TYPES, PROFESSIONAL
from db.catalogue.muscles import Muscle
from db.catalogue.text import sentences, words
from db.models.programs import WorkoutType
from db.models.users import BadgeTier, BadgeType
from db.models.voice import KnowledgeCategory


@pytest.fixture(scope="module")
def content() -> Content:
    return read_content()


def test_the_catalogue_is_complete(content: Content) -> None:
    assert len(content.exercises) >= 449
    assert {exercise.primary_muscle for exercise in content.exercises} == set(get_args(Muscle))
    assert len({line.slug for line in content.stress}) >= 440
    assert len({line.original_slug for line in content.substitutions}) >= 400
    assert Counter(wod.kind for wod in content.wods) == {"girl": 28, "hero": 35, "open": 10}


def test_the_most_used_exercises_have_cues_of_every_type(content: Content) -> None:
    types: dict[str, set[str]] = defaultdict(set)
    counts: Counter[str] = Counter()
    for cue in content.cues:
        types[cue.slug].add(cue.cue_type)
        counts[cue.slug] += 1
    assert len(types) >= 150
    assert all(found == set(CUE_TYPES) for found in types.values())
    assert min(counts.values()) >= 4
    assert {
        "barbell-bench-press",
        "barbell-back-squat",
        "conventional-deadlift",
        "overhead-press",
        "pull-up",
        "barbell-row",
        "push-up",
        "running",
    } <= set(types)


def test_exercises_that_are_used_elsewhere_have_cues(content: Content) -> None:
    """What badges ask for."""
    with_cues = {cue.slug for cue in content.cues}
    named = {
        slug
        for badge in content.badges
        for slug in (getattr(badge.criteria, "exercise", None), *getattr(badge.criteria, "exercises", ()))
        if slug
    }
    assert named <= with_cues


def test_the_knowledge_base_covers_every_type_and_category(content: Content) -> None:
    types = Counter(chunk.chunk_type for chunk in content.knowledge)
    assert sum(types.values()) >= 250
    assert set(types) == set(CHUNK_TYPES)
    assert min(types.values()) >= 40
    assert {chunk.entry.category for chunk in content.knowledge} == set(get_args(KnowledgeCategory))


def test_chunks_are_short_and_answer_in_their_first_sentence(content: Content) -> None:
    for chunk in content.knowledge:
        assert 20 <= len(words(chunk.entry.content)) <= 110, chunk.entry.id
        assert len(words(sentences(chunk.entry.content)[0])) <= 60, chunk.entry.id


def test_red_flags_are_there_and_send_to_help_at_once(content: Content) -> None:
    flags = {chunk.entry.id: chunk.entry for chunk in content.knowledge if chunk.entry.red_flag}
    assert len(flags) >= 20
    for chunk in flags.values():
        assert PROFESSIONAL.search(" ".join(sentences(chunk.content)[:2])), chunk.id
    emergencies = ("chest-pain", "fainting-during-exercise", "back-emergency-signs", "head-injury-emergency")
    for chunk_id in emergencies:
        assert "emergency" in flags[chunk_id].content, chunk_id
    said = " ".join(chunk.content.lower() for chunk in flags.values())
    for sign in ("chest pain", "numb", "fracture", "dislocat", "bladder", "fever", "swollen", "pop"):
        assert sign in said


def test_badges_are_of_every_type_and_tier(content: Content) -> None:
    assert len(content.badges) >= 40
    assert {badge.badge_type for badge in content.badges} == set(get_args(BadgeType))
    assert {badge.tier for badge in content.badges} == set(get_args(BadgeTier))


def test_higher_tiers_ask_for_more(content: Content) -> None:
    """Within one kind of badge, whoever earns a tier has earned those below it."""
    order = list(get_args(BadgeTier))
    steps: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for badge in content.badges:
        criteria = badge.criteria.model_dump()
        size = next(
            (
                criteria.pop(name)
                for name in ("count", "total", "weight_kg", "times", "distance", "days")
                if name in criteria
            ),
            None,
        )
        if size is None:
            size = -criteria.pop("seconds")
        steps[str(sorted(criteria.items()))].append((size, order.index(badge.tier)))
    for kind, found in steps.items():
        tiers = [tier for _, tier in sorted(found)]
        assert tiers == sorted(tiers), kind


@pytest.mark.parametrize("kind", ["warmups", "cooldowns"])
def test_every_workout_type_has_templates_of_about_their_length(content: Content, kind: str) -> None:
    templates = getattr(content, kind)
    assert {template.workout_type for template in templates} == {None, *get_args(WorkoutType)}
    for template in templates:
        timed = sum((step.duration_seconds or 0) for step in template.exercises) / 60
        counted = sum((step.sets or 1) * (step.reps or 0) for step in template.exercises) * 4 / 60
        assert timed <= template.duration_minutes + 1, template.id
        assert timed + counted >= template.duration_minutes * 0.4, template.id


def test_files_are_of_a_size_to_read() -> None:
    faults = Faults()
    for name in content_files(PACKAGED):
        text = read_text(PACKAGED, name, faults)
        assert text is not None
        if name.endswith(".yaml"):
            assert len(text.splitlines()) <= 800, name
    assert not faults.found
