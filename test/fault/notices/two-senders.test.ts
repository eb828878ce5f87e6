import { setTimeout } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { openPostgresJournal } from '../../../store/journal/postgres/index.ts';
import { concurrentDeliveries } from '../../../subgraphs/notices/sending/endpoint-sender.ts';
import { secret as journalSecret } from '../../support/journal-secret.ts';
import { findPostgres, type PostgresDatabase } from '../../support/postgres.ts';
import { run } from '../../support/processes.ts';
import {
  newSecret,
  type Received,
  type Receiver,
  startReceiver,
  status,
} from '../../support/servers/webhook-receiver.ts';
import { overdueOf } from './sending.ts';

const server = await findPostgres();
afterAll(() => server[Symbol.asyncDispose]());

const notices = 200;
/** The first process is killed with answers outstanding after this many were given. */
const answered = 60;

/** Which process sent it: each signs with a secret of its own. */
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

/** When the lease of the process that sends ends, on the clock of `performance.now()`. */
async function leaseEndsAt({ query }: PostgresDatabase): Promise<number> {
  const askedAt = performance.now();
  const [row] = await query(
    'select extract(epoch from leased_until - clock_timestamp())::float8 * 1000 as ms from patron_graph.notice_sender',
  );
  return askedAt + Number(row?.ms);
}

/** Answers that many messages, and holds back the answers to those that follow, which are returned. */
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

test('two processes over PostgreSQL: one is killed while it sends, and the other delivers the rest, with the same ids', async ({
  skip,
}) => {
  if ('reason' in server) {
    process.stdout.write(`two senders are skipped, there is no PostgreSQL: ${server.reason}\n`);
    return skip(server.reason);
  }
  await using database = await server.createDatabase();
  await using journal = await openPostgresJournal({ secret: journalSecret, url: database.url });
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
  // One after the other, and the second not before the lease of the first had ended.
  expect(senders).toEqual(senders.map((_, index) => (index < takenOverAt ? 0 : 1)));
  expect(takenOverAt).toBeGreaterThan(answered);
  expect(receiver.received[takenOverAt]?.at).toBeGreaterThanOrEqual(leaseEnd);

  // Each patron has one notice, so that messages with one id are about one patron, and the other way round.
  const byId = Map.groupBy(receiver.received, ({ id }) => id);
  const patrons = new Set(receiver.received.map(({ body }) => JSON.parse(body).data.patronId));
  expect([byId.size, patrons.size]).toEqual([notices, notices]);
  const sentTwice = [...byId].filter(([, messages]) => messages.length > 1);
  for (const [, messages] of sentTwice) {
    expect(messages.map((message) => senderOf(message, secrets))).toEqual([0, 1]);
    expect(new Set(messages.map(({ body }) => body)).size).toBe(1);
  }
  // Those that the first process was still to note as delivered, and no others.
  const ids = new Set(sentTwice.map(([id]) => id));
  expect(heldBack.length).toBeGreaterThan(0);
  expect(heldBack.filter(({ id }) => !ids.has(id))).toEqual([]);
  expect(ids.size).toBeLessThanOrEqual(concurrentDeliveries);
}, 90_000);
