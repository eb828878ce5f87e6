import type { ChargesLedger, LedgerEvent, LedgerEventKind } from '../../../adapters/charges/port.ts';
import { createChargesLedger } from '../../../adapters/charges/soap.ts';
import { systemOf } from '../../../platform/systems.ts';
import { defaultLogin } from '../../../simulators/added-systems.ts';
import type { Operation } from '../../../store/journal/port.ts';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import { cancelPayment } from '../../../subgraphs/charges/paying/cancel-payment.ts';
import { lookupOrigin } from '../../../subgraphs/charges/paying/clerk.ts';
import { recoveryOf } from '../../../subgraphs/charges/paying/recovery.ts';
import { refundPayment } from '../../../subgraphs/charges/paying/refund-payment.ts';
import type { ClerkServices } from '../../../subgraphs/charges/paying/services.ts';
import { startPayment } from '../../../subgraphs/charges/paying/start-payment.ts';
import { waiveCharge } from '../../../subgraphs/charges/paying/waive-charge.ts';
import { startPreparedChange } from '../../../subgraphs/operations/adopted/start-prepared.ts';
import { changeTimes } from '../../../subgraphs/operations/change-times.ts';
import { staff } from '../../support/callers.ts';
import { secret } from '../../support/journal-secret.ts';
import { controlPayments, raiseCharge } from '../../support/services/payment-system.ts';
import { type Watch, watched } from '../procedures/harness/call-points.ts';

export const kinds = ['startPayment', 'cancelPayment', 'waiveCharge', 'refundPayment'] as const;
export type Kind = (typeof kinds)[number];

/** The event that RPS records for each kind of change, and RPS's operation. */
export const effects = {
  startPayment: ['PAYMENT_CREATED', 'CreateOrder'],
  cancelPayment: ['PAYMENT_CANCELLED', 'CancelOrder'],
  waiveCharge: ['CHARGE_WAIVED', 'WaiveCharge'],
  refundPayment: ['PAYMENT_REFUNDED', 'RefundOrder'],
} as const satisfies Record<Kind, readonly [LedgerEventKind, string]>;

/** A change of one patron, of whom RPS has nothing else. */
export interface Wanted {
  readonly kind: Kind;
  readonly patronId: string;
  readonly chargeId: string;
  /** Empty for a kind that is about no payment. */
  readonly paymentId: string;
}

const openLedger = (url: string) =>
  createChargesLedger({
    url,
    ...(defaultLogin(systemOf('rps')) ?? { user: '', password: '' }),
    // The circuit breaker stays closed, so that every call is made.
    limits: { deadlineMs: 30_000, breakerThreshold: 1_000, retryDelayMs: 1 },
  });

const quiet: Watch = async () => {};

/** A busy machine needs longer to send. */
const times = { ...changeTimes, sendWithinMs: 20_000 };
/** 20 s to send, 5 s for the call, 5 s of slack, and the 60 s after which RPS drops a request. */
export const certainMs = 90_000;

/** The services of the *charges* subgraph over one journal. `alarms` gets what is logged as an error. */
export async function openPaying(
  url: string,
  path: string,
  resources: AsyncDisposableStack,
  alarms: string[] = [],
) {
  const ledger = resources.use(openLedger(url));
  const journal = resources.use(await openSqliteJournal({ path, secret }));
  return (watch: Watch = quiet): ClerkServices => ({
    ledger: watched<ChargesLedger>(ledger, 'ledger', watch),
    journal: watched<ClerkServices['journal']>(journal, 'journal', watch),
    changes: watched<ClerkServices['changes']>(journal, 'audit', watch),
    merged: journal,
    owing: journal,
    attempts: journal,
    origin: lookupOrigin,
    clock: () => new Date(),
    payments: { returnOrigins: [], payHosts: [] },
    fingerprintKey: new Uint8Array(32),
    times,
    monotonic: () => performance.now(),
    log: { warn: () => {}, error: (_about, text) => void alarms.push(String(text)) },
  });
}

/** Asks for the change, under a reference that is the patron's number by default. */
export function askFor(
  services: ClerkServices,
  { kind, patronId, chargeId, paymentId }: Wanted,
  reference: string = patronId,
): Promise<Operation> {
  const reason = 'A test';
  switch (kind) {
    case 'startPayment': {
      const request = { patronId, chargeIds: [chargeId], method: { kind: 'FPS' } } as const;
      return startPreparedChange(services, startPayment, staff, reference, request);
    }
    case 'cancelPayment':
      return startPreparedChange(services, cancelPayment, staff, reference, {
        patronId,
        paymentId,
        payer: null,
      });
    case 'waiveCharge': {
      const request = { patronId, chargeId, cents: null, reason };
      return startPreparedChange(services, waiveCharge, staff, reference, request);
    }
    case 'refundPayment': {
      const request = { patronId, paymentId, chargeIds: null, reason };
      return startPreparedChange(services, refundPayment, staff, reference, request);
    }
  }
}

/** Reconciles the operation, as if `observedMs` had passed since it might be sent. */
export async function reconcile(
  services: ClerkServices,
  { id }: Operation,
  observedMs: number,
  now = new Date(),
): Promise<{ readonly operation: Operation; readonly againMs: number | null }> {
  const operation = await known(services, id);
  const due = { operation, now, observedMs };
  const againMs = (await recoveryOf(services)[operation.kind]?.(due, new AbortController().signal)) ?? null;
  return { operation: await known(services, id), againMs };
}

async function known({ journal }: ClerkServices, id: string): Promise<Operation> {
  const operation = await journal.findById(id);
  if (operation === null) {
    throw new Error(`the journal has lost ${id}`);
  }
  return operation;
}

export async function eventsOf(ledger: ChargesLedger, patronId: string): Promise<readonly LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  let after = 0n;
  for (let hasMore = true; hasMore; ) {
    const page = await ledger.eventsAfter(after, 500, lookupOrigin, new AbortController().signal);
    events.push(...page.events.filter((event) => event.patronId === patronId));
    after = page.lastSequence;
    ({ hasMore } = page);
  }
  return events;
}

/** How often the change was made. */
export const timesMade = async (ledger: ChargesLedger, { kind, patronId }: Wanted): Promise<number> => {
  const events = await eventsOf(ledger, patronId);
  const [effect] = effects[kind];
  return events.filter((event) => event.kind === effect).length;
};

let patrons = 0;

/** What a change of this kind needs: a new patron with a charge, and a payment that is under way or paid. */
export async function newWanted(url: string, kind: Kind): Promise<Wanted> {
  patrons += 1;
  const patronId = `P${9_000_000 + patrons}`;
  const chargeId = await raiseCharge(url, patronId, 900);
  if (kind === 'startPayment' || kind === 'waiveCharge') {
    return { kind, patronId, chargeId, paymentId: '' };
  }
  await using ledger = openLedger(url);
  const order = {
    patronId,
    lines: [{ chargeId, cents: 900 }],
    method: { kind: 'FPS' },
    returnUrl: null,
  } as const;
  const { signal } = new AbortController();
  const made = await ledger.createPayment(`before-${patronId}`, order, lookupOrigin, signal);
  if (!('payment' in made)) {
    throw new Error(made.refused);
  }
  const { id: paymentId } = made.payment;
  if (kind === 'refundPayment') {
    await controlPayments(url, { pay: paymentId });
  }
  return { kind, patronId, chargeId, paymentId };
}
