import isNumber from "is-number";

/** Text of the toolbar's badge: at most two digits. */
export function badge(count) {
  if (!isNumber(count) || Number(count) <= 0) return "";
  return Number(count) > 99 ? "99" : String(count);
}
