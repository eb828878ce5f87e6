import { createHmac } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { SharedBudgets, TakenFromBudget } from '../../../store/shared-state/port.ts';
import { type Budget, budgets } from '../../rates.ts';
import type { BudgetsByName } from './rate-limiter.ts';

/** How often what was taken is settled with the other processes, in ms. */
const settleEveryMs = 1000;
/** How often budgets that are whole are removed, in settlements. */
const removeEvery = 60;

export interface SharedRatesOptions {
  /** Opens the store. Rejects while it can't be reached; the next settlement tries again. */
  open(): Promise<SharedBudgets>;
  /** The key of the hashes under which the store knows callers: the same for all processes. */
  readonly secret: Uint8Array;
  /** Told whether budgets are shared now, each time that changes, and why they are not. */
  readonly onShared: (isShared: boolean, reason: unknown) => void;
  /** Waits between two settlements, and no longer than until the signal aborts. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const pauseByClock = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal, ref: false }).catch(() => undefined);

/**
 * Shares budgets with other processes: once a second, in one call, it tells the store what was taken here and learns what others have
 * taken. While the store can't be reached each process counts for itself, and tells afterwards. Ends when it is disposed of.
 */
export function shareRates(
  byName: BudgetsByName,
  { open, secret, onShared, pause = pauseByClock }: SharedRatesOptions,
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

/** What one caller has taken from one budget. */
interface Taken {
  readonly name: Budget;
  readonly caller: string;
  readonly taken: TakenFromBudget;
}

/** @throws SharedStateUnavailable; then nothing is settled. */
async function settle(byName: BudgetsByName, store: SharedBudgets, secret: Uint8Array): Promise<void> {
  const drained = budgets.map((name) => [name, byName[name].drain()] as const);
  const all: Taken[] = drained.flatMap(([name, byCaller]) =>
    [...byCaller].map(([caller, takenMs]) => {
      const key = createHmac('sha256', secret).update(`rates ${name} ${caller}`).digest('base64url');
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
