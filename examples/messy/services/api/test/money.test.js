import assert from "node:assert/strict";
import { test } from "node:test";

import { cents, text } from "../src/money.js";
import { quote } from "../src/server.js";

test("amounts become cents and back", () => {
  assert.equal(cents("12.50"), 1250);
  assert.equal(text(1250), "12.50");
});

test("words are refused", () => {
  assert.throws(() => cents("twelve"), TypeError);
});

test("a quote says its cents", () => {
  assert.equal(quote("0.99").cents, 99);
});
