from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

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


def test_what_frameworks_find_by_themselves(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"private": true}',
        "wrangler.toml": '[[durable_objects.bindings]]\nclass_name = "Room"\n',
        "a.ts": "export class Room {}\n@Injectable()\nexport class Service {}\nclass Inner {}\n",
        "b.ts": "export class Tag extends HTMLElement {}\nexport class Made1 implements MigrationInterface {}\nexport class Counter extends DurableObject {}\n",
        "app": {"page.ts": "export default class Page {}\n", "c.ts": 'import Anything from "./page";\nrender(Anything);\n'},
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
