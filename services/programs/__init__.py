"""Training programs: what is planned."""

from services.programs.today import PlannedDay, PlannedExercise, Today, planned_for

__all__ = ["PlannedDay", "PlannedExercise", "Today", "planned_for"]
