import type { FastifyInstance } from 'fastify';
import type { DependencyState } from '../lifecycle/dependency-watch.ts';
import { replacedSignal } from '../lifecycle/workers/messages.ts';
import { answerWith, askFellowWorkers } from '../lifecycle/workers/worker.ts';

export interface Health {
  /** The first call starts the checks. Resolves when each check has run once, within seconds. Never rejects. */
  known(): Promise<unknown>;
  /**
   * The conditions under which this process can serve, by name, and whether each is met. The process is ready if all are
   * met.
   */
  conditions(): Readonly<Record<string, boolean>>;
  /** The states of the systems that this process works with, by name. */
  dependencies(): Readonly<Record<string, DependencyState>>;
}

/**
 * `/health/live`, `/health/ready` and `/health/dependencies` of a process whose own protocol is not HTTP. `latest`
 * returns null until the process has started.
 */
export function addHealthRoutesOf(app: FastifyInstance, latest: () => Health | null): void {
  addLiveRoute(app);
  app.route({
    ...route,
    url: '/health/ready',
    handler: async (_request, reply) => {
      const health = latest();
      await health?.known();
      const conditions = health?.conditions() ?? { started: false };
      const ready = Object.values(conditions).every((holds) => holds);
      return reply.code(ready ? 200 : 503).send({ ready, conditions });
    },
  });
  app.route({
    ...route,
    url: '/health/dependencies',
    handler: async () => {
      await latest()?.known();
      return { dependencies: latest()?.dependencies() ?? {} };
    },
  });
}

/** The routes themselves declare HEAD, so Fastify must not add routes for it. */
const route = { method: ['GET', 'HEAD'], exposeHeadRoute: false };

function addLiveRoute(app: FastifyInstance): void {
  app.route({ ...route, url: '/health/live', handler: () => ({ live: true }) });
}

/**
 * The three health routes, for GET and HEAD:
 *
 * - `/health/live`: 200, as long as the event loop runs.
 * - `/health/ready`: 200 if this process can serve, else 503. `stopping` aborts when the process is to get no more
 *   requests. A worker has one more condition, `workers`: the other workers can serve, too. This condition is needed
 *   because nobody can choose which worker gets a request.
 * - `/health/dependencies`: 200, with the states of the systems behind this process. They don't decide whether the
 *   process is ready: a legacy system that is down is down for all replicas, and taking all of them out of service
 *   would help nobody (decision 25).
 *
 * The answers have only names and states, because anybody may ask.
 */
export function addHealthRoutes(app: FastifyInstance, health: Health, stopping: AbortSignal): void {
  addLiveRoute(app);
  // A process that was replaced is not reported as stopping: its replacement is ready, and has the same address.
  const isStopping = () => stopping.aborted && stopping.reason !== replacedSignal;
  const allHold = (conditions: Readonly<Record<string, boolean>>) =>
    Object.values(conditions).every((holds) => holds);
  answerWith('ready', async () => {
    await health.known();
    return !isStopping() && allHold(health.conditions());
  });
  app.route({
    ...route,
    url: '/health/ready',
    handler: async (_request, reply) => {
      const [fellows] = await Promise.all([askFellowWorkers('ready'), health.known()]);
      const own = health.conditions();
      const conditions =
        fellows.length === 0 ? own : { ...own, workers: fellows.every((isReady) => isReady === true) };
      const ready = !isStopping() && allHold(conditions);
      return reply.code(ready ? 200 : 503).send({ ready, stopping: isStopping(), conditions });
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
