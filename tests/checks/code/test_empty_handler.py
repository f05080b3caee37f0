from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_handlers_that_drop_what_they_get(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": "export default {\n  async fetch(request: Request) { return new Response(); },\n  async queue(batch: MessageBatch) {},\n  scheduled: async () => {},\n};\n",
        "b.ts": "const handler: ExportedHandler = {\n  async email(message) {},\n};\nexport class Room extends DurableObject {\n  async alarm() {}\n}\n",
        "c.js": "app.post('/pay', async (req, res) => {});\nconsumer.on('message', () => {});\n",
        "d.py": "def lambda_handler(event, context):\n    pass\n\n\n@app.post('/pay')\ndef pay():\n    pass\n",
        "third_party": {"e.js": "app.get('/x', () => {});\n"},
    }

    assert places(inspect("empty-handler", tree)) == [
        ("warning", "a.ts", 3),
        ("warning", "a.ts", 4),
        ("warning", "b.ts", 2),
        ("warning", "b.ts", 5),
        ("warning", "c.js", 1),
        ("warning", "c.js", 2),
        ("warning", "d.py", 1),
        ("warning", "d.py", 6),
        ("info", "third_party/e.js", 1),
    ]


def test_what_is_empty_on_purpose(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "class Log { constructor(private readonly part: string) {} }\nexport class Basic { async fetch(): Promise<void> {} }\n"
            "export default {\n  async queue() {\n    // messages are for the other worker\n  },\n};\nconst noop = { queue() {} };\n"
            "map.get('key', () => {});\nexport abstract class Base { abstract queue(): void; }\n"
        ),
        "b.py": "class Base:\n    def handler(self):\n        pass\ndef handler(event):\n    pass  # the platform wants one\n",
        "c.test.ts": "export default { async queue() {} };\n",
    }

    assert inspect("empty-handler", tree) == []
