/** Counts failures of guessers, under hashed keys: the counts reveal neither numbers nor callers. */
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

/** How many failures under one key are allowed within a time. */
export interface FailureLimit {
  readonly key: string;
  /** The key by which `forgivePinFailures` finds them. */
  readonly about?: string;
  readonly maxFailures: number;
  readonly withinMs: number;
  /** How many more there may be once the maximum is reached. Absent: none. */
  readonly extra?: () => Promise<number>;
}

/**
 * Counts an attempt as a failure before it is made, under each of the limits in their order. `ids`: what to forgive if the
 * attempt turns out right. Stops at the first limit that is reached, and resolves to it and to the time at which there is room
 * again. The counts before it stay: a client that goes on trying a locked number is still guessing.
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

/** A key of fixed length, however long the text is. */
export function hashedKey(
  { fingerprintKey }: Pick<AttemptCounts, 'fingerprintKey'>,
  what: 'client' | 'number' | 'address' | 'user',
  text: string,
): string {
  return `${what} ${createHmac('sha256', fingerprintKey).update(`pin ${what} ${text}`).digest('base64url')}`;
}
