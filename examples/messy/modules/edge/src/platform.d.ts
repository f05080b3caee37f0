/** The few names of the platform that the worker uses. */
interface KVNamespace {
  get(key: string): Promise<string | null>;
}

interface R2Bucket {
  put(key: string, value: string): Promise<unknown>;
}

interface Queue {
  send(message: { id: string }): Promise<void>;
}

interface Message<Body> {
  readonly body: Body;
  ack(): void;
}

interface MessageBatch<Body = unknown> {
  readonly messages: readonly Message<Body>[];
}
