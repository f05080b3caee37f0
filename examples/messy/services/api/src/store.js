/** Queries of the service; each takes a client with a `query` method. */
export const findAccount = (db, id) =>
  db.query("SELECT id, owner FROM accounts WHERE id = $1", [id]);

export const findInvoices = (db, account) =>
  db.query("SELECT id, total FROM invoices WHERE account_id = $1", [account]);

export const totals = (db) =>
  db.query("WITH sums AS (SELECT owner, count(*) AS n FROM accounts GROUP BY owner) SELECT owner, n FROM sums");

/** Refunds an account's last payment. */
export function refund(_db, _account) {
  throw new Error("Not implemented");
}
