import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Caller } from '../../../gateway/access/caller.ts';
import type { SubgraphResponse } from '../../../gateway/executor/index.ts';
import { signedInKey } from '../../../subgraphs/operations/ledger.ts';
import { mutationOf } from '../../support/mutation.ts';
import type { Answer, AskedOperation, QuotaTold } from '../history.ts';
import type { Random } from '../random.ts';
import type { Replica } from '../system/replica.ts';
import type { Action } from './actions.ts';

/** What clients write down, all together. */
export interface ClientLog {
  readonly asked: AskedOperation[];
  readonly quotas: QuotaTold[];
  /** What had no end when its client left. */
  readonly open: { readonly asked: Writable; readonly caller: Caller }[];
  /** Requests without an answer: nobody there, frozen, killed, or given up. */
  lost: number;
  /** Requests that asked once more for what had been asked for. */
  repeated: number;
  /** By code, errors that a replica answered with instead of an operation. */
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

/** Milliseconds for which a client goes to another replica where one has not answered. */
const avoidMs = 5_000;
/** Milliseconds until it asks once more. */
const pauseMs = 250;
/** Times that it asks. */
const most = 20;

/** Someone who asks for one thing after the other, at any replica, and again under the same reference where no answer comes. */
export class Client {
  readonly #replicas: readonly Replica[];
  readonly #random: Random;
  readonly #log: ClientLog;
  readonly #name: string;
  readonly #patienceMs: readonly number[];
  readonly #avoidedUntil = new Map<number, number>();
  #count = 0;

  /** `name` is part of every reference: no two are alike. `patienceMs`: how long it waits for an answer, one of these. */
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

  /** Resolves once it has an answer, to what it was told last, or gives up: to null. */
  async perform(action: Action): Promise<Answer | null> {
    this.#count += 1;
    const { kind, caller, isCardInUse } = action;
    const reference = `${this.#name}-${this.#count}`;
    const asked: Writable = {
      ...{ reference, kind, caller: signedInKey(caller), begunAt: Date.now(), answers: [] },
      wasCardInUse: isCardInUse === null ? null : isCardInUse(),
    };
    const { answers } = asked;
    this.#log.asked.push(asked);
    const wantsQuota = action.patronId !== null && this.#random.chance(0.2);
    for (let time = 1; time <= most; time += 1) {
      if (time > 1) {
        this.#log.repeated += 1;
      }
      const answer = await this.#request(action, reference, wantsQuota);
      if (answer !== null) {
        answers.push(answer);
      }
      // Now and then someone presses the button twice.
      if (answer !== null && !this.#random.chance(0.03)) {
        break;
      }
      if (answer === null) {
        await this.#wonder(asked, caller);
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

  /** Asks how the operation stands, and writes down the answer. */
  async ask({ reference, answers }: Writable, caller: Caller): Promise<void> {
    const document = 'query ($reference: ID!) { operation(reference: $reference) { state } }';
    const from = Date.now();
    const told = await this.#send(document, { reference }, caller, 'query');
    const found = z.object({ operation: operation.nullable() }).safeParse(told?.response.data);
    if (told === null || !found.success) {
      return;
    }
    answers.push({
      from,
      at: Date.now(),
      replica: told.replica,
      state: found.data.operation?.state ?? null,
      problem: null,
    });
  }

  /** After no answer: a moment later once more, knowing or not how it stands. */
  async #wonder(asked: Writable, caller: Caller): Promise<void> {
    await sleep(pauseMs);
    if (this.#random.chance(0.5)) {
      await this.ask(asked, caller);
    }
  }

  /** Null where no answer came that tells of the operation. */
  async #request(
    { field, input, caller, patronId }: Action,
    reference: string,
    wantsQuota: boolean,
  ): Promise<Answer | null> {
    const from = Date.now();
    const variables = { input: { reference, ...input } };
    const told = await this.#send(documentOf(field, wantsQuota), variables, caller, 'mutation');
    if (told === null) {
      return null;
    }
    const { response, replica } = told;
    const parsed = payload.safeParse(response.data?.[field]);
    if (!parsed.success) {
      const code = codeOf(response);
      this.#log.errors.set(code, (this.#log.errors.get(code) ?? 0) + 1);
      return null;
    }
    const { operation: stands, problems, quota: quotaTold } = parsed.data;
    if (quotaTold != null && patronId !== null) {
      this.#log.quotas.push({ patronId, from, until: Date.now(), ...quotaTold });
    }
    return { from, at: Date.now(), replica, state: stands.state, problem: problems[0]?.code ?? null };
  }

  /** Null where no answer came. */
  async #send(
    document: string,
    variables: Record<string, unknown>,
    caller: Caller,
    kind: 'query' | 'mutation',
  ): Promise<{ readonly response: SubgraphResponse; readonly replica: number } | null> {
    const replica = this.#pick();
    const transport = this.#replicas[replica]?.transport ?? null;
    if (transport === null) {
      return null;
    }
    const patience = AbortSignal.timeout(this.#random.pick(this.#patienceMs));
    try {
      const request = { subgraph: 'circulation', operation: document, kind, variables };
      return { response: await transport(request, caller, patience), replica };
    } catch {
      // Whatever kept the answer: what counts is that none came.
      this.#log.lost += 1;
      this.#avoidedUntil.set(replica, Date.now() + avoidMs);
      return null;
    }
  }

  #pick(): number {
    const all = this.#replicas.map((_, index) => index);
    const liked = all.filter((index) => (this.#avoidedUntil.get(index) ?? 0) < Date.now());
    return this.#random.pick(liked.length === 0 ? all : liked);
  }
}

const codeOf = ({ errors = [] }: SubgraphResponse): string =>
  z.object({ code: z.string() }).safeParse(errors[0]?.extensions).data?.code ?? 'no code';

/** While its client writes. */
interface Writable extends AskedOperation {
  wasCardInUse: boolean | null;
  readonly answers: Answer[];
}

/** As far as its client knows. */
const isEnded = ({ answers }: AskedOperation): boolean =>
  answers.some(({ state: told }) => told === 'DONE' || told === 'REFUSED');

const documentOf = (field: string, wantsQuota: boolean): string =>
  mutationOf(field, `operation { state } problems { code } ${wantsQuota ? 'quota { used pending }' : ''}`);
