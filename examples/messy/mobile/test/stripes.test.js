const assert = require("node:assert/strict");
const { test } = require("node:test");

const { stripe } = require("../src/stripes.js");

test("rows alternate", () => {
  assert.deepEqual([0, 1, 2].map(stripe), ["#fff", "#eef", "#fff"]);
});
