import { createServer } from "node:http";

import { sessionName } from "../../shared/session.js";
import { verify } from "./signature.js";

const PORT = Number(process.env.PORT ?? 4100);

/** Whether a signed session may pass. */
export function admit(session, publicKey) {
  return verify(sessionName(session.user), session.signature, publicKey);
}

if (process.argv[1] === import.meta.filename) {
  createServer((_request, response) => response.end("auth")).listen(PORT);
}
