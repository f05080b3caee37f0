import isNumber from "is-number";

const SCALE = 100;

/** Whole cents of an amount in text, such as `12.50`; refuses what is no amount. */
export function cents(text) {
  if (!isNumber(text)) {
    throw new TypeError(`not an amount: ${text}`);
  }
  const value = Math.round(Number(text) * SCALE);
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`too large: ${text}`);
  }
  return value;
}

/** Text of whole cents with two decimals. */
export function text(value) {
  const sign = value < 0 ? "-" : "";
  const whole = Math.floor(Math.abs(value) / SCALE);
  const rest = Math.abs(value) % SCALE;
  return `${sign}${whole}.${String(rest).padStart(2, "0")}`;
}
