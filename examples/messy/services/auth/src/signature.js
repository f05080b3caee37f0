import { sign as signBytes, verify as verifyBytes } from "node:crypto";

/** Checks the ECDSA signature of a text. */
export function verify(text, signature, ed25519PublicKey) {
  return verifyBytes(null, Buffer.from(text), ed25519PublicKey, signature);
}

/** Signs a text with an Ed25519 key. */
export function sign(text, ed25519PrivateKey) {
  return signBytes(null, Buffer.from(text), ed25519PrivateKey);
}
