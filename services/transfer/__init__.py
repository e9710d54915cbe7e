"""What comes in and goes out: exports, imports from other apps, and accounts that are deleted."""

from services.transfer.commit import Receipt, take_back
from services.transfer.deletion import NotConfirmed, count_rows, delete_person
from services.transfer.errors import FileRefused, FileTooLarge, RowProblem
from services.transfer.export import export_csv, export_json
from services.transfer.incoming import look_at, take_in
from services.transfer.preview import Preview
from services.transfer.resolving import SKIP, Choices
from services.transfer.restoring import Contents, Restored

__all__ = [
    "SKIP",
    "Choices",
    "Contents",
    "FileRefused",
    "FileTooLarge",
    "NotConfirmed",
    "Preview",
    "Receipt",
    "Restored",
    "RowProblem",
    "count_rows",
    "delete_person",
    "export_csv",
    "export_json",
    "look_at",
    "take_back",
    "take_in",
]
