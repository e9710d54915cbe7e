"""Who is speaking: accounts, sessions and the tokens that name an athlete."""

from services.identity.accounts import ACCESS_TTL, Accounts, Grant
from services.identity.errors import (
    EmailNeeded,
    EmailTaken,
    InvalidEmail,
    InvalidPassword,
    NotSignedIn,
    NotYourPassword,
    SignInElsewhere,
    SignInUnavailable,
    TooManyAttempts,
    UnknownAthlete,
    UnknownSession,
    WrongPassword,
)
from services.identity.identity import LOCAL_EMAIL, REVOKED_WITHIN_SECONDS, Identity
from services.identity.passwords import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, check_password
from services.identity.people import MAX_EMAIL_LENGTH, checked_email
from services.identity.secret import signing_secret
from services.identity.sessions import SESSION_TTL, SessionView
from services.identity.tokens import SignedIn

__all__ = [
    "ACCESS_TTL",
    "LOCAL_EMAIL",
    "MAX_EMAIL_LENGTH",
    "MAX_PASSWORD_LENGTH",
    "MIN_PASSWORD_LENGTH",
    "REVOKED_WITHIN_SECONDS",
    "SESSION_TTL",
    "Accounts",
    "EmailNeeded",
    "EmailTaken",
    "Grant",
    "Identity",
    "InvalidEmail",
    "InvalidPassword",
    "NotSignedIn",
    "NotYourPassword",
    "SessionView",
    "SignInElsewhere",
    "SignInUnavailable",
    "SignedIn",
    "TooManyAttempts",
    "UnknownAthlete",
    "UnknownSession",
    "WrongPassword",
    "check_password",
    "checked_email",
    "signing_secret",
]
