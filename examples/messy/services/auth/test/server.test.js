import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";

import { sessionName } from "../../shared/session.js";
import { cents } from "../src/money.js";
import { admit } from "../src/server.js";
import { sign } from "../src/signature.js";

test("a signed session passes, another does not", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const signature = sign(sessionName("ada"), privateKey);
  assert.equal(admit({ user: "ada", signature }, publicKey), true);
  assert.equal(admit({ user: "eve", signature }, publicKey), false);
});

test("fees are whole cents", () => {
  assert.equal(cents("0.30"), 30);
});
