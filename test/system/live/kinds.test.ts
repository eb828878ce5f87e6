/** Each kind of change of the guide's table is told to staff after a real act, so somebody writes it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kind, parse } from 'graphql';
import { expect, test, vi } from 'vitest';
import { readSdl } from '../../../schema/sdl.ts';
import { stampOf } from '../../../simulators/hong-kong-time.ts';
import type { EventRow, HoldRow } from '../../../simulators/tables/store.ts';
import { openEventStream } from '../../support/graph/event-stream.ts';
import { newSecret, startReceiver, status } from '../../support/servers/webhook-receiver.ts';
import { controlPayments, raiseCharge } from '../../support/services/payment-system.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { startSystem } from '../running-system.ts';

vi.setConfig({ testTimeout: 300_000 });

const dayMs = 86_400_000;

/** A library whose notices are refused for good by their endpoint. */
const library = openedForTests(async () => {
  await using resources = new AsyncDisposableStack();
  const { path } = resources.use(await openTemporaryFolder());
  const receiver = resources.use(await startReceiver());
  receiver.answer = status(410);
  const webhooksFile = join(path, 'webhooks.json');
  const endpoint = { name: 'mail', url: receiver.url, secrets: [newSecret()] };
  await writeFile(webhooksFile, JSON.stringify({ endpoints: [endpoint] }));
  const now = new Date(Date.now() + 3 * dayMs);
  const system = resources.use(await startSystem(now, {}, { buildsIndex: true, webhooksFile }));
  const running = resources.move();
  return { system, [Symbol.asyncDispose]: () => running.disposeAsync() };
}, 120_000);

const scope =
  'patrons:read patrons:write circulation:read circulation:write charges:read charges:write charges:waive';
const ben = { patronId: 'P0000003' };
/** A card that circulation knows, and a copy that nobody has. */
const card = '21852000000033';
const free = { itemNumber: '31852000000494' };

const staff = async () => ({ token: await library.system.token({ subject: 'desk', scope }) });
const change = async <Payload>(field: string, selection: string, input: object): Promise<Payload> =>
  await library.system.change<Payload>(field, selection, input, await staff());

/** What somebody does in circulation's own terminals. */
function atTerminal(event: Pick<EventRow, 'kind'> & Partial<EventRow>): void {
  const { events } = library.system.store.circ;
  const seq = Math.max(0, ...events.map((one) => one.seq)) + 1;
  const none = { cardNo: card, itemNo: '', loanNo: '', ref: '' };
  events.push({ ...none, ...event, seq, at: stampOf(new Date()) });
}

/** Changes a reservation at a terminal. The event makes the index read the card again. */
function changeHold(state: HoldRow['state'], next: Partial<HoldRow>): void {
  const { holds } = library.system.store.circ;
  const hold = [...holds.values()].find((one) => one.state === state) ?? expect.fail(`no hold is ${state}`);
  holds.put({ ...hold, ...next });
  atTerminal({ kind: 'IN', cardNo: hold.cardNo });
}

const copyOf = (hold: HoldRow): string =>
  [...library.system.store.circ.items.values()].find(({ bibNo }) => bibNo === hold.bibNo)?.itemNo ?? '';
const firstQueued = (): HoldRow =>
  [...library.system.store.circ.holds.values()].find(({ state }) => state === 'Q') ??
  expect.fail('no hold is queued');
const inDays = (days: number): string => stampOf(new Date(Date.now() + days * dayMs)).slice(0, 8);

const payer = 'P0000002';
const rps = (): string => library.system.legacy.all.get('rps')?.url ?? '';
/** A payment of a new charge, that waits for its money. */
async function startPayment(): Promise<string> {
  const charges = [await raiseCharge(rps(), payer, 500)];
  const { payment } = await change<{ payment: { id: string } | null }>('startPayment', 'payment { id }', {
    ...{ patronId: payer, charges, method: 'FPS' },
  });
  return payment?.id ?? expect.fail('no payment was made');
}

interface Act {
  /** The kinds of changes that are told after it. */
  readonly tells: readonly string[];
  act(): Promise<unknown> | unknown;
}

/** One after the other. */
const acts: readonly Act[] = [
  {
    tells: ['OPERATION'],
    act: () => change('suspendPatron', 'operation { state } problems { code }', { patronId: 'P0000008' }),
  },
  {
    tells: ['LOAN_BEGUN'],
    act: () =>
      change('checkOut', 'operation { state } problems { code }', {
        ...free,
        credential: library.system.presentedCard(card),
      }),
  },
  {
    tells: ['LOAN_RENEWED'],
    act: () => atTerminal({ kind: 'RNW', itemNo: free.itemNumber, loanNo: 'L00000010' }),
  },
  { tells: ['LOAN_ENDED'], act: () => change('checkIn', 'operation { state } problems { code }', free) },
  {
    tells: ['HOLD_PLACED', 'HOLD_CANCELLED'],
    act: async () => {
      const { bibNo } = firstQueued();
      const placed = await change<{ hold: { id: string } | null }>('placeHold', 'hold { id }', {
        reader: ben,
        titleNumber: bibNo,
        pickupBranch: 'HKCL',
      });
      await change('cancelHold', 'operation { state } problems { code }', {
        reader: ben,
        holdId: placed.hold?.id,
      });
    },
  },
  {
    tells: ['HOLD_READY'],
    act: () => changeHold('Q', { state: 'R', readyUntil: inDays(5), itemNo: copyOf(firstQueued()) }),
  },
  { tells: ['HOLD_OFF_SHELF'], act: () => changeHold('R', { state: 'X', readyUntil: '', itemNo: null }) },
  { tells: ['HOLD_READY'], act: () => changeHold('X', { state: 'R', readyUntil: inDays(5) }) },
  // Today is some days later for this service than for circulation, so this is a day that has passed.
  { tells: ['HOLD_MOVED'], act: () => changeHold('R', { readyUntil: inDays(1) }) },
  { tells: ['HOLD_LAPSED'], act: () => changeHold('R', { state: 'L', readyUntil: '' }) },
  { tells: ['CARD_REGISTERED'], act: () => atTerminal({ kind: 'REG' }) },
  { tells: ['CARD_BLOCKED'], act: () => atTerminal({ kind: 'BLK' }) },
  { tells: ['CARD_UNBLOCKED'], act: () => atTerminal({ kind: 'UBK' }) },
  // A kind of event that a later circulation may have.
  { tells: ['OTHER'], act: () => atTerminal({ kind: 'NEW' as EventRow['kind'] }) },
  {
    tells: ['STATION_WITHDRAWN', 'STATION_RETURNED'],
    act: async () => {
      const claims = { subject: 's', clientId: 'station-k3m9x2p7', scope: 'station' };
      const token = await library.system.token(claims);
      for (const isInService of [false, true]) {
        const input = { changeId: `is-${isInService}`, isInService };
        const { body } = await library.system.mutate('recordStationService', 'isInService', input, { token });
        expect(body).toEqual({ data: { recordStationService: { isInService } } });
      }
    },
  },
  { tells: ['CHARGE_RAISED'], act: () => raiseCharge(rps(), payer, 200) },
  {
    tells: ['CHARGE_WAIVED'],
    act: async () =>
      change('waiveCharge', 'operation { state } problems { reason }', {
        patronId: payer,
        charge: await raiseCharge(rps(), payer, 300),
        reason: 'A test.',
      }),
  },
  {
    tells: ['PAYMENT_STARTED', 'PAYMENT_PAID', 'PAYMENT_REFUNDED'],
    act: async () => {
      const paymentId = await startPayment();
      await controlPayments(rps(), { pay: paymentId });
      await change('refundPayment', 'operation { state } problems { reason }', {
        patronId: payer,
        paymentId,
        reason: 'A test.',
      });
    },
  },
  {
    tells: ['PAYMENT_CANCELLED', 'PAYMENT_PAID_LATE'],
    act: async () => {
      const paymentId = await startPayment();
      await change('cancelPayment', 'operation { state }', { patronId: payer, paymentId });
      await controlPayments(rps(), { pay: paymentId });
    },
  },
  { tells: ['PAYMENT_EXPIRED'], act: async () => controlPayments(rps(), { expire: await startPayment() }) },
  // A minute may pass until notices are made.
  { tells: ['NOTICE_MADE', 'NOTICE_UNDELIVERED'], act: () => undefined },
];

const kindsInSchema = parse(readSdl('circulation')).definitions.flatMap((definition) =>
  definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'ChangeKind'
    ? (definition.values ?? []).map(({ name }) => name.value)
    : [],
);

test('every kind of the schema has an act here', () => {
  expect(new Set(acts.flatMap(({ tells }) => tells))).toEqual(new Set(kindsInSchema));
});

test('staff are told of each act by its kinds', async () => {
  const query = 'subscription { libraryChanges { kind } }';
  await using stream = await openEventStream(library.system.url, query, await staff());
  // Of accounts, only what is found after the list of what is owed is built is news.
  await vi.waitFor(
    async () =>
      expect(await library.system.read('{ owingPatrons { totalCount } }', await staff())).toMatchObject({
        owingPatrons: { totalCount: expect.any(Number) },
      }),
    60_000,
  );
  // The stream begins with the next change.
  await vi.waitFor(
    async () => expect(await library.system.metrics()).toMatch(/^patron_graph_change_streams_open\{.*\} 1$/m),
    30_000,
  );
  const told = new Set<string>();
  for (const { tells, act } of acts) {
    const isNotice = tells.includes('NOTICE_MADE');
    if (!isNotice) {
      for (const kind of tells) {
        told.delete(kind);
      }
    }
    await act();
    while (tells.some((kind) => !told.has(kind))) {
      // Something happens all the time, so that waiting for a notice is not waiting in silence.
      await (isNotice
        ? change('checkIn', 'operation { state } problems { code }', { itemNumber: '31852000009990' })
        : null);
      const { body } = await stream.next().catch((error: unknown) => {
        throw new Error(`told ${[...told]}, and not ${tells}`, { cause: error });
      });
      told.add((body.data as { libraryChanges: { kind: string } }).libraryChanges.kind);
    }
  }
});
