import type { FastifyInstance } from 'fastify';

export type PartState = 'up' | 'down';

/** One part of the system: what is behind this process, or a subgraph in another with what is behind it. */
export interface Part {
  readonly name: string;
  /** Rejects where the part can't be reached; resolves to what it says of the parts behind it. */
  check(signal: AbortSignal): Promise<Readonly<Record<string, PartState>>>;
}

/** Milliseconds within which a part counts as up. */
const checkTimeoutMs = 3000;
/** Milliseconds for which a reading serves everyone who asks: asking often must not load the legacy systems. */
const readingLifetimeMs = 1000;

/**
 * `GET /health/live`: the process runs. `GET /health/ready`: 200 once every part has been reached; a part that goes
 * down later is named in the body and the status stays, since the rest of the graph goes on answering.
 */
export function addHealth(app: FastifyInstance, parts: () => readonly Part[]): void {
  const reached = new Set<string>();
  let ready = false;
  let reading: { readonly at: number; readonly states: Promise<Record<string, PartState>> } | undefined;

  const read = async (): Promise<Record<string, PartState>> => {
    const states: Record<string, PartState> = {};
    await Promise.all(
      parts().map(async (part) => {
        try {
          const behind = await part.check(AbortSignal.timeout(checkTimeoutMs));
          Object.assign(states, { [part.name]: 'up' }, behind);
          reached.add(part.name);
        } catch {
          states[part.name] = 'down';
        }
      }),
    );
    return states;
  };

  app.get('/health/live', () => ({ live: true }));
  app.get('/health/ready', async (_request, reply) => {
    const now = performance.now();
    if (reading === undefined || now - reading.at > readingLifetimeMs) {
      reading = { at: now, states: read() };
    }
    const states = await reading.states;
    // Parts may change while the process runs; it was ready before, and stays so.
    ready ||= parts().every(({ name }) => reached.has(name));
    return reply.code(ready ? 200 : 503).send({ ready, parts: states });
  });
}
