"""The one tree of errors. Each says what was being done, to what, why it failed and what to do about it.

The command line prints an error as one line and exits with its `exit_status`; nothing here formats or logs.
"""

from __future__ import annotations


class BrinkwatchError(Exception):
    """Something that a person can understand and act on.

    `what` names the thing and the cause in one sentence; `hint` is the way out, empty where there is none.
    """

    exit_status = 1
    worth_retrying = False

    def __init__(self, what: str, hint: str = "") -> None:
        self.what = what
        self.hint = hint
        super().__init__(f"{what} {hint}".strip())


class UsageError(BrinkwatchError):
    """The command, a setting or a file was given wrongly: exit status 2."""

    exit_status = 2


class SettingsError(UsageError):
    """A setting has a value that cannot be used."""


class InputError(BrinkwatchError):
    """A file, a line or a message is not what it should be."""


class QueryError(UsageError):
    """A query is outside the language or would cost too much; `position` is the offset of the trouble."""

    def __init__(self, what: str, position: int = 0, hint: str = "") -> None:
        self.position = position
        super().__init__(what, hint)


class FetchError(BrinkwatchError):
    """A feed, a page or a webhook could not be fetched or called."""


class RefusedAddress(FetchError):
    """The address is private, local or otherwise not to be reached from here."""


class ParseError(BrinkwatchError):
    """Bytes that came are no feed, or could not be read within the limits."""


class Unavailable(BrinkwatchError):
    """A service that is needed does not answer: wait and try again, nothing is lost."""

    worth_retrying = True


class Rejected(BrinkwatchError):
    """A message that can never be processed: it goes to the dead letters with this reason."""


class WorkerFailed(BrinkwatchError):
    """A worker process was killed at its deadline, ran out of memory or died with a task in hand."""

    worth_retrying = True


class DataDirInUse(BrinkwatchError):
    """Another process runs on the data directory."""
