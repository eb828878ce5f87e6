import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Caller } from '../../../gateway/access/caller.ts';
import { mutationOf } from '../../support/mutation.ts';
import type { Random } from '../random.ts';
import type { Replica } from '../system/replica.ts';
import { callerOf } from '../workload/actions.ts';

export type PaymentField = 'startPayment' | 'payByCode' | 'cancelPayment' | 'waiveCharge' | 'refundPayment';

/** A change, as a reader or a clerk asks for it. */
export interface PaymentRequest {
  readonly field: PaymentField;
  /** The input without the reference. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
}

const state = z.enum(['DONE', 'REFUSED', 'UNSETTLED']);
const payment = z.object({
  /** Null for who pays by a code. */
  id: z.string().nullable().default(null),
  state: z.enum(['PENDING', 'PAID', 'EXPIRED', 'CANCELLED', 'PAID_LATE']),
  amount: z.object({ cents: z.number() }),
});
const payload = z.object({
  operation: z.object({ state }),
  payment: payment.nullish(),
  problems: z.array(z.object({ reason: z.string() })),
});

/** What a replica answered. */
export interface PaymentAnswer {
  readonly state: z.infer<typeof state>;
  readonly reason: string | null;
  readonly payment: z.infer<typeof payment> | null;
  /** Whether it is from the end of the run, when nothing changes any more. */
  isFinal?: boolean;
}

/** An operation as its client sees it. */
export interface AskedPayment extends PaymentRequest {
  readonly reference: string;
  readonly answers: PaymentAnswer[];
}

export interface PaymentLog {
  readonly asked: AskedPayment[];
  lost: number;
  repeated: number;
  /** The number of answers with an error instead of a payload, by its text. */
  readonly errors: Map<string, number>;
}

const pauseMs = 250;
const patienceMs = [1_000, 4_000, 12_000] as const;
/** The number of times that a client sends a request, at most. */
const maxRequests = 20;

const shownPayment = 'payment { id state redirectUrl amount { cents } }';
const shownOf: Readonly<Record<PaymentField, string>> = {
  startPayment: shownPayment,
  payByCode: 'payment { state redirectUrl amount { cents } }',
  cancelPayment: shownPayment,
  waiveCharge: '',
  refundPayment: shownPayment,
};
const shownCode = z.object({
  _entities: z.tuple([z.object({ account: z.object({ payCode: z.object({ code: z.string() }) }) })]),
});

/** Asks any replica, and asks again with the same reference if no answer came. */
export class PaymentClient {
  readonly #replicas: readonly Replica[];
  readonly #random: Random;
  readonly #log: PaymentLog;

  constructor(replicas: readonly Replica[], random: Random, log: PaymentLog) {
    this.#replicas = replicas;
    this.#random = random;
    this.#log = log;
  }

  /** Resolves to the last answer; null if none came. */
  async perform(reference: string, request: PaymentRequest): Promise<PaymentAnswer | null> {
    const asked: AskedPayment = { reference, answers: [], ...request };
    this.#log.asked.push(asked);
    return await this.repeat(asked);
  }

  async repeat(asked: AskedPayment): Promise<PaymentAnswer | null> {
    for (let time = 1; time <= maxRequests; time += 1) {
      const answer = await this.#send(asked);
      if (answer !== null) {
        asked.answers.push(answer);
      }
      // Sometimes a user presses the button twice.
      if (answer !== null && !this.#random.chance(0.05)) {
        return answer;
      }
      this.#log.repeated += 1;
      await sleep(answer === null ? pauseMs : 0);
    }
    return asked.answers.at(-1) ?? null;
  }

  /** The code with which somebody else pays what the patron owes. Null if no replica answers. */
  async codeOf(patronId: string): Promise<string | null> {
    const { transport } = this.#random.pick(this.#replicas);
    const request = {
      subgraph: 'charges',
      operation:
        'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Patron { account { payCode { code } } } } }',
      kind: 'query',
      variables: { of: [{ __typename: 'Patron', id: patronId }] },
    } as const;
    const patience = AbortSignal.timeout(this.#random.pick(patienceMs));
    try {
      const caller = callerOf(patronId, [], patronId);
      const response = await transport?.(request, caller, patience, 'reader', null, null);
      return shownCode.safeParse(response?.data).data?._entities[0].account.payCode.code ?? null;
    } catch {
      return null;
    }
  }

  async #send({ field, input, reference, caller }: AskedPayment): Promise<PaymentAnswer | null> {
    const { transport } = this.#random.pick(this.#replicas);
    if (transport === null) {
      return null;
    }
    const selection = `operation { state } problems { reason } ${shownOf[field]}`;
    const request = {
      subgraph: 'charges',
      operation: mutationOf(field, selection),
      kind: 'mutation',
      variables: { input: { reference, ...input } },
    } as const;
    const patience = AbortSignal.timeout(this.#random.pick(patienceMs));
    try {
      const response = await transport(request, caller, patience, 'reader', null, null);
      const parsed = payload.safeParse(response.data?.[field]);
      if (!parsed.success) {
        const text = response.errors?.[0]?.message ?? 'no payload';
        this.#log.errors.set(text, (this.#log.errors.get(text) ?? 0) + 1);
        return null;
      }
      const { operation, problems, payment: shown } = parsed.data;
      return { state: operation.state, reason: problems[0]?.reason ?? null, payment: shown ?? null };
    } catch {
      // The replica was down, frozen or killed, or the client gave up.
      this.#log.lost += 1;
      return null;
    }
  }
}
