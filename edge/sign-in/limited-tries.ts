/**
 * Limits how many card numbers, PINs and one-time codes people may try from one network. Each try uses a connection to
 * the graph.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { ServerObserver } from '../../platform/http/server-observer.ts';
import { Bulkhead } from '../../platform/priority/bulkhead.ts';
import { NetworkCounter } from '../server/network-counter.ts';
import { GraphUnavailable, type Presented, type ReaderGraph, siteKeyOf } from './graph.ts';

/**
 * The maximum number of tries that call the graph at the same time. A try is an anonymous call, and anonymous calls can
 * use 24 connections to the graph (`edge/graph/client.ts`).
 */
const maxTries = 24;
/**
 * The maximum number of tries from one network that call the graph at the same time. It is one less than `maxTries`, so
 * one try from another network is always possible.
 */
export const maxTriesAtOnce = maxTries - 1;
/** The maximum number of tries that wait for their turn, from all networks together. */
const maxWaiting = 96;
/** The maximum number of waiting tries from one network. A whole school class signs in from one address. */
export const maxWaitingTries = maxWaiting / 3;
/** The longest wait of a try, in ms. After it, the reader is asked to try again later. */
const maxWaitMs = 5_000;
export const maxTriesPerMinute = 300;
/** The time after which a person who was refused should try again, in seconds. By then the queue is shorter. */
export const retrySoonSeconds = 2;
/**
 * The minimum duration of a try, in ms. Without it, the duration would show why a try is refused (R28). The gateway
 * doesn't delay its answers to this service, so the delay is here. A try gives its connection back as soon as the graph
 * has answered, and then waits for the rest of the time.
 */
const floorMs = 400;

/** There are too many tries from one network, or a try has waited too long. The graph was not called. */
export class TooManyTries extends Error {
  override readonly name = 'TooManyTries';
  /** Seconds after which a new try may be accepted. */
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('too many tries from one network');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * Limits the tries from one network. A try counts for the client's address and for each wider network that contains the
 * address. Waiting tries take turns by network. A try rejects with TooManyTries if one of its networks is at its limit,
 * or if the try waits too long. It rejects with GraphUnavailable if tries from too many networks are waiting. `now` is
 * in ms since 1970.
 */
export function limitTries(graph: ReaderGraph, now: () => number, observer: ServerObserver): ReaderGraph {
  const tried = new NetworkCounter(maxTriesPerMinute, { lengthMs: 60_000, maxKeys: 50_000 }, now);
  observer.watchTable?.('sign_in_tries', () => tried.fill);
  const turns = new Bulkhead(maxTries, maxWaiting, {
    full: () => new GraphUnavailable('sign-in: too many networks try at the same time'),
    overShare: () => new TooManyTries(retrySoonSeconds),
    aborted: () => new TooManyTries(retrySoonSeconds),
  });
  const limited = async <Result>(presented: Presented, ask: () => Promise<Result>): Promise<Result> => {
    const waitMs = tried.tryAdd([presented.address, ...presented.widerNetworks]);
    if (waitMs > 0) {
      throw new TooManyTries(Math.ceil(waitMs / 1000));
    }
    // All tries have the same call class. It is `lending`, because calls of this class may use all slots of `turns`.
    const turn = { callClass: 'lending', caller: siteKeyOf(presented) } as const;
    await turns.enter(turn, AbortSignal.timeout(maxWaitMs));
    const floor = wait(floorMs);
    try {
      return await ask();
    } finally {
      turns.leave(turn);
      await floor;
    }
  };
  return {
    authenticate: (input) => limited(input, () => graph.authenticate(input)),
    setPin: (input, language) => limited(input, () => graph.setPin(input, language)),
    standing: (...question) => graph.standing(...question),
  };
}
