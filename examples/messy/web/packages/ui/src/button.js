import isNumber from "is-number";

/** HTML of a button; a number becomes its badge. */
export function button(label, badge) {
  const suffix = isNumber(badge) ? ` <b>${badge}</b>` : "";
  return `<button>${label}${suffix}</button>`;
}
