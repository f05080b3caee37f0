const assert = require("node:assert/strict");
const { test } = require("node:test");

const { nextPatch } = require("../version.js");

test("the patch number grows", () => {
  assert.equal(nextPatch("1.2.9"), "1.2.10");
});

test("words are refused", () => {
  assert.throws(() => nextPatch("one.two.three"), RangeError);
});
