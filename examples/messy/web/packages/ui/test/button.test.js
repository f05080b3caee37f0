import assert from "node:assert/strict";
import { test } from "node:test";

import { button } from "../src/index.js";

test("a number becomes a badge", () => {
  assert.equal(button("Inbox", 3), "<button>Inbox <b>3</b></button>");
});

test("text does not", () => {
  assert.equal(button("Inbox", "three"), "<button>Inbox</button>");
});
