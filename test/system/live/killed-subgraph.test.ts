/** A subgraph is killed while somebody follows it, in processes of their own, over HTTP and PostgreSQL. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { askGraph, codesIn } from '../../support/graph/ask-graph.ts';
import { openEventStream } from '../../support/graph/event-stream.ts';
import { mutationOf } from '../../support/mutation.ts';
import { findPostgres } from '../../support/postgres.ts';
import { subgraphEnvOf } from '../../support/services/environment.ts';
import { startService } from '../../support/services/running-service.ts';
import { startWholeGraph, type WholeGraph } from '../../support/services/whole-graph.ts';

const server = await findPostgres();
const reason = 'reason' in server ? server.reason : null;
await server[Symbol.asyncDispose]();
if (reason !== null) {
  process.stderr.write(`a killed subgraph is not tested: ${reason}\n`);
}

const query = `subscription ($after: [String!]) {
  libraryChanges(after: $after, filter: { kind: [OPERATION] }) { id cursor operationState }
}`;

interface Told {
  readonly id: string;
  readonly cursor: string;
}

/** Follows as a client does: whenever the stream ends, it goes on from the last cursor. */
class Follower {
  readonly told: Told[] = [];
  readonly #graph: WholeGraph;
  readonly #token: string;
  #after: readonly string[];
  /** How often the stream ended. */
  interruptions = 0;

  constructor(graph: WholeGraph, token: string, after: readonly string[]) {
    this.#graph = graph;
    this.#token = token;
    this.#after = after;
  }

  /** Resolves when `count` changes have arrived. */
  async until(count: number): Promise<void> {
    while (this.told.length < count) {
      const variables = { after: this.#after };
      await using stream = await openEventStream(this.#graph.origin, query, {
        token: this.#token,
        variables,
      });
      try {
        while (this.told.length < count) {
          const { body } = await stream.next();
          const change = (body.data as { libraryChanges: Told | null } | null)?.libraryChanges ?? null;
          if (change === null) {
            throw new Error(JSON.stringify(body), { cause: codesIn(body) });
          }
          this.told.push(change);
          this.#after = [change.cursor];
        }
      } catch (error) {
        if (error instanceof Error && String(error.cause).includes('CURSOR_')) {
          throw error;
        }
        this.interruptions += 1;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }
}

test.skipIf(reason !== null)(
  'a client that goes on from its cursor has every change in order, and none twice',
  { timeout: 180_000 },
  async () => {
    await using graph = await startWholeGraph();
    const scope = 'circulation:read circulation:write';
    const token = await graph.issuer.sign({ subject: 'desk', scope }, 600);
    const change = async () => {
      const input = { reference: randomUUID(), itemNumber: '31852000009990' };
      const { data } = await askGraph(graph.origin, mutationOf('checkIn', 'operation { state }'), {
        token,
        variables: { input },
      });
      return data?.checkIn != null;
    };
    const first = await firstCursor(graph, token, change);
    const follower = new Follower(graph, token, [first]);
    let done = 0;
    for (let time = 0; time < 70; time += 1) {
      done += (await change()) ? 1 : 0;
    }
    await follower.until(1);
    const following = follower.until(2 * done);
    const { circulation } = graph.services;
    circulation.child.kill('SIGKILL');
    await circulation.exit;
    const env = subgraphEnvOf(graph.legacy, graph.database.url);
    await using again = await startService('circulation', env, Number(new URL(circulation.origin).port));
    await expect.poll(change, { timeout: 60_000, interval: 200 }).toBe(true);
    for (let time = 0; time < 10; time += 1) {
      done += (await change()) ? 1 : 0;
    }
    await following;
    await follower.until(2 * done);
    expect(follower.interruptions).toBeGreaterThan(0);
    expect(again.child.exitCode).toBeNull();
    const whole = new Follower(graph, token, [first]);
    await whole.until(2 * done);
    expect(follower.told).toEqual(whole.told);
    expect(new Set(whole.told.map(({ id }) => id)).size).toBe(2 * done);
  },
);

/**
 * A cursor of the log that stays. Before the feed was followed for the first time, the log may begin again, and clients then
 * hear that their cursor has expired.
 */
async function firstCursor(
  graph: WholeGraph,
  token: string,
  change: () => Promise<boolean>,
): Promise<string> {
  for (;;) {
    const follower = new Follower(graph, token, [await cursorNow(graph, token)]);
    await change();
    try {
      // The change has begun, and is settled.
      await follower.until(2);
      return follower.told[1]?.cursor ?? expect.fail('nothing was told');
    } catch (error) {
      if (!String((error as Error).cause).includes('CURSOR_EXPIRED')) {
        throw error;
      }
    }
  }
}

/** The cursor of a list before anything is changed. */
async function cursorNow({ origin }: WholeGraph, token: string): Promise<string> {
  const list = '{ operations(filter: { state: UNSETTLED }) { changesCursor } }';
  const { data } = await askGraph(origin, list, { token });
  return (data as { operations: { changesCursor: string } }).operations.changesCursor;
}
