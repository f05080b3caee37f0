import { createServer } from "node:http";
import "./store.js";
import { cents } from "./money.js";

const PORT = Number(process.env.PORT ?? 4000);
const DATABASE_URL = process.env.DATABASE_URL;

/** The answer to a request for a price in text, such as `12.50`. */
export function quote(text) {
  return { cents: cents(text), stored: Boolean(DATABASE_URL) };
}

if (process.argv[1] === import.meta.filename) {
  createServer((request, response) => {
    const price = new URL(request.url, "http://localhost").searchParams.get("price");
    response.end(JSON.stringify(quote(price ?? "0")));
  }).listen(PORT);
}
