"""What counts as a secret, and what only looks like one. All values are made up, or are the vendors' own examples."""

from __future__ import annotations

import time

import pytest

from stoker_providers.secret_patterns import find_secrets, mask

# Parts that only together have a secret's shape, so that scanners of repositories do not mind this file.
GITHUB = "ghp_" + "a1B2" * 9
FINE = "github_pat_" + "1A2b" * 12
SLACK = "xoxb-" + "123456789012-" + "abcdefABCDEF"
OPENAI = "sk-proj-" + "Ab1_" * 10
ANTHROPIC = "sk-ant-" + "api03-" + "Ab1_" * 10
GOOGLE = "AIza" + "Sy1" * 11 + "xy"
STRIPE = "sk_" + "live_" + "a1B2" * 6
AWS = "AKIA" + "IOSFODNN7EXAMPLE"
AWS_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY"
JWT = "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0In0" + ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
PEM_BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n" * 3
BEGIN, END = "-----BEGIN " + "RSA PRIVATE KEY-----", "-----END " + "RSA PRIVATE KEY-----"


def secrets(text: str, path: str | None = None) -> list[str]:
    return [text[start:end] for start, end in find_secrets(text, path)]


@pytest.mark.parametrize(
    "token",
    [GITHUB, FINE, SLACK, OPENAI, ANTHROPIC, GOOGLE, STRIPE, AWS, JWT, "glpat-" + "a1B2" * 5, "hf_" + "aB" * 17],
    ids=lambda token: token[:8],
)
@pytest.mark.parametrize("form", ["{}", "x = call('{}', 1)", "# see {} there", "https://host/path?key={}&x=1"])
def test_tokens_with_a_shape_of_their_own(token: str, form: str) -> None:
    assert secrets(form.format(token)) == [token]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f'aws_secret_access_key = "{AWS_SECRET}"', AWS_SECRET),
        ('password = "hunter2"', "hunter2"),
        ("'password': 'hunter2',", "hunter2"),
        ('{"apiKey": "a1b2c3d4e5f6"}', "a1b2c3d4e5f6"),
        ("const apiKey = `abc123def456`;", "abc123def456"),
        ('token: str = "abc123def456"', "abc123def456"),
        ('token: Optional[str] = "abc123def456"', "abc123def456"),
        ('password := "geheim"', "geheim"),
        ('config["password"] => "geheim"', "geheim"),
        ('os.environ["API_KEY"] = "abc123def456"', "abc123def456"),
        ('setenv("API_KEY", "abc123def456", 1)', "abc123def456"),
        ('client.setPassword("hunter2")', "hunter2"),
        ('char db_password[] = "hunter2";', "hunter2"),
        ('dbPassword2 = b"pa55word!"', "pa55word!"),
        ('if password == "letmein":', "letmein"),
        ('SECRET_KEY = "django-insecure-#x$kq!abc"', "django-insecure-#x$kq!abc"),
        (r'password = "a\"b\"c"', r"a\"b\"c"),
        ("DB_PASSWORD=hunter22", "hunter22"),
        ("export API_TOKEN=abc123def456", "abc123def456"),
        ("postgres://bob:s3cret@db.example/x", "s3cret"),
        ("Authorization: Bearer abcdefghijklmnop1234", "abcdefghijklmnop1234"),
        ("'Authorization': 'Basic dXNlcjpwYXNzd29yZDEyMw=='", "dXNlcjpwYXNzd29yZDEyMw=="),
        ("https://hooks.slack.com/services/" + "T00000000/B00000000/abcdefABCDEF", "T00000000/B00000000/abcdefABCDEF"),
        ("DefaultEndpointsProtocol=https;AccountKey=" + "Ab1/" * 20 + "==", "Ab1/" * 20 + "=="),
    ],
)
def test_values_behind_a_name_that_says_so(text: str, secret: str) -> None:
    assert secrets(text) == [secret]


@pytest.mark.parametrize(
    ("path", "text", "secret"),
    [
        (".env", "DB_PASSWORD=hunter\n", "hunter"),
        (".env.local", "TOKEN=abc12345 # the old one\n", "abc12345"),
        ("app/config.yaml", "db:\n  password: hunter\n", "hunter"),
        ("C:\\work\\app.properties", "db.password=hunter\r\n", "hunter"),
        ("settings.xml", "<password>hunter</password>", "hunter"),
    ],
)
def test_in_configuration_a_value_needs_no_quotes(path: str, text: str, secret: str) -> None:
    assert secrets(text, path) == [secret]
    assert secrets(text, "module.py") == ([secret] if secret == "abc12345" else [])


@pytest.mark.parametrize(
    "text",
    [
        "token = next_token",
        "token = get_token(1234)",
        "password=settings.password2,",
        "password = None",
        "def login(password: str, token: Token) -> None:",
        '"password": "Enter your password"',
        'password = "${DB_PASSWORD}"',
        'password = "{{ password }}"',
        'password = f"{user}"',
        'api_key = "<your-key-123>"',
        'password = "********"',
        'password = "xxxxxxxx"',
        'token_type = "bearer1234"',
        'token_url = "https://example.org/token1234"',
        'secret_name = "my-secret-12345"',
        'token = "IDENTIFIER"',
        'pad_token = "<pad>"',
        'private_key: "EllipticCurvePrivateKey"',
        "max_tokens = 12345678",
        'tokens = ["abc12345678"]',
        'names = ("password", "hunter22", "other1234")',
        'compass = "north123"',
        'tokenizer = "abc12345678"',
        'digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"',
        '"integrity": "sha512-V8D8cjSMtAR4rHaD2ulp3DR/ZguXQjDNOqwKDNvjb"',
        "commit 00dc8057ab28c9cb4c79a6dd6dfce07fe779f63b",
        "postgres://user:${PASSWORD}@host/db",
        "http://localhost:8080/a@b",
        "import sklearn as sk  # sk-learn",
        "the basic idea is simple",
    ],
)
def test_everyday_code(text: str) -> None:
    assert secrets(text) == []


def test_private_keys() -> None:
    whole = f"{BEGIN}\n{PEM_BODY}{END}"
    assert secrets(f"KEY = '''{whole}'''\nx = 1") == [whole]
    in_one_line = whole.replace("\n", "\\n")
    assert secrets(f'KEY = "{in_one_line}"; x = 1') == [in_one_line]


def test_a_private_key_that_is_cut_off() -> None:
    assert secrets(f"x = 1\n{BEGIN}\n{PEM_BODY}")[0].startswith(f"{BEGIN}\n{PEM_BODY[:-1]}")
    assert secrets(f"{PEM_BODY}{END}\nx = 1") == [f"{PEM_BODY}{END}"]


def test_code_that_reads_keys_holds_none() -> None:
    assert secrets(f'MARKS = ("{BEGIN}", "{END}")\n\ndef is_key(text):\n    return text.startswith("{BEGIN}")\n') == []


def test_overlapping_finds_are_one() -> None:
    assert secrets(f'token = "{GITHUB}"; url = "https://x:{GITHUB}@host"') == [GITHUB, GITHUB]


def test_masking() -> None:
    assert mask(f"refused: {OPENAI}, try again") == "refused: ***, try again"
    assert mask("nothing here") == "nothing here"


@pytest.mark.parametrize(
    "text",
    [
        "eyJ-" * 25_000,
        f"{BEGIN} " * 1_000,
        f"{END} " * 1_000,
        'password="abc ' * 7_000,
        "password>" * 11_000,
        "\npassword= " * 9_000,
        'token("' * 14_000,
        "://a:" * 20_000,
        "A" * 100_000,
        " " * 100_000,
        ("x" * 64 + "\n") * 1_500,
        "\u0130password = 'hunter2' " * 4_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()
    find_secrets(text)
    assert time.process_time() - started < 1.0


def test_each_paragraph_is_looked_at() -> None:
    text = "a = 1\n\nPASSWORD = 'hunter22'\n\nb = 2\n\nkey = 'AKIAIOSFODNN7EXAMPLE'\n"
    assert [text[start:end] for start, end in find_secrets(text)] == ["hunter22", "AKIAIOSFODNN7EXAMPLE"]
    assert find_secrets(text.replace("\n\n", "\n")), "and so is a text without any"
