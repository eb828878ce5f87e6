import type { FastifyInstance } from 'fastify';
import type { DependencyState } from '../lifecycle/dependency-watch.ts';
import { answerWith, askFellowWorkers } from '../lifecycle/workers/worker.ts';

/** What the health routes tell. It is known before anybody asks, except in the first seconds of a process. */
export interface Health {
  /** Starts to watch, the first time. Resolves when everything was found out once, within seconds. It never rejects. */
  known(): Promise<unknown>;
  /** What this process needs before it can serve, by name, and whether it has it. Ready: it has all of it. */
  conditions(): Readonly<Record<string, boolean>>;
  /** The states of what the process works with, by name. */
  dependencies(): Readonly<Record<string, DependencyState>>;
}

/** Routes of their own for HEAD are declared here, so Fastify must not add others. */
const route = { method: ['GET', 'HEAD'], exposeHeadRoute: false };

/** `/health/live` alone, for a port that has nothing else of health. */
export function addLiveRoute(app: FastifyInstance): void {
  app.route({ ...route, url: '/health/live', handler: () => ({ live: true }) });
}

/**
 * The three health routes, for GET and HEAD:
 *
 * - `/health/live`: 200, as long as the event loop turns.
 * - `/health/ready`: 200 where this process can serve, else 503. `stopping` aborts when it is to be sent nothing more. A worker
 *   has one more condition, `workers`: that the other workers can serve, too, as nobody can choose which one gets a request.
 * - `/health/dependencies`: 200, with the states of what is behind this process. They don't decide whether it is ready: a
 *   legacy system that is down is down for all replicas, and taking them all out of service would help nobody.
 *
 * Only names and states are told, for anybody may ask.
 */
export function addHealthRoutes(app: FastifyInstance, health: Health, stopping: AbortSignal): void {
  addLiveRoute(app);
  const allHold = (conditions: Readonly<Record<string, boolean>>) =>
    Object.values(conditions).every((holds) => holds);
  answerWith('ready', async () => {
    await health.known();
    return !stopping.aborted && allHold(health.conditions());
  });
  app.route({
    ...route,
    url: '/health/ready',
    handler: async (_request, reply) => {
      const [fellows] = await Promise.all([askFellowWorkers('ready'), health.known()]);
      const own = health.conditions();
      const conditions =
        fellows.length === 0 ? own : { ...own, workers: fellows.every((isReady) => isReady === true) };
      const ready = !stopping.aborted && allHold(conditions);
      return reply.code(ready ? 200 : 503).send({ ready, stopping: stopping.aborted, conditions });
    },
  });
  app.route({
    ...route,
    url: '/health/dependencies',
    handler: async () => {
      await health.known();
      return { dependencies: health.dependencies() };
    },
  });
}
