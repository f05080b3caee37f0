import isNumber from "is-number";

/** Suspicion from 0 to 100 for a visitor's count of requests in a minute. */
export function score(visits) {
  return isNumber(visits) ? Math.min(100, Number(visits)) : 0;
}
