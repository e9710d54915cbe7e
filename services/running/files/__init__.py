"""Recordings as files: GPX, TCX and FIT, read and written."""

from services.running.files.activity import FILE, Activity
from services.running.files.formats import FORMATS, Form, is_recording, kind_of, read, write
from services.running.files.recording import Recording

__all__ = ["FILE", "FORMATS", "Activity", "Form", "Recording", "is_recording", "kind_of", "read", "write"]
