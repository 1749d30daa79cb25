"""Bearer tokens: the few that are good, and every kind that is not."""

import asyncio
import base64
import itertools
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from app.adapters import auth
from app.adapters.auth import TokenVerifier, make_token, user_id_of
from app.errors import ServiceUnavailable, Unauthorized
from app.settings import Settings
from tests.api.test_failures import assert_failure
from tests.conftest import until
from tests.every import every
from tests.exposure import tried

SECRET = "a secret that is long enough for HS256, HS384 and HS512 alike, all of them"
USER = UUID("0190a6e4-7b3c-7cc4-9c3e-5f1d2a3b4c5d")
NOW = int(time.time())  # tokens differ from run to run: tests are not named after them
GOOD = {"sub": str(USER), "exp": NOW + 600}
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = RSA_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def verifier(**rules: str) -> TokenVerifier:
    given = {name if name == "jwks_url" else f"jwt_{name}": value for name, value in rules.items()}
    return TokenVerifier(Settings.model_construct(**{"jwt_secret": SecretStr(SECRET), **given}))


def hs256(claims: dict, secret: str = SECRET, **headers: object) -> str:
    return jwt.encode(claims, secret, algorithm="HS256", headers=headers or None)


def by_hand(header: dict, claims: dict, signature: bytes = b"") -> str:
    """A token that no library would make."""
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


async def user_id(by: TokenVerifier, token: str) -> UUID:
    return (await by.identify(token)).user_id


async def is_refused(by: TokenVerifier, token: str) -> bool:
    try:
        await user_id(by, token)
    except Unauthorized:
        return True
    return False


BAD_CLAIMS = [
    {"sub": str(USER)}, {**GOOD, "exp": NOW - 60}, {**GOOD, "exp": "soon"}, {**GOOD, "exp": None},
    {**GOOD, "exp": float("inf")}, {**GOOD, "exp": float("nan")}, {**GOOD, "exp": -1}, {**GOOD, "exp": True},
    {**GOOD, "exp": [NOW + 600]}, {"exp": NOW + 600}, {**GOOD, "sub": "alice"}, {**GOOD, "sub": ""},
    {**GOOD, "sub": 7}, {**GOOD, "sub": None}, {**GOOD, "sub": [str(USER)]}, {**GOOD, "sub": {"id": "x"}},
    {**GOOD, "sub": f"{USER}\0"}, {**GOOD, "sub": f"{USER}' OR '1'='1"}, {**GOOD, "nbf": NOW + 3600},
    {**GOOD, "nbf": "later"}, {**GOOD, "iat": NOW + 3600}, {},
]  # fmt: skip
BAD_TOKENS = [
    hs256(GOOD, "another secret that is long enough for HS256"),
    hs256(GOOD)[:-4] + "AAAA",
    hs256(GOOD).rsplit(".", 1)[0] + ".",
    hs256(GOOD).rsplit(".", 1)[0],
    hs256(GOOD) + ".",
    hs256(GOOD) + "." + hs256(GOOD),
    hs256(GOOD).replace(".", " . "),
    hs256(GOOD, crit=["exp"]),
    hs256(GOOD, b64=False),
    jwt.encode(GOOD, SECRET, algorithm="HS384"),
    jwt.encode(GOOD, SECRET, algorithm="HS512"),
    jwt.encode(GOOD, RSA_KEY, algorithm="RS256"),
    jwt.encode(GOOD, None, algorithm="none"),
    by_hand({"alg": "none", "typ": "JWT"}, GOOD),
    by_hand({"alg": "None"}, GOOD),
    by_hand({"alg": "nOnE"}, GOOD, b"x"),
    by_hand({"alg": "hs256"}, GOOD, b"x"),
    by_hand({"alg": "HS256 "}, GOOD, b"x"),
    by_hand({"alg": ""}, GOOD),
    by_hand({"alg": None}, GOOD),
    by_hand({}, GOOD),
    by_hand({"alg": ["HS256"]}, GOOD),
    by_hand({"alg": "HS256"}, [GOOD], b"x"),
    by_hand([], GOOD, b"x"),
    ".", "..", "...", "a.b.c", "=.=.=", "x" * 10_000, f"{'x' * 300_000}.y.z",
    *(f"lp_{rest}" for rest in ("", "key", "'", "x" * 10_000, hs256(GOOD))), "LP_key", "lp-key",
]  # fmt: skip


class TestSharedSecret:
    @pytest.mark.parametrize(
        "extra",
        [{}, {"aud": "authenticated"}, {"iss": "https://elsewhere", "role": "authenticated"}, {"iat": NOW},
         {"nbf": NOW}, {"exp": float(NOW + 600)}],
    )  # fmt: skip
    async def test_accepts(self, extra):
        assert await user_id(verifier(), hs256({**GOOD, **extra})) == USER

    @pytest.mark.parametrize("claims", BAD_CLAIMS)
    async def test_refuses_claims(self, claims):
        assert await is_refused(verifier(), hs256(claims))

    @pytest.mark.parametrize("token", [*BAD_TOKENS, "", "\0", "🌱.🌱.🌱"], ids=itertools.count())
    async def test_refuses_tokens(self, token):
        assert await is_refused(verifier(), token)

    async def test_forgives_a_clock_that_is_half_a_minute_off(self):
        now = int(time.time())
        assert await user_id(verifier(), hs256({**GOOD, "exp": now - 20})) == USER
        assert await is_refused(verifier(), hs256({**GOOD, "exp": now - 40}))

    async def test_says_when_a_token_is_only_too_old(self):
        with pytest.raises(Unauthorized) as refused:
            await user_id(verifier(), hs256({**GOOD, "exp": NOW - 3600}))
        assert refused.value.details == "The token has expired."

    @given(st.text(max_size=60))
    def test_refuses_any_text(self, text):
        assert asyncio.run(is_refused(verifier(), text))

    @given(st.binary(max_size=40), st.binary(max_size=40))
    def test_refuses_any_bytes_in_the_shape_of_a_token(self, header, claims):
        parts = [base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (header, claims, b"x")]
        assert asyncio.run(is_refused(verifier(), ".".join(parts)))


RULES = {"issuer": "https://id.example", "audience": "lora"}


class TestIssuerAndAudience:
    @pytest.mark.parametrize("audience", ["lora", ["other", "lora"]])
    async def test_are_accepted(self, audience):
        claims = {**GOOD, "iss": "https://id.example", "aud": audience}
        assert await user_id(verifier(**RULES), hs256(claims)) == USER

    @pytest.mark.parametrize(
        "claims",
        [
            {}, {"iss": "https://id.example"}, {"aud": "lora"}, {"iss": "https://id.example", "aud": "other"},
            {"iss": "https://id.example/", "aud": "lora"}, {"iss": "https://evil", "aud": "lora"},
            {"iss": "https://id.example", "aud": []},
        ],
    )  # fmt: skip
    async def test_are_checked_when_they_are_configured(self, claims):
        assert await is_refused(verifier(**RULES), hs256({**GOOD, **claims}))


class KeyServer:
    """A JWKS endpoint that counts its visitors and can be made to fail."""

    def __init__(self) -> None:
        self.keys: list[dict] = []
        self.visits = 0
        self.answer: bytes | None = b""
        self.answers = threading.Event()
        self.answers.set()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.visits += 1
                owner.answers.wait(60)
                if owner.answer is None:
                    self.close_connection = True
                    return
                self.send_response(200)
                self.end_headers()
                self.wfile.write(owner.answer or json.dumps({"keys": owner.keys}).encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/jwks.json"

    def publish(self, kid: str, key) -> None:
        algorithm = {
            rsa.RSAPublicKey: jwt.algorithms.RSAAlgorithm,
            ec.EllipticCurvePublicKey: jwt.algorithms.ECAlgorithm,
        }
        made = next(
            (made for kind, made in algorithm.items() if isinstance(key, kind)), jwt.algorithms.OKPAlgorithm
        )
        self.keys.append({**made.to_jwk(key, as_dict=True), "kid": kid, "use": "sig"})


@pytest.fixture
def keys():
    server = KeyServer()
    server.publish("rsa", RSA_KEY.public_key())
    thread = threading.Thread(target=server.server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.server.shutdown()
    server.server.server_close()
    thread.join()


def signed(key=RSA_KEY, algorithm: str = "RS256", **headers: object) -> str:
    return jwt.encode(GOOD, key, algorithm=algorithm, headers={"kid": "rsa", **headers})


class TestPublishedKeys:
    @pytest.fixture
    def by_url(self, keys) -> TokenVerifier:
        return verifier(secret=None, jwks_url=keys.url)

    async def test_accept_every_asymmetric_algorithm(self, keys, by_url):
        for kid, key, algorithm in [
            ("ec", ec.generate_private_key(ec.SECP256R1()), "ES256"),
            ("ed", ed25519.Ed25519PrivateKey.generate(), "EdDSA"),
            ("rsa", RSA_KEY, "RS256"),
        ]:
            if kid != "rsa":
                keys.publish(kid, key.public_key())
            assert (
                await user_id(verifier(secret=None, jwks_url=keys.url), signed(key, algorithm, kid=kid))
                == USER
            )

    async def test_are_fetched_once(self, keys, by_url):
        for _ in range(3):
            assert await user_id(by_url, signed()) == USER
        assert keys.visits == 1

    async def test_are_fetched_once_by_many_at_once(self, keys, by_url):
        assert await asyncio.gather(*(user_id(by_url, signed()) for _ in range(20))) == [USER] * 20
        assert keys.visits == 1

    async def test_are_not_fetched_again_for_every_unknown_id(self, keys, by_url):
        for number in range(10_000):
            assert await is_refused(by_url, by_hand({"alg": "RS256", "kid": str(number)}, GOOD, b"x"))
        assert keys.visits == 1

    async def test_are_fetched_again_after_a_minute(self, keys, by_url, monkeypatch):
        assert await user_id(by_url, signed()) == USER
        new = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        keys.publish("new", new.public_key())
        assert await is_refused(by_url, signed(new, kid="new"))
        later = time.monotonic() + 61
        monkeypatch.setattr(auth.time, "monotonic", lambda: later)
        assert await user_id(by_url, signed(new, kid="new")) == USER
        assert keys.visits == 2

    async def test_are_forgotten_when_they_are_withdrawn(self, keys, by_url, monkeypatch):
        assert await user_id(by_url, signed()) == USER
        keys.keys.clear()
        keys.publish("new", ec.generate_private_key(ec.SECP256R1()).public_key())
        for seconds, is_over in ((300, False), (601, True)):
            later = time.monotonic() + seconds
            monkeypatch.setattr(auth.time, "monotonic", lambda later=later: later)
            assert await is_refused(by_url, signed(typ=f"new after {seconds} seconds")) is is_over
        assert keys.visits == 2

    async def test_are_asked_again_after_a_minute_though_the_clock_was_set_back(
        self, keys, by_url, monkeypatch
    ):
        token = signed()
        assert await user_id(by_url, token) == USER
        keys.keys.clear()
        keys.publish("new", ec.generate_private_key(ec.SECP256R1()).public_key())
        later, earlier = time.monotonic() + 601, time.time() - 3600
        monkeypatch.setattr(auth, "time", SimpleNamespace(monotonic=lambda: later, time=lambda: earlier))
        assert await is_refused(by_url, token)

    async def test_that_come_slowly_hold_up_nobody_else(self, keys, by_url, monkeypatch):
        assert await user_id(by_url, signed()) == USER
        keys.answers.clear()
        later = time.monotonic() + 61  # for the verifier alone: the loop sleeps by this clock too
        clock = SimpleNamespace(monotonic=lambda: later, time=time.time)
        monkeypatch.setattr(auth, "time", clock)
        strangers = [asyncio.create_task(is_refused(by_url, signed(kid=f"new {at}"))) for at in range(20)]
        await until(lambda: _has_visits(keys, 2))
        assert await user_id(by_url, signed(typ="not seen before")) == USER
        assert not any(task.done() for task in strangers)
        keys.answers.set()
        assert await asyncio.gather(*strangers) == [True] * 20
        assert keys.visits == 2

    async def test_are_fetched_again_a_minute_after_a_failure(self, keys, by_url, monkeypatch):
        keys.answer = None
        for _ in range(3):
            with pytest.raises(ServiceUnavailable):
                await user_id(by_url, signed())
        keys.answer = b""
        later = time.monotonic() + 61
        monkeypatch.setattr(auth.time, "monotonic", lambda: later)
        assert await user_id(by_url, signed()) == USER
        assert keys.visits == 2

    @pytest.mark.parametrize("answer", [b"not json", b"{}", b'{"keys": []}', b"[]", b'{"keys": 1}', None])
    async def test_are_kept_when_the_next_fetch_fails(self, keys, by_url, monkeypatch, answer):
        assert await user_id(by_url, signed()) == USER
        keys.answer = answer
        later = time.monotonic() + 61
        monkeypatch.setattr(auth.time, "monotonic", lambda: later)
        assert await is_refused(by_url, signed(kid="unknown"))
        assert await user_id(by_url, signed()) == USER

    async def test_that_cannot_be_fetched_are_our_fault_and_not_the_callers(self):
        nowhere = verifier(secret=None, jwks_url="http://127.0.0.1:9/jwks.json")
        with pytest.raises(ServiceUnavailable):
            await user_id(nowhere, signed())

    @pytest.mark.parametrize(
        "token",
        [
            hs256(GOOD, SECRET, kid="rsa"),
            jwt.encode(GOOD, None, algorithm="none", headers={"kid": "rsa"}),
            signed(OTHER_KEY),
            signed(algorithm="RS512"),
            signed(algorithm="PS256"),
            jwt.encode(GOOD, RSA_KEY, algorithm="RS256"),
            by_hand({"alg": "RS256", "kid": ["rsa"]}, GOOD, b"x"),
            by_hand({"alg": "RS256", "kid": {"rsa": 1}}, GOOD, b"x"),
            by_hand({"alg": "ES256", "kid": "rsa"}, GOOD, b"x" * 64),
            by_hand({"alg": "RS256", "kid": "rsa", "jwk": {"kty": "oct", "k": "AA"}}, GOOD, b"x"),
            *(by_hand({"alg": "HS256", "kid": kid}, GOOD, b"x") for kid in ("../../dev/null", "rsa' --", "")),
            signed(OTHER_KEY, jwk=jwt.algorithms.RSAAlgorithm.to_jwk(OTHER_KEY.public_key(), as_dict=True)),
            *(signed(OTHER_KEY, **{name: "http://127.0.0.1:9/keys"}) for name in ("jku", "x5u")),
        ],
    )
    async def test_refuse_other_tokens(self, by_url, token):
        assert await is_refused(by_url, token)

    async def test_are_no_shared_secret(self, by_url):
        """The classic confusion: the public key, used as the secret of HS256."""
        header, claims = by_hand({"alg": "HS256", "kid": "rsa"}, GOOD).split(".")[:2]
        digest = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
        signature = digest.sign(f"{header}.{claims}".encode(), PEM.encode())
        forged = f"{header}.{claims}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"
        assert await is_refused(by_url, forged)
        assert await is_refused(verifier(secret=PEM), jwt.encode(GOOD, RSA_KEY, algorithm="RS256"))


async def _has_visits(keys, count: int) -> bool:
    return keys.visits == count


class TestMakeToken:
    async def test_makes_one_that_is_accepted(self):
        assert await user_id(verifier(), make_token(SECRET, USER, ttl_seconds=60)) == USER

    def test_is_for_the_same_user_by_the_same_name(self):
        assert user_id_of("alice") == user_id_of("alice") != user_id_of("bob")
        assert user_id_of(str(USER)) == USER


class TestHeader:
    @pytest.fixture
    def by_secret(self, app):
        """The application, knowing the secret of this file."""
        kept, app.state.tokens = app.state.tokens, verifier()
        yield
        app.state.tokens = kept

    @every("token", [*BAD_TOKENS, *map(hs256, BAD_CLAIMS)])
    async def test_refuses_every_bad_token_alike(self, by_secret, anonymous, token):
        answer = await anonymous.get("/api/jobs", headers={"Authorization": f"Bearer {token}"})
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert assert_failure(answer, 401, "unauthorized")["error"] == "A valid bearer token is needed."
        tried["T14 attacks by tokens"] += 1

    async def test_refuses_a_second_one(self, by_secret, anonymous):
        good, bad = ("Authorization", f"Bearer {hs256(GOOD)}"), ("Authorization", "Bearer x")
        for headers in ([good, bad], [bad, good], [good, good]):
            assert_failure(await anonymous.get("/api/jobs", headers=headers), 401, "unauthorized")

    @pytest.mark.parametrize(
        "header", ["", "Bearer", "Bearer ", "Basic abc", "bearer x", "Token x", "Bearer a b"]
    )
    async def test_must_be_a_bearer_token(self, anonymous, header):
        answer = await anonymous.get("/api/jobs", headers={"Authorization": header})
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
        assert answer.headers["WWW-Authenticate"] == "Bearer"

    async def test_knows_a_user_from_the_first_request_on(self, anonymous, settings):
        token = make_token(settings.jwt_secret.get_secret_value(), uuid4(), ttl_seconds=60)
        for scheme in ("Bearer", "bearer", "BEARER"):
            answer = await anonymous.get("/api/jobs", headers={"Authorization": f"{scheme} {token}"})
            assert answer.status_code == 200
