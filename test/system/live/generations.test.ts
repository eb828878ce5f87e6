/** Events that begin again, a restored backup and a new data key: cursors of before are refused, and nothing is told by them. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { askGraph, codesIn } from '../../support/graph/ask-graph.ts';
import { openEventStream } from '../../support/graph/event-stream.ts';
import { mutationOf } from '../../support/mutation.ts';
import { findPostgres } from '../../support/postgres.ts';
import { run } from '../../support/processes.ts';
import { type BalancedGraph, openBalancedGraph, stopInTurn } from '../../support/services/balanced-graph.ts';
import { storeForTests } from '../../support/set-up/store-for-tests.ts';

const server = await findPostgres();
const reason = 'reason' in server ? server.reason : null;
await server[Symbol.asyncDispose]();
if (reason !== null) {
  process.stderr.write(`new generations of the log are not tested: ${reason}\n`);
}

/** The time for the follower to notice, in ms. It may have to wait for the lease of a process that was stopped. */
const noticedWithinMs = 90_000;
const query = `subscription ($after: [String!]) { libraryChanges(after: $after) { cursor kind } }`;
const item = '31852000000494';
/** So that the follower notices soon that events are gone. */
const shortTimes = { ALLOW_SIMULATOR_TIMES: 'gapsFillMs=2000', SHUTDOWN_DELAY_MS: '0' };

/** A member of staff who changes something, and follows. */
class Staff {
  readonly #graph: BalancedGraph;
  readonly #token: string;

  constructor(graph: BalancedGraph, token: string) {
    this.#graph = graph;
    this.#token = token;
  }

  /** The cursor of a list. */
  async cursor(): Promise<string> {
    const list = '{ operations(filter: { state: UNSETTLED }) { changesCursor } }';
    const { data } = await askGraph(this.#graph.origin, list, { token: this.#token });
    return (data as { operations: { changesCursor: string } }).operations.changesCursor;
  }

  /** Lends and takes back: circulation has two more events. */
  async change(): Promise<void> {
    const credential = { libraryCardNumber: '21852000000033' };
    for (const [field, more] of [
      ['checkOut', { credential }],
      ['checkIn', {}],
    ] as const) {
      const input = { reference: randomUUID(), itemNumber: item, ...more };
      await askGraph(this.#graph.origin, mutationOf(field, 'operation { state }'), {
        token: this.#token,
        variables: { input },
      });
    }
  }

  /** What a client is told first that goes on from this cursor: the kind of a change, or a code. */
  async firstAfter(cursor: string): Promise<string> {
    await using stream = await openEventStream(this.#graph.origin, query, {
      token: this.#token,
      variables: { after: [cursor] },
    });
    const { body } = await stream.next();
    const change = (body.data as { libraryChanges: { kind: string } | null } | null)?.libraryChanges;
    return change?.kind ?? codesIn(body).join();
  }

  /** Resolves when this cursor is refused with the code. What is told before does not matter. */
  async untilRefused(cursor: string, code: string): Promise<void> {
    await expect.poll(() => this.firstAfter(cursor), { timeout: noticedWithinMs, interval: 500 }).toBe(code);
  }

  /** A cursor of the log that stays: the log has begun, and circulation's events come. */
  async cursorThatStays(): Promise<string> {
    await expect
      .poll(
        async () => {
          const cursor = await this.cursor();
          await this.change();
          return await this.#tellsLoan(cursor);
        },
        { timeout: noticedWithinMs },
      )
      .toBe(true);
    const cursor = await this.cursor();
    await this.change();
    expect(await this.firstAfter(cursor)).toMatch(/^(OPERATION|LOAN_)/);
    return cursor;
  }

  async #tellsLoan(cursor: string): Promise<boolean> {
    await using stream = await openEventStream(this.#graph.origin, query, {
      token: this.#token,
      variables: { after: [cursor] },
    });
    const told = await stream.until(
      (body) => JSON.stringify(body).includes('LOAN_ENDED') || codesIn(body).length > 0,
    );
    return codesIn(told.at(-1)?.body ?? {}).length === 0;
  }
}

test.skipIf(reason !== null)(
  'a cursor from before is refused when events begin again, a backup is restored or the data key is replaced',
  { timeout: 600_000 },
  async () => {
    const store = storeForTests();
    await using graph = await openBalancedGraph({ store, env: shortTimes });
    let running = await graph.start();
    const scope = 'circulation:read circulation:write';
    const staff = new Staff(graph, await graph.issuer.sign({ subject: 'desk', scope }, 3_600));
    const ofFirstEvents = await staff.cursorThatStays();

    // Circulation's machine is replaced, and its sequences begin again.
    store.circ.events.splice(0);
    await staff.change();
    await staff.untilRefused(ofFirstEvents, 'CURSOR_EXPIRED');

    const beforeBackup = await staff.cursorThatStays();
    const backup = await graph.power.backUp();
    const afterBackup = await staff.cursorThatStays();
    await stopInTurn(running);
    await backup.restore();
    running = await graph.start();
    // The number of the first comes again, in another log, and the restored log has not reached the other.
    await staff.untilRefused(afterBackup, 'CURSOR_EXPIRED');
    await staff.untilRefused(beforeBackup, 'CURSOR_EXPIRED');

    const ofFirstKey = await staff.cursorThatStays();
    await expect.poll(() => unsettled(graph), { timeout: noticedWithinMs }).toBe(0);
    await stopInTurn(running);
    await using command = run('subgraphs/rekey/main.ts', graph.env);
    expect(await command.exit, command.output.stderr).toBe(0);
    running = await graph.start();
    // Cursors are made with the data key, so no process recognises one of before.
    await staff.untilRefused(ofFirstKey, 'CURSOR_INVALID');
    await staff.cursorThatStays();
    await stopInTurn(running);
  },
);

async function unsettled({ database }: BalancedGraph): Promise<unknown> {
  const [row] = await database.query(
    "select count(*)::int as count from patron_graph.operations where state = 'UNSETTLED' or is_place_held",
  );
  return row?.count;
}
