import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createChargesLedger } from '../../../adapters/charges/soap.ts';
import { startSimulators } from '../../../simulators/index.ts';
import { outcomeOf } from '../../../store/journal/port.ts';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import { startOwingFollower } from '../../../subgraphs/charges/owing/follower.ts';
import { lookupOrigin } from '../../../subgraphs/charges/paying/clerk.ts';
import { checkOut } from '../../contract/journal/journal-under-test.ts';
import { account } from '../../peers/peer.ts';
import { askControl } from '../../peers/revenue/raw-request.ts';
import { startRevenuePeer, whyNoPython } from '../../peers/revenue/start.ts';
import { secret } from '../../support/journal-secret.ts';
import { run } from '../../support/processes.ts';
import { pick, randomFrom, seed } from '../../support/random.ts';
import { isExhaustive } from '../../support/sample.ts';
import { raiseCharge } from '../../support/services/payment-system.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { ledgerAt } from '../../system/charges/owing/ledger.ts';
import {
  askFor,
  certainMs,
  effects,
  kinds,
  newWanted,
  openPaying,
  reconcile,
  type Wanted,
} from './payments.ts';

/** The nightly comparison of operations with the payment system, over sockets. */

const timeout = 20_000;
const dayMs = 86_400_000;
const { signal } = new AbortController();

type Ledger = ReturnType<typeof ledgerAt>;

/** A journal whose clock the test puts forward, and the process that follows a payment system into it. */
async function openBooks() {
  await using resources = new AsyncDisposableStack();
  const { path } = resources.use(await openTemporaryFolder());
  const journalFile = join(path, 'journal.sqlite');
  let aheadMs = 0;
  const journal = resources.use(
    await openSqliteJournal({ secret, path: journalFile, clock: () => new Date(Date.now() + aheadMs) }),
  );
  const alarms: string[] = [];
  let compared = 0;
  const paymentBooks = {
    ...journal,
    paymentsCompared: async (...night: Parameters<typeof journal.paymentsCompared>) => {
      await journal.paymentsCompared(...night);
      compared += 1;
    },
  };
  const untilCompared = async (times: number) => {
    await expect.poll(() => compared, { timeout }).toBeGreaterThanOrEqual(times);
    const findings = await journal.latestFindings(100);
    return findings.map(({ operationId, discrepancy }) => [operationId, discrepancy]).sort();
  };
  const opened = resources.move();
  return {
    journal,
    journalFile,
    alarms,
    resources: opened,
    follow: (ledger: Ledger) =>
      startOwingFollower(
        {
          ...{ owing: journal, paymentBooks, books: journal, ledger, observer: {} },
          monotonic: () => performance.now(),
          log: { info: () => {}, warn: () => {}, error: (_, line) => alarms.push(line) },
        },
        (ms, aborted) => setTimeout(Math.min(ms, 20), undefined, { signal: aborted }).catch(() => {}),
      ),
    /** The findings after the first comparison. */
    first: () => untilCompared(1),
    /** The findings after the next night. */
    nextNight: () => {
      aheadMs += dayMs;
      return untilCompared(compared + 1);
    },
    /** An operation that was settled, whatever the payment system did. */
    async settled(
      kind: string,
      state: 'DONE' | 'REFUSED',
      result: Readonly<Record<string, string | number>>,
    ) {
      const wanted = { kind, isUnlisted: true, patronId: 'P0000016' };
      const { operation } = await journal.begin(
        checkOut(`${kind} ${state} ${JSON.stringify(result)}`, wanted),
      );
      await journal.settle(operation.id, outcomeOf(state, result));
      return operation.id;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

const order = (patronId: string, chargeId: string, cents: number) =>
  ({ patronId, lines: [{ chargeId, cents }], method: { kind: 'FPS' }, returnUrl: null }) as const;

/** A payment system, and the way to raise a charge in it, for the patron of `makePayment`. */
interface OpenedSystem {
  readonly ledger: Ledger;
  readonly raise: (cents: number) => Promise<string>;
}
const payer = 'P0000020';

/** Makes a payment of a new charge under the reference. Resolves to its number. */
async function makePayment({ ledger, raise }: OpenedSystem, reference: string, cents: number) {
  const wanted = order(payer, await raise(cents), cents);
  const made = await ledger.createPayment(reference, wanted, lookupOrigin, signal);
  return 'payment' in made ? made.payment.id : expect.fail(made.refused);
}

const raisedCharge = z.object({ charge: z.object({ chargeNo: z.string() }) });

const systems = {
  'the simulator': async (resources: AsyncDisposableStack): Promise<OpenedSystem> => {
    const simulators = resources.use(await startSimulators({ systems: ['rps'] }));
    const url = simulators.all.get('rps')?.url ?? '';
    return { ledger: resources.use(ledgerAt(url)), raise: (cents) => raiseCharge(url, payer, cents) };
  },
  'the foreign system in Python': async (resources: AsyncDisposableStack): Promise<OpenedSystem> => {
    const { url } = resources.use(await startRevenuePeer());
    return {
      ledger: resources.use(createChargesLedger({ url, ...account })),
      async raise(cents) {
        const wanted = { raise: { patronNo: payer, purpose: 'Printing', cents } };
        return raisedCharge.parse((await askControl(url, wanted)).answer).charge.chargeNo;
      },
    };
  },
};

describe.each(Object.entries(systems))('with %s', (name, openSystem) => {
  test('each difference is found, and what others made is none', async ({ skip }) => {
    const missing = name === 'the simulator' ? null : whyNoPython();
    if (missing !== null) {
      return skip(missing);
    }
    await using books = await openBooks();
    const system = await openSystem(books.resources);
    const { ledger } = system;
    await using _follower = books.follow(ledger);
    expect(await books.first()).toEqual([]);

    const lost = 'Lost567890123456789012';
    const made = await ledger.createPayment(lost, order('P0000016', 'G0000010', 520), lookupOrigin, signal);
    expect(made).toMatchObject({ payment: { state: 'PENDING' } });
    await ledger.createPayment('till-7', order('P0000016', 'F0000001', 2100), lookupOrigin, signal);
    const done = { chargeId: 'G0000003', cents: 101 };
    const differs = await books.settled('RPS_WAIVE_CHARGE', 'DONE', done);
    await ledger.waiveCharge(differs, { ...done, cents: 100, reason: 'A test' }, lookupOrigin, signal);
    const equal = await books.settled('RPS_WAIVE_CHARGE', 'DONE', { ...done, cents: 110 });
    await ledger.waiveCharge(equal, { ...done, cents: 110, reason: 'A test' }, lookupOrigin, signal);
    const refused = await books.settled('RPS_START_PAYMENT', 'REFUSED', {});
    await ledger.createPayment(refused, order('P0000002', 'G0000003', 140), lookupOrigin, signal);
    const missed = await books.settled('RPS_REFUND_PAYMENT', 'DONE', { paymentId: 'RO2026000001', cents: 1 });
    const paying = await books.settled('RPS_PAY_BY_CODE', 'DONE', { cents: 60 });
    const stillPending = await makePayment(system, paying, 60);
    const notCancelled = await books.settled('RPS_CANCEL_PAYMENT', 'DONE', { paymentId: stillPending });
    const cancelledByOthers = await books.settled('RPS_START_PAYMENT', 'DONE', { cents: 70 });
    const endedId = await makePayment(system, cancelledByOthers, 70);
    await ledger.cancelPayment(endedId, null, lookupOrigin, signal);
    const cancelledByUs = await books.settled('RPS_START_PAYMENT', 'DONE', { cents: 80 });
    const askedId = await makePayment(system, cancelledByUs, 80);
    await ledger.cancelPayment(askedId, null, lookupOrigin, signal);
    await books.settled('RPS_CANCEL_PAYMENT_AT_STATION', 'DONE', { paymentId: askedId });

    const found = [
      [lost, 'PAYMENT_LOST'],
      [differs, 'PAYMENT_DIFFERS'],
      [refused, 'PAYMENT_AFTER_REFUSAL'],
      [missed, 'PAYMENT_NOT_DONE'],
      [notCancelled, 'PAYMENT_NOT_DONE'],
      [cancelledByOthers, 'PAYMENT_DIFFERS'],
    ];
    expect(await books.nextNight()).toEqual(found.toSorted());
    expect(books.alarms).toHaveLength(found.length);
    expect(await books.nextNight(), 'each is found once').toEqual(found.toSorted());
    expect(books.alarms).toHaveLength(found.length);
  }, 60_000);
});

test('a payment system that was restored lacks what was done since', async () => {
  await using books = await openBooks();
  const { journal, resources, journalFile } = books;
  const simulators = resources.use(await startSimulators({ systems: ['rps'] }));
  const url = simulators.all.get('rps')?.url ?? '';
  const ledger = resources.use(ledgerAt(url));
  const follower = books.follow(ledger);
  expect(await books.first()).toEqual([]);
  const services = (await openPaying(url, journalFile, resources))();
  const operation = await askFor(services, await newWanted(url, 'startPayment'));
  expect(operation).toMatchObject({ state: 'DONE', result: { cents: 900 } });
  expect(await books.nextNight()).toEqual([]);
  const { comparedNight } = (await journal.comparedNight()) ?? {};
  const day = new Date((comparedNight ?? 0) * dayMs).toISOString().slice(0, 10);
  await using command = run('subgraphs/books/main.ts', { DATA_DIR: dirname(journalFile) });
  expect(await command.exit).toBe(0);
  expect(command.output.stdout).toBe(
    `Nothing was found that does not agree.\n\nPayments were last compared with the payment system in the night of ${day}.\n`,
  );
  await follower[Symbol.asyncDispose]();

  await using _follower = books.follow((await systems['the simulator'](resources)).ledger);
  expect(await books.nextNight()).toEqual([[operation.id, 'PAYMENT_NOT_DONE']]);
});

/** The number of random changes. */
const changes = isExhaustive ? 300 : 150;

test(`nothing is found in ${changes} random changes, many of whose answers are lost`, async () => {
  process.stdout.write(`books of random payments: SEED=${seed}\n`);
  const random = randomFrom(seed);
  await using books = await openBooks();
  const { journal, journalFile, resources } = books;
  const simulators = resources.use(await startSimulators({ systems: ['rps'] }));
  const rps = simulators.all.get('rps') ?? expect.fail();
  await using _follower = books.follow(resources.use(ledgerAt(rps.url)));
  await books.first();
  const services = (await openPaying(rps.url, journalFile, resources))();
  const faults = [
    null,
    { kind: 'reset-after' },
    { kind: 'reset-before' },
    { kind: 'deliver-twice', answer: 'second' },
  ] as const;
  const wanted: Wanted[] = [];
  for (let at = 0; at < changes; at += 1) {
    const kind = pick(random, kinds);
    if (kind !== 'cancelPayment') {
      wanted.push(await newWanted(rps.url, kind));
      continue;
    }
    // Only the cancellations of payments that we made are compared.
    const one = await newWanted(rps.url, 'startPayment');
    const { result } = await askFor(services, one, `payment of ${one.patronId}`);
    wanted.push({ ...one, kind, paymentId: z.object({ paymentId: z.string() }).parse(result).paymentId });
  }
  let done = wanted.filter(({ kind }) => kind === 'cancelPayment').length;
  let cancelled = 0;
  for (const one of wanted) {
    const fault = pick(random, faults);
    rps.faults.set(fault === null ? [] : [{ ...fault, operations: [effects[one.kind][1]], times: 1 }]);
    const asked = await askFor(services, one);
    const { operation } = await reconcile(services, asked, certainMs + 1);
    done += operation.state === 'DONE' && one.kind !== 'cancelPayment' ? 1 : 0;
    cancelled += operation.state === 'DONE' && one.kind === 'cancelPayment' ? 1 : 0;
  }
  expect(await books.nextNight()).toEqual([]);
  const accounts = await journal.paymentAccountsAfter('', 500);
  const results = accounts.flatMap(({ operation }) =>
    operation?.state === 'DONE' ? [operation.result] : [],
  );
  expect(results).toEqual(Array.from({ length: done }, () => expect.objectContaining({ cents: 900 })));
  expect(done).toBeGreaterThan(changes / 6);
  const withCancellation = accounts.filter(({ effects: made }) =>
    made.some(({ kind }) => kind === 'PAYMENT_CANCELLED'),
  );
  expect(withCancellation).toHaveLength(cancelled);
  expect(cancelled).toBeGreaterThan(changes / 15);
}, 60_000);
