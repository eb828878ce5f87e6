import { z } from 'zod';
import { type Disturbances, freezeReplicas, killInTurn } from '../faults/replica-faults.ts';
import { pause, repeatedly, untilAllEnd } from '../pause.ts';
import { type Random, randomOf } from '../random.ts';
import { callerOf } from '../workload/actions.ts';
import { PaymentClient, type PaymentRequest } from './payment-client.ts';
import type { PaymentContext, PaymentDisturbances } from './payment-context.ts';
import { drawFaults, setClock, silence, stepClock } from './payment-faults.ts';
import { freezeMs, returnOrigins } from './payment-scenario.ts';
import type { RevenueSystem } from './revenue-system.ts';

/** A charge or a payment that stations know of, and whose it is. */
interface Known {
  readonly id: string;
  readonly patronId: string;
}

/** Charges and payments that stations choose among: the last ones, so that many of them meet. */
const recent = 40;
const chargesOfPatron = 5;
/** Who pays for others, by their codes. */
const parentId = 'P7000000';
const purposes = ['Printing', 'RoomHire', 'Damage', 'Other'] as const;
const staffOf = (name: string) => callerOf(name, ['charges:read', 'charges:write', 'charges:waive']);
const raised = z.object({ charge: z.object({ chargeNo: z.string() }) });

/** What stations and the till share. */
class Board {
  readonly #revenue: RevenueSystem;
  readonly charges: Known[] = [];
  readonly payments: Known[] = [];
  #raised = 0;

  constructor(revenue: RevenueSystem) {
    this.#revenue = revenue;
  }

  async raise(random: Random): Promise<void> {
    const patronId = `P${8_000_000 + Math.floor(this.#raised / chargesOfPatron)}`;
    this.#raised += 1;
    const charge = { patronNo: patronId, purpose: random.pick(purposes), cents: random.between(10, 3_000) };
    const { answer } = await this.#revenue.control({ raise: charge });
    this.charges.push({ id: raised.parse(answer).charge.chargeNo, patronId });
  }
}

/** Runs stations, till, bank and faults until the scenario's limit. When it resolves, no fault is left. */
export async function runPaymentWorkload(context: PaymentContext): Promise<PaymentDisturbances> {
  const { scenario, seed, revenue, replicas } = context;
  const over = new AbortController();
  const ended = AbortSignal.any([over.signal, context.over]);
  const board = new Board(revenue);
  const disturbances: PaymentDisturbances = {
    replicas: noDisturbances(),
    crashes: noDisturbances(),
    ...{ silences: 0, expiries: 0, endsOfDay: 0, money: [] },
  };
  const first = randomOf(seed, 'first charges');
  const till = randomOf(seed, 'till');
  await Promise.all(Array.from({ length: 10 }, () => board.raise(first)));
  const freezes = { freezeEveryMs: scenario.freezeEveryMs, freezeMs, freezeAt: 'anywhere' } as const;
  const crashes = { killEveryMs: scenario.crashEveryMs };
  const actors = [
    ...Array.from({ length: scenario.stations }, (_, index) => station(context, board, index + 1, ended)),
    repeatedly(scenario.tillEveryMs, randomOf(seed, 'till times'), ended, () =>
      takeMoney(context, board, till, disturbances.money),
    ),
    stepClock(context, disturbances, ended),
    drawFaults(context, ended),
    silence(context, disturbances, ended),
    killInTurn(replicas, randomOf(seed, 'charges killer'), scenario, disturbances.replicas, ended),
    freezeReplicas(replicas, randomOf(seed, 'charges freezer'), freezes, disturbances.replicas, ended),
    killInTurn([revenue], randomOf(seed, 'crashes'), crashes, disturbances.crashes, ended),
    untilEnough(context, over, ended),
  ];
  await untilAllEnd(actors, over);
  // In the morning no payment is under way, so that each cancellation can be settled.
  await setClock(revenue, 10 * 60);
  return disturbances;
}

const noDisturbances = (): Disturbances => ({
  kills: 0,
  freezes: 0,
  jumps: [],
  processSteps: 0,
  outages: [],
  cutConnections: 0,
  legacySteps: [],
});

const progressEvery = 500;
const pollMs = 50;

async function untilEnough(
  { scenario, log, progress }: PaymentContext,
  over: AbortController,
  ended: AbortSignal,
): Promise<void> {
  const until = performance.now() + scenario.seconds * 1_000;
  let reported = 0;
  while (!ended.aborted) {
    await pause(pollMs, ended);
    if (log.asked.length >= reported + progressEvery) {
      reported += progressEvery;
      progress(reported);
    }
    if (log.asked.length >= scenario.operations || performance.now() >= until) {
      over.abort();
    }
  }
}

/** A counter or a reader's phone, which asks for one change after another. */
async function station(
  { seed, replicas, log, scenario }: PaymentContext,
  board: Board,
  number: number,
  ended: AbortSignal,
): Promise<void> {
  const name = `clerk-${number}`;
  const random = randomOf(seed, name);
  const client = new PaymentClient(replicas, randomOf(seed, `replicas of ${name}`), log);
  for (let count = 1; !ended.aborted && log.asked.length < scenario.operations; count += 1) {
    const request = await choose(board, client, random, name);
    const answer = await client.perform(`${name}-${count}`, request);
    const patronId = String(request.input.patronId);
    // The number of a payment by a code becomes known when its patron asks for the same charges.
    const id = answer?.payment?.id ?? null;
    if (id !== null && !board.payments.some((known) => known.id === id)) {
      board.payments.push({ id, patronId });
    }
    if (answer === null || answer.reason === 'SYSTEM_UNAVAILABLE' || answer.reason === 'CLOSED') {
      await pause(random.between(50, 500), ended);
    }
  }
}

/** How a reader pays on a phone. The address to return to is the library's first one, or is named. */
function onPhone(random: Random): Readonly<Record<string, string>> {
  const method = random.pick(['FPS', 'CARD', 'WALLET'] as const);
  const named = random.chance(0.5) ? { returnOrigin: random.pick(returnOrigins) } : {};
  switch (method) {
    case 'FPS':
      return { method };
    case 'CARD':
      return { method, ...named };
    case 'WALLET':
      return { method, walletProvider: random.pick(['ALIPAY_HK', 'PAY_ME'] as const), ...named };
  }
}

async function choose(
  board: Board,
  client: PaymentClient,
  random: Random,
  name: string,
): Promise<PaymentRequest> {
  const drawn = random.next();
  const clerk = staffOf(name);
  const payments = board.payments.slice(-recent);
  if (payments.length > 0 && drawn < 0.2) {
    const { id, patronId } = random.pick(payments.slice(-10));
    const caller = random.chance(0.5) ? clerk : callerOf(patronId, [], patronId);
    return { field: 'cancelPayment', input: { patronId, paymentId: id }, caller };
  }
  if (payments.length > 0 && drawn < 0.4) {
    const { id, patronId } = random.pick(payments);
    return {
      field: 'refundPayment',
      input: { patronId, paymentId: id, reason: 'Charged twice' },
      caller: clerk,
    };
  }
  if (random.chance(0.7)) {
    await board.raise(random);
  }
  const { id, patronId } = random.pick(board.charges.slice(-recent));
  if (drawn < 0.6) {
    const cents = random.chance(0.5) ? random.between(1, 400) : null;
    return {
      field: 'waiveCharge',
      input: { patronId, charge: id, cents, reason: 'Goodwill' },
      caller: clerk,
    };
  }
  if (drawn < 0.7) {
    const code = await client.codeOf(patronId);
    if (code !== null) {
      const input = { patronId: parentId, code, ...onPhone(random) };
      return { field: 'payByCode', input, caller: callerOf(parentId, [], parentId) };
    }
  }
  const others = board.charges.slice(-recent).filter((one) => one.patronId === patronId);
  const charges = random.chance(0.3) ? others.map((one) => one.id) : [id];
  if (random.chance(0.3)) {
    return {
      field: 'startPayment',
      input: { patronId, charges, method: 'COUNTER', branch: 'HKCL' },
      caller: clerk,
    };
  }
  const caller = random.chance(0.7) ? callerOf(patronId, [], patronId) : clerk;
  return { field: 'startPayment', input: { patronId, charges, ...onPhone(random) }, caller };
}

/** Money comes for a payment: in time, or after its end. */
async function takeMoney(
  { revenue }: PaymentContext,
  board: Board,
  random: Random,
  money: string[],
): Promise<void> {
  const known = board.payments.slice(random.chance(0.1) ? -recent : -8);
  if (known.length === 0) {
    return;
  }
  const { id: paymentId } = random.pick(known);
  const { status } = await revenue.control({ pay: paymentId });
  if (status === 200) {
    money.push(paymentId);
  }
}
