/** Counts the failures of guessers. The counts have hashed keys, so they reveal neither numbers nor callers. */
import { setTimeout as wait } from 'node:timers/promises';
import { hmacSha256 } from '../../../platform/hmac.ts';
import type { Attempts } from '../../../store/journal/port.ts';
import type { ServiceObserver } from '../../observer.ts';

/**
 * When a limit is reached, an attempt waits, because other attempts under way may turn out right and no longer count.
 * These are the longest time that it waits, and the pause between two checks, in ms.
 */
const waitForRoomMs = 300;
const recheckMs = 100;

/** The store of counted attempts, and the key for hashing the names under which they are counted. */
export interface AttemptCounts {
  readonly attempts: Attempts;
  readonly fingerprintKey: Uint8Array;
  /** Milliseconds since any fixed moment. The value never decreases. */
  readonly monotonic: () => number;
  readonly observer: ServiceObserver;
}

export interface FailureLimit {
  readonly key: string;
  /** The key by which `forgivePinFailures` finds these failures. */
  readonly about?: string;
  readonly maxFailures: number;
  readonly withinMs: number;
  /**
   * The number of failures by which the maximum may be exceeded: none if absent. It is computed when the maximum is
   * reached.
   */
  readonly extra?: () => Promise<number>;
}

/**
 * The ids of the rows in which the attempt is counted. If a limit was reached, also that limit, and the time at which
 * the next attempt is allowed.
 */
type CountedFailure =
  | { readonly ids: readonly string[] }
  | { readonly ids: readonly string[]; readonly limit: FailureLimit; readonly until: Date };

/**
 * Counts an attempt as a failure before it is made. It is counted under each of the limits, in their order, up to the
 * first limit that is reached. Resolves to the `ids` to forgive if the attempt turns out right. If a limit is reached,
 * also resolves to that limit, and to the time at which the next attempt is allowed. The counts under the earlier
 * limits then stay: a client that tries a locked number again is still guessing.
 */
export async function countFailure(
  counts: AttemptCounts,
  limits: readonly FailureLimit[],
): Promise<CountedFailure> {
  const ids: string[] = [];
  for (const limit of limits) {
    const counted = await count(counts, limit);
    if ('until' in counted) {
      return { ids, limit, until: counted.until };
    }
    ids.push(counted.id);
  }
  return { ids };
}

/**
 * Counts an attempt under one limit. If the limit is reached, waits a moment, because attempts in progress may still
 * turn out right and be forgiven.
 */
async function count(
  { attempts, monotonic }: AttemptCounts,
  { key, maxFailures, withinMs, about, extra }: FailureLimit,
): Promise<{ readonly id: string } | { readonly until: Date }> {
  const end = monotonic() + waitForRoomMs;
  let limit = maxFailures;
  for (;;) {
    const attempt = await attempts.attempt(key, limit, withinMs, about);
    if ('id' in attempt) {
      return attempt;
    }
    const raised = maxFailures + ((await extra?.()) ?? 0);
    if (raised <= limit) {
      if (monotonic() >= end) {
        return attempt;
      }
      await wait(recheckMs);
    }
    limit = raised;
  }
}

/** A hashed key. Its length does not depend on the text. */
export function hashedKey(
  { fingerprintKey }: Pick<AttemptCounts, 'fingerprintKey'>,
  what: 'client' | 'number' | 'address' | 'user',
  text: string,
): string {
  return `${what} ${hmacSha256(fingerprintKey).update(`pin ${what} ${text}`).digest('base64url')}`;
}
