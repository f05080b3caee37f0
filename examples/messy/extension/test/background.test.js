import assert from "node:assert/strict";
import { test } from "node:test";

import { badge } from "../src/background.js";

test("counts are cut at two digits", () => {
  assert.deepEqual([0, 7, 250, "x"].map(badge), ["", "7", "99", ""]);
});
