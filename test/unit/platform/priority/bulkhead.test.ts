import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Bulkhead, type Rejections } from '../../../../platform/priority/bulkhead.ts';
import { type CallClass, callClasses, rankOf, shareOf } from '../../../../platform/priority/call-classes.ts';

const seed = Number(process.env.SEED ?? randomInt(0x7fff_ffff));

class Rejection extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

const rejections: Rejections = {
  full: () => new Rejection('overloaded'),
  aborted: () => new Rejection('cancelled'),
};

/** Calls through a bulkhead. Each call runs until the test ends it. */
class Calls {
  /** The classes of the started calls, in the order of their start. */
  readonly begun: CallClass[] = [];
  readonly #bulkhead: Bulkhead;
  readonly #underWay: CallClass[] = [];
  readonly #waiting = new Map<AbortController, CallClass>();

  constructor(places: number, queue: number) {
    this.#bulkhead = new Bulkhead(places, queue, rejections);
  }

  /** The reason for which the bulkhead rejects the call, or null if the call has started or waits. */
  ask(callClass: CallClass): string | null {
    const caller = new AbortController();
    const begin = () => {
      this.#waiting.delete(caller);
      this.begun.push(callClass);
      this.#underWay.push(callClass);
    };
    try {
      const turn = this.#bulkhead.enter(callClass, caller.signal);
      if (turn === null) {
        begin();
      } else {
        this.#waiting.set(caller, callClass);
        turn.then(begin, () => this.#waiting.delete(caller));
      }
      return null;
    } catch (error) {
      if (!(error instanceof Rejection)) {
        throw error;
      }
      return error.reason;
    }
  }

  askTimes(count: number, callClass: CallClass): (string | null)[] {
    return Array.from({ length: count }, () => this.ask(callClass));
  }

  /** Ends the running call that started first. */
  async end(): Promise<void> {
    const ended = this.#underWay.shift();
    if (ended === undefined) {
      throw new Error('no call is under way');
    }
    this.#bulkhead.leave(ended);
    await null;
  }

  /** Aborts the call that has waited longest, among those of `callClass` if it is given. */
  async giveUp(callClass?: CallClass): Promise<void> {
    const [caller] = [...this.#waiting].find(([, one]) => callClass === undefined || one === callClass) ?? [];
    caller?.abort();
    await null;
  }

  underWay(...classes: readonly CallClass[]): number {
    const wanted = classes.length === 0 ? callClasses : classes;
    return this.#underWay.filter((one) => wanted.includes(one)).length;
  }

  waiting(callClass: CallClass): number {
    return [...this.#waiting.values()].filter((one) => one === callClass).length;
  }
}

const atAndBelow = (callClass: CallClass) => callClasses.slice(rankOf[callClass]);

describe('connections', () => {
  test.each(callClasses)('a flood of %s leaves the places of the classes above free', (flood) => {
    const calls = new Calls(8, 128);
    calls.askTimes(500, flood);
    expect(calls.begun).toHaveLength(shareOf(8, flood));
    for (const above of callClasses.slice(0, rankOf[flood]).reverse()) {
      const free = shareOf(8, above) - calls.begun.length;
      expect(free).toBeGreaterThan(0);
      calls.askTimes(free, above);
      expect(calls.begun.filter((one) => one === above)).toHaveLength(free);
    }
  });

  test('floods of all other classes at once leave a quarter to lending', () => {
    const calls = new Calls(8, 128);
    for (const callClass of [...callClasses].reverse()) {
      if (callClass !== 'lending') {
        calls.askTimes(100, callClass);
      }
    }
    expect(calls.begun).toHaveLength(6);
    expect(calls.askTimes(2, 'lending')).toEqual([null, null]);
    expect(calls.underWay('lending')).toBe(2);
  });

  test('lending may take all places when no other class calls', () => {
    const calls = new Calls(8, 128);
    calls.askTimes(20, 'lending');
    expect(calls.begun).toHaveLength(8);
  });

  test('a single connection serves every class, the most urgent first', async () => {
    const calls = new Calls(1, 128);
    for (const callClass of [...callClasses].reverse()) {
      calls.ask(callClass);
    }
    for (let count = 1; count < callClasses.length; count += 1) {
      await calls.end();
    }
    expect(calls.begun).toEqual(['background', 'lending', 'reader', 'staff', 'anonymous']);
  });
});

test('100 calls each of background, staff and lending start, wait and are rejected as the docstring says', () => {
  const calls = new Calls(8, 128);
  const counts = (['background', 'staff', 'lending'] as const).map((callClass) => {
    const refused = calls.askTimes(100, callClass).filter((reason) => reason === 'overloaded').length;
    return [callClass, calls.underWay(callClass), calls.waiting(callClass), refused];
  });
  expect(counts).toEqual([
    ['background', 2, 32, 66],
    ['staff', 2, 64, 34],
    ['lending', 4, 96, 0],
  ]);
});

describe('the queue', () => {
  test.each(callClasses)('that %s has filled is full for that class alone', (flood) => {
    const calls = new Calls(8, 128);
    const refused = calls.askTimes(500, flood).filter((one) => one !== null);
    expect(refused).toEqual(Array(500 - shareOf(8, flood) - shareOf(128, flood)).fill('overloaded'));
    for (const other of callClasses) {
      expect([other, calls.ask(other)]).toEqual([other, other === flood ? 'overloaded' : null]);
    }
  });

  test('of size 0 rejects at once every call that finds no free place', () => {
    const calls = new Calls(2, 0);
    expect(calls.askTimes(3, 'lending')).toEqual([null, null, 'overloaded']);
    expect(calls.ask('background')).toBe('overloaded');
  });

  test('serves the more urgent class first, and within a class first come, first served', async () => {
    const calls = new Calls(1, 128);
    calls.ask('background');
    calls.askTimes(2, 'anonymous');
    calls.askTimes(2, 'lending');
    calls.ask('reader');
    for (let count = 0; count < 5; count += 1) {
      await calls.end();
    }
    expect(calls.begun.slice(1)).toEqual(['lending', 'lending', 'reader', 'anonymous', 'anonymous']);
  });

  /**
   * Three calls of `waiting` wait while there are always calls of `urgent`. Resolves to the positions at which the
   * three start.
   */
  async function turnsOf(waiting: CallClass, urgent: CallClass): Promise<number[]> {
    const calls = new Calls(1, 128);
    calls.ask(urgent);
    calls.askTimes(3, waiting);
    for (let turn = 0; turn < 24; turn += 1) {
      calls.ask(urgent);
      await calls.end();
    }
    return calls.begun.slice(1).flatMap((one, index) => (one === waiting ? [index] : []));
  }

  test.each([
    ['anonymous', 'reader'],
    ['background', 'staff'],
    ['background', 'lending'],
  ] as const)(
    'gives every eighth turn to the call that has waited longest: %s beside %s',
    async (waiting, urgent) => {
      expect(await turnsOf(waiting, urgent)).toEqual([7, 15, 23]);
    },
  );

  test.each(['reader', 'staff', 'anonymous'] as const)(
    'no lending call waits behind one of %s',
    async (waiting) => {
      expect(await turnsOf(waiting, 'lending')).toEqual([]);
    },
  );

  test('gives the turn of an aborted call to the next', async () => {
    const calls = new Calls(1, 128);
    calls.ask('lending');
    calls.ask('reader');
    calls.ask('anonymous');
    await calls.giveUp('reader');
    await calls.end();
    expect(calls.begun).toEqual(['lending', 'anonymous']);
  });
});

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ what: fc.constant('ask' as const), callClass: fc.constantFrom(...callClasses) }),
    },
    { weight: 4, arbitrary: fc.constant({ what: 'end' as const }) },
    { weight: 1, arbitrary: fc.constant({ what: 'leave' as const }) },
  ),
  { maxLength: 120 },
);
const sizes = fc.record({ places: fc.integer({ min: 1, max: 12 }), queue: fc.integer({ min: 0, max: 20 }) });

test(`no class exceeds its share, and no call waits while a place is free for it: SEED=${seed}`, async () => {
  await fc.assert(
    fc.asyncProperty(sizes, steps, async ({ places, queue }, asked) => {
      const calls = new Calls(places, queue);
      for (const step of asked) {
        if (step.what === 'ask') {
          calls.ask(step.callClass);
        } else if (step.what === 'leave') {
          await calls.giveUp();
        } else if (calls.underWay() > 0) {
          await calls.end();
        }
        const isFull = (one: CallClass) => calls.underWay(...atAndBelow(one)) === shareOf(places, one);
        for (const one of callClasses) {
          expect(calls.underWay(...atAndBelow(one))).toBeLessThanOrEqual(shareOf(places, one));
          expect(calls.waiting(one)).toBeLessThanOrEqual(shareOf(queue, one));
          const isKept = callClasses.slice(0, rankOf[one] + 1).some(isFull);
          expect(calls.waiting(one) === 0 || isKept).toBe(true);
        }
      }
      while (calls.underWay() > 0) {
        await calls.end();
      }
      expect(callClasses.map((one) => calls.waiting(one))).toEqual(callClasses.map(() => 0));
      // All places are free again.
      calls.askTimes(places, 'lending');
      expect(calls.underWay()).toBe(places);
    }),
    { seed, numRuns: 300 },
  );
});
