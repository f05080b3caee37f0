const isOdd = require("is-odd");

/** Background of a list row. */
function stripe(row) {
  return isOdd(row) ? "#eef" : "#fff";
}

module.exports = { stripe };
