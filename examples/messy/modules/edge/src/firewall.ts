import { Logger } from "./log";

export type Action = "allow" | "block" | "challenge";
export type Shade = "light" | "dark" | "dim";

const log = new Logger("firewall");
const currentHour = new Date().getUTCHours();
const startedAt = Date.now();

/** What becomes of a visitor with a score from 0 (harmless) to 100. */
export function decide(score: number): Action {
  const night = currentHour < 6;
  if (score > 90) return "block";
  if (score > (night ? 40 : 60)) return "challenge";
  return "allow";
}

/** The answer to a visitor, or null where the request may pass. */
export function enforce(action: Action): Response | null {
  log.info(`${action} after ${Date.now() - startedAt} ms`);
  if (action === "block") return new Response("blocked", { status: 403 });
  if (action === "allow") return null;
  return null;
}

/** Colour of the page a blocked visitor sees at this hour. */
export function shade(now: Date): Shade {
  const hour = now.getUTCHours();
  if (hour < 6) return "dark";
  return hour < 18 ? "light" : "dim";
}
