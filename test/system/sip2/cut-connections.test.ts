/**
 * The connection of a terminal is cut in the middle of every message that changes something, in every way that connections end. The
 * terminal comes again and sends the same. Afterwards it is done once, and the journal and circulation agree.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import { journalFileIn } from '../../../subgraphs/runtime/operations-config.ts';
import { type RunningProcess, run } from '../../support/processes.ts';
import { checkIn, checkOut, hold, renew, renewAll } from '../../support/sip2/messages.ts';
import { encodePacket } from '../../support/sip2/packet.ts';
import { connectAs, type TestTerminal } from '../../support/sip2/terminal.ts';
import { type RunningSystem, startSystem } from '../running-system.ts';
import { now, password } from './running-sip2.ts';

let system: RunningSystem;
let server: RunningProcess;
let port = 0;
/** A server in a process of its own, so that it can be killed. */
async function startServer(): Promise<void> {
  server = run('edge/sip2/main.ts', {
    GRAPH_URL: `${system.url}/graphql`,
    SIP2_PORT: '0',
    SIP2_TERMINALS_FILE: join(system.dataDir, 'terminals.json'),
    SIP2_TOKEN_KEY_FILE: join(system.dataDir, 'development-issuer.jwk.json'),
    SIP2_TOKEN_ISSUER: 'patron-graph-development',
  });
  const [, listening] = await server.says(/SIP2 at 127\.0\.0\.1:(\d+)/);
  port = Number(listening);
}
beforeAll(async () => {
  system = await startSystem(now);
  const terminals = [{ name: 'station-1', profile: 'station', login: { user: 'station', password } }];
  await writeFile(
    join(system.dataDir, 'terminals.json'),
    JSON.stringify({ institution: 'DEMO', libraryName: 'Demonstration Library', terminals }),
  );
  await startServer();
  await using terminal = await connect();
  await untilDone(terminal, checkOut({ patron: '21852000000033', item: reserved, date: nextDate() }));
}, 60_000);
afterEach(async () => {
  system.legacy.circ.faults.clear();
  await returnAll();
}, 60_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await system[Symbol.asyncDispose]();
});

const connect = () => connectAs('station', password, { port });

type Cut = (terminal: TestTerminal) => Promise<void> | void;
const cuts: readonly (readonly [name: string, cut: Cut])[] = [
  ['closed', ({ socket }) => void socket.destroy()],
  ['reset', ({ socket }) => void socket.resetAndDestroy()],
  ['closed in one direction', ({ socket }) => void socket.end()],
  [
    'gone, because the server was killed,',
    async () => {
      server.child.kill('SIGKILL');
      await server.exit;
      await startServer();
    },
  ],
];

const reader = { patron: '21852000000082', pin: '1234' };
const circ = () => system.store.circ;
const loansOf = (item: string) => circ().loans.by('itemNo', item);
const holdsOf = () => circ().holds.by('cardNo', reader.patron);
const used = new Set<string>();
/** An item that anybody can borrow, each handed out once. */
function nextItem(): string {
  for (const { itemNo, state } of circ().items.values()) {
    if (state === 'A' && loansOf(itemNo).length === 0 && !used.has(itemNo)) {
      used.add(itemNo);
      return itemNo;
    }
  }
  return expect.fail('no item is left');
}
/** Nobody may have more than ten: what a test has lent is returned after it. */
async function returnAll(): Promise<void> {
  await using terminal = await connect();
  for (const item of used) {
    if (loansOf(item).length > 0) {
      await untilDone(terminal, checkIn({ item, date: nextDate() }));
    }
  }
}
let second = 0;
/** A date of a message's own. */
const nextDate = (): string => {
  second += 1;
  return `20261124    14${String(Math.floor(second / 60)).padStart(2, '0')}${String(second % 60).padStart(2, '0')}`;
};

/**
 * Sends until the answer is yes: while the first is under way it isn't known. Or until it is so: a reservation that was cancelled
 * is answered with no, as there is none any more (decision 33).
 */
async function untilDone(
  terminal: TestTerminal,
  message: string,
  isSo: () => boolean = () => false,
): Promise<void> {
  const deadline = Date.now() + 60_000;
  while ((await terminal.send(message)).fixed.ok !== '1' && !isSo()) {
    if (Date.now() > deadline) {
      expect.fail('it is still not done after a minute');
    }
    await setTimeout(300);
  }
}

async function lend(item: string, isDueSoon = false): Promise<void> {
  await using terminal = await connect();
  await untilDone(terminal, checkOut({ ...reader, item, date: nextDate() }));
  const [loan] = loansOf(item);
  if (loan !== undefined && isDueSoon) {
    circ().loans.put({ ...loan, dueOn: '20261126' });
  }
}

/** A message that changes something, and what is so once it is done. */
interface Change {
  readonly name: string;
  /** Circulation's operation. */
  readonly operation: string;
  /** Prepares it, and resolves to its message and what must be so afterwards. */
  prepare(): Promise<{ readonly message: string; readonly isDone: () => unknown; readonly done: unknown }>;
}

/** Somebody else has it. */
const reserved = '31852000000494';
const holdsOfReserved = () => {
  const bibNo = circ().items.get(reserved)?.bibNo;
  // Circulation keeps what was cancelled.
  return holdsOf().filter((one) => one.bibNo === bibNo && one.state !== 'X').length;
};

const changes: readonly Change[] = [
  {
    name: '11, a check-out',
    operation: 'CheckOut',
    async prepare() {
      const item = nextItem();
      return {
        message: checkOut({ ...reader, item, date: nextDate() }),
        isDone: () => loansOf(item).map(({ renewals }) => renewals),
        done: [0],
      };
    },
  },
  {
    name: '09, a return',
    operation: 'CheckIn',
    async prepare() {
      const item = nextItem();
      await lend(item);
      return { message: checkIn({ item, date: nextDate() }), isDone: () => loansOf(item), done: [] };
    },
  },
  {
    name: '29, a renewal',
    operation: 'Renew',
    async prepare() {
      const item = nextItem();
      await lend(item, true);
      return {
        message: renew({ ...reader, item, date: nextDate() }),
        isDone: () => loansOf(item).map(({ renewals }) => renewals),
        done: [1],
      };
    },
  },
  {
    name: '65, the renewal of everything',
    operation: 'Renew',
    async prepare() {
      const two = [nextItem(), nextItem()];
      for (const item of two) {
        await lend(item, true);
      }
      return {
        message: renewAll({ ...reader, date: nextDate() }),
        isDone: () => two.flatMap((item) => loansOf(item).map(({ renewals }) => renewals)),
        done: [1, 1],
      };
    },
  },
  {
    name: '15+, a reservation',
    operation: 'PlaceHold',
    async prepare() {
      return {
        message: hold({ mode: '+', ...reader, item: reserved, pickup: 'HKCL', date: nextDate() }),
        isDone: holdsOfReserved,
        done: 1,
      };
    },
  },
  {
    name: '15-, its end',
    operation: 'CancelHold',
    async prepare() {
      return {
        message: hold({ mode: '-', ...reader, item: reserved, date: nextDate() }),
        isDone: holdsOfReserved,
        done: 0,
      };
    },
  },
];

/** The events that bear one reference of ours twice. */
function doubled(): readonly string[] {
  const references = circ()
    .events.map(({ ref }) => ref)
    .filter((ref) => ref !== '');
  return references.filter((ref, index) => references.indexOf(ref) !== index);
}

describe.each(cuts)('a connection that is %s', (_how, cut) => {
  test.each(changes)(
    'in the middle of $name: it is done once',
    { timeout: 90_000 },
    async ({ operation, prepare }) => {
      const { message, isDone, done } = await prepare();
      const before = isDone();
      // Half of the message is none.
      const half = await connect();
      const bytes = encodePacket(message, 1, 'utf-8');
      half.socket.write(bytes.subarray(0, bytes.length / 2));
      await cut(half);
      await half[Symbol.asyncDispose]();
      expect(isDone()).toEqual(before);
      // The whole message, which circulation has got, and has not answered yet.
      const { faults } = system.legacy.circ;
      faults.set([{ kind: 'delay', operations: [operation], delayMs: 300, times: 1 }]);
      const terminal = await connect();
      terminal.write(message);
      await expect.poll(() => faults.status.faults[0]?.hits, { timeout: 30_000, interval: 10 }).toBe(1);
      await cut(terminal);
      await terminal[Symbol.asyncDispose]();
      await using again = await connect();
      await untilDone(again, message, () => isDeepStrictEqual(isDone(), done));
      expect(isDone()).toEqual(done);
      expect(doubled()).toEqual([]);
    },
  );
});

test('afterwards no operation is open, and the journal and circulation agree', {
  timeout: 90_000,
}, async () => {
  await using journal = await openSqliteJournal({
    secret: await readFile(join(system.dataDir, 'journal.key')),
    path: journalFileIn(system.dataDir),
  });
  await expect.poll(async () => (await journal.countOpen([0])).counts, { timeout: 60_000 }).toEqual([0]);
  // The last minute of events is read again and again: what it has to say is said by now.
  expect(await journal.latestFindings(10)).toEqual([]);
  expect(doubled()).toEqual([]);
});
