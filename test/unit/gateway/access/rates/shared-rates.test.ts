import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { anonymous } from '../../../../../gateway/access/caller.ts';
import { createBudgets, createRateLimiter } from '../../../../../gateway/access/rates/rate-limiter.ts';
import { shareRates } from '../../../../../gateway/access/rates/shared-rates.ts';
import { defaultRates } from '../../../../../gateway/rates.ts';
import {
  type SharedBudgets,
  SharedStateUnavailable,
  type TakenFromBudget,
} from '../../../../../store/shared-state/port.ts';

/** A clock that the test moves. The gateways and their store share it. */
class Clock {
  now = 0;
  #waiting: (() => void)[] = [];

  pause(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    signal.addEventListener('abort', () => resolve());
    return promise;
  }

  /** Moves the clock by one second, and runs everything that is due in this second. */
  async second(): Promise<void> {
    this.now += 1000;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) {
      resume();
    }
    await nextTurn();
  }
}

const rates = { ...defaultRates, anonymous: { unitsPerSecond: 10, burst: 100 } };
const secret = new TextEncoder().encode('a secret of thirty-two characters');
const query = { kind: 'query', callClass: 'reader', cost: 10, isNew: false } as const;
const from = { identity: anonymous, address: '192.0.2.7' };

/** A store in memory that behaves like the store in PostgreSQL. */
class Store implements SharedBudgets {
  isAway = false;
  readonly calls: (readonly TakenFromBudget[])[] = [];
  readonly clock = new Clock();
  readonly #wholeAt = new Map<string, number>();

  async settle(taken: readonly TakenFromBudget[]) {
    if (this.isAway) {
      throw new SharedStateUnavailable('away');
    }
    this.calls.push(taken);
    const { now } = this.clock;
    return taken.map(({ key, takenMs, maxDebtMs }) => {
      const debt = Math.min(Math.max(0, (this.#wholeAt.get(key) ?? 0) - now) + takenMs, maxDebtMs);
      this.#wholeAt.set(key, now + debt);
      return debt;
    });
  }
  async removeWhole() {}
  async [Symbol.asyncDispose]() {}
}

function createGateway(store: Store, resources: AsyncDisposableStack) {
  const byName = createBudgets(rates, () => store.clock.now, true);
  const told: boolean[] = [];
  resources.use(
    shareRates(byName, {
      open: async () => store,
      secret,
      onShared: (isShared) => told.push(isShared),
      pause: (_ms, signal) => store.clock.pause(signal),
    }),
  );
  const limiter = createRateLimiter(byName, 50_000);
  return { told, clock: store.clock, ask: () => limiter.of(from).admit(query) === 0 };
}

/** Sends 30 requests a second to each gateway. Resolves to the number of admitted requests. */
async function admittedIn(
  seconds: number,
  gateways: readonly Pick<ReturnType<typeof createGateway>, 'ask' | 'clock'>[],
): Promise<number> {
  await nextTurn();
  let admitted = 0;
  for (let second = 0; second < seconds; second += 1) {
    for (let count = 0; count < 30; count += 1) {
      admitted += gateways.filter(({ ask }) => ask()).length;
    }
    await gateways[0]?.clock.second();
  }
  return admitted;
}

test('two gateways give one budget, but for what a second gives too much, which is paid back', async () => {
  await using resources = new AsyncDisposableStack();
  const store = new Store();
  const gateways = [createGateway(store, resources), createGateway(store, resources)];
  const seconds = 100;
  const admitted = await admittedIn(seconds, gateways);
  // The bounds of one budget: a burst of 10 operations, and then one a second.
  expect(admitted).toBeGreaterThanOrEqual(seconds);
  expect(admitted).toBeLessThanOrEqual(10 + seconds + 10 + 2);
});

test('a settlement is one call a second, however many requests there were, and names nobody', async () => {
  await using resources = new AsyncDisposableStack();
  const store = new Store();
  const gateway = createGateway(store, resources);
  await admittedIn(5, [gateway]);
  expect(store.calls.length).toBeLessThanOrEqual(6);
  expect(store.calls.length).toBeGreaterThanOrEqual(4);
  expect(store.calls.every((call) => call.length <= 1)).toBe(true);
  expect(JSON.stringify(store.calls)).not.toContain('192.0.2');
  expect(store.calls.at(-1)?.[0]?.key).toMatch(/^[\w-]{43}$/);
});

test('while the store is away each gateway counts for itself, and settles it afterwards', async () => {
  await using resources = new AsyncDisposableStack();
  const store = new Store();
  store.isAway = true;
  const gateway = createGateway(store, resources);
  expect(await admittedIn(3, [gateway])).toBeLessThanOrEqual(10 + 3);
  expect(gateway.told).toEqual([false]);
  store.isAway = false;
  await store.clock.second();
  expect(gateway.told).toEqual([false, true]);
  const other = createGateway(store, resources);
  other.ask();
  await store.clock.second();
  // From the store, the new gateway knows how many requests the first gateway has admitted.
  expect(await admittedIn(1, [other])).toBeLessThan(10);
});
