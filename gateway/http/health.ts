import type { FastifyInstance } from 'fastify';

export type HealthState = 'up' | 'down';

/** The states of the issuers, whose keys may also be `stale`: not refreshed when they should have been. */
export type IssuerStates = () => Readonly<Record<string, HealthState | 'stale'>>;

/** How to find out whether one part of the system is up: a legacy system, or a subgraph in another process. */
export interface HealthCheck {
  /** The part's name in the body of `/health/ready`. */
  readonly name: string;
  /** Rejects where the part can't be reached. Resolves to the states of the parts behind it, by name. */
  check(signal: AbortSignal): Promise<Readonly<Record<string, HealthState>>>;
}

/** Time in which a part must answer to count as up. */
const checkTimeoutMs = 3000;
/** Time for which one result answers all requests, so that frequent polling doesn't load the legacy systems. */
const resultLifetimeMs = 1000;

/**
 * `GET /health/live`: 200 while the process runs. `GET /health/ready`: 503 until each part has been reached once, and 200
 * from then on. A part that goes down later is named in the body only, because the rest of the graph still answers. So is an
 * issuer, always: a partner's issuer that is away must not keep a gateway from starting.
 */
export function addHealthRoutes(
  app: FastifyInstance,
  healthChecks: () => readonly HealthCheck[],
  issuerStates: IssuerStates,
): void {
  const reachedParts = new Set<string>();
  let ready = false;
  let result: { readonly at: number; readonly states: Promise<Record<string, HealthState>> } | undefined;

  const runChecks = async (): Promise<Record<string, HealthState>> => {
    const states: Record<string, HealthState> = {};
    await Promise.all(
      healthChecks().map(async (part) => {
        try {
          const statesBehind = await part.check(AbortSignal.timeout(checkTimeoutMs));
          Object.assign(states, { [part.name]: 'up' }, statesBehind);
          reachedParts.add(part.name);
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
    if (result === undefined || now - result.at > resultLifetimeMs) {
      result = { at: now, states: runChecks() };
    }
    const states = await result.states;
    // A new supergraph may bring new parts. The gateway was ready before, and stays ready.
    ready ||= healthChecks().every(({ name }) => reachedParts.has(name));
    return reply.code(ready ? 200 : 503).send({ ready, parts: { ...states, ...issuerStates() } });
  });
}
