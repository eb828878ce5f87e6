import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Bulkhead, type Rejections, type Turn } from '../../../../platform/priority/bulkhead.ts';
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
  overShare: () => new Rejection('over share'),
  aborted: () => new Rejection('cancelled'),
};

/** Calls through a bulkhead. Each call runs until the test ends it. */
class Calls {
  /** The classes of the started calls, in the order of their start. */
  readonly begun: CallClass[] = [];
  /** The callers of the started calls, in the same order. */
  readonly callers: (string | null)[] = [];
  /** The reasons for which waiting calls were rejected, with their callers. */
  readonly rejected: string[] = [];
  readonly #bulkhead: Bulkhead;
  readonly #underWay: Turn[] = [];
  readonly #waiting = new Map<AbortController, Turn>();

  constructor(slots: number, queue: number) {
    this.#bulkhead = new Bulkhead(slots, queue, rejections);
  }

  /** The reason for which the bulkhead rejects the call, or null if the call has started or waits. */
  ask(callClass: CallClass, caller: string | null = null): string | null {
    const turn = { callClass, caller };
    const leaving = new AbortController();
    const begin = () => {
      this.#waiting.delete(leaving);
      this.begun.push(callClass);
      this.callers.push(caller);
      this.#underWay.push(turn);
    };
    try {
      const isTurn = this.#bulkhead.enter(turn, leaving.signal);
      if (isTurn === null) {
        begin();
      } else {
        this.#waiting.set(leaving, turn);
        isTurn.then(begin, ({ reason }: Rejection) => {
          this.#waiting.delete(leaving);
          this.rejected.push(`${caller} ${reason}`);
        });
      }
      return null;
    } catch (error) {
      if (!(error instanceof Rejection)) {
        throw error;
      }
      return error.reason;
    }
  }

  askTimes(count: number, callClass: CallClass, caller: string | null = null): (string | null)[] {
    return Array.from({ length: count }, () => this.ask(callClass, caller));
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
    const isMeant = (one: Turn) => callClass === undefined || one.callClass === callClass;
    const [leaving] = [...this.#waiting].find(([, turn]) => isMeant(turn)) ?? [];
    leaving?.abort();
    await null;
  }

  underWay(...classes: readonly CallClass[]): number {
    const wanted = classes.length === 0 ? callClasses : classes;
    return this.#underWay.filter(({ callClass }) => wanted.includes(callClass)).length;
  }

  /** The number of running calls of a caller in one class. */
  runningOf(caller: string | null, callClass: CallClass): number {
    return this.#underWay.filter((one) => one.caller === caller && one.callClass === callClass).length;
  }

  /** The callers of the waiting calls of a class. */
  waitingCallers(callClass: CallClass): (string | null)[] {
    return [...this.#waiting.values()]
      .filter((one) => one.callClass === callClass)
      .map(({ caller }) => caller);
  }

  waiting(callClass: CallClass): number {
    return this.waitingCallers(callClass).length;
  }
}

const atAndBelow = (callClass: CallClass) => callClasses.slice(rankOf[callClass]);

describe('connections', () => {
  test.each(callClasses)('a flood of %s leaves the slots of the classes above free', (flood) => {
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

  test('no slot is kept for classes above the highest one that calls', () => {
    const bulkhead = new Bulkhead(8, 0, rejections, 'reader');
    const takeAll = (callClass: CallClass): number => {
      let taken = 0;
      while (bulkhead.take({ callClass, caller: null }) === null) {
        taken += 1;
      }
      return taken;
    };
    expect([takeAll('background'), takeAll('staff'), takeAll('reader')]).toEqual([2, 3, 3]);
    expect(shareOf(8, 'reader', 'reader')).toBe(8);
    expect(shareOf(8, 'staff', 'reader')).toBe(5);
  });

  test('lending may take all slots when no other class calls', () => {
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
    expect(calls.begun).toEqual(['live', 'lending', 'reader', 'staff', 'anonymous', 'background']);
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

  test('of size 0 rejects at once every call that finds no free slot', () => {
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

describe('the callers of a class', () => {
  test('have turns, whatever the number of their calls', async () => {
    const calls = new Calls(1, 128);
    calls.askTimes(4, 'reader', 'A');
    calls.askTimes(2, 'reader', 'B');
    calls.ask('reader', 'C');
    for (let count = 0; count < 6; count += 1) {
      await calls.end();
    }
    expect(calls.callers.join('')).toBe('AABCABA');
  });

  test.each(callClasses)('leave one slot of %s to a caller who has none', (callClass) => {
    const slots = shareOf(24, callClass);
    const calls = new Calls(24, 128);
    calls.askTimes(40, callClass, 'A');
    expect(calls.runningOf('A', callClass)).toBe(slots - 1);
    calls.ask(callClass, 'B');
    expect(calls.runningOf('B', callClass)).toBe(1);
    calls.ask(callClass, 'C');
    expect(calls.runningOf('C', callClass)).toBe(0);
  });

  test('may take one or two slots alone, because there is none to spare', () => {
    for (const slots of [1, 2]) {
      const calls = new Calls(slots, 128);
      calls.askTimes(5, 'lending', 'A');
      expect(calls.runningOf('A', 'lending')).toBe(slots);
    }
  });

  test('start where two became possible at once', async () => {
    const calls = new Calls(3, 12);
    calls.askTimes(3, 'lending', 'A');
    calls.ask('lending', 'B');
    calls.askTimes(2, 'lending', 'B');
    expect(calls.callers.join('')).toBe('AAB');
    await calls.end();
    await calls.end();
    // Two calls of A have ended. A and B may have one more slot each, and one slot stays free for a third caller.
    expect(calls.underWay()).toBe(2);
    expect(calls.ask('lending', 'C')).toBe(null);
    expect(calls.callers.at(-1)).toBe('C');
  });

  test('wait with a third of the queue at most, and are told that it is their own excess', () => {
    const calls = new Calls(8, 96);
    const outcomes = calls.askTimes(60, 'lending', 'A');
    expect(outcomes.filter((one) => one === 'over share')).toHaveLength(60 - 7 - 32);
    expect(calls.ask('lending', 'B')).toBe(null);
  });

  test('in a full queue, the one with most waiting calls loses the newest of them to one with fewer', async () => {
    const calls = new Calls(1, 12);
    calls.ask('lending', 'first');
    calls.askTimes(4, 'lending', 'A');
    calls.askTimes(3, 'lending', 'B');
    calls.askTimes(3, 'lending', 'C');
    calls.askTimes(2, 'lending', 'D');
    expect(calls.ask('lending', 'E')).toBe(null);
    expect(calls.ask('lending', 'D')).toBe('over share');
    await null;
    expect(calls.rejected).toEqual(['A over share']);
    expect(calls.waitingCallers('lending').sort().join('')).toBe('AAABBBCCCDDE');
  });

  test('are told that the class is overloaded, if each of them has one call and the queue is full', () => {
    const calls = new Calls(1, 12);
    for (let caller = 0; caller < 13; caller += 1) {
      expect(calls.ask('lending', `caller ${caller}`)).toBe(null);
    }
    expect(calls.ask('lending', 'one more')).toBe('overloaded');
    expect(calls.ask('lending', 'caller 3')).toBe('over share');
  });

  test.each([1, 2, 3, 12])('without a queue, %i of them leave a part as large as theirs', (callers) => {
    const bulkhead = new Bulkhead(390);
    for (let round = 0; round < 390; round += 1) {
      for (let caller = 0; caller < callers; caller += 1) {
        bulkhead.take({ callClass: 'lending', caller: `caller ${caller}` });
      }
    }
    const left = 390 - bulkhead.running;
    expect(left).toBeGreaterThanOrEqual(Math.floor(390 / (callers + 1)) - callers);
    expect(left).toBeLessThanOrEqual(390 / (callers + 1));
    expect(bulkhead.take({ callClass: 'lending', caller: 'caller 0' })).toBe('caller');
    expect(bulkhead.take({ callClass: 'lending', caller: 'another' })).toBe(null);
  });

  test('who are gone are forgotten', () => {
    const bulkhead = new Bulkhead(2);
    for (let caller = 0; caller < 5_000; caller += 1) {
      const turn = { callClass: 'reader', caller: `caller ${caller}` } as const;
      expect(bulkhead.take(turn)).toBe(null);
      bulkhead.leave(turn);
    }
    expect(bulkhead.running).toBe(0);
  });
});

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        what: fc.constant('ask' as const),
        callClass: fc.constantFrom(...callClasses),
        caller: fc.constantFrom(null, 'A', 'B', 'C'),
      }),
    },
    { weight: 4, arbitrary: fc.constant({ what: 'end' as const }) },
    { weight: 1, arbitrary: fc.constant({ what: 'leave' as const }) },
  ),
  { maxLength: 120 },
);
const sizes = fc.record({ slots: fc.integer({ min: 1, max: 12 }), queue: fc.integer({ min: 0, max: 20 }) });

test(`no class exceeds its share, and no call waits while a slot is free for it: SEED=${seed}`, async () => {
  await fc.assert(
    fc.asyncProperty(sizes, steps, async ({ slots, queue }, asked) => {
      const calls = new Calls(slots, queue);
      for (const step of asked) {
        if (step.what === 'ask') {
          calls.ask(step.callClass, step.caller);
        } else if (step.what === 'leave') {
          await calls.giveUp();
        } else if (calls.underWay() > 0) {
          await calls.end();
        }
        const freeOf = (one: CallClass) => shareOf(slots, one) - calls.underWay(...atAndBelow(one));
        for (const one of callClasses) {
          expect(freeOf(one)).toBeGreaterThanOrEqual(0);
          expect(calls.waiting(one)).toBeLessThanOrEqual(shareOf(queue, one));
          const free = Math.min(...callClasses.slice(0, rankOf[one] + 1).map(freeOf));
          for (const caller of calls.waitingCallers(one)) {
            // The last of three slots is for a caller who has none.
            const mayTakeLast =
              caller === null || shareOf(slots, one) < 3 || calls.runningOf(caller, one) === 0;
            expect(free).toBeLessThanOrEqual(mayTakeLast ? 0 : 1);
          }
        }
      }
      while (calls.underWay() > 0) {
        await calls.end();
      }
      expect(callClasses.map((one) => calls.waiting(one))).toEqual(callClasses.map(() => 0));
      // All slots are free again.
      calls.askTimes(slots, 'lending');
      expect(calls.underWay()).toBe(slots);
    }),
    { seed, numRuns: 300 },
  );
});
