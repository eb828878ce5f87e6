import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openPostgresJournal } from '../../../store/journal/postgres/index.ts';
import { concurrentDeliveries } from '../../../subgraphs/notices/sending/endpoint-sender.ts';
import { secret as journalSecret } from '../../support/journal-secret.ts';
import type { PostgresDatabase } from '../../support/postgres.ts';
import { run } from '../../support/processes.ts';
import {
  newSecret,
  type Received,
  type Receiver,
  startReceiver,
  status,
} from '../../support/servers/webhook-receiver.ts';
import { databaseOrSkip } from '../../support/set-up/database-or-skip.ts';
import { overdueOf } from './sending.ts';

const notices = 200;
/** The first process is killed after this many answers, while it waits for more. */
const answered = 60;

/** The index of the process that sent the message. Each process signs with its own secret. */
function senderOf(message: Received, secrets: readonly string[]): number {
  return secrets.findIndex((secret) => {
    try {
      message.verified(secret);
      return true;
    } catch {
      return false;
    }
  });
}

/** The time at which the lease of the sending process ends, by the clock of `performance.now()`. */
async function leaseEndsAt({ query }: PostgresDatabase): Promise<number> {
  const askedAt = performance.now();
  const [row] = await query(
    'select extract(epoch from leased_until - clock_timestamp())::float8 * 1000 as ms from patron_graph.notice_sender',
  );
  return askedAt + Number(row?.ms);
}

/** Answers the first `count` messages, and never answers later messages. Returns the later messages. */
function holdBackAfter(receiver: Receiver, count: number): Received[] {
  const heldBack: Received[] = [];
  receiver.answer = (response, message) => {
    if (receiver.received.length > count) {
      heldBack.push(message);
    } else {
      status(204)(response);
    }
  };
  return heldBack;
}

test('when one of two processes over PostgreSQL is killed while it sends, the other delivers the rest with the same ids', async (context) => {
  await using database = await databaseOrSkip(context);
  await using journal = await openPostgresJournal({ secret: journalSecret, url: database.url, tls: null });
  await using receiver = await startReceiver();
  const secrets = [newSecret(), newSecret()];
  const startSender = (secret: string) =>
    run('test/fault/notices/sender/main.ts', {}, [database.url, receiver.url, secret]);
  await journal.makeNotices(overdueOf(notices, ['mail']));

  const heldBack = holdBackAfter(receiver, answered);
  await using first = startSender(secrets[0] ?? '');
  await receiver.got(1);
  await using second = startSender(secrets[1] ?? '');
  await second.says(/sending/);
  await receiver.got(answered + 1);
  first.child.kill('SIGKILL');
  await first.exit;
  const leaseEnd = await leaseEndsAt(database);
  receiver.answer = status(204);
  while ((await journal.countDeliveries()).pending > 0) {
    await setTimeout(50);
  }

  const senders = receiver.received.map((message) => senderOf(message, secrets));
  const takenOverAt = senders.indexOf(1);
  // The second process sends after the first, and not before the first's lease has ended.
  expect(senders).toEqual(senders.map((_, index) => (index < takenOverAt ? 0 : 1)));
  expect(takenOverAt).toBeGreaterThan(answered);
  expect(receiver.received[takenOverAt]?.at).toBeGreaterThanOrEqual(leaseEnd);

  // Each patron has one notice, so ids and patrons correspond one to one.
  const byId = Map.groupBy(receiver.received, ({ id }) => id);
  const patrons = new Set(receiver.received.map(({ body }) => JSON.parse(body).data.patronId));
  expect([byId.size, patrons.size]).toEqual([notices, notices]);
  const sentTwice = [...byId].filter(([, messages]) => messages.length > 1);
  for (const [, messages] of sentTwice) {
    expect(messages.map((message) => senderOf(message, secrets))).toEqual([0, 1]);
    expect(new Set(messages.map(({ body }) => body)).size).toBe(1);
  }
  // A message was sent twice only if the first process had not recorded it as delivered.
  const ids = new Set(sentTwice.map(([id]) => id));
  expect(heldBack.length).toBeGreaterThan(0);
  expect(heldBack.filter(({ id }) => !ids.has(id))).toEqual([]);
  expect(ids.size).toBeLessThanOrEqual(concurrentDeliveries);
}, 90_000);
