from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_calls_that_nothing_stops(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": "class Logger {\n  warn(m: string) {\n    this.warn(m);\n  }\n  info = (m: string) => {\n    this.info(m);\n  };\n}\n",
        "b.js": "function log(...parts) {\n  const line = parts.join(' ');\n  log(line);\n}\nconst again = (x) => {\n  return again(x);\n};\n",
        "c.py": "class Log:\n    def error(self, text):\n        self.error(text)\n\n\ndef debug(text):\n    return debug(text)\n",
        "third_party": {"d.js": "function log(x) {\n  log(x);\n}\n"},
    }

    assert places(inspect("recursive-logger", tree)) == [
        ("error", "a.ts", 3),
        ("error", "a.ts", 6),
        ("error", "b.js", 3),
        ("warning", "b.js", 6),
        ("error", "c.py", 3),
        ("error", "c.py", 7),
        ("info", "third_party/d.js", 2),
    ]


def test_other_objects_base_cases_and_callbacks(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "class Logger {\n  info(m: string) { console.info(m); }\n  warn(m: string) { super.warn(m); }\n  error(m: string) { this.sink.error(m); }\n"
            "  log(m: any) {\n    if (Array.isArray(m)) { this.log(m[0]); return; }\n    console.log(m);\n  }\n"
            "  trace(m: any) {\n    if (!m) return;\n    this.trace(m.next);\n  }\n  later() { setTimeout(() => this.later(), 10); }\n}\n"
        ),
        "b.ts": (
            "export const link = { fetch: (input: string) => fetch(input), log(m: string) { log(m); } };\n"
            "useForm({ onSuccess: () => onSuccess() });\nfunction fact(n: number): number { return n < 2 ? 1 : n * fact(n - 1); }\n"
            "async function poll() { await sleep(10); await poll(); }\nfunction run(run: () => void) { run(); }\n"
            "function* walk() { walk(); }\nfunction load() { const load = other; load(); }\nfunction tree(n) { return n.children.map((c) => tree(c)); }\n"
        ),
        "c.py": (
            "class A:\n    def copy(self, x):\n        return [self.copy(one) for one in x]\n    @property\n    def log(self):\n        return self.log_\n"
            "    @overload\n    def warn(self):\n        self.warn()\n\n\ndef log(text):\n    logger.log(text)\n\n\ndef enc(x):\n    return Seq(If(x, enc(x)))\n"
            "def gen():\n    yield 1\n    gen()\n"
        ),
    }

    assert inspect("recursive-logger", tree) == []


def test_a_logger_that_gives_on_what_it_was_given(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "class Log {\n  warn(m: string, ...rest: unknown[]) {\n    if (this.level > 1) {\n      this.warn(m, ...rest);\n    }\n  }\n"
            "  info(m: string) {\n    try {\n      this.info(m);\n    } catch {}\n  }\n}\nexport const log = (m: string) => log(m);\n"
        ),
    }

    assert places(inspect("recursive-logger", tree)) == [
        ("error", "a.ts", 4),
        ("error", "a.ts", 9),
        ("error", "a.ts", 13),
    ]


def test_loggers_that_are_objects_statics_and_patches(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": "export const logger = {\n  info(m: string) {\n    logger.info(m);\n  },\n  warn: (m: string) => {\n    logger.warn(`x ${m}`);\n  },\n};\n",
        "b.ts": "class Log {\n  static debug(m: string) {\n    if (m) {\n      Log.debug(`[app] ${m}`);\n    }\n  }\n  static trace(m: string) {\n    this.trace(m);\n  }\n}\n",
        "c.js": "console.error = (...args) => {\n  report(args);\n  console.error(...args);\n};\n",
        "d.ts": "class Edge {\n  info(m: string) {\n    this.write(m);\n  }\n  write(m: string) {\n    this.info(m);\n  }\n}\n",
        "e.ts": "class Box {\n  get level() {\n    return this.level;\n  }\n}\n",
        "f.py": "class Audit:\n    @staticmethod\n    def log(m):\n        Audit.log(m)\n\n    @property\n    def level(self):\n        return self.level\n",
        "g.rs": "impl Logger {\n    fn error(&self, m: &str) {\n        self.error(m);\n    }\n    fn log(m: &str) {\n        Self::log(m);\n    }\n}\nfn trace(m: &str) {\n    trace(m);\n}\n",
    }

    assert places(inspect("recursive-logger", tree)) == [
        ("error", "a.ts", 3),
        ("error", "a.ts", 6),
        ("error", "b.ts", 4),
        ("error", "b.ts", 8),
        ("error", "c.js", 3),
        ("error", "d.ts", 6),
        ("warning", "e.ts", 3),
        ("error", "f.py", 4),
        ("warning", "f.py", 8),
        ("error", "g.rs", 3),
        ("error", "g.rs", 6),
        ("error", "g.rs", 10),
    ]


def test_a_loop_on_one_line_is_a_condition(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"a.py": "def print_tree(node):\n    for child in node: print_tree(child)\n"}

    assert inspect("recursive-logger", tree) == []


def test_originals_traits_restored_and_shorter_texts(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.js": "const old = console.error;\nconsole.error = (...args) => {\n  old(...args);\n};\nres.end = function (chunk) {\n  res.end = old;\n  return res.end(chunk);\n};\n",
        "b.ts": "class A {\n  static log(m: string) {\n    if (m) {\n      A.log(m.slice(1));\n    }\n  }\n  get level() {\n    return this._level;\n  }\n}\n",
        "c.rs": "impl Log for Wrapper {\n    fn flush(&self) {\n        self.flush();\n    }\n}\nfn depth(n: &Node) -> usize {\n    n.children.iter().map(|c| depth(c)).max().unwrap_or(0)\n}\n",
    }

    assert inspect("recursive-logger", tree) == []


def test_ways_back_through_the_module(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "const write = (level: Level, m: string, x?: unknown) => {\n  if (x === undefined) logger[level](m);\n  else logger[level](m, x);\n};\n"
            "export const logger = {\n  info: (m: string) => write('info', m),\n  warn: (m: string) => write('warn', m),\n};\n"
        ),
        "b.ts": "let sink = (line: string) => console.log(line);\nexport function install() {\n  console.log = function log(...args) {\n    sink(args.join(' '));\n  };\n}\n",
        "c.ts": "class Logger {\n  error(m: string) {\n    console.error(m);\n  }\n}\nconst logger = new Logger();\nconsole.error = (...args) => {\n  logger.error(args.join());\n};\n",
        "d.py": "def _emit(level, text):\n    info(text)\n\n\ndef info(text):\n    _emit('info', text)\n",
        "e.py": (
            "import logging\nlogger = logging.getLogger(__name__)\n\n\nclass Alerts(logging.Handler):\n    def emit(self, record):\n        logger.error('alert %s', record)\n\n\n"
            "logger.addHandler(Alerts())\n"
        ),
        "f.py": "class Sink(logging.Handler):\n    def emit(self, record):\n        try:\n            self._post(record)\n        except Exception:\n            logger.exception('lost')\n",
        "g.rs": 'impl log::Log for Console {\n    fn log(&self, record: &Record) {\n        info!("{}", record.args());\n    }\n}\n',
    }

    assert places(inspect("recursive-logger", tree)) == [
        ("error", "a.ts", 2),
        ("error", "b.ts", 1),
        ("error", "c.ts", 8),
        ("error", "d.py", 2),
        ("error", "e.py", 7),
        ("warning", "f.py", 6),
        ("error", "g.rs", 3),
    ]


def test_ways_that_end(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "const original = console.log;\nlet sink = (line: string) => original(line);\nconsole.log = (...args) => {\n  sink(args.join());\n};\n"
            "const write = (level: Level, m: string) => {\n  if (m) logger[level](m);\n};\n"
            "export const logger = { info: (m: string) => write('info', m), warn: (m: string) => console.warn(m) };\n"
        ),
        "b.ts": "let busy = false;\nconst logger = { error(m: string) { if (busy) return; console.error(m); } };\nconsole.error = (m) => logger.error(m);\nfunction info(write: Write) { write(1); }\nfunction write() { info(0); }\n",
        "c.py": (
            "import logging\naudit = logging.getLogger('audit')\nlogger = logging.getLogger('app')\n\n\nclass Alerts(logging.Handler):\n    def emit(self, record):\n        logger.error(record)\n\n\n"
            "audit.addHandler(Alerts())\n\n\nclass Guarded(logging.Handler):\n    def emit(self, record):\n        if record.name == __name__:\n            return\n        log.error(record)\n\n\n"
            "class Orders(EventHandler):\n    def handle(self, event):\n        logger.info(event)\n\n\nclass Panel(Widget):\n    def emit(self, signal):\n        logger.info(signal)\n"
        ),
        "d.rs": 'impl Log for Console {\n    fn log(&self, record: &Record) {\n        println!("{}", record.args());\n    }\n}\nimpl Sink {\n    fn log(&self) {\n        info!("x");\n    }\n}\n',
    }

    assert inspect("recursive-logger", tree) == []


def test_a_helper_that_logs_again_where_the_environment_says_so(inspect: Callable[..., list[Finding]]) -> None:
    head = "class {} {{\n  error(m: string) {{\n    this.{}(m);\n    console.error(m);\n  }}\n"
    again = "  {}(m: string) {{\n    if ({}) {{\n      this.error(m);\n    }}\n  }}\n}}\n"
    tree = {
        "a.ts": head.format("A", "report") + again.format("report", "process.env.SENTRY_DSN"),
        "b.ts": head.format("B", "capture") + again.format("capture", "process.env['APP_ENV'] === 'production'"),
        "c.ts": head.format("C", "report") + again.format("report", "process.env.SENTRY_DSN && !this.busy"),
        "d.ts": head.format("D", "report") + again.format("report", "this.enabled"),
        "e.py": (
            "class Log:\n    def error(self, m):\n        self.report(m)\n\n    def report(self, m):\n"
            '        if os.environ.get("SENTRY_DSN"):\n            self.error(m)\n'
        ),
        "f.ts": "class F {\n  error(m: string) {\n    if (process.env.X) {\n      this.error(m);\n    } else {\n      send(m);\n    }\n  }\n}\n",
    }

    found = inspect("recursive-logger", tree)

    assert places(found) == [
        ("warning", "a.ts", 8),
        ("warning", "b.ts", 8),
        ("warning", "e.py", 7),
        ("warning", "f.ts", 4),
    ]
    assert "error -> report -> error" in found[0].message


@pytest.mark.parametrize(
    ("text", "grade", "line"),
    [
        ("class L {\n  warn(m: string) {\n    this.write('warn', m);\n  }\n  write(level: string, m: string) {\n    if (level === 'warn') {\n      this.warn(m);\n      return;\n    }\n    out(m);\n  }\n}\n", "error", 7),
        ("export function install() {\n  console.error = (...args) => {\n    line('error', args);\n  };\n}\nfunction line(level, args) {\n  const text = args.map(String).join(' ');\n  if (level !== 'error') {\n    return;\n  }\n  console.error(text);\n}\n", "error", 11),
        ("export const log = {\n  error(m) {\n    send('error', m);\n  },\n};\nfunction send(kind, m) {\n  switch (kind) {\n    case 'info':\n      out(m);\n      break;\n    case 'error':\n      log.error(m);\n      break;\n  }\n}\n", "error", 12),
        ("export const log = {\n  error(m) {\n    send(m);\n  },\n};\nfunction send(m) {\n  try {\n    post(m);\n  } catch (e) {\n    log.error('failed', e);\n  }\n}\n", "warning", 10),
        ("class L {\n  warn(m: string) {\n    this.write('warn', m);\n  }\n  write(level: string, m: string) {\n    if (level === 'error') {\n      this.warn(m);\n    }\n    out(m);\n  }\n}\n", "", 0),
        ("class L {\n  warn(m: string, level: string) {\n    this.write(level, m);\n  }\n  write(level: string, m: string) {\n    if (level === 'warn') {\n      this.warn(m, level);\n    }\n  }\n}\n", "", 0),
        ("export const log = {\n  error(m) {\n    send(m);\n  },\n};\nfunction send(m) {\n  try {\n    post(m);\n  } catch (e) {\n    if (!busy) {\n      log.error('failed', e);\n    }\n  }\n}\n", "", 0),
        ("export const log = {\n  error(m) {\n    send(m);\n  },\n};\nfunction send(m) {\n  if (sending) return;\n  try {\n    post(m);\n  } catch (e) {\n    log.error('failed', e);\n  }\n}\n", "", 0),
        ("class L {\n  warn(m: string) {\n    this.write('warn', m);\n  }\n  write(level: string, m: string) {\n    level = lower(level);\n    if (level === 'warn') {\n      this.warn(m);\n    }\n  }\n}\n", "", 0),
        ("function warn(m) {\n  send('warn', m);\n}\nfunction send(l, m) {\n" + "  if (l === 'warn') {\n" * 300 + "warn(m);\n" + "}\n" * 301, "", 0),
    ],
)  # fmt: skip
def test_circles_through_a_condition_or_a_failure(
    inspect: Callable[..., list[Finding]], text: str, grade: str, line: int
) -> None:
    found = inspect("recursive-logger", {"src": {"log.ts": text}})

    assert [(one.severity, one.line) for one in found] == ([(grade, line)] if grade else [])


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        (
            "a.ts",
            "export class Http extends Transport {\n  log(info, next) {\n    send(info).catch((e) => logger.error('not sent', e));\n    next();\n  }\n}\n",
            [("warning", 3)],
        ),
        (
            "a.js",
            "class Http extends winston.Transport {\n  log(info) {\n    this.ship(info);\n  }\n  ship(info) {\n    try { send(info); } catch (e) { logger.warn(e); }\n  }\n}\n",
            [("warning", 6)],
        ),
        (
            "a.py",
            "from loguru import logger\n\n\ndef sink(message):\n    try:\n        send(message)\n    except Exception as e:\n        logger.error(e)\n\n\nlogger.add(sink)\n",
            [("warning", 8)],
        ),
        (
            "a.rs",
            "impl<S: Subscriber> Layer<S> for Remote {\n    fn on_event(&self, e: &Event<'_>, _: Context<'_, S>) {\n        if let Err(x) = self.send(e) {\n            tracing::error!(\"{x}\");\n        }\n    }\n}\n",
            [("warning", 4)],
        ),
        (
            "a.py",
            (
                "class Db(logging.Handler):\n    def emit(self, record):\n        self._write(record)\n\n    def _write(self, record):\n        self._insert(record)\n\n"
                "    def _insert(self, record):\n        try:\n            self.db.execute(record)\n        except Exception:\n            logging.exception('lost')\n"
            ),
            [("warning", 12)],
        ),
        (
            "a.ts",
            "export class Http extends Transport {\n  log(info, next) {\n    send(info).catch((e) => console.error(e));\n    next();\n  }\n}\n",
            [],
        ),
        (
            "a.py",
            "from loguru import logger\n\n\ndef sink(message):\n    print(message)\n\n\ndef other(x):\n    logger.info(x)\n\n\nlogger.add(sink)\n",
            [],
        ),
        (
            "a.py",
            "def wait(*given):\n    global wait\n    wait = poll if POLL else select\n    return wait(*given)\n",
            [],
        ),
        ("a.ts", "class T extends Transport {\n  log(i) {" + " this.log(i);" * 1_500 + "\n  }\n}\n", None),
    ],
)
def test_a_failure_that_is_logged_to_itself(
    inspect: Callable[..., list[Finding]], name: str, code: str, told: list[tuple[str, int]] | None
) -> None:
    found = inspect("recursive-logger", {"src": {name: code}})

    assert told is None or [(one.severity, one.line) for one in found] == told


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            "function logWarn(m: string, d?: unknown): void {\n  if (process.env.LOG_LEVEL === 'error') return;\n  logWarn(`[warn] ${m}`, d);\n}\n",
            [("warning", 3)],
        ),
        (
            "const logger = {\n  warn(m: string, c?: C) {\n    if (c?.operation === 'noop') return;\n    this.warn(format(m));\n  },\n};\n",
            [("warning", 4)],
        ),
        (
            "function logWarn(m: string) {\n  logError(m);\n}\nfunction logError(m: string) {\n  logWarn(m);\n}\n",
            [("error", 5)],
        ),
        (
            "class L {\n  error(m: string, meta?: unknown) {\n    try {\n      out.write(JSON.stringify({ m, meta }));\n    } catch (e) {\n      this.error('failed', e);\n    }\n  }\n}\n",
            [("warning", 6)],
        ),
        (
            "class L {\n  private output(e: E) {\n    if (!this.shouldLog(e.level)) {\n      this.debug(`dropped ${e.level}`);\n      return;\n    }\n    write(e);\n  }\n  debug(m: string) {\n    this.output(this.entry('debug', m));\n  }\n}\n",
            [("warning", 4)],
        ),
        ("function logTree(n: N, depth: number) {\n  if (depth > 9) return;\n  logTree(n.next, depth + 1);\n}\n", []),
        ("class L {\n  warn(m: string, n?: N) {\n    if (!n) return;\n    this.warn(m, n.parent);\n  }\n}\n", []),
        ("class L {\n  info(m: string) {\n    if (this.busy()) return;\n    this.info(m + '.');\n  }\n}\n", []),
    ],
)
def test_guards_that_end_nothing(inspect: Callable[..., list[Finding]], code: str, told: list[tuple[str, int]]) -> None:
    found = inspect("recursive-logger", {"src": {"a.ts": code}})

    assert [(one.severity, one.line) for one in found] == told


def test_what_the_level_drops_is_logged(inspect: Callable[..., list[Finding]]) -> None:
    code = (
        "class L {\n  output(e: E): void {\n    if (!this.shouldLog(e.level)) {\n      this.debug(`dropped ${e.level}`);\n      return;\n    }\n    write(e);\n  }\n"
        + "  spare(x: number) {\n    return x;\n  }\n" * 4
        + "  debug(m: string) {\n    this.output(this.entry('debug', m));\n  }\n  entry(l: string, m: string) {\n    return { l, m };\n  }\n}\n"
    )

    assert [(one.severity, one.line) for one in inspect("recursive-logger", {"a.ts": code})] == [("warning", 4)]


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("this.log('warn', `too large, truncated: ${message}`, context);", [("warning", 5)]),
        ("this.log(level, message, context);", [("warning", 5)]),
        ("this.log('warn', 'too large');", []),
        ("this.log('warn', `too large: ${message.slice(0, 80)}`, context);", []),
        ("this.log('warn', message, omit(context, 'body'));", []),
    ],
)
def test_what_is_too_long_stays_too_long(
    inspect: Callable[..., list[Finding]], call: str, told: list[tuple[str, int]]
) -> None:
    code = (
        "class L {\n  private log(level: Level, message: string, context: C = {}): void {\n    const output = JSON.stringify({ level, message, context });\n"
        f"    if (output.length > 8192) {{\n      {call}\n      return;\n    }}\n    console.log(output);\n  }}\n}}\n"
    )

    assert [(one.severity, one.line) for one in inspect("recursive-logger", {"a.ts": code})] == told


def test_a_condition_that_is_the_whole_body_and_many_of_one_file(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": "export const last = (a: P): P =>\n  a.next && isP(a.next)\n    ? last(a.next)\n    : a;\n",
        "b.rs": "".join(f"pub fn {name}(x: u8) -> u8 {{\n    {name}(x)\n}}\n" for name in ("mint", "burn", "move_all")),
    }

    found = inspect("recursive-logger", tree)

    assert places(found) == [("warning", "b.rs", 2)]
    assert found[0].message.endswith("So do 2 more of this file: burn in line 5, move_all in line 8.")
