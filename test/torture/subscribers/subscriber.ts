import { z } from 'zod';
import { pause } from '../pause.ts';
import type { Random } from '../random.ts';
import type { OpenStream, StreamedResult } from './event-streams.ts';
import type { FollowedStream, StreamView } from './followed-stream.ts';

/** What a subscriber follows, and as whom. */
export interface Subscription {
  readonly name: string;
  /** The name of the field of `Subscription`. */
  readonly field: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly token: string;
  /** The cursor to begin with; null for a stream that begins with how things stand. */
  readonly after: string | null;
  /** The newest number of the log after the cursor was given. */
  readonly from: number;
  /** Called at the end of the run, when all cards are known. */
  readonly view: () => StreamView;
}

/** The time from opening a connection until its client cuts it, in ms. */
const connectedMs = [500, 20_000] as const;
/** The time until a client comes back, in ms. */
const awayMs = [0, 1_500] as const;
/** How often, and for how long in ms, a client stops reading while it stays connected. */
const dawdlesShare = 0.01;
const dawdlesMs = [200, 6_000] as const;

const told = z.object({ id: z.string(), cursor: z.string(), state: z.string().optional() });

/**
 * Follows one subscription as a client of the graph does. It reads slowly at times, cuts its connection, comes back to any
 * gateway, and goes on from the last cursor.
 */
export class Subscriber {
  readonly #subscription: Subscription;
  readonly #origins: () => readonly string[];
  readonly #open: OpenStream;
  readonly #random: Random;
  readonly #told: { id: string; state: string | null }[] = [];
  readonly #codes = new Map<string, number>();
  readonly #messages = new Map<string, string>();
  #after: string | null;
  #connections = 0;
  #isCalm = false;
  #hasLeft = false;

  /** @param origins returns the origins of the gateways, one of which is taken for each connection */
  constructor(
    subscription: Subscription,
    origins: () => readonly string[],
    open: OpenStream,
    random: Random,
  ) {
    this.#subscription = subscription;
    this.#origins = origins;
    this.#open = open;
    this.#random = random;
    this.#after = subscription.after;
  }

  /** From now on, the client reads at once and cuts no connection. */
  calm(): void {
    this.#isCalm = true;
  }

  /** The client wants nothing after its last change. */
  leave(): void {
    this.#hasLeft = true;
  }

  get lastState(): string | null {
    return this.#told.at(-1)?.state ?? null;
  }

  get stream(): FollowedStream {
    const { name, from, view } = this.#subscription;
    return {
      name,
      from,
      view: view(),
      told: this.#told,
      hasLeft: this.#hasLeft,
      codes: this.#codes,
      messages: this.#messages,
      connections: this.#connections,
    };
  }

  /** Follows until the signal aborts. */
  async run(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await this.#connect(over);
      await pause(this.#isCalm ? 100 : this.#random.between(...awayMs), over);
    }
  }

  async #connect(over: AbortSignal): Promise<void> {
    const { query, variables, token } = this.#subscription;
    const after = this.#after === null ? null : [this.#after];
    // A connection may be left to a frozen process, so each has an end.
    const cut = AbortSignal.timeout(this.#isCalm ? connectedMs[1] : this.#random.between(...connectedMs));
    const sent = { query, variables: { ...variables, after }, token };
    this.#connections += 1;
    try {
      const signal = AbortSignal.any([over, cut]);
      for await (const result of this.#open(this.#random.pick(this.#origins()), sent, signal)) {
        if (signal.aborted || !this.#take(result)) {
          break;
        }
        await this.#dawdle(over);
      }
    } catch {
      // The reason doesn't matter: the client comes back.
    }
  }

  /** Returns whether the stream goes on. */
  #take({ data, errors = [] }: StreamedResult): boolean {
    for (const { message, extensions } of errors) {
      const code = typeof extensions?.code === 'string' ? extensions.code : 'no code';
      this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1);
      if (!this.#messages.has(code)) {
        this.#messages.set(code, message);
      }
    }
    const change = z.record(z.string(), z.unknown()).safeParse(data).data?.[this.#subscription.field];
    const { data: taken } = told.safeParse(change);
    if (taken === undefined) {
      return false;
    }
    this.#told.push({ id: taken.id, state: taken.state ?? null });
    this.#after = taken.cursor;
    return true;
  }

  async #dawdle(over: AbortSignal): Promise<void> {
    if (!this.#isCalm && this.#random.chance(dawdlesShare)) {
      await pause(this.#random.between(...dawdlesMs), over);
    }
  }
}
