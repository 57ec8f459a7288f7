"""Backup and restore of a whole newsroom, as one file that any database of ours takes (docs/operations.md)."""

from .check import Checked, check
from .problems import BackupError
from .restore import restore
from .write import Made, backup

__all__ = ["BackupError", "Checked", "Made", "backup", "check", "restore"]
