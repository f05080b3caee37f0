import assert from "node:assert/strict";
import { test } from "node:test";

import { score } from "../src/score.js";

test("the score grows with visits and stops at 100", () => {
  assert.deepEqual(["0", "55", "4000", null].map(score), [0, 55, 100, 0]);
});
