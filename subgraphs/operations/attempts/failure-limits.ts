/** Counts what somebody gets wrong who guesses, under keys that are hashed: the counts reveal neither numbers nor callers. */
import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Attempts } from '../../../store/journal/port.ts';
import type { ServiceObserver } from '../../observer.ts';

/** How long an attempt waits for room at most, and between two checks for it, in ms. */
const waitForRoomMs = 300;
const recheckMs = 100;

/** Where attempts are counted, and the key that they are hashed with. */
export interface AttemptCounts {
  readonly attempts: Attempts;
  readonly fingerprintKey: Uint8Array;
  /** Milliseconds since any fixed moment. It never goes back. */
  readonly monotonic: () => number;
  readonly observer: ServiceObserver;
}

/** How many failures under one key are let through in a time. */
export interface FailureLimit {
  readonly key: string;
  /** By what `forgivePinFailures` finds them. */
  readonly about?: string;
  readonly maxFailures: number;
  readonly withinMs: number;
  /** How many more there may be once the maximum is reached. Absent: none. */
  readonly extra?: () => Promise<number>;
}

/**
 * Counts an attempt as a failure under each of the limits, in their order, before it is made; `ids` is what to forgive if it turns
 * out right. Ends at the first limit that is reached, with the time at which there is room again. What was counted before that
 * one stays counted: whoever goes on trying a locked number is still guessing.
 */
export async function countFailure(
  counts: AttemptCounts,
  limits: readonly FailureLimit[],
): Promise<{ readonly ids: readonly string[] } | { readonly limit: FailureLimit; readonly until: Date }> {
  const ids: string[] = [];
  for (const limit of limits) {
    const counted = await count(counts, limit);
    if ('until' in counted) {
      return { limit, until: counted.until };
    }
    ids.push(counted.id);
  }
  return { ids };
}

/** Waits a moment for room: attempts in progress may still turn out right, and no longer count then. */
async function count(
  { attempts, monotonic }: AttemptCounts,
  { key, maxFailures, withinMs, about, extra }: FailureLimit,
): Promise<{ readonly id: string } | { readonly until: Date }> {
  const end = monotonic() + waitForRoomMs;
  let most = maxFailures;
  for (;;) {
    const attempt = await attempts.attempt(key, most, withinMs, about);
    if ('id' in attempt) {
      return attempt;
    }
    const more = maxFailures + ((await extra?.()) ?? 0);
    if (more <= most) {
      if (monotonic() >= end) {
        return attempt;
      }
      await wait(recheckMs);
    }
    most = more;
  }
}

/** A key of fixed length, however long the text is. */
export function hashedKey(
  { fingerprintKey }: Pick<AttemptCounts, 'fingerprintKey'>,
  what: 'client' | 'number' | 'address' | 'user',
  text: string,
): string {
  return `${what} ${createHmac('sha256', fingerprintKey).update(`pin ${what} ${text}`).digest('base64url')}`;
}
