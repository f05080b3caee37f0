"""Downloading a file whose digest is known: streamed, retried, held against its pin before anybody sees it."""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

from toolkit.errors import ConfigurationError, ToolkitError
from toolkit.system._integrity import Integrity, IntegrityError, check_file, refuse_other
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from http.client import HTTPResponse
    from pathlib import Path
    from urllib.request import OpenerDirector

__all__ = [
    "DownloadError",
    "Integrity",
    "IntegrityError",
    "Limits",
    "check_file",
    "fetch",
    "mirrored",
    "refuse_other",
    "tool_mirror",
]

_CHUNK = 256 * 1024
_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that say "not now" rather than "no" (RFC 9110 section 15, RFC 6585)."""
_LONGEST_WAIT_S = 60.0


class DownloadError(ToolkitError):
    """The file could not be had; another source may still have it."""


class _TransientError(Exception):
    """One attempt failed in a way that the next may not.

    Args:
        wait_s: seconds that the server asked to wait.
    """

    def __init__(self, message: str, wait_s: float | None = None) -> None:
        super().__init__(message)
        self.wait_s = wait_s


@frozen
class Limits:
    """How long to go on.

    Args:
        attempts: tries in all.
        connect_s: seconds to wait for a connection and for the first answer.
        stall_s: seconds in which at least ``stall_bytes`` must arrive.
        stall_bytes: less than this in ``stall_s`` counts as hanging.
        backoff_s: seconds before the second try, doubled each time.
    """

    attempts: int = 4
    connect_s: float = 20.0
    stall_s: float = 30.0
    stall_bytes: int = 1024
    backoff_s: float = 0.5


@frozen
class _Job:
    url: str
    part: Path
    algorithm: str
    limits: Limits
    progress: Callable[[int, int | None], None] | None


def fetch(
    url: str,
    target: Path,
    expected: Integrity,
    *,
    limits: Limits | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> None:
    """Download to ``target``, which appears only when it is whole and has the expected digest.

    Proxies and certificates are taken from the environment, as :mod:`urllib.request` does.

    Args:
        url: ``http``, ``https`` or ``file`` (a mirror on disk).
        target: where to put it; its folder exists.
        expected: the digest it must have.
        limits: retries and deadlines.
        progress: told the bytes so far and in all, if the server says.

    Raises:
        ConfigurationError: another kind of address.
        DownloadError: it could not be had.
        IntegrityError: it arrived whole and is something else; never tried again.
    """
    scheme = url.partition(":")[0].lower()
    if scheme not in ("http", "https", "file"):
        raise ConfigurationError(f"{_shown(url)} is no http, https or file address")
    job = _Job(url, target.with_name(target.name + ".part"), expected.algorithm, limits or Limits(), progress)
    try:
        refuse_other(_persistently(job), expected, _shown(url))
        job.part.replace(target)
    finally:
        with contextlib.suppress(OSError):
            job.part.unlink()


def _persistently(job: _Job) -> Integrity:
    """Try as often as the limits allow, with longer and longer pauses; the digest of what arrived."""
    opener = _opener()
    attempt = 0
    while True:
        attempt += 1
        try:
            return _attempt(opener, job)
        except _TransientError as error:
            if attempt >= job.limits.attempts:
                times = "once" if attempt == 1 else f"{attempt} times"
                raise DownloadError(
                    f"{_shown(job.url)} could not be downloaded, tried {times}: {error}",
                    "check the network and the proxy, or name a mirror under [mirrors] in toolkit.toml",
                ) from error
            wait_s = job.limits.backoff_s * 2 ** (attempt - 1) if error.wait_s is None else error.wait_s
            time.sleep(min(wait_s, _LONGEST_WAIT_S))


def mirrored(url: str, mirrors: Mapping[str, str], tool_prefix: str | None = None) -> str:
    """The address to ask instead.

    Args:
        url: the official address.
        mirrors: address prefix to its replacement; the longest that fits counts.
        tool_prefix: takes the place of scheme and host, and comes before ``mirrors``.
    """
    if tool_prefix:
        path = url.split("://", 1)[-1].partition("/")[2]
        return f"{tool_prefix.rstrip('/')}/{path}"
    best = max((prefix for prefix in mirrors if prefix and url.startswith(prefix)), key=len, default=None)
    return url if best is None else mirrors[best] + url[len(best) :]


def tool_mirror(tool: str) -> str | None:
    """The value of ``TOOLKIT_MIRROR_<TOOL>``: what takes the place of scheme and host for one tool."""
    return os.environ.get("TOOLKIT_MIRROR_" + tool.upper().replace("-", "_")) or None


def _opener() -> OpenerDirector:
    """What urllib offers, less FTP; its redirects lead to nothing else but http and https."""
    from urllib import request

    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler(),
        request.HTTPHandler(),
        request.HTTPSHandler(),
        request.FileHandler(),
        request.HTTPDefaultErrorHandler(),
        request.HTTPErrorProcessor(),
        request.HTTPRedirectHandler(),
        request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _attempt(opener: OpenerDirector, job: _Job) -> Integrity:
    """One try; the digest of what arrived, which is as long as was announced."""
    import http.client
    import urllib.error
    from urllib.request import Request

    request = Request(job.url, headers={"User-Agent": "toolkit", "Accept-Encoding": "identity"})  # noqa: S310 - checked by fetch
    try:
        with opener.open(request, timeout=job.limits.connect_s) as response:
            return _stream(response, job)
    except urllib.error.HTTPError as error:
        with error:
            if error.code in _RETRIED:
                raise _TransientError(f"status {error.code}", _retry_after(error.headers.get("Retry-After"))) from error
            raise DownloadError(
                f"{_shown(job.url)} cannot be downloaded: status {error.code} {error.reason}",
                "check the address in nix/pins.json and the mirror in use",
            ) from error
    except urllib.error.URLError as error:
        raise _refused(job.url, error.reason) from error
    except http.client.HTTPException as error:
        raise _TransientError(f"broken answer ({type(error).__name__})") from error
    except TimeoutError as error:
        raise _TransientError("nothing arrived in time") from error
    except ConnectionError as error:
        raise _TransientError(error.strerror or type(error).__name__) from error


def _refused(url: str, reason: object) -> Exception:
    """What a failure before any answer means: for this try, or for good."""
    import ssl

    if isinstance(reason, FileNotFoundError):
        return DownloadError(f"{_shown(url)} does not exist", "check the mirror in use")
    if isinstance(reason, ssl.SSLCertVerificationError):
        return DownloadError(
            f"{_shown(url)} has a certificate that is not trusted here: {reason.verify_message}",
            "name the certificates of your network in SSL_CERT_FILE",
        )
    return _TransientError(_unreached(url, reason))


def _unreached(url: str, reason: object) -> str:
    """What kept a connection from being made, in words of the network rather than of this language."""
    import errno
    import re
    import socket

    host = _shown(url).partition("://")[2].partition("/")[0]
    if isinstance(reason, socket.gaierror):
        return f"the name {host} is not known to this network"
    if isinstance(reason, TimeoutError):
        return f"{host} did not answer in time"
    if isinstance(reason, ConnectionRefusedError):
        return f"{host} refuses connections"
    if isinstance(reason, OSError) and reason.errno in (errno.EHOSTUNREACH, errno.ENETUNREACH):
        return f"{host} cannot be reached from here"
    if answer := re.match(r"Tunnel connection failed: (.+)", str(reason)):
        return f"the proxy lets nobody through to {host} ({answer[1]})"
    return (
        f"no connection to {host} ({(reason.strerror if isinstance(reason, OSError) else '') or type(reason).__name__})"
    )


def _stream(response: HTTPResponse, job: _Job) -> Integrity:
    """Copy the body; a hanging or crawling one is given up after ``stall_s``."""
    import hashlib

    length = response.headers.get("Content-Length", "")
    announced = int(length) if length.isdigit() else None
    digest = hashlib.new(job.algorithm)
    _read_deadline(response, job.limits.stall_s)
    received = window_bytes = 0
    window_start = time.monotonic()
    with job.part.open("wb") as stream:
        while chunk := _read(response):
            stream.write(chunk)
            digest.update(chunk)
            received += len(chunk)
            window_bytes += len(chunk)
            if job.progress is not None:
                job.progress(received, announced)
            if time.monotonic() - window_start >= job.limits.stall_s:
                if window_bytes < job.limits.stall_bytes:
                    raise _TransientError(f"only {window_bytes} bytes in {job.limits.stall_s:g} s")
                window_start, window_bytes = time.monotonic(), 0
    if announced is not None and received != announced:
        raise _TransientError(f"{received} of {announced} bytes arrived")
    return Integrity(job.algorithm, digest.digest())


def _read(response: HTTPResponse) -> bytes:
    """Some bytes of the body; what fails here is the network, and what fails beside it is the disk."""
    try:
        return response.read1(_CHUNK)
    except TimeoutError as error:
        raise _TransientError("nothing arrived in time") from error
    except OSError as error:
        raise _TransientError(error.strerror or str(error)) from error


def _read_deadline(response: HTTPResponse, seconds: float) -> None:
    """Limit each wait for data; the connection's own limit was for connecting.

    urllib offers no way to change it, so the socket is reached through the buffered reader; a file
    address has none.
    """
    raw = getattr(response.fp, "raw", None)
    connection = getattr(raw, "_sock", None)
    if connection is not None:
        connection.settimeout(seconds)


def _retry_after(value: str | None) -> float | None:
    return float(value) if value is not None and value.strip().isdigit() else None


def _shown(url: str) -> str:
    """The address without a password."""
    scheme, separator, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}"
