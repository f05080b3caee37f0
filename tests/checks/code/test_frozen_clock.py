from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_times_of_the_start(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": "const hour = new Date().getUTCHours();\nconst now = Date.now();\nexport const f = () => hour + now;\n",
        "b.ts": "class Guard {\n  constructor() {\n    this.hour = new Date().getHours();\n  }\n  night() { return this.hour < 6; }\n}\n",
        "c.py": "from datetime import datetime\n\nnow = datetime.now()\n\n\ndef stamp():\n    return now\n\n\ndef at(when=datetime.now()):\n    return when\n",
        "third_party": {"d.ts": "const hour = new Date().getHours();\nexport const f = () => hour;\n"},
    }

    assert places(inspect("frozen-clock", tree)) == [
        ("error", "a.ts", 1),
        ("warning", "a.ts", 2),
        ("error", "b.ts", 3),
        ("warning", "c.py", 3),
        ("warning", "c.py", 10),
        ("info", "third_party/d.ts", 1),
    ]


def test_starts_scripts_tests_and_times_that_move(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "const startedAt = Date.now();\nconst launchYear = new Date().getFullYear();\nlet now = Date.now();\nsetInterval(() => { now = Date.now(); }, 1000);\n"
            "export const f = () => startedAt + launchYear + now;\nexport function g() {\n  const hour = new Date().getHours();\n  return hour;\n}\n"
            "class A {\n  constructor() { this.hour = new Date().getHours(); }\n  tick() { this.hour = new Date().getHours(); }\n}\n"
        ),
        "scripts": {"b.ts": "const now = new Date();\nfunction f() { return now; }\n"},
        "c.test.ts": "const now = new Date();\nit('x', () => now);\n",
        "d.py": "from datetime import datetime\nnow = datetime.now()\ndef f():\n    return now\nif __name__ == '__main__':\n    f()\n",
        "e.py": "def f(now=None, zone=datetime.timezone.utc):\n    now = now or datetime.now()\n    return now\n",
        "f.ts": "const now = new Date();\nconsole.log(now);\n",
    }

    assert inspect("frozen-clock", tree) == []


def test_fields_of_a_class(inspect: Callable[..., list[Finding]]) -> None:
    field = (
        "class Guard {{\n  private hour = new Date().getHours();\n  night() {{ return this.hour < 6; }}\n  {more}\n}}\n"
    )
    tree = {"a.ts": field.format(more=""), "b.ts": field.format(more="tick() { this.hour = new Date().getHours(); }")}

    assert places(inspect("frozen-clock", tree)) == [("error", "a.ts", 2)]


def test_texts_windows_defaults_and_views(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": "export const TODAY = new Date().toISOString().slice(0, 10);\nconst cutoff = Date.now() - 86400000;\nexport const f = () => cutoff;\n",
        "b.ts": "export class Invoice {\n  static year = new Date().getFullYear();\n  static today = new Date();\n}\n",
        "c.tsx": "export function Clock() {\n  const now = useMemo(() => new Date(), []);\n  const [hour] = useState(new Date().getHours());\n  return <i>{now}{hour}</i>;\n}\n",
        "d.js": "const s = new Schema({\n  at: { type: Date, default: Date.now() },\n});\nconst z = date().default(new Date());\n",
        "e.py": (
            "WINDOW_START = time.time() - 3600\nMONTH = date.today().month\ndef f():\n    return WINDOW_START, MONTH\nclass Order(BaseModel):\n    at: datetime = datetime.now(timezone.utc)\n"
            "class Row(Base):\n    at = Column(DateTime, default=datetime.utcnow())\nclass WindowService:\n    def __init__(self):\n        self.current_hour = datetime.now().hour\n"
        ),
        "f.rs": "static HOUR: Lazy<u32> = Lazy::new(|| Utc::now().hour());\nlazy_static! {\n    static ref NOW: SystemTime = SystemTime::now();\n}\n",
    }

    assert places(inspect("frozen-clock", tree)) == [
        ("warning", "a.ts", 1),
        ("warning", "a.ts", 2),
        ("info", "b.ts", 2),
        ("warning", "b.ts", 3),
        ("warning", "c.tsx", 2),
        ("warning", "c.tsx", 3),
        ("warning", "d.js", 2),
        ("warning", "d.js", 4),
        ("warning", "e.py", 1),
        ("warning", "e.py", 2),
        ("warning", "e.py", 6),
        ("warning", "e.py", 8),
        ("error", "e.py", 11),
        ("error", "f.rs", 1),
        ("warning", "f.rs", 3),
    ]


def test_times_that_are_computed_again_and_copyrights(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.tsx": (
            "export function Ok() {\n  const [now, setNow] = useState(Date.now());\n  useEffect(() => { setInterval(() => setNow(Date.now()), 1000); }, []);\n"
            "  const [openedAt] = useState(() => Date.now());\n  return now + openedAt;\n}\n"
        ),
        "b.tsx": "const year = new Date().getFullYear();\nexport const Footer = () => <p>© {year}</p>;\n",
        "c.js": "const s = new Schema({ at: { type: Date, default: Date.now } });\nexport const id = `run-${Date.now()}`;\n",
        "d.py": "class Order(BaseModel):\n    at: datetime = field(default_factory=datetime.utcnow)\nclass Row(Base):\n    at = Column(DateTime, default=datetime.utcnow)\n",
        "e.rs": "static START: OnceLock<Instant> = OnceLock::new();\nstatic BOOTED_AT: Lazy<DateTime<Utc>> = Lazy::new(|| Utc::now());\nstatic BOX: Lazy<Box> = Lazy::new(|| Box { since: Utc::now(), rest: 1 });\n",
    }

    assert inspect("frozen-clock", tree) == []


def test_what_is_made_of_a_moment_and_bounds_of_ranges(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "const now = new Date();\nconst monthStart = new Date(now.getFullYear(), now.getMonth(), 1);\nconst today = dayjs();\nconst weekAgo = today.subtract(7, 'day');\n"
            "export const query = () => ({ from: monthStart, to: weekAgo });\n"
        ),
        "b.ts": "const start = new Date();\nexport const lastDay = endOfMonth(start);\n",
        "c.ts": "export const defaults = { from: null, to: new Date() };\n",
        "d.ts": "const now = new Date();\nconst year = now.getFullYear();\nexport const footer = () => year;\nconst fileName = now.toISOString().slice(0, 10);\nexport const f = () => fileName;\n",
        "e.ts": "export const metrics = { start: Date.now(), count: 0 };\nexport const mockRange = { to: new Date() };\nconst now = clock();\nconst month = new Date(now.getMonth());\nexport const m = () => month;\n",
    }

    assert places(inspect("frozen-clock", tree)) == [
        ("warning", "a.ts", 2),
        ("warning", "a.ts", 4),
        ("warning", "b.ts", 2),
        ("warning", "c.ts", 1),
    ]


def test_a_program_of_python_that_lives_on(inspect: Callable[..., list[Finding]]) -> None:
    source = (
        "from datetime import datetime\n{}\nQUIET = datetime.now().{}\n\ndef is_quiet():\n    return QUIET\n\n"
        'if __name__ == "__main__":\n    {}\n'
    )
    tree = {
        "server.py": source.format("", "hour", 'uvicorn.run("server:app")'),
        "bot.py": source.format("", "weekday()", "app.run_polling()"),
        "snapshot.py": source.format("", "hour", "print(is_quiet())"),
        "report.py": source.format("", "weekday()", "print(is_quiet())"),
    }

    found = inspect("frozen-clock", tree)

    assert places(found) == [("warning", "bot.py", 3), ("error", "server.py", 3), ("info", "snapshot.py", 3)]


@pytest.mark.parametrize(
    ("path", "text", "grade"),
    [
        ("a.ts", "const issuedDay = new Date().toDateString();\nexport const badge = (n: string) => `${n} ${issuedDay}`;\n", "warning"),
        ("a.ts", "const bucketDate = new Date().toISOString().slice(0, 10);\nexport function key(u: string) { return u + bucketDate; }\n", "warning"),
        ("a.ts", "export class Quota {\n  private day = new Date().toDateString();\n  key(u: string) { return u + this.day; }\n}\n", "info"),
        ("a.py", "class Quota:\n    day = datetime.now().strftime('%Y-%m-%d')\n    def key(self, u):\n        return u + self.day\n", "warning"),
        ("a.py", "@lru_cache(maxsize=1)\ndef current_hour():\n    return datetime.now().hour\n", "error"),
        ("a.py", "@functools.cache\ndef get_today():\n    return date.today()\n", "warning"),
        ("a.rs", "static HOUR: Lazy<u32> = Lazy::new(|| chrono::Timelike::hour(&chrono::Utc::now()));\n", "error"),
        ("a.ts", "const logFile = new Date().toISOString().slice(0, 10);\nexport function path() { return logFile; }\n", ""),
        ("a.ts", "export function day() {\n  const issuedDay = new Date().toDateString();\n  return issuedDay;\n}\n", ""),
        ("a.ts", "let issuedDay = new Date().toDateString();\nexport function next() { issuedDay = new Date().toDateString(); }\n", ""),
        ("a.ts", "export class Quota {\n  private day = new Date().toDateString();\n  roll() { this.day = new Date().toDateString(); }\n}\n", ""),
        ("a.py", "class Job:\n    def run(self):\n        day = datetime.now().strftime('%Y')\n        return day\n", ""),
        ("a.py", "@lru_cache\ndef hour_of(zone):\n    return datetime.now(zone).hour\n", ""),
        ("a.py", "@lru_cache\ndef settings():\n    return Settings(started=datetime.now())\n", ""),
        ("a.py", "@lru_cache\ndef started_at():\n    return datetime.now()\n", ""),
    ],
)  # fmt: skip
def test_days_as_texts_attributes_of_classes_and_what_a_cache_keeps(
    inspect: Callable[..., list[Finding]], path: str, text: str, grade: str
) -> None:
    assert [one.severity for one in inspect("frozen-clock", {"src": {path: text}})] == ([grade] if grade else [])


def test_the_value_tells_and_not_the_name(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": "const SESSION_HOUR = new Date().getUTCHours();\nexport const open = () => SESSION_HOUR >= 13;\n",
        "b.ts": "const RUN_DAY = new Date().toISOString().slice(0, 10);\nexport const key = (id) => `${RUN_DAY}:${id}`;\n",
        "c.js": "const startedHour = new Date().getHours();\nfunction quiet() {\n  return startedHour < 6;\n}\nserver.listen(80);\n",
        "d.ts": "const startHour = new Date().getHours();\nexport const since = () => startHour;\n",
        "e.js": "const LAST_HOUR = new Date().getHours();\nfunction f() {\n  return LAST_HOUR < 6;\n}\nf();\n",
        "f.ts": "const versionDate = new Date().toISOString().slice(0, 10);\nexport const v = () => versionDate;\n",
    }

    assert places(inspect("frozen-clock", tree)) == [("error", "a.ts", 1), ("warning", "b.ts", 1), ("error", "c.js", 1)]


def test_what_a_module_makes_of_the_hour(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": "const currentHour = new Date().getUTCHours();\nconst isNight = currentHour < 5 || currentHour > 22;\nexport function limit(n: number) {\n  return isNight ? n / 2 : n;\n}\n",
        "b.py": "from datetime import datetime\n\nHOUR = datetime.now().hour\nPEAK = 8 < HOUR < 20\nFACTOR = 2 if PEAK else 1\n\n\ndef price(x):\n    return x * FACTOR\n",
        "c.ts": "const currentHour = new Date().getUTCHours();\nconst greeting = currentHour < 12 ? 'morning' : 'day';\nexport const version = '1';\nconsole.log(greeting);\n",
    }

    assert places(inspect("frozen-clock", tree)) == [("error", "a.ts", 1), ("error", "b.py", 3)]


def test_the_start_of_what_a_query_asks_for(inspect: Callable[..., list[Finding]]) -> None:
    head = "export const useIt = (t: T) => {\n  const now = useMemo(() => Date.now(), []);\n"
    asks = "  const [r] = useSubscription({ query: Q, variables: { since: new Date(now - 1000) } });\n  return r;\n};\n"
    tree = {
        "a.tsx": head + asks,
        "b.tsx": f"{head}  const since = new Date(now - 1000);\n  return useQuery({{ queryKey: ['x', since] }});\n}};\n",
        "c.tsx": "export const useIt = () => {\n  const [now] = useState(() => Date.now());\n  return useSWR(`/api?to=${now}`, get);\n};\n",
        "d.tsx": f"{head}  return <b>{{t.end - now}}</b>;\n}};\n",
        "e.tsx": head + "  const left = t.end - now;\n" + asks,
    }

    assert places(inspect("frozen-clock", tree)) == [("warning", "d.tsx", 2), ("warning", "e.tsx", 2)]


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("app/sitemap.ts", "const NOW = new Date();\nexport default () => [{ lastModified: NOW }];\n", False),
        ("app/feed.xml.ts", "const NOW = new Date();\nexport default () => NOW;\n", False),
        ("app/feed_monitor.py", "HOUR = datetime.now(UTC).hour\n\n\ndef is_quiet():\n    return HOUR < 5\n", True),
        (
            "a.ts",
            "// Set to the build time on every page.\nconst NOW = new Date();\nexport const a = () => NOW;\n",
            False,
        ),
        ("a.ts", "// What the pages show.\nconst NOW = new Date();\nexport const a = () => NOW;\n", True),
    ],
)
def test_times_of_a_build(inspect: Callable[..., list[Finding]], name: str, code: str, *, told: bool) -> None:
    assert bool(inspect("frozen-clock", {name: code})) == told


@pytest.mark.parametrize(
    ("use", "severity"),
    [
        ("const late = now >= expiresAt;", "warning"),
        ("const left = expiresAt.getTime() - now.getTime();", "warning"),
        ("const ago = formatDistance(then, now);", "warning"),
        ("return <i>{now.toLocaleTimeString()}</i>;", "warning"),
        ("const month = new Date(now.getFullYear(), now.getMonth(), 1);", "info"),
        ("const details = useMemo(() => JSON.stringify({ time: now }), [now]);", "info"),
        ("useEffect(() => report(now), [now]);", "info"),
    ],
)
def test_what_a_component_does_with_its_moment(inspect: Callable[..., list[Finding]], use: str, severity: str) -> None:
    code = f"export function View() {{\n  const now = useMemo(() => new Date(), []);\n  {use}\n}}\n"

    assert places(inspect("frozen-clock", {"a.tsx": code})) == [(severity, "a.tsx", 2)]
    assert places(inspect("frozen-clock", {"a.tsx": "", "global-error.tsx": code})) == [("info", "global-error.tsx", 2)]


OF_EACH = "export class NAME {\n  constructor() {\n    this.now = Date.now();\n  }\n  late(t) {\n    return READ;\n  }\n}\nMADE\n"


@pytest.mark.parametrize(
    ("name", "read", "made", "severity"),
    [
        ("QuotaService", "t < this.now", "", "warning"),
        ("Quota", "t < this.now", "export const quota = new Quota();", "warning"),
        ("Quota", "t < this.now", "module.exports = new Quota();", "warning"),
        ("Quota", "t < this.now", "export const make = () => new Quota();", "info"),
        ("LogEntry", "t < 0", "export const log = (t) => all.push(new LogEntry(t));", ""),
    ],
)
def test_how_long_an_instance_lives(
    inspect: Callable[..., list[Finding]], name: str, read: str, made: str, severity: str
) -> None:
    text = OF_EACH.replace("NAME", name).replace("READ", read).replace("MADE", made)

    assert [one.severity for one in inspect("frozen-clock", {"a.js": text})] == ([severity] if severity else [])


TODAY = "from datetime import date\n\ntoday = date.today()\n\n\ndef show():\n    return rows(today)\n"


@pytest.mark.parametrize(
    ("path", "before", "after", "told"),
    [
        ("app.py", "from fastapi import FastAPI\n", "app = FastAPI()\n", True),
        ("app.py", "import streamlit as st\n", "", False),
        ("app.py", "import argparse\nfrom flask import Flask\n", "app = Flask(__name__)\n", True),
        ("app.py", "import click\n", "", False),
        ("app.py", "", "\n\nshow()\n", False),
        ("dags/load.py", "", "", False),
        ("shop/management/commands/load.py", "", "", False),
        ("mock_rows.py", "", "", False),
    ],
)
def test_programs_that_end_or_are_read_anew(
    inspect: Callable[..., list[Finding]], path: str, before: str, after: str, *, told: bool
) -> None:
    assert bool(inspect("frozen-clock", {path: before + TODAY + after})) == told


@pytest.mark.parametrize(
    ("path", "code", "severity"),
    [
        ("Page.tsx", "export const P = () => <Picker min={today} />;\n", "info"),
        ("Page.tsx", "export const P = ({ end }) => <b>{end - today}</b>;\n", "warning"),
        ("page.ts", "export const p = () => rows(today);\n", "warning"),
    ],
)
def test_a_page_is_loaded_more_often_than_a_server_starts(
    inspect: Callable[..., list[Finding]], path: str, code: str, severity: str
) -> None:
    assert [one.severity for one in inspect("frozen-clock", {path: f"const today = new Date();\n{code}"})] == [severity]


def test_a_field_that_is_counted_on(inspect: Callable[..., list[Finding]]) -> None:
    text = "export class CalendarService {\n  currentMonth = new Date().getMonth();\n  next() {\n    STEP;\n  }\n  show() {\n    return this.currentMonth;\n  }\n}\n"

    assert inspect("frozen-clock", {"a.ts": text.replace("STEP", "this.currentMonth++")}) == []
    assert places(inspect("frozen-clock", {"a.ts": text.replace("STEP", "this.draw()")})) == [("warning", "a.ts", 2)]
