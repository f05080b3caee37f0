/** What the worker is bound to. */
export interface Env {
  ENVIRONMENT: string;
  SESSIONS: KVNamespace;
  AUDIT: R2Bucket;
  EVENTS: Queue;
  RATE_LIMITS: KVNamespace;
  API_TOKEN: string;
}
