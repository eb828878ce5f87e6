/** Rate limits by caller and by kind of operation. docs/configuration.md has the table. */
import { parsedBy } from '../platform/lifecycle/environment.ts';

/** The size of a caller's budget: the units that it gains per second, and the most units that it can hold (`burst`). */
export interface Rate {
  readonly unitsPerSecond: number;
  readonly burst: number;
}

/**
 * The budgets:
 *
 * | budget | belongs to | units |
 * |---|---|---|
 * | `anonymous` | an address without a token | the cost of every operation |
 * | `reads` | a person | the cost of queries |
 * | `changes` | a person | the cost of mutations |
 * | `clientReads` | an issuer's client, with all its users | the cost of queries |
 * | `clientChanges` | an issuer's client, with all its users | the cost of mutations |
 * | `expensive` | a person, or a client without persons | the cost of queries over a tenth of `MAX_COST` |
 * | `plans` | an address, a person, or a client without persons | operations that are new, and must be planned |
 */
export const budgets = [
  'anonymous',
  'reads',
  'changes',
  'clientReads',
  'clientChanges',
  'expensive',
  'plans',
] as const;
export type Budget = (typeof budgets)[number];

export type Rates = Readonly<Record<Budget, Rate>>;

/**
 * A reader's home page costs about 40, a check-out 20, and a page of a hundred search results 300. The budgets allow
 * several times the normal use of people and stations, but stop a flood.
 */
export const defaultRates: Rates = {
  anonymous: { unitsPerSecond: 500, burst: 10_000 },
  reads: { unitsPerSecond: 500, burst: 20_000 },
  changes: { unitsPerSecond: 100, burst: 2_000 },
  clientReads: { unitsPerSecond: 50_000, burst: 500_000 },
  clientChanges: { unitsPerSecond: 10_000, burst: 100_000 },
  expensive: { unitsPerSecond: 2_000, burst: 100_000 },
  plans: { unitsPerSecond: 5, burst: 200 },
};

const max = 1_000_000_000;

/**
 * Reads budgets that differ from the default. Each has its units per second and its burst:
 * `anonymous=100/2000 plans=1/50`.
 * @throws Error whose message says what is wrong.
 */
export function parseRates(text: string): Rates {
  const rates: Record<Budget, Rate> = { ...defaultRates };
  for (const setting of text.split(/[\s,]+/).filter((part) => part !== '')) {
    const [, name = '', unitsPerSecond, burst] = /^(\w+)=(\d{1,10})\/(\d{1,10})$/.exec(setting) ?? [];
    if (!isBudget(name)) {
      throw new Error(
        `must be like anonymous=100/2000, with ${budgets.join(', ')}: not ${JSON.stringify(setting)}`,
      );
    }
    const rate = { unitsPerSecond: Number(unitsPerSecond), burst: Number(burst) };
    if (![rate.unitsPerSecond, rate.burst].every((value) => value >= 1 && value <= max)) {
      throw new Error(`${name} must have 1 to ${max} units a second, and 1 to ${max} at once`);
    }
    rates[name] = rate;
  }
  return rates;
}

const isBudget = (name: string): name is Budget => (budgets as readonly string[]).includes(name);

/** The variable `RATES`: `off`, or a list of budgets. Null means no rate limits. */
export const ratesVariable = parsedBy((text): Rates | null =>
  text.trim() === 'off' ? null : parseRates(text),
);
