"""What holds all headers or the whole body of a request, in the languages that ``sensitive-logging`` reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    import re

__all__ = ["BODIES", "EACH_HEADER", "HEADERS", "NEAR", "PARAMETERS", "TAKEN", "WORDS"]

_REQUEST = (
    r"(?:(?:this|ctx|context|c|event|evt|e|args)\.)?(?:\b_?req(?:uest)?\b|\b\w*[a-z]Request\b|\bincoming\b)(?:\.raw)?"
)
_DOT = r"\??\."
_END = r"(?!\s*(?:\?\.|\.)|[^\S\n]*(?:\[|\w))"
_GO = r"\b(?:r|\w*[rR]eq(?:uest)?|c\.Request|ctx\.Request)"
HEADERS = regex(
    rf"Object\.fromEntries\(\s*(?:\[\.\.\.\s*)?{_REQUEST}{_DOT}headers(?:\.entries\(\))?\s*\]?\s*\)|\[\s*\.\.\.\s*{_REQUEST}{_DOT}headers"
    rf"|{_REQUEST}{_DOT}(?:headers(?:\(\))?|rawHeaders|cookies|COOKIES|META){_END}|(?:dict|str|repr)\(\s*{_REQUEST}\.headers\s*\)"
    rf"|{_REQUEST}{_DOT}headers\.(?:toJSON|entries|raw)\(\)|{_REQUEST}\.header\(\)|\b(?:ctx|event){_DOT}(?:headers|multiValueHeaders){_END}"
    rf"|\b(?:config|axiosConfig|init|requestInit|fetchOptions|requestOptions|requestConfig){_DOT}headers{_END}|\b(?:err|error|e){_DOT}(?:response{_DOT})?config{_END}"
    rf"|\bawait\s+headers\(\){_END}|\bget(?:Request)?Headers\(\s*event\s*\){_END}"
    rf"|[?%]\s?parts\.headers{_END}|{_GO}\.Header{_END}|\bDumpRequest(?:Out)?\("
)
BODIES = regex(
    rf"{_REQUEST}{_DOT}(?:body|rawBody){_END}|await\s+{_REQUEST}(?:\.clone\(\))?\.(?:text|json|formData|body|parseBody)\(\){_END}"
    rf"|{_REQUEST}\.get_(?:data|json)\(\)|{_REQUEST}\.(?:data|form|POST){_END}|\bReadAll\(\s*{_GO}\.Body\s*\)"
    rf"|\bawait\s+read(?:Raw)?Body\(\s*event\s*\){_END}|\b(?:err|error|e){_DOT}config{_DOT}data{_END}"
)
EACH_HEADER = regex(
    rf"{_REQUEST}\.headers\.forEach\s*(?=\()|\bfor\s*\(\s*(?:const|let|var)\s*\[[^\]]{{1,80}}\]\s*of\s+(?:Object\.entries\(\s*)?{_REQUEST}\.headers(?:\.entries\(\))?\s*\)"
)
"""Loops over all headers of a request."""
TAKEN = regex(rf"\b(?:const|let|var)\s*\{{(?P<names>[^{{}}=]{{1,200}})\}}\s*=\s*{_REQUEST}\s*(?=[;\n])")
"""Parts of a request that are kept under names of their own."""
PARAMETERS = (
    ("all headers", ("HeaderMap",), regex(r"\b(?P<name>\w+)\s*:\s*&?(?:\w+::)*HeaderMap\b")),
    (
        "the whole body",
        ("axum", "actix", "HeaderMap", "IntoResponse"),
        regex(r"\b(?P<name>\w*(?:body|payload|bytes))\s*:\s*(?:String|(?:\w+::)*Bytes|(?:web::)?Json<(?:serde_json::)?Value>)\s*,?\s*\)"),
    ),
    ("the whole body", ("@Body",), regex(r"@Body\(\)\s*(?:readonly\s+)?(?P<name>\w+)")),
    ("all headers", ("@Headers",), regex(r"@Headers\(\)\s*(?P<name>\w+)")),
    ("all headers", ("interceptors.request.use(",), regex(r"\binterceptors\.request\.use\(\s*(?:async\s*)?\(\s*(?P<name>\w+)")),
    ("all headers", ("http.Request",), regex(r"\b(?P<name>\w+)\s+\*http\.Request\b")),
    ("a whole request", ("req,", "req:", "request,", "request:"), regex(r"\b(?P<name>req|request)\s*(?::\s*[\w.<>]{1,60})?\s*,\s*(?:_?res|reply|response)\b")),
    (
        "all headers",
        ("andler", "events."),
        regex(
            r"(?:\bexports\.\w*[hH]andler\s*=|\bexport\s+const\s+\w*[hH]andler\b[^=\n]{0,80}=|\bexport\s+(?:default\s+)?async\s+function\s+handler)\s*(?:async\s*)?(?:function\s*)?"
            r"\(\s*(?P<name>event)\b|\bdef\s+\w*handler\(\s*(?P<python>event)\b|\b(?P<go>\w+)\s+events\.(?:SQS|SNS|Kinesis|APIGateway\w*)(?:Event|Request)\b"
        ),
    ),
)  # fmt: skip
"""Parameters that hold all headers or the whole body, by the words of frameworks: of axum and actix, Nest, Go, Express, and the event of a function."""
NEAR: tuple[tuple[tuple[str, ...], tuple[re.Pattern[str], ...]], ...] = (
    (
        (
            ".headers", ".rawHeaders", ".cookies", ".COOKIES", ".META", ".Header", "DumpRequest", ".header()", "r.config", "e.config", "r?.config",
            "etHeaders(", "RequestHeaders(", "headers()",
        ),
        (HEADERS, EACH_HEADER),
    ),
    (
        (
            ".body", ".text()", ".json()", ".formData()", "parseBody()", "get_data(", "get_json(", ".rawBody", ".data", ".form", ".POST", ".Body",
            "readBody(", "readRawBody(",
        ),
        (BODIES,),
    ),
    (("} =", "}="), (TAKEN,)),
    (("HeaderMap", "body:", "payload:", "bytes:"), (PARAMETERS[0][2], PARAMETERS[1][2])),
    (("(event", "event:", "event,", "events."), (PARAMETERS[-1][2],)),
    *((one[1], (one[2],)) for one in PARAMETERS[2:-1]),
)  # fmt: skip
"""Words, and the expressions above that hold one of them: a source is looked at only where it has such a word."""
WORDS = tuple(word for words, _ in NEAR for word in words)
