import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Caller } from '../../../gateway/access/caller.ts';
import type { SubgraphResponse } from '../../../gateway/executor/index.ts';
import { signedInKey } from '../../../subgraphs/operations/ledger.ts';
import { mutationOf } from '../../support/mutation.ts';
import type { Answer, ClientOperation, QuotaReading } from '../history.ts';
import type { Random } from '../random.ts';
import type { Replica } from '../system/replica.ts';
import type { Action } from './actions.ts';

/** The observations of all clients of a run. */
export interface ClientLog {
  readonly asked: ClientOperation[];
  readonly quotas: QuotaReading[];
  /** Operations whose client got no final state. */
  readonly open: { readonly asked: OpenOperation; readonly caller: Caller }[];
  /** The number of requests without an answer. The replica was down, frozen or killed, or the client gave up. */
  lost: number;
  /** The number of requests that repeated an earlier one. */
  repeated: number;
  /** The number of answers with an error instead of a payload, by error code. */
  readonly errors: Map<string, number>;
}

const state = z.enum(['DONE', 'REFUSED', 'UNSETTLED']);
const operation = z.object({ state });
const quota = z.object({ used: z.number(), pending: z.number() });
const payload = z.object({
  operation,
  problems: z.array(z.object({ code: z.string() })),
  quota: quota.nullish(),
});

/** How long a client avoids a replica that has not answered, in ms. */
const avoidMs = 5_000;
/** The time until a client repeats its request, in ms. */
const pauseMs = 250;
/** The maximum number of times that a client sends a request. */
const maxRequests = 20;

/**
 * Requests one operation after another from any replica. If a request has no answer, the client repeats it with the
 * same reference, as a client of the graph should.
 */
export class Client {
  readonly #replicas: readonly Replica[];
  readonly #random: Random;
  readonly #log: ClientLog;
  readonly #name: string;
  readonly #patienceMs: readonly number[];
  readonly #avoidedUntil = new Map<number, number>();
  #count = 0;

  /**
   * `name` is unique, and part of every reference. `patienceMs` are times to wait for an answer; one is drawn for each
   * request.
   */
  constructor(
    name: string,
    replicas: readonly Replica[],
    random: Random,
    log: ClientLog,
    patienceMs: readonly number[],
  ) {
    this.#patienceMs = patienceMs;
    this.#name = name;
    this.#replicas = replicas;
    this.#random = random;
    this.#log = log;
  }

  /** Resolves to the last answer; null if no answer came. */
  async perform(action: Action): Promise<Answer | null> {
    this.#count += 1;
    const { kind, caller, isCardInUse } = action;
    const reference = `${this.#name}-${this.#count}`;
    const asked: OpenOperation = {
      reference,
      kind,
      caller: signedInKey(caller),
      begunAt: Date.now(),
      answers: [],
      wasCardInUse: isCardInUse === null ? null : isCardInUse(),
    };
    const { answers } = asked;
    this.#log.asked.push(asked);
    const wantsQuota = action.patronId !== null && this.#random.chance(0.2);
    for (let time = 1; time <= maxRequests; time += 1) {
      if (time > 1) {
        this.#log.repeated += 1;
      }
      const answer = await this.#request(action, reference, wantsQuota);
      if (answer !== null) {
        answers.push(answer);
      }
      // Sometimes a user presses the button twice.
      if (answer !== null && !this.#random.chance(0.03)) {
        break;
      }
      if (answer === null) {
        await this.#pauseBeforeRetry(asked, caller);
      }
    }
    if (isCardInUse !== null) {
      asked.wasCardInUse &&= isCardInUse();
    }
    if (!isEnded(asked)) {
      this.#log.open.push({ asked, caller });
    }
    return answers.at(-1) ?? null;
  }

  /** Queries the operation's state, and records the answer. */
  async ask({ reference, answers }: OpenOperation, caller: Caller): Promise<void> {
    const document = 'query ($reference: ID!) { operation(reference: $reference) { state } }';
    const from = Date.now();
    const reply = await this.#send(document, { reference }, caller, 'query');
    const found = z.object({ operation: operation.nullable() }).safeParse(reply?.response.data);
    // A field with an error is null, too. That doesn't mean that there is no such operation.
    if (reply === null || !found.success || (reply.response.errors?.length ?? 0) > 0) {
      return;
    }
    answers.push({
      from,
      at: Date.now(),
      replica: reply.replica,
      state: found.data.operation?.state ?? null,
      problem: null,
    });
  }

  /** Waits after a lost answer. Half of the time, it then also queries the operation's state. */
  async #pauseBeforeRetry(asked: OpenOperation, caller: Caller): Promise<void> {
    await sleep(pauseMs);
    if (this.#random.chance(0.5)) {
      await this.ask(asked, caller);
    }
  }

  /** Resolves to null if no answer came, or if the answer has no payload. */
  async #request(
    { field, input, caller, patronId }: Action,
    reference: string,
    wantsQuota: boolean,
  ): Promise<Answer | null> {
    const from = Date.now();
    const variables = { input: { reference, ...input } };
    const reply = await this.#send(documentOf(field, wantsQuota), variables, caller, 'mutation');
    if (reply === null) {
      return null;
    }
    const { response, replica } = reply;
    const parsed = payload.safeParse(response.data?.[field]);
    if (!parsed.success) {
      const code = codeOf(response);
      this.#log.errors.set(code, (this.#log.errors.get(code) ?? 0) + 1);
      return null;
    }
    const { operation: current, problems, quota: reported } = parsed.data;
    if (reported != null && patronId !== null) {
      this.#log.quotas.push({ patronId, from, until: Date.now(), ...reported });
    }
    return { from, at: Date.now(), replica, state: current.state, problem: problems[0]?.code ?? null };
  }

  /** Resolves to null if no answer came. */
  async #send(
    document: string,
    variables: Record<string, unknown>,
    caller: Caller,
    kind: 'query' | 'mutation',
  ): Promise<{ readonly response: SubgraphResponse; readonly replica: number } | null> {
    const replica = this.#pick();
    const { transport = null, subgraph = 'circulation' } = this.#replicas[replica] ?? {};
    if (transport === null) {
      return null;
    }
    const patience = AbortSignal.timeout(this.#random.pick(this.#patienceMs));
    try {
      const request = { subgraph, operation: document, kind, variables };
      return {
        response: await transport(
          request,
          caller,
          patience,
          kind === 'mutation' ? 'lending' : 'reader',
          null,
          null,
        ),
        replica,
      };
    } catch {
      // The reason doesn't matter, because no answer came.
      this.#log.lost += 1;
      this.#avoidedUntil.set(replica, Date.now() + avoidMs);
      return null;
    }
  }

  #pick(): number {
    const replicas = this.#replicas.map((_, index) => index);
    const preferred = replicas.filter((index) => (this.#avoidedUntil.get(index) ?? 0) < Date.now());
    return this.#random.pick(preferred.length === 0 ? replicas : preferred);
  }
}

const codeOf = ({ errors }: SubgraphResponse): string =>
  z.object({ code: z.string() }).safeParse(errors?.[0]?.extensions).data?.code ?? 'no code';

/** An operation that its client is still carrying out. */
interface OpenOperation extends ClientOperation {
  wasCardInUse: boolean | null;
  readonly answers: Answer[];
}

/** Whether the client got a final state. */
const isEnded = ({ answers }: ClientOperation): boolean =>
  answers.some((answer) => answer.state === 'DONE' || answer.state === 'REFUSED');

const documentOf = (field: string, wantsQuota: boolean): string =>
  mutationOf(field, `operation { state } problems { code } ${wantsQuota ? 'quota { used pending }' : ''}`);
