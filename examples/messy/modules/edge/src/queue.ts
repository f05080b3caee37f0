import type { Env } from "./env";

/** Writes each event of a batch to the audit bucket. */
export class EventProcessor {
  constructor(private readonly env: Env) {}

  async process(batch: MessageBatch<{ id: string }>): Promise<void> {
    for (const message of batch.messages) {
      await this.env.AUDIT.put(`events/${message.body.id}`, "seen");
      message.ack();
    }
  }
}

/** Names an event; used by the worker. */
export class EventName {
  constructor(private readonly kind: string) {}

  toString(): string {
    return `harbor.${this.kind}`;
  }
}
