/**
 * Cuts a terminal's connection in the middle of every message that changes something, in every way that a connection
 * can end. The terminal connects again and sends the same message. Then the change must be made exactly once, and the
 * journal and circulation must agree.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type RunningProcess, run } from '../../support/processes.ts';
import { checkIn, checkOut, hold, renew, renewAll } from '../../support/sip2/messages.ts';
import { encodePacket } from '../../support/sip2/packet.ts';
import { connectAs, type TestTerminal } from '../../support/sip2/terminal.ts';
import { openJournalOf } from '../journal-of.ts';
import { systemForTests } from '../system-for-tests.ts';
import { now, password } from './running-sip2.ts';
import { Shelf } from './shelf.ts';

const system = systemForTests(now);
const shelf = new Shelf(system);
let server: RunningProcess;
let port = 0;
/** The server runs in a process of its own, so that it can be killed. */
async function startServer(): Promise<void> {
  server = run('edge/sip2/main.ts', {
    GRAPH_URL: `${system.url}/graphql`,
    PORT: '0',
    SIP2_TERMINALS_FILE: join(system.dataDir, 'terminals.json'),
    SIP2_TOKEN_KEY_FILE: join(system.dataDir, 'development-issuer.jwk.json'),
    SIP2_TOKEN_ISSUER: 'patron-graph-development',
  });
  const [, listening] = await server.says(/SIP2 at 127\.0\.0\.1:(\d+)/);
  port = Number(listening);
}
beforeAll(async () => {
  const terminals = [{ name: 'station-1', profile: 'station', login: { user: 'station', password } }];
  await writeFile(
    join(system.dataDir, 'terminals.json'),
    JSON.stringify({ institution: 'DEMO', libraryName: 'Demonstration Library', terminals }),
  );
  await startServer();
  await using terminal = await connect();
  await untilDone(terminal, checkOut({ patron: '21852000000033', item: reserved, date: shelf.nextDate() }));
}, 60_000);
afterEach(async () => {
  system.legacy.circ.faults.clear();
  await returnAll();
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

const connect = () => connectAs('station', password, { port });

type Cut = (terminal: TestTerminal) => Promise<void> | void;
const cuts: readonly (readonly [name: string, cut: Cut])[] = [
  ['closed', ({ socket }) => void socket.destroy()],
  ['reset', ({ socket }) => void socket.resetAndDestroy()],
  ['closed in one direction', ({ socket }) => void socket.end()],
  [
    'lost because the server was killed',
    async () => {
      server.child.kill('SIGKILL');
      await server.exit;
      await startServer();
    },
  ],
];

const reader = { patron: '21852000000082', pin: '1234' };
const circ = () => system.store.circ;
const holdsOf = () => circ().holds.by('cardNo', reader.patron);
/** Returns everything that a test has lent, because nobody may have more than ten loans. */
async function returnAll(): Promise<void> {
  await using terminal = await connect();
  for (const item of shelf.used) {
    if (shelf.loansOf(item).length > 0) {
      await untilDone(terminal, checkIn({ item, date: shelf.nextDate() }));
    }
  }
}
/**
 * Sends the message until the answer is yes, or until `isDone`. While the first message is in progress, its outcome is
 * unknown and the answer is no. A repeated cancellation of a hold also gets no, because the hold is gone (decision 33).
 */
async function untilDone(
  terminal: TestTerminal,
  message: string,
  isDone: () => boolean = () => false,
): Promise<void> {
  const deadline = Date.now() + 60_000;
  while ((await terminal.send(message)).fixed.ok !== '1' && !isDone()) {
    if (Date.now() > deadline) {
      expect.fail('the message was not answered with yes within a minute');
    }
    await setTimeout(300);
  }
}

async function lend(item: string, isDueSoon = false): Promise<void> {
  await using terminal = await connect();
  await untilDone(terminal, checkOut({ ...reader, item, date: shelf.nextDate() }));
  const [loan] = shelf.loansOf(item);
  if (loan !== undefined && isDueSoon) {
    circ().loans.put({ ...loan, dueOn: '20261126' });
  }
}

/** A message that changes something. */
interface Change {
  readonly name: string;
  /** The name of circulation's operation that makes the change. */
  readonly operation: string;
  /** Resolves to the message, to a function that reads the changed state, and to the state after the change. */
  prepare(): Promise<{ readonly message: string; readonly look: () => unknown; readonly done: unknown }>;
}

/** An item that another patron has borrowed. */
const reserved = '31852000000494';
const holdsOfReserved = () => {
  const bibNo = circ().items.get(reserved)?.bibNo;
  // Circulation keeps cancelled holds, so they are left out.
  return holdsOf().filter((one) => one.bibNo === bibNo && one.state !== 'X').length;
};

const changes: readonly Change[] = [
  {
    name: '11 (check out)',
    operation: 'CheckOut',
    async prepare() {
      const item = shelf.nextItem();
      return {
        message: checkOut({ ...reader, item, date: shelf.nextDate() }),
        look: () => shelf.loansOf(item).map(({ renewals }) => renewals),
        done: [0],
      };
    },
  },
  {
    name: '09 (return)',
    operation: 'CheckIn',
    async prepare() {
      const item = shelf.nextItem();
      await lend(item);
      return {
        message: checkIn({ item, date: shelf.nextDate() }),
        look: () => shelf.loansOf(item),
        done: [],
      };
    },
  },
  {
    name: '29 (renew)',
    operation: 'Renew',
    async prepare() {
      const item = shelf.nextItem();
      await lend(item, true);
      return {
        message: renew({ ...reader, item, date: shelf.nextDate() }),
        look: () => shelf.loansOf(item).map(({ renewals }) => renewals),
        done: [1],
      };
    },
  },
  {
    name: '65 (renew all)',
    operation: 'Renew',
    async prepare() {
      const two = [shelf.nextItem(), shelf.nextItem()];
      for (const item of two) {
        await lend(item, true);
      }
      return {
        message: renewAll({ ...reader, date: shelf.nextDate() }),
        look: () => two.flatMap((item) => shelf.loansOf(item).map(({ renewals }) => renewals)),
        done: [1, 1],
      };
    },
  },
  {
    name: '15+ (place a hold)',
    operation: 'PlaceHold',
    async prepare() {
      return {
        message: hold({ mode: '+', ...reader, item: reserved, pickup: 'HKCL', date: shelf.nextDate() }),
        look: holdsOfReserved,
        done: 1,
      };
    },
  },
  {
    name: '15- (cancel a hold)',
    operation: 'CancelHold',
    async prepare() {
      return {
        message: hold({ mode: '-', ...reader, item: reserved, date: shelf.nextDate() }),
        look: holdsOfReserved,
        done: 0,
      };
    },
  },
];

/** The references for which circulation has more than one event. Events from desks have no reference. */
function doubled(): readonly string[] {
  const references = circ()
    .events.map(({ ref }) => ref)
    .filter((ref) => ref !== '');
  return references.filter((ref, index) => references.indexOf(ref) !== index);
}

describe.each(cuts)('a connection that is %s', (_how, cut) => {
  test.each(changes)(
    'in the middle of $name does it once',
    { timeout: 90_000 },
    async ({ operation, prepare }) => {
      const { message, look, done } = await prepare();
      const before = look();
      // Half of a message changes nothing.
      const half = await connect();
      const bytes = encodePacket(message, 1, 'utf-8');
      half.socket.write(bytes.subarray(0, bytes.length / 2));
      await cut(half);
      await half[Symbol.asyncDispose]();
      expect(look()).toEqual(before);
      // The connection is cut while circulation has the whole request and hasn't answered yet.
      const { faults } = system.legacy.circ;
      faults.set([{ kind: 'delay', operations: [operation], delayMs: 300, times: 1 }]);
      const terminal = await connect();
      terminal.write(message);
      await expect.poll(() => faults.status.faults[0]?.hits, { timeout: 30_000, interval: 10 }).toBe(1);
      await cut(terminal);
      await terminal[Symbol.asyncDispose]();
      await using again = await connect();
      await untilDone(again, message, () => isDeepStrictEqual(look(), done));
      expect(look()).toEqual(done);
      expect(doubled()).toEqual([]);
    },
  );
});

test('no operation stays open, and the journal and circulation agree', {
  timeout: 90_000,
}, async () => {
  await using journal = await openJournalOf(system);
  await expect.poll(async () => (await journal.countOpen([0])).counts, { timeout: 60_000 }).toEqual([0]);
  // The reconciler reads the events of the last minute repeatedly, so it has reported any finding by now.
  expect(await journal.latestFindings(10)).toEqual([]);
  expect(doubled()).toEqual([]);
});
