from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places
from toolkit.features.doctor import written

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_a_processor_that_nobody_uses(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "edge": {
            "package.json": '{"private": true}',
            "queue.ts": "export class Processor {\n  clone() { return new Processor(); }\n}\n// A comment\nexport class Used {}\n",
            "worker.ts": 'import { Used } from "./queue";\nnew Used();\n',
        },
        "sdk": {"package.json": '{"name": "sdk", "main": "index.js"}', "a.ts": "export class Client {}\n"},
    }

    assert places(inspect("unused-export-class", tree)) == [("warning", "edge/queue.ts", 1), ("info", "sdk/a.ts", 1)]


def test_a_baseline_that_accepts_it_is_no_use_of_it(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"package.json": '{"private": true}', "queue.ts": "export class Processor {}\n"}
    (found,) = inspect("unused-export-class", tree)
    line = {"check": found.check, "path": found.path, "message": found.message}

    assert inspect("unused-export-class", {**tree, "base.json": written({"1": line}).decode()}) == [found]
    assert inspect("unused-export-class", {**tree, "plugins.json": '["Processor"]'}) == []


def test_what_frameworks_find_by_themselves(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"private": true}',
        "wrangler.toml": '[[durable_objects.bindings]]\nclass_name = "Room"\n',
        "a.ts": "export class Room {}\n@Injectable()\nexport class Service {}\nclass Inner {}\n",
        "b.ts": "export class Tag extends HTMLElement {}\nexport class Made1 implements MigrationInterface {}\nexport class Counter extends DurableObject {}\n",
        "app": {
            "page.ts": "export default class Page {}\n",
            "c.ts": 'import Anything from "./page";\nrender(Anything);\n',
        },
        "loader.ts": "export default class Loader {}\n",
        "build.json": '{"plugins": ["./loader"]}',
        "migrations": {"c.ts": "export class Initial {}\n"},
        "d.test.ts": "export class Helper {}\n",
        "e.d.ts": "export class Declared {}\n",
        "vendor": {"f.ts": "export class Foreign {}\n"},
    }

    assert inspect("unused-export-class", tree) == []


def test_tests_comments_and_handing_on_are_no_use(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"private": true}',
        "queue.ts": "export class Processor {}\n",
        "index.ts": 'export { Processor } from "./queue";\n// Processor handles the queue\n',
        "queue.test.ts": 'import { Processor } from "./queue";\nnew Processor();\n',
    }

    assert places(inspect("unused-export-class", tree)) == [("warning", "queue.ts", 1)]


def test_every_way_to_export(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"private": true}',
        "a.ts": "export default class Consumer {}\n",
        "b.ts": "class Notifier {}\nexport { Notifier };\n",
        "c.js": "class Retry {}\nmodule.exports = Retry;\n",
        "d.js": "class Limiter {}\nmodule.exports = { Limiter };\n",
        "e.ts": "export class Dedupe {}\n",
        "f.ts": "export class Trail {}\n",
        "g.js": "exports.Relay = class Relay {};\n",
        "h.py": "class EventConsumer:\n    pass\n",
        "index.ts": 'import { Dedupe } from "./e";\nexport * from "./f";\nexport const x = 1;\n',
    }

    found = [(path, line) for _, path, line in places(inspect("unused-export-class", tree))]

    assert found == [(name, 1) for name in ("a.ts", "b.ts", "c.js", "d.js", "e.ts", "f.ts", "g.js", "h.py")]


def test_uses_under_other_names(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"private": true}',
        "a.ts": "export default class Lexer {}\n",
        "b.ts": "export class Parser {}\nclass Token {}\nexport { Token as Mark };\n",
        "c.js": "class Handler {}\nmodule.exports = Handler;\n",
        "main.ts": 'import Lex from "./a";\nimport { Parser as P } from "./b";\nnew Lex();\nnew P();\n',
        "main.js": 'const H = require("./c");\nnew H();\n',
        "d.py": "class QueueWorker(Base):\n    pass\nclass Consumer:\n    pass\nConsumer()\n",
    }

    assert inspect("unused-export-class", tree) == []


def test_many_of_one_package_are_one_finding(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"package.json": '{"private": true}', "a.ts": "".join(f"export class Part{n} {{}}\n" for n in range(10))}

    found = inspect("unused-export-class", tree)

    assert places(found) == [("warning", "a.ts", 1)]
    assert found[0].message.endswith("Nor 9 more of this file.")
    assert "; likewise Part1 in line 2; likewise" in found[0].evidence


def test_what_lies_beside_the_members_of_a_workspace(inspect: Callable[..., list[Finding]]) -> None:
    member = {"package.json": '{"private": true}'}
    tree = {
        "package.json": '{"private": true, "workspaces": ["apps/web"]}',
        "apps": {
            "package.json": "{}",
            "web": {**member, "a.ts": "export class Shown {}\n"},
            "old-one": {"a.ts": "export class First {}\n"},
            "old-two": {"a.ts": "export class Second {}\n"},
        },
        "src": {"a.ts": "export class Own {}\n"},
        "docs": {"deprecated": {"a.ts": "export class Kept {}\n"}},
    }

    found = inspect("unused-export-class", tree)

    assert places(found) == [
        ("info", "apps/old-one/a.ts", 1),
        ("warning", "apps/web/a.ts", 1),
        ("warning", "src/a.ts", 1),
    ]
    assert found[0].message.endswith("and is none; nor 1 more classes there.")


def test_programs_sdks_and_classes_for_tests(inspect: Callable[..., list[Finding]]) -> None:
    source = "export class {} {{\n  run() {{}}\n}}\n"
    tree = {
        "api": {
            "package.json": '{"name": "api", "main": "dist/index.js", "scripts": {"start": "node dist/index.js"}}',
            "a.ts": source.format("PayoutProcessor"),
            "b.ts": source.format("Timer"),
            "b.test.ts": "new Timer().run();\n",
            "c.ts": source.format("MemoryPublisher"),
        },
        "sdk": {"package.json": '{"name": "kit", "private": true}', "index.ts": source.format("Client")},
    }

    assert places(inspect("unused-export-class", tree)) == [
        ("warning", "api/a.ts", 1),
        ("info", "api/b.ts", 1),
        ("info", "sdk/index.ts", 1),
    ]


def test_a_class_that_is_only_handed_on_or_tested(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"private": true}',
        "src": {
            "index.ts": "export { QueryLibrary } from './services/QueryLibrary';\nexport * from './Monitor';\n",
            "services": {"QueryLibrary.ts": "export class QueryLibrary {\n  check() {}\n}\n"},
            "Monitor.ts": "export class Monitor {\n  check() {}\n}\n",
            "worker.ts": "export class MailWorker {\n  run() {}\n}\n",
            "worker.test.ts": "import { MailWorker } from './worker';\nnew MailWorker();\n",
        },
    }

    found = inspect("unused-export-class", tree)

    assert [(one.severity, one.path, one.evidence) for one in found] == [
        ("warning", "src/Monitor.ts", "Monitor is used in no other code of this repository"),
        ("warning", "src/services/QueryLibrary.ts", "QueryLibrary is used in no other code of this repository"),
        ("warning", "src/worker.ts", "MailWorker is used in no other code of this repository but in tests"),
    ]


def test_many_classes_of_a_package_for_others_are_told_once(inspect: Callable[..., list[Finding]]) -> None:
    classes = {
        f"{name}.ts": f"export class {name} {{\n  run() {{}}\n}}\n" for name in ("Alpha", "Beta", "Delta", "Gamma")
    }
    tree = {"sdk": {"package.json": '{"name": "sdk", "main": "a.js", "types": "a.d.ts"}', "src": classes}}

    found = inspect("unused-export-class", tree)

    assert places(found) == [("info", "sdk/src/Alpha.ts", 1)]
    assert found[0].evidence.endswith("sdk/src/Delta.ts:1 Delta; sdk/src/Gamma.ts:1 Gamma")


def test_what_a_module_of_nest_has_to_name(inspect: Callable[..., list[Finding]]) -> None:
    nest = 'import { Injectable } from "@nestjs/common";\n'
    tree = {
        "package.json": '{"private": true}',
        "a.ts": nest + "@Injectable()\nexport class ClockService {}\n",
        "b.ts": nest + "@Processor('orders')\nexport class OrdersProcessor extends WorkerHost {}\n",
        "c.ts": nest
        + "@Injectable()\nexport class KnownService {}\n@Module({ providers: [KnownService] })\nexport class AppModule {}\n",
        "d.ts": 'import { injectable } from "inversify";\n@Injectable()\nexport class Other {}\n',
        "e.ts": nest + "@Entity()\nexport class User {}\n",
    }

    assert places(inspect("unused-export-class", tree)) == [("warning", "a.ts", 3), ("warning", "b.ts", 3)]


def test_what_is_told_each_among_many(inspect: Callable[..., list[Finding]]) -> None:
    names = [*(f"Helper{letter}" for letter in "ABCDEFGHI"), "OrderProcessor", "OwnerGuard"]
    tree = {"package.json": '{"private": true}', **{f"{name}.ts": f"export class {name} {{}}\n" for name in names}}

    found = inspect("unused-export-class", tree)

    assert [one.path for one in found if one.severity == "warning"] == [
        "HelperA.ts",
        "OrderProcessor.ts",
        "OwnerGuard.ts",
    ]
    assert len(found) == len(names)


def test_abstract_classes_and_helpers(inspect: Callable[..., list[Finding]]) -> None:
    code = "export abstract class Rates {\n  abstract get(): number;\n}\nexport class CryptoUtils {\n  static of() {}\n}\nexport class Refunder {\n  run() {}\n}\n"

    assert places(inspect("unused-export-class", {"package.json": "{}", "a.ts": code})) == [("warning", "a.ts", 7)]


def test_a_comment_of_the_class_is_no_use_to_weigh(inspect: Callable[..., list[Finding]]) -> None:
    mail = "export class Mail {\n  /**\n   * Creates a new Mail.\n   */\n  constructor() {}\n}\n"
    tree = {
        "package.json": "{}",
        "src": {"mail.ts": mail, "main.ts": "import { Mail } from './mail';\nstart(new Mail());\n"},
    }

    assert len(inspect("unused-export-class", {"package.json": "{}", "src": {"mail.ts": mail}})) == 1
    assert inspect("unused-export-class", tree) == []


def test_a_class_beside_one_that_does_its_work(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"private": true}',
        "a.ts": "export class TextCleanerService { run() { return 1; } }\n",
        "b.ts": "export class TextCleanerMiddleware { use() { return 1; } }\n",
        "c.ts": "export class LedgerServicePrisma { run() { return 1; } }\n",
        "d.ts": "export class LedgerService { run() { return 1; } }\n",
        "e.ts": "export class RankService { run() { return 1; } }\n",
        "f.ts": "export class Rank { id = 1; }\n",
        "main.ts": "start(new TextCleanerMiddleware(), new LedgerService(), new Rank());\n",
    }

    found = inspect("unused-export-class", tree)

    assert places(found) == [("info", "a.ts", 1), ("info", "c.ts", 1), ("warning", "e.ts", 1)]
    assert "TextCleanerMiddleware, which is used, may do its work" in found[0].message
