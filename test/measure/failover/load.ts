import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { mutationOf } from '../../support/mutation.ts';
import type { Random } from '../../torture/random.ts';
import type { LegacyRecords } from '../../torture/system/legacy-records.ts';
import type { Replica } from '../../torture/system/replica.ts';
import { type Action, chooseAction, stationCaller } from '../../torture/workload/actions.ts';
import type { PatronGroup } from '../../torture/workload/patron-groups.ts';

/** The last state that a caller was told. */
export type Told = 'DONE' | 'REFUSED' | 'UNSETTLED';

interface LoadSettings {
  readonly records: LegacyRecords;
  readonly group: PatronGroup;
  readonly random: Random;
  readonly replicas: readonly Replica[];
  readonly stations: number;
}

const answer = z.object({
  operation: z.object({ code: z.string(), state: z.enum(['DONE', 'REFUSED', 'UNSETTLED']) }),
});
const error = z.object({ extensions: z.object({ code: z.string() }) });

/** The time that a station waits for an answer, and its pause before it repeats a request, in ms. */
const answerWithinMs = 10_000;
const pauseMs = 250;

/**
 * Stations that lend and take back, one item after another. After an answer without a payload, they send the request
 * again with the same reference.
 */
export class Load implements AsyncDisposable {
  /** The last state that callers were told of each operation, by the operation's code. */
  readonly answers = new Map<string, Told>();
  /** The number of answers without a payload, by error code; `no answer` if there was none. */
  readonly told = new Map<string, number>();
  readonly #settings: LoadSettings;
  readonly #doneAtMs = new Map<Action['kind'], number>();
  readonly #stopped = new AbortController();
  readonly #running: Promise<unknown>;

  constructor(settings: LoadSettings) {
    this.#settings = settings;
    this.#running = Promise.all(Array.from({ length: settings.stations }, (_, at) => this.#station(at)));
  }

  /**
   * Resolves to the time in ms from `fromMs` until an operation of this kind that began after `fromMs` is done.
   * Infinity if there is none within `patienceMs`.
   */
  async untilDone(kind: Action['kind'], fromMs: number, patienceMs: number): Promise<number> {
    while ((this.#doneAtMs.get(kind) ?? 0) < fromMs) {
      if (performance.now() - fromMs > patienceMs) {
        return Number.POSITIVE_INFINITY;
      }
      await sleep(50);
    }
    return (this.#doneAtMs.get(kind) ?? 0) - fromMs;
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #station(at: number): Promise<void> {
    const { records, group, random } = this.#settings;
    const station = stationCaller(`station ${at}`);
    for (let count = 0; !this.#stopped.signal.aborted; count += 1) {
      const action = chooseAction({ records, group, random, station });
      if (action !== null && (action.kind === 'CHECK_OUT' || action.kind === 'CHECK_IN')) {
        await this.#perform(action, `station-${at}-${count}`);
      }
      await sleep(20);
    }
  }

  async #perform(action: Action, reference: string): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      const begunAtMs = performance.now();
      const code = await this.#request(action, reference);
      if (code === 'DONE') {
        const known = this.#doneAtMs.get(action.kind) ?? 0;
        this.#doneAtMs.set(action.kind, Math.max(known, begunAtMs));
      }
      if (code === 'DONE' || code === 'REFUSED' || code === 'UNSETTLED') {
        return;
      }
      this.told.set(code, (this.told.get(code) ?? 0) + 1);
      if (code === 'OPERATION_LOST') {
        return;
      }
      await sleep(pauseMs);
    }
  }

  /** Resolves to the operation's state, or to the code of the error. */
  async #request({ field, input, caller }: Action, reference: string): Promise<string> {
    const transport = this.#settings.random.pick(this.#settings.replicas).transport;
    const request = {
      subgraph: 'circulation',
      operation: mutationOf(field, 'operation { code state }'),
      kind: 'mutation' as const,
      variables: { input: { reference, ...input } },
    };
    try {
      const patience = AbortSignal.timeout(answerWithinMs);
      const response = await transport?.(request, caller, patience, 'lending', null, null);
      const payload = answer.safeParse(response?.data?.[field]);
      if (payload.success) {
        const { code, state } = payload.data.operation;
        this.answers.set(code, state);
        return state;
      }
      return error.safeParse(response?.errors?.[0]).data?.extensions.code ?? 'no code';
    } catch {
      return 'no answer';
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
