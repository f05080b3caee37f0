import type { Env } from "./env";
import { decide, enforce } from "./firewall";
import { Logger } from "./log";
import { EventName } from "./queue";
import { score } from "./score.js";

const log = new Logger("worker");

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    console.log("incoming", Object.fromEntries(request.headers));
    log.info(`request ${request.headers.get("x-request-id")}`);
    const answer = enforce(decide(score(request.headers.get("x-visits"))));
    if (answer) return answer;
    const session = await env.SESSIONS.get(request.headers.get("x-session") ?? "none");
    if (session === null) return new Response("unknown session", { status: 401 });
    if (await env.RATE_LIMITS.get(session)) return new Response("slow down", { status: 429 });
    if (request.headers.get("authorization") !== env.API_TOKEN) return new Response("no", { status: 401 });
    await env.EVENTS.send({ id: new EventName("seen").toString() });
    return Response.json({ environment: env.ENVIRONMENT, session });
  },

  async queue(_batch: MessageBatch, _env: Env): Promise<void> {},
};
