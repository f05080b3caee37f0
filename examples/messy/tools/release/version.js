const isNumber = require("is-number");

/** Next patch version of `major.minor.patch`. */
function nextPatch(version) {
  const parts = version.split(".");
  if (parts.length !== 3 || !parts.every((part) => isNumber(part))) {
    throw new RangeError(`not a version: ${version}`);
  }
  return `${parts[0]}.${parts[1]}.${Number(parts[2]) + 1}`;
}

module.exports = { nextPatch };
