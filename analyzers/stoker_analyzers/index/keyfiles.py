"""Which files hold keys, by their names. They are neither indexed nor sent, whatever their content looks like."""

from __future__ import annotations

import re
from fnmatch import translate

from stoker_analyzers.languages.base import words

PATTERNS = words(
    ".env* *.env .netrc _netrc .pgpass .npmrc .pypirc .git-credentials .htpasswd id_rsa* id_dsa* id_ecdsa* "
    "id_ed25519* *.pem *.key *.ppk *.p12 *.pfx *.jks *.keystore"
)
"""Names of such files, as shells match them, in lower case."""
_ANY = re.compile("|".join(map(translate, sorted(PATTERNS))))


def is_for_keys(name: str) -> bool:
    """Whether a file of this name is one for keys; upper and lower case are one."""
    return _ANY.match(name.lower()) is not None
