"""Backups: the log in one folder, the vault in another, so that neither alone tells who anybody is."""

from eventlog.backup.copies import Backup, BackupError, expire, find
from eventlog.backup.register import Register

__all__ = ["Backup", "BackupError", "Register", "expire", "find"]
