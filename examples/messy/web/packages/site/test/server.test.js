import assert from "node:assert/strict";
import { test } from "node:test";

import { page } from "../src/server.js";

test("the page counts unread messages", () => {
  assert.match(page(2), /<b>2<\/b>/);
});
