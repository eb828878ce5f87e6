import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Patron } from '../../../adapters/patrons/port.ts';
import { createAuthority, forThisMachine } from '../../support/certificates.ts';
import { run } from '../../support/processes.ts';
import { newSecret, type Receiver, startReceiver, status } from '../../support/servers/webhook-receiver.ts';
import {
  createJournalFile,
  endpointAt,
  fastTimes,
  type JournalFile,
  Log,
  overdueOf,
  start,
} from './sending.ts';

/** Waits until no delivery is pending. */
async function untilSettled({ journal }: Pick<JournalFile, 'journal'>): Promise<void> {
  while ((await journal.countDeliveries()).pending > 0) {
    await setTimeout(10);
  }
}

/** A journal with notices for `count` patrons, and an endpoint for them. */
async function setUp(count: number) {
  const resources = new AsyncDisposableStack();
  const file = resources.use(await createJournalFile());
  const receiver = resources.use(await startReceiver());
  await file.journal.makeNotices(overdueOf(count, ['mail']));
  return {
    file,
    receiver,
    /** Starts to send. Sending stops when the test ends. */
    send(options: Parameters<typeof start>[2] = {}, log = new Log()): void {
      resources.use(start(file.journal, [endpointAt('mail', receiver.url, [newSecret()])], options, log));
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

const patronsOf = ({ received }: Receiver): string[] =>
  received.map(({ body }) => JSON.parse(body).data.patronId).sort();

test('R15: a notice that waits is not sent to any endpoint once the record is closed', async () => {
  await using given = await setUp(2);
  const { file, receiver } = given;
  const statusOf = (number: string) => (number === 'P0000001' ? 'CLOSED' : 'ACTIVE');
  const patrons: Parameters<typeof start>[4] = {
    findMany: async (numbers) =>
      numbers.map((number) => ({ number, status: statusOf(number) }) as Partial<Patron> as Patron),
  };
  const endpoints = [endpointAt('mail', receiver.url, [newSecret()])];
  await using _ = start(file.journal, endpoints, {}, new Log(), patrons);
  await untilSettled(file);
  expect(patronsOf(receiver)).toEqual(['P0000002']);
});

test('a notice has its kind, patron and time, and is signed by Standard Webhooks', async () => {
  const secret = newSecret();
  await using given = await setUp(1);
  const { file, receiver } = given;
  await using _ = start(file.journal, [endpointAt('mail', receiver.url, [secret])]);
  await untilSettled(file);
  const [message] = receiver.received;
  expect(message?.verified(secret)).toEqual({
    type: 'loan.overdue',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    data: { patronId: 'P0000001' },
  });
  expect(message?.id).toMatch(/^msg_[0-9A-Za-z]{22}$/);
  expect(message?.headers['content-type']).toBe('application/json');
  expect(() => message?.verified(newSecret())).toThrow('No matching signature found');
});

test('each of several secrets verifies every message, so that receivers can change over', async () => {
  const [former, next] = [newSecret(), newSecret()];
  await using given = await setUp(1);
  const { file, receiver } = given;
  await using _ = start(file.journal, [endpointAt('mail', receiver.url, [next, former])]);
  await untilSettled(file);
  for (const secret of [former, next]) {
    expect(receiver.received[0]?.verified(secret)).toBeDefined();
  }
});

test('a notice is not sent any more once its reader has switched off its kind', async () => {
  await using given = await setUp(1);
  const { file, receiver } = given;
  const held = {
    kind: 'hold.ready',
    patronId: 'P0000009',
    occasion: 'H0000001',
    endpoints: ['mail'],
    formerEmail: null,
  } as const;
  await file.journal.makeNotices([held, { ...held, kind: 'hold.lapsing' }]);
  const change = { language: null, switchOn: [], switchOff: ['hold.ready', 'loan.overdue'] } as const;
  await file.journal.changeNoticePreferences('P0000009', change);
  await file.journal.changeNoticePreferences('P0000001', change);
  given.send();
  await untilSettled(file);
  const types = receiver.received.map(({ body }) => JSON.parse(body).type);
  expect(types.sort()).toEqual(['hold.lapsing', 'loan.overdue']);
  expect(await file.journal.countDeliveries()).toEqual({ pending: 0, undelivered: 0 });
});

describe('an endpoint', () => {
  test('that was down gets everything when it is back', async () => {
    await using given = await setUp(20);
    const { file, receiver } = given;
    await receiver.goDown();
    const log = new Log();
    given.send({}, log);
    await setTimeout(300);
    expect(await file.journal.countDeliveries()).toEqual({ pending: 20, undelivered: 0 });
    await receiver.comeBack();
    await untilSettled(file);
    expect(new Set(patronsOf(receiver)).size).toBe(20);
    expect(log.lines).toEqual([
      'warn the endpoint takes no notice: it is tried again {"endpoint":"mail"}',
      'warn the endpoint takes notices again {"endpoint":"mail"}',
    ]);
  });

  test.each([
    ['answers 500', status(500), 'STATUS', 500],
    ['answers 404', status(404), 'STATUS', 404],
    ['redirects', status(307, { location: 'http://127.0.0.1:1/elsewhere' }), 'REDIRECTED', 307],
    ['never answers', () => {}, 'TIMED_OUT', null],
    ['breaks off', (response: { destroy(): void }) => response.destroy(), 'UNREACHABLE', null],
    ['has endless headers', status(200, { 'x-long': 'x'.repeat(100_000) }), 'UNREACHABLE', null],
  ] as const)(
    'that %s is tried again with the same id, and given up after a time',
    async (_, answer, failure, code) => {
      await using given = await setUp(1);
      const { file, receiver } = given;
      receiver.answer = answer;
      const times = { ...fastTimes, giveUpAfterMs: 300 };
      given.send({ times });
      await untilSettled(file);
      const ids = new Set(receiver.received.map(({ id }) => id));
      expect(ids.size).toBe(1);
      const [notice] = await file.journal.undeliveredNotices(null, 1);
      expect(notice).toMatchObject({ endpoint: 'mail', patronId: 'P0000001', failure, status: code });
      expect(notice?.attempts).toBe(receiver.received.length);
      if (failure !== 'TIMED_OUT') {
        expect(receiver.received.length).toBeGreaterThan(1);
      }
    },
  );

  test('that is gone (410) is not tried again for that notice', async () => {
    await using given = await setUp(1);
    const { file, receiver } = given;
    receiver.answer = status(410);
    given.send();
    await untilSettled(file);
    expect(receiver.received).toHaveLength(1);
    expect(await file.journal.undeliveredNotices(null, 1)).toMatchObject([{ failure: 'GONE', attempts: 1 }]);
  });

  test('whose answer never ends has taken the notice if its status says so', async () => {
    await using given = await setUp(1);
    const { file, receiver } = given;
    receiver.answer = (response) => void response.writeHead(200).write('x'.repeat(100_000));
    given.send();
    await untilSettled(file);
    expect(receiver.received).toHaveLength(1);
    expect(await file.journal.countDeliveries()).toEqual({ pending: 0, undelivered: 0 });
  });

  test('that is slow with one notice gets the others meanwhile', async () => {
    await using given = await setUp(40);
    const { receiver } = given;
    let isFirst = true;
    const take = status(200);
    receiver.answer = (response) => {
      if (isFirst) {
        isFirst = false;
      } else {
        take(response);
      }
    };
    given.send({ attemptMs: 20_000 });
    await expect.poll(() => new Set(patronsOf(receiver)).size, { timeout: 5_000 }).toBe(40);
  });

  test('that sends Retry-After gets that time', async () => {
    await using given = await setUp(1);
    const { file, receiver } = given;
    receiver.answer = (response) =>
      status(receiver.received.length > 1 ? 204 : 429, { 'retry-after': '1' })(response);
    given.send();
    await untilSettled(file);
    const [first, second] = receiver.received;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(950);
  });

  test('is reached by https if the authority of caFile has issued its certificate', async () => {
    using authority = createAuthority();
    using stranger = createAuthority();
    await using file = await createJournalFile();
    await using receiver = await startReceiver(authority.issue('receiver', forThisMachine));
    await file.journal.makeNotices(overdueOf(1, ['mail', 'wrong']));
    const times = { ...fastTimes, giveUpAfterMs: 100 };
    const endpoints = [
      endpointAt('mail', receiver.url, [newSecret()], { caFile: authority.caFile }),
      endpointAt('wrong', receiver.url, [newSecret()], { caFile: stranger.caFile }),
    ];
    await using _ = start(file.journal, endpoints, { times });
    await untilSettled(file);
    expect(receiver.received).toHaveLength(1);
    expect(await file.journal.undeliveredNotices(null, 2)).toMatchObject([
      { endpoint: 'wrong', failure: 'UNREACHABLE' },
    ]);
  });
});

test('a notice that fails delays neither other notices nor other endpoints', async () => {
  await using given = await setUp(1);
  const { file, receiver } = given;
  await using slow = await startReceiver();
  slow.answer = () => {};
  await file.journal.makeNotices(overdueOf(50, ['mail', 'slow']).slice(1));
  receiver.answer = (response, { body }) => status(body.includes('P0000001') ? 500 : 204)(response);
  const endpoints = [
    endpointAt('mail', receiver.url, [newSecret()]),
    endpointAt('slow', slow.url, [newSecret()]),
  ];
  await using _ = start(file.journal, endpoints, { attemptMs: 5_000 });
  while (new Set(patronsOf(receiver)).size < 50) {
    await setTimeout(10);
  }
  expect(slow.received.length).toBeLessThanOrEqual(8);
});

test('staff can have an undelivered notice sent again with its id', async () => {
  await using given = await setUp(1);
  const { file, receiver } = given;
  receiver.answer = status(410);
  given.send();
  await untilSettled(file);
  receiver.answer = status(204);
  const [notice] = await file.journal.undeliveredNotices(null, 1);
  expect(await file.journal.resendNotice(notice?.id ?? '', 'mail')).toBe(true);
  await untilSettled(file);
  expect(receiver.received.map(({ id }) => id)).toEqual([`msg_${notice?.id}`, `msg_${notice?.id}`]);
  expect(await file.journal.undeliveredNotices(null, 1)).toEqual([]);
});

test('one of two processes sends, and the other takes over when the first stops', async () => {
  await using given = await setUp(5);
  const { file, receiver } = given;
  const endpoints = [endpointAt('mail', receiver.url, [newSecret()])];
  const first = start(file.journal, endpoints);
  await untilSettled(file);
  await using _ = start(file.journal, endpoints);
  await file.journal.makeNotices(overdueOf(10, ['mail']));
  await untilSettled(file);
  await first[Symbol.asyncDispose]();
  await file.journal.makeNotices(overdueOf(15, ['mail']));
  await untilSettled(file);
  const patrons = patronsOf(receiver);
  expect(patrons).toHaveLength(15);
  expect(new Set(patrons).size).toBe(15);
}, 20_000);

test('a killed sender loses no notice, and no id changes', async () => {
  const secret = newSecret();
  await using file = await createJournalFile();
  await using receiver = await startReceiver();
  receiver.answer = (response) => void globalThis.setTimeout(() => response.writeHead(204).end(), 5);
  await file.journal.makeNotices(overdueOf(300, ['mail']));
  const args = [file.path, receiver.url, secret];
  let kills = 0;
  while ((await file.journal.countDeliveries()).pending > 0) {
    await using sender = run('test/fault/notices/sender/main.ts', {}, args);
    // In the last round, fewer than 60 deliveries are left.
    await Promise.race([receiver.got(receiver.received.length + 60), untilSettled(file)]);
    sender.child.kill('SIGKILL');
    await sender.exit;
    kills += 1;
    // The lease of the killed process has not ended, so the test ends it. The contract of `Notices` tests that a
    // second process waits until the lease has ended.
    await file.journal.leaveNotices((await holderOf(file)) ?? '');
  }
  expect(kills).toBeGreaterThan(2);
  const ids = Map.groupBy(receiver.received, ({ id }) => id);
  expect(ids.size).toBe(300);
  expect(new Set(patronsOf(receiver)).size).toBe(300);
  for (const messages of ids.values()) {
    expect(new Set(messages.map(({ body }) => body)).size).toBe(1);
    expect(messages[0]?.verified(secret)).toBeDefined();
  }
}, 60_000);

async function holderOf({ path }: JournalFile): Promise<string | null> {
  using database = new DatabaseSync(path);
  const row = database.prepare('select holder from notice_sender').get();
  return typeof row?.holder === 'string' ? row.holder : null;
}

test('messages have no data of a person except the patron’s number, and the log has none', async () => {
  await using given = await setUp(3);
  const { file, receiver } = given;
  receiver.answer = status(410);
  const log = new Log();
  given.send({}, log);
  await untilSettled(file);
  await expect.poll(() => log.lines.filter((line) => line.includes('was given up')).length).toBe(3);
  expect(log.lines.join()).not.toMatch(/P\d{7}/);
  for (const { body, headers } of receiver.received) {
    expect(Object.keys(JSON.parse(body)).sort()).toEqual(['data', 'timestamp', 'type']);
    expect(Object.keys(JSON.parse(body).data)).toEqual(['patronId']);
    expect(JSON.stringify(headers)).not.toMatch(/P\d{7}/);
  }
});
