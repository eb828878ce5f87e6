import { hmacSha256 } from '../../../platform/hmac.ts';
import { pauseInBackground } from '../../../platform/time/pause-in-background.ts';
import type { SharedBudgets, TakenFromBudget } from '../../../store/shared-state/port.ts';
import { type Budget, budgets } from '../../rates.ts';
import type { BudgetsByName } from './rate-limiter.ts';

/**
 * Time between two settlements, in ms. A settlement reports what this process has taken, and reads what all processes
 * have taken.
 */
const settleEveryMs = 1000;
/** After this many settlements, the budgets that are full again are removed from the store. */
const removeEvery = 60;

export interface SharedRatesOptions {
  /** Opens the store. Rejects if it can't be reached. The next settlement then tries again. */
  open(): Promise<SharedBudgets>;
  /** The key for the hashes that stand for callers in the store. It is the same in all processes. */
  readonly secret: Uint8Array;
  /** Called when the budgets become shared, and when they can't be shared. `reason` is the error, or else null. */
  readonly onShared: (isShared: boolean, reason: unknown) => void;
  /** Waits between two settlements. Ends early if the signal aborts. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Shares budgets with other processes. Once a second, one call reports to the store what this process has taken. The
 * store answers with the debt of each caller in all processes: the time until the budget is full again. If the store
 * can't be reached, each process counts for itself and reports later. Disposing of the result stops the sharing.
 */
export function shareRates(
  byName: BudgetsByName,
  { open, secret, onShared, pause = pauseInBackground }: SharedRatesOptions,
): AsyncDisposable {
  const ending = new AbortController();
  let store: SharedBudgets | null = null;
  let isShared: boolean | null = null;
  const tell = (now: boolean, reason: unknown) => {
    if (now !== isShared) {
      isShared = now;
      onShared(now, reason);
    }
  };
  const settleOnce = async (count: number) => {
    try {
      store ??= await open();
      await settle(byName, store, secret);
      if (count % removeEvery === 0) {
        await store.removeWhole();
      }
      tell(true, null);
    } catch (error) {
      tell(false, error);
    }
  };
  const settling = (async () => {
    for (let count = 1; !ending.signal.aborted; count += 1) {
      await settleOnce(count);
      await pause(settleEveryMs, ending.signal);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      ending.abort();
      await settling;
      await store?.[Symbol.asyncDispose]();
    },
  };
}

interface Taken {
  readonly name: Budget;
  readonly caller: string;
  readonly taken: TakenFromBudget;
}

/** @throws SharedStateUnavailable if nothing could be settled. */
async function settle(byName: BudgetsByName, store: SharedBudgets, secret: Uint8Array): Promise<void> {
  const drained = budgets.map((name) => [name, byName[name].drain()] as const);
  const all: Taken[] = drained.flatMap(([name, byCaller]) =>
    [...byCaller].map(([caller, takenMs]) => {
      const key = hmacSha256(secret).update(`rates ${name} ${caller}`).digest('base64url');
      return { name, caller, taken: { key, takenMs, maxDebtMs: byName[name].maxDebtMs } };
    }),
  );
  try {
    const debts = await store.settle(all.map(({ taken }) => taken));
    for (const [index, { name, caller }] of all.entries()) {
      byName[name].correct(caller, debts[index] ?? 0);
    }
  } catch (error) {
    for (const [name, byCaller] of drained) {
      byName[name].restore(byCaller);
    }
    throw error;
  }
}
