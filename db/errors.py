"""The one error class for what a user can mend."""

from __future__ import annotations


class CommuniqueError(Exception):
    """Something the user can mend: the message names what, where and the mend.

    The command line prints it without a traceback and exits with ``exit_code``: 1 for a failed run,
    2 for wrong usage.
    """

    def __init__(self, message: str, *, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code
