"""Why somebody is not signed in, or has no account here."""

from __future__ import annotations

from core.errors import Conflict, Invalid, NotFound, VoiceFitError


class NotSignedIn(VoiceFitError):
    """No token, or one that is not ours, is damaged, has expired or was revoked."""


class WrongPassword(NotSignedIn):
    """The email and the password do not belong together."""


class NotYourPassword(VoiceFitError):
    """Who wants to change a password does not know the present one."""


class UnknownAthlete(NotFound):
    """No athlete has this email."""


class InvalidEmail(Invalid):
    """What was given is not an email address."""


class InvalidPassword(Invalid):
    """What was given will not do as a password."""


class EmailTaken(Conflict):
    """Another account has this email already."""


class EmailNeeded(VoiceFitError):
    """The account that somebody signed in with elsewhere has no email."""


class UnknownSession(NotFound):
    """The athlete has no such session."""


class SignInElsewhere(VoiceFitError):
    """Accounts are kept by another service; `address` is where it signs people in."""

    def __init__(self, address: str) -> None:
        super().__init__(f"Accounts of this server are kept by Supabase: sign in at {address}.")
        self.address = address


class SignInUnavailable(VoiceFitError):
    """The service that keeps the accounts does not answer."""


class TooManyAttempts(VoiceFitError):
    """Signing in was tried too often; `retry_after` is how many seconds to wait."""

    def __init__(self, retry_after: int) -> None:
        minutes = -(-retry_after // 60)
        wait = "a minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(f"That was tried too often. Try again in {wait}.")
        self.retry_after = retry_after
