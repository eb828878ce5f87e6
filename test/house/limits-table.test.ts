import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readGatewayConfig } from '../../gateway/config.ts';
import { defaultLimits } from '../../gateway/limits.ts';
import { defaultRates } from '../../gateway/rates.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const section = (heading: string) => readme.split(`\n### ${heading}\n`)[1]?.split('\n### ')[0] ?? '';

interface Row {
  /** The name of the variable, or `fixed`. */
  readonly limit: string;
  /** The name of the budget, if the limit is an entry of `RATES`. */
  readonly budget: string | undefined;
  readonly value: string;
  readonly code: string;
}
const rows: readonly Row[] = [
  ...section('Limits').matchAll(/^\| `?(\w+)`?(?:: `(\w+)`)? \| ([\d/]+) \| .* \| `(\w+)` \|$/gm),
].map(([, limit = '', budget, value = '', code = '']) => ({ limit, budget, value, code }));
const limits = rows.filter(({ budget }) => budget === undefined);
const limitsWith = (limit: string, value: number) => readGatewayConfig({ [limit]: String(value) }).limits;

test('each row of the README has the default of its variable', () => {
  for (const { limit, value } of limits.filter(({ limit }) => limit !== 'fixed')) {
    expect([limit, limitsWith(limit, Number(value))]).toEqual([limit, readGatewayConfig({}).limits]);
    expect([limit, limitsWith(limit, Number(value) + 1)]).not.toEqual([limit, readGatewayConfig({}).limits]);
  }
});

test('every limit has a row with its default, and there is no other', () => {
  // `maxFields` has no row, because it is a setting of the configuration file and not a variable.
  const { maxFields: _, ...others } = defaultLimits;
  expect(limits.map(({ value }) => Number(value)).sort()).toEqual(Object.values(others).sort());
});

test('every budget has a row with its default', () => {
  const budgets = rows.flatMap(({ budget, value }) => (budget === undefined ? [] : [[budget, value]]));
  expect(Object.fromEntries(budgets)).toEqual(
    Object.fromEntries(
      Object.entries(defaultRates).map(([name, { unitsPerSecond, burst }]) => [
        name,
        `${unitsPerSecond}/${burst}`,
      ]),
    ),
  );
});

test('every code beyond a limit is among the errors', () => {
  const errors = section('Errors');
  expect(rows.filter(({ code }) => !errors.includes(`\`${code}\``))).toEqual([]);
});
