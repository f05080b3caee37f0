import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import isNumber from "is-number";

const idl = JSON.parse(readFileSync(new URL("../idl/influencer_staking.json", import.meta.url), "utf8"));

test("the interface names both instructions", () => {
  assert.deepEqual(idl.instructions.map((one) => one.name), ["stake", "unstake"]);
  assert.ok(isNumber(idl.metadata.version.split(".")[0]));
});
