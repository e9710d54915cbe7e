"""Content to change: a copy of what comes with VoiceFit, and a small folder with a few of each kind."""

from __future__ import annotations

import shutil
from pathlib import Path

from db.catalogue.files import PACKAGED, content_files

EXERCISES = """\
slug,name,aliases,equipment,primary_muscle,secondary_muscles,movement_pattern,base_movement,parent_slug,\
progression_order,is_compound,is_unilateral,measure
push-up,Push-Up,push ups|press up,bodyweight,chest,triceps|abs,horizontal_push,push_up,,1,true,false,reps
ring-push-up,Ring Push-Up,ring push ups,rings,chest,triceps,horizontal_push,push_up,push-up,2,true,false,reps
plank,Plank,planks,bodyweight,abs,obliques,core,plank,,,false,false,duration
dip,Dip,dips,bodyweight,triceps,chest,vertical_push,dip,,,true,false,reps
"""
STRESS = """\
slug,body_part,stress_level
push-up,wrist,medium
dip,shoulder,high
"""
SUBSTITUTIONS = """\
original_slug,substitute_slug,reason,affected_body_part,similarity_score,note_key
ring-push-up,push-up,injury,shoulder,0.8,
ring-push-up,push-up,difficulty,,0.9,
dip,push-up,injury,shoulder,0.7,
"""
WODS = """\
name,kind,wod_type,rounds,time_cap_minutes,interval_seconds,movements,is_benchmark,is_hero
Pushy,girl,amrap,,20,,"[{""exercise"": ""push-up"", ""reps"": 10}]",true,false
Planky,hero,for_time,3,,,"[{""exercise"": ""plank"", ""scheme"": ""max""}]",true,true
"""
BADGES = """\
- id: push_ups_10
  name: Ten Down
  description: Did 10 push-ups in one set.
  badge_type: strength
  tier: bronze
  criteria: {type: reps, exercise: push-up, count: 10}
- id: first_workout
  name: First Workout
  description: Finished your first workout.
  badge_type: milestone
  tier: bronze
  criteria: {type: workouts, count: 1}
"""
TEMPLATES = """\
- id: {kind}-push
  name: Push {kind}
  workout_type: push
  duration_minutes: 5
  is_default: true
  exercises:
    - {{name: Push-up, slug: push-up, sets: 1, reps: 8, notes: Slow on the way down.}}
    - {{name: March on the spot, duration_seconds: 60}}
- id: {kind}-short
  name: Short {kind}
  workout_type: push
  duration_minutes: 2
  is_default: false
  exercises:
    - {{name: March on the spot, duration_seconds: 60}}
    - {{name: Plank, slug: plank, duration_seconds: 30}}
"""
PUSH_CUES = """\
push-up:
  setup:
    - Put your hands a little wider than your shoulders.
    - Make a straight line from head to heels.
  execution:
    - Lower your chest until it almost touches the floor.
  breathing:
    - Breathe in on the way down and out on the way up.
  common_mistake:
    - Hips that sag. Squeeze your glutes before the first one.
"""
CORE_CUES = """\
plank:
  setup: [Set your elbows under your shoulders.]
  execution: [Pull your elbows toward your toes and hold.]
  breathing: [Take short breaths behind a tight waist.]
  common_mistake: [Hips in the air. Lower them until you feel your stomach.]
"""
GUIDE = """\
- id: push-up-load
  title: How heavy a push-up is
  category: strength
  tags: [push-up, load]
  source: "Suprak, Dawes and Stephenson 2011, The effect of position on the percentage of body mass supported"
  year: 2011
  reviewed: 2026-11-25
  questions: ["How heavy is a push-up?"]
  content: >
    A push-up is a press with a good part of your own weight. At the top your hands carry about 69 percent
    of it, and near the floor about 75 percent. On your knees it is less.
- id: push-up-pop
  title: A pop in the chest
  category: injury
  tags: [chest, pop]
  source: "Brukner and Khan 2017, Clinical Sports Medicine, fifth edition, McGraw-Hill"
  year: 2017
  reviewed: 2026-11-25
  questions: ["Something popped in my chest."]
  red_flag: true
  content: >
    Stop training and see a doctor within a day or two. A pop at the front of the armpit with bruising may be
    a torn muscle, and the sooner a surgeon looks at that, the better it heals.
"""
FILES = {
    "exercises.csv": EXERCISES,
    "stress.csv": STRESS,
    "substitutions.csv": SUBSTITUTIONS,
    "wods.csv": WODS,
    "badges.yaml": BADGES,
    "warmups.yaml": TEMPLATES.format(kind="warmup"),
    "cooldowns.yaml": TEMPLATES.format(kind="cooldown"),
    "cues/push.yaml": PUSH_CUES,
    "cues/core.yaml": CORE_CUES,
    "knowledge/exercise_guide/push.yaml": GUIDE,
}


def packaged_copy(folder: Path) -> Path:
    """Copies the packaged content into `folder`."""
    for name in content_files(PACKAGED):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PACKAGED / name, folder / name)
    return folder


def small_content(folder: Path) -> Path:
    """Writes the small content into `folder`."""
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Replaces `old`, which must be there, in a file."""
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def drop_lines(folder: Path, name: str, start: str) -> int:
    """Takes the lines of a CSV file that begin with `start`, which there must be, out of it; how many."""
    lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(start)]
    assert len(kept) < len(lines)
    (folder / name).write_text("".join(kept), encoding="utf-8")
    return len(lines) - len(kept)


def drop_entry(folder: Path, name: str, entry: str) -> None:
    """Takes an entry, which must be there, out of a YAML list."""
    before, rest = (folder / name).read_text(encoding="utf-8").split(f"- id: {entry}\n")
    _, mark, after = rest.partition("- id: ")
    (folder / name).write_text(before + mark + after, encoding="utf-8")
