/** A graph behind balancers, and clients that send requests while all of its services are replaced. */
import type { Simulator, SystemName } from '../../../../simulators/index.ts';
import { postJson } from '../../../support/graph/ask-graph.ts';
import {
  type ClientReport,
  openBalancedGraph,
  repeatRequest,
  stopInTurn,
} from '../../../support/services/balanced-graph.ts';

/** The pause between two requests of a client, in ms. */
const pauseMs = 25;

/** A request that a client repeats, and the answer that it must always get. */
export interface Asked {
  readonly query: string;
  readonly answer: object;
  /** Whether the client keeps its connection open. The scenarios have clients of both kinds. */
  readonly connection: 'keep-alive' | 'close';
}

export interface RollingSystem extends AsyncDisposable {
  readonly legacy: Readonly<Record<SystemName, Simulator>>;
  /** Repeats the request until the signal is aborted. */
  load(asked: Asked, ended: AbortSignal): Promise<ClientReport>;
  /**
   * For each service: starts a new process, and stops the old one when the new one is ready. Resolves to the exit
   * codes.
   */
  redeploy(): Promise<readonly (number | null)[]>;
}

/**
 * Starts a process of each service. Resolves when all are ready.
 * @throws Error if there is no PostgreSQL.
 */
export async function startRollingSystem(): Promise<RollingSystem> {
  await using opening = new AsyncDisposableStack();
  const graph = opening.use(await openBalancedGraph());
  let running = await graph.start();
  const token = await graph.issuer.sign({ subject: 'reader', patronId: 'P0000002' }, 3600);
  const resources = opening.move();
  return {
    legacy: graph.legacy,
    load({ query, answer, connection }, ended) {
      const ask = async () => {
        const options = { token, headers: { connection } };
        const response = await postJson(`${graph.origin}/graphql`, { query }, options);
        const text = await response.text();
        return text === JSON.stringify(answer) ? null : `${response.status} ${text}`;
      };
      return repeatRequest(ask, pauseMs, ended);
    },
    async redeploy() {
      const before = running;
      running = await graph.start();
      return await stopInTurn(before);
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
