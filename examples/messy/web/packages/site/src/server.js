import { createServer } from "node:http";

import { button } from "@harbor/ui";
import isNumber from "is-number";

const PORT = Number(process.env.PORT ?? 3000);

/** The whole page for a number of unread messages. */
export function page(unread) {
  const count = isNumber(unread) ? Number(unread) : 0;
  return `<!doctype html><title>Harbor</title>${button("Inbox", count)}`;
}

if (process.argv[1] === import.meta.filename) {
  createServer((_request, response) => response.end(page(0))).listen(PORT);
}
