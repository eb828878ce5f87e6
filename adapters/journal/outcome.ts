import type { Operation, Outcome } from './port.ts';

/** How an operation stands before it is settled. */
export interface Standing {
  readonly state: Operation['state'];
  readonly isConcluded: boolean;
  readonly sendBy: Date | null;
}

/** What an outcome does to an operation. */
export interface Settling {
  readonly isConcluded: boolean;
  /** Milliseconds; null: not any more. */
  readonly lookAfterMs: number | null;
  readonly isSurprise: boolean;
}

/** Null where the operation stays as it is: an answer stands for good, a conclusion until an outcome corrects it. */
export function settlingOf({ state, isConcluded, sendBy }: Standing, outcome: Outcome): Settling | null {
  if (state !== 'UNSETTLED' && !isConcluded) return null;
  if (outcome.sendBy !== undefined && outcome.sendBy?.getTime() !== sendBy?.getTime()) return null;
  const lookAfterMs = outcome.state === 'REFUSED' ? (outcome.lookAfterMs ?? null) : null;
  return {
    isConcluded: lookAfterMs !== null,
    lookAfterMs,
    isSurprise: isConcluded && outcome.state === 'DONE',
  };
}
