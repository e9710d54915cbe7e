"""The GPS processor: what is computed of the points of a run. Pure functions, no database."""

from services.running.track.live import LiveTotals, LiveTrack
from services.running.track.points import Samples, TrackPoint
from services.running.track.process import NoRunInPoints, process
from services.running.track.result import (
    METERS,
    BestEffort,
    DeviceTotals,
    Interval,
    Lap,
    Pause,
    ProcessedRun,
    RoutePoint,
    Split,
)

__all__ = [
    "METERS",
    "BestEffort",
    "DeviceTotals",
    "Interval",
    "Lap",
    "LiveTotals",
    "LiveTrack",
    "NoRunInPoints",
    "Pause",
    "ProcessedRun",
    "RoutePoint",
    "Samples",
    "Split",
    "TrackPoint",
    "process",
]
