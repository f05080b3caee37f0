"""Names in sources that hold a request: all its headers, its whole body, or what somebody logs in with."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._search import holding
from toolkit.checks.secrets._asked import is_compared, shown_match
from toolkit.checks.secrets._credentials_given import logins, objects_with_credentials
from toolkit.checks.secrets._log_words import CLEANED, NAMED, is_shown
from toolkit.checks.secrets._request_words import BODIES, EACH_HEADER, HEADERS, PARAMETERS, TAKEN
from toolkit.checks.secrets._script_text import block_end, body_start
from toolkit.expressions import regex
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection

__all__ = ["Kept", "by_name", "is_of_a_clock", "kept"]

_GATEWAY = regex(
    r"event\.(?:headers|httpMethod|requestContext|rawPath|pathParameters|queryStringParameters)|event(?:\.get\()?\[?[\"']headers"
)
_READ = regex(
    r"\bevent\s?(?:\??\.|\[)|=\s?event\b|(?:await|return|=)\s?[\w.]{1,60}\(\s?event\b(?!\s?:)|events\.APIGateway"
)
"""What takes a part of an event, or hands it on."""
_MESSAGES = regex(
    r"(?:SQS|SNS|Kinesis|KinesisStream|DynamoDBStream|EventBridge)Event\b|Records\b[^;]{0,400}(?:\.(?:body|Sns)\b|\[[\"'](?:body|Sns)[\"']\])"
)
"""Signs of an event that carries messages; one of a bucket or of a clock holds no secret."""
_WRAPPED = regex(r"\A(?:httputil\.|io\.|(?:JSON\.stringify|structuredClone|json\.dumps|string|String|str)\(\s{0,40})")
"""What leaves a request as it is."""
_DELETED = regex(r"\bdel(?:ete)?\s+(?P<name>(?:self\.|this\.)?[\w$]+)\s*(?:[.\[]|\?\.)")
_TAKEN_OUT = regex(r"\.(?:delete|pop|Del|remove)\(|:=\s*recover\(")
_NAME_BEFORE = regex(r"(?<![\w$.])(?P<name>(?:self\.|this\.)?[\w$]{1,100})\s*\Z")
_OF_EACH = regex(r"\.headers(?:\.forEach|(?:\.entries\(\))?\s*\))")
"""What a loop over all headers has, found sooner than the loop."""
_PUT = regex(r"(?<![\w$.])(?P<name>[\w$]+)(?:\[\s?\w+\s?\]\s?=(?!=)|\.set\(\s?\w+\s?,)")
"""What keeps one header under its name."""
_MOST = 2_000
"""Names that are looked at in one file; more are in files that programs wrote."""
_RECEIVER = 120
"""Characters before a method in which its object is looked for."""
_FEW = 100
"""Of those that were given a credential, and of logins."""
_CAST_PART = r"\s+as\s+[\w$.<>\[\], ]{1,80}\)\s*(?:\.|\?\.|\[)"
"""A part of what TypeScript takes for something else: ``(body as Order).total``."""
_WHOLE = r"(?:\??\.(?:entries\(\)|__dict__\b|model_dump(?:_json)?\(\)|dict\(\)|json\(\)|toJSON\(\)|to_dict\(\)))?"
"""Ways to write an object that leave nothing out."""

_CLOCKS = (
    "aws_cloudwatch_event_target", "aws_scheduler_schedule", "Type: Schedule", "AWS::Events::Rule", "AWS::Scheduler::Schedule", "- schedule:", "targets.LambdaFunction(",
)  # fmt: skip
_DOORS = (
    "aws_api_gateway", "aws_apigatewayv2", "aws_lambda_function_url", "aws_lb_target_group", "Type: Api", "HttpApi", "httpApi", "ApiGateway", "apigateway", "- http:", "RestApi",
    "FunctionUrl", "url: true",
)  # fmt: skip
"""What starts functions of a cloud by the clock, and what lets requests start them, in Terraform, SAM, Serverless and CDK."""
_OF_CLOUDS = ("*.tf", "*.yml", "*.yaml", "*.json", "*.ts", "*.py")


class Kept(NamedTuple):
    """A name that holds something whole, and where it is known.

    Args:
        name: a name or, of an object's own, ``self.name``.
        what: what it holds, for the message.
        start: offset from which it holds it.
        end: offset up to which the name is known.
        shown: whether it counts only where it is written itself, not where a call gets it.
    """

    name: str
    what: str
    start: int
    end: int
    shown: bool = False


def kept(
    text: str, content: str, language: str, *, requests: bool, further: Iterable[tuple[str, str, int, int]] = ()
) -> list[Kept]:
    """Every name that holds a request or a login, and every name that then holds one of these.

    Args:
        text: the source with comments and strings blanked out.
        content: the source.
        language: the ending of its name.
        requests: whether it has words of a request's parts.
        further: names that hold something else, what, and between which offsets.
    """
    first = [*((*_assigned(text), *_copied(text)) if requests else ()), *_taken(text), *_parameters(text, content)]
    given = (objects_with_credentials(text, content, language), logins(text, language), further)
    first += [Kept(*one, shown=True) for names in given for one in islice(names, _FEW)]
    if first and (lessened := _lessened(text)):
        first = [one for one in first if not any(one.start < at < one.end for at in lessened.get(one.name, ()))]
    return [*first, *_handed_on(text, first)] if first else first


def _lessened(text: str) -> dict[str, list[int]]:
    """Where a field is taken out of an object, or a name gets another value, as ``r := recover()`` does; by name."""
    found: dict[str, list[int]] = {}
    for match in islice(_DELETED.finditer(text), _MOST):
        found.setdefault(match["name"], []).append(match.start())
    for match in islice(_TAKEN_OUT.finditer(text), _MOST):
        named = _NAME_BEFORE.search(text, max(match.start() - _RECEIVER, 0), match.start())
        if named and (match[0].startswith(":") or named.end("name") == match.start()):
            found.setdefault(named["name"], []).append(named.start())
    return found


def _assigned(text: str) -> Iterator[Kept]:
    for match in islice(NAMED.finditer(text), _MOST):
        name = match["name"] or match["python"]
        rest = _WRAPPED.sub("", text[match.end() : match.end() + 300])
        made = rest.startswith("{")
        if made:
            rest = rest[: block_end(rest, 1)]
        for what, expression in (("all headers", HEADERS), ("the whole body", BODIES)):
            found = shown_match(expression, rest, rest) if made else expression.match(rest)
            if found and not CLEANED.search(name) and (made or not is_compared(rest, *found.span())):
                yield Kept(name, what, match.end(), block_end(text, match.end()))


def _handed_on(text: str, names: list[Kept]) -> Iterator[Kept]:
    """Names for an object, a text or a copy of what another name holds: ``const copy = { ...body }``."""
    for match in islice(NAMED.finditer(text), _MOST):
        name = match["name"] or match["python"]
        rest = text[match.end() : match.end() + 300]
        wrapped = _WRAPPED.match(rest)
        inner = rest[wrapped.end() :] if wrapped else rest
        inner = inner[: block_end(inner, 1)] if inner.startswith("{") else inner.partition("\n")[0]
        if inner.startswith("{") or wrapped:
            what = by_name(names, inner, match.end(), "log")
            if what and not CLEANED.search(name) and not CLEANED.search(inner):
                yield Kept(name, what, match.end(), block_end(text, match.end()))


def _copied(text: str) -> Iterator[Kept]:
    """Objects that a loop puts every header of a request into, none left out."""
    for match in islice(EACH_HEADER.finditer(text), _MOST) if _OF_EACH.search(text) else ():
        body = text[match.end() : match.end() + 200]
        put = _PUT.search(body)
        if put and not CLEANED.search(body[: put.end()]) and not re.search(r"\bif\b|continue|\?", body[: put.start()]):
            yield Kept(put["name"], "all headers", match.end() + put.end(), block_end(text, match.start()))


def _taken(text: str) -> Iterator[Kept]:
    """Names that a destructured request gives: ``const { headers, body: payload } = req``."""
    for match in islice(TAKEN.finditer(text), _MOST) if "= req" in text else ():
        for part in match["names"].split(","):
            field, _, name = (one.strip() for one in part.partition(":"))
            what = {"headers": "all headers", "body": "the whole body", "rawBody": "the whole body"}.get(field, "")
            if what:
                yield Kept(name or field, what, match.end(), block_end(text, match.end()))


def _parameters(text: str, content: str) -> Iterator[Kept]:
    for what, words, expression in PARAMETERS:
        if not any(word in text for word in words):
            continue
        for match in islice(expression.finditer(text), _MOST):
            name = next(one for one in match.groupdict().values() if one)
            held = _of_event(content) if "andler" in words else what
            python = bool(match.groupdict().get("python"))
            start = match.end() if python else body_start(text, match.end() - 1)
            if start and held:
                yield Kept(
                    name, held, start, _python_end(text, start) if python else block_end(text, start), shown=True
                )


def _of_event(content: str) -> str:
    """What the event of a function holds."""
    gateway = "APIGateway" in content
    if _GATEWAY.search(content) or (gateway and _READ.search(content)):
        return "all headers"
    return "the whole event" if _MESSAGES.search(content) else "an unread event" if gateway else ""


@once_a_run
def is_of_a_clock(context: Inspection) -> bool:
    """Whether functions of a cloud are started by a clock here, and no request starts any."""
    return bool(holding(context, _CLOCKS, _OF_CLOUDS)) and not holding(context, _DOORS, _OF_CLOUDS)


def _python_end(text: str, start: int) -> int:
    """Where a function of the outermost level ends: at the next line that is not indented."""
    found = re.compile(r"^[^\s#)]", re.MULTILINE).search(text, text.find("\n", start) + 1)
    return found.start() if found else len(text)


def by_name(names: list[Kept], inside: str, at: int, sink: str) -> str:
    """What a call is given under a name that holds it; empty if nothing is."""
    for name, what, start, end, shown in names:
        if start < at < end and name in inside and (sink != "store" or what == "all headers"):
            alone = what == "a whole request"
            expression = (
                rf"(?:^|,)\s*{re.escape(name)}\s*(?=,|$)"
                if alone
                else rf"(?:(?<=\.\.\.)|(?<![\w$.])){re.escape(name)}{_WHOLE}(?![\w$]|\s*(?:\.|\?\.|\[|:(?![?#]))|{_CAST_PART})"
            )
            used = shown_match(re.compile(expression), inside, inside)
            if used and not (shown and not is_shown(inside[: used.start()])):
                return what
    return ""
