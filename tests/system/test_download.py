"""The downloader against a server that does what bad servers and proxies do."""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import re
import socket
import ssl
import subprocess
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from toolkit.errors import ConfigurationError
from toolkit.system.download import (
    DownloadError,
    Integrity,
    IntegrityError,
    Limits,
    check_file,
    fetch,
    mirrored,
    tool_mirror,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BODY = bytes(range(256)) * 2048
PINNED = Integrity("sha256", hashlib.sha256(BODY).digest())
QUICK = Limits(attempts=3, connect_s=5, stall_s=0.3, backoff_s=0.01)


class Server(ThreadingHTTPServer):
    """Counts what it was asked for; the path says how it behaves."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: Counter[str] = Counter()
        self.headers: list[dict[str, str]] = []
        self.over = threading.Event()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{path}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that give up are the point of these tests."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked[self.path] += 1
        self.server.headers.append(dict(self.headers))
        if self.path.startswith("http://"):  # asked as a proxy
            self.send_body(BODY)
        else:
            getattr(self, "get_" + self.path.strip("/").split("/")[0].replace("-", "_"))()

    def send_body(self, body: bytes, length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def get_whole(self) -> None:
        self.send_body(BODY)

    def get_unannounced(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(BODY)

    def get_wrong(self) -> None:
        self.send_body(b"<html>please log in</html>")

    def get_missing(self) -> None:
        self.send_error(404)

    def get_forbidden(self) -> None:
        self.send_error(403)

    def get_broken(self) -> None:
        self.send_error(502)

    def get_busy(self) -> None:
        if self.server.asked[self.path] == 1:
            self.send_response(503)
            self.send_header("Retry-After", "0")
            self.end_headers()
        else:
            self.send_body(BODY)

    def get_truncated(self) -> None:
        self.send_body(BODY[:1000], len(BODY))

    def get_truncated_once(self) -> None:
        self.send_body(BODY[: 1000 if self.server.asked[self.path] == 1 else None], len(BODY))

    def get_reset_once(self) -> None:
        if self.server.asked[self.path] > 1:
            self.send_body(BODY)
        else:
            self.connection.shutdown(socket.SHUT_RDWR)

    def get_hanging(self) -> None:
        self.send_body(BODY[:5000], len(BODY))
        self.server.over.wait(20)

    def get_mute(self) -> None:
        self.server.over.wait(20)

    def get_crawling(self) -> None:
        self.send_body(b"", len(BODY))
        for byte in BODY:
            if self.server.over.wait(0.05):
                return
            self.wfile.write(bytes([byte]))

    def get_slow(self) -> None:
        self.send_body(b"", len(BODY))
        for start in range(0, len(BODY), 65536):
            time.sleep(0.06)
            self.wfile.write(BODY[start : start + 65536])

    def get_redirect(self) -> None:
        self.redirect("/whole")

    def get_loop(self) -> None:
        self.redirect("/loop")

    def get_outside(self) -> None:
        self.redirect("file:///etc/hostname")

    def redirect(self, to: str) -> None:
        self.send_response(302)
        self.send_header("Location", to)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Keep the output of the tests clean."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    made = Server()
    thread = threading.Thread(target=made.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.over.set()
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("path", "requests"),
    [
        ("/whole", 1),
        ("/unannounced", 1),
        ("/busy", 2),
        ("/truncated-once", 2),
        ("/reset-once", 2),
        ("/slow", 1),
    ],
)
def test_arrives_whole(server: Server, tmp_path: Path, path: str, requests: int) -> None:
    target = tmp_path / "file"
    fetch(server.url(path), target, PINNED, limits=QUICK)
    assert target.read_bytes() == BODY
    assert [item.name for item in tmp_path.iterdir()] == ["file"]
    assert server.asked == {path: requests}
    assert server.headers[0]["Accept-Encoding"] == "identity"


def test_follows_a_redirect(server: Server, tmp_path: Path) -> None:
    fetch(server.url("/redirect"), tmp_path / "file", PINNED, limits=QUICK)
    assert server.asked == {"/redirect": 1, "/whole": 1}


@pytest.mark.parametrize(
    ("path", "requests", "says"),
    [
        ("/missing", 1, "status 404"),
        ("/forbidden", 1, "status 403"),
        ("/broken", 3, "tried 3 times: status 502"),
        ("/truncated", 3, f"1000 of {len(BODY)} bytes arrived"),
        ("/hanging", 3, "nothing arrived in time"),
        ("/crawling", 3, "bytes in 0.3 s"),
        ("/outside", 1, "status 302"),
    ],
)
def test_gives_up_with_one_sentence(server: Server, tmp_path: Path, path: str, requests: int, says: str) -> None:
    with pytest.raises(DownloadError, match=re.escape(says)) as caught:
        fetch(server.url(path), tmp_path / "file", PINNED, limits=QUICK)
    assert "\n" not in caught.value.message
    assert list(tmp_path.iterdir()) == []
    assert server.asked[path] == requests


def test_a_server_that_never_answers_is_given_up(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="tried 2 times"):
        fetch(server.url("/mute"), tmp_path / "file", PINNED, limits=Limits(attempts=2, connect_s=0.2, backoff_s=0.01))
    assert server.asked == {"/mute": 2}


def test_a_redirect_loop_ends(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="status 302"):
        fetch(server.url("/loop"), tmp_path / "file", PINNED, limits=QUICK)
    assert server.asked["/loop"] < 20


def test_wrong_bytes_name_both_hashes_and_are_not_asked_for_again(server: Server, tmp_path: Path) -> None:
    with pytest.raises(IntegrityError) as caught:
        fetch(server.url("/wrong"), tmp_path / "file", PINNED, limits=QUICK)
    got = Integrity("sha256", hashlib.sha256(b"<html>please log in</html>").digest())
    assert str(got) in caught.value.message
    assert str(PINNED) in caught.value.message
    assert server.asked == {"/wrong": 1}
    assert list(tmp_path.iterdir()) == []


def test_nobody_there(tmp_path: Path) -> None:
    with contextlib.closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/x"
        with pytest.raises(DownloadError, match=r"tried once: .*127.0.0.1:.* refuses connections"):
            fetch(url, tmp_path / "file", PINNED, limits=Limits(attempts=1))


@pytest.mark.real("openssl")
def test_a_certificate_is_checked_and_can_be_named(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    made += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    url = server.url("/whole").replace("http://", "https://")
    with pytest.raises(DownloadError, match="certificate that is not trusted here") as caught:
        fetch(url, tmp_path / "file", PINNED, limits=QUICK)
    assert "SSL_CERT_FILE" in caught.value.hint
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    fetch(url, tmp_path / "file", PINNED, limits=QUICK)
    assert server.asked == {"/whole": 1}


def test_a_proxy_of_the_environment_is_asked(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", server.url(""))
    fetch("http://tools.invalid/a.tar", tmp_path / "file", PINNED, limits=QUICK)
    assert server.asked == {"http://tools.invalid/a.tar": 1}


def test_progress_tells_bytes_and_total(server: Server, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    fetch(server.url("/slow"), tmp_path / "file", PINNED, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (len(BODY), len(BODY))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_a_mirror_may_be_a_folder(tmp_path: Path) -> None:
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror" / "a.tar").write_bytes(BODY)
    url = mirrored("https://tools.invalid/dist/a.tar", {"https://tools.invalid/dist/": f"file://{tmp_path}/mirror/"})
    fetch(url, tmp_path / "file", PINNED)
    assert (tmp_path / "file").read_bytes() == BODY
    with pytest.raises(DownloadError, match="does not exist"):
        fetch(f"file://{tmp_path}/mirror/b.tar", tmp_path / "other", PINNED)


def test_other_addresses_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no http, https or file address"):
        fetch("ftp://tools.invalid/a.tar", tmp_path / "file", PINNED)


def test_messages_hide_passwords(server: Server, tmp_path: Path) -> None:
    url = server.url("/missing").replace("http://", "http://user:word@")
    with pytest.raises(DownloadError) as caught:
        fetch(url, tmp_path / "file", PINNED, limits=Limits(attempts=1))
    assert "word" not in caught.value.message


def test_the_longest_mirror_counts_and_a_tool_s_own_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrors = {"https://a.invalid/": "https://m.invalid/a/", "https://a.invalid/x/": "https://n.invalid/"}
    assert mirrored("https://a.invalid/x/f.tar", mirrors) == "https://n.invalid/f.tar"
    assert mirrored("https://a.invalid/y/f.tar", mirrors) == "https://m.invalid/a/y/f.tar"
    assert mirrored("https://b.invalid/f.tar", mirrors) == "https://b.invalid/f.tar"
    monkeypatch.setenv("TOOLKIT_MIRROR_PLATFORM_TOOLS", "https://own.invalid/base/")
    own = tool_mirror("platform-tools")
    assert mirrored("https://a.invalid/x/f.tar", mirrors, own) == "https://own.invalid/base/x/f.tar"
    assert tool_mirror("node") is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("abc", "no algorithm"),
        ("md5-" + base64.b64encode(bytes(16)).decode(), "uses 'md5'"),
        ("sha256-" + base64.b64encode(bytes(31)).decode(), "has 31 bytes, sha256 has 32"),
        ("sha256-!!!!", "not base64"),
    ],
)
def test_a_malformed_hash_is_a_configuration_error(text: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        Integrity.parse(text)


def test_the_strongest_of_several_hashes_counts(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(b"x"))
    good = Integrity.of(path, "sha512")
    both = f"sha256-{base64.b64encode(bytes(32)).decode()} {good}"
    assert Integrity.parse(both) == good
    assert Integrity.from_hex("sha512", good.hex) == good
    check_file(path, Integrity.parse(both), "file")
    with pytest.raises(IntegrityError):
        check_file(path, Integrity.parse(both.split(maxsplit=1)[0]), "file")


def test_a_name_that_nobody_knows_is_told_in_words_of_the_network(tmp_path: Path) -> None:
    with pytest.raises(DownloadError) as caught:
        fetch("http://no-such-host.invalid/x", tmp_path / "file", PINNED, limits=Limits(attempts=1))
    assert "tried once: the name no-such-host.invalid is not known to this network" in caught.value.message
    assert "Errno" not in caught.value.message
    assert caught.value.hint
