/** docs/configuration.md states the gateway's limits and budgets in tables. The figures must equal the constants in the code. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readGatewayConfig } from '../../gateway/config.ts';
import { defaultLimits } from '../../gateway/limits.ts';
import { defaultRates } from '../../gateway/rates.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const configuration = read('docs/configuration.md');
const section = (heading: string) => configuration.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

/** A row of a table of limits: the variable or `fixed`, its value, and the error of a request beyond it. */
const rows = Array.from(
  section('Limits').matchAll(/^\| `?(\w+)`?(?:; [^|]*)? \| `?(\d+)`? \| [^|]+ \| ([^|]+) \|$/gm),
  ([, limit = '', value = '', beyond = '']) => ({ limit, value: Number(value), beyond }),
);
const variables = rows.filter(({ limit }) => limit !== 'fixed');
const limitsWith = (limit: string, value: number) => readGatewayConfig({ [limit]: String(value) }).limits;

test('each row has the default of its variable', () => {
  expect(variables.length).toBeGreaterThan(5);
  for (const { limit, value } of variables) {
    expect([limit, limitsWith(limit, value)]).toEqual([limit, readGatewayConfig({}).limits]);
    expect([limit, limitsWith(limit, value + 1)]).not.toEqual([limit, readGatewayConfig({}).limits]);
  }
});

test('every limit has a row with its default', () => {
  const values = rows.map(({ value }) => value);
  const missing = Object.entries(defaultLimits).filter(([, value]) => {
    const at = values.indexOf(value);
    // Each row stands for one limit, so two limits of the same value need two rows.
    return at === -1 || values.splice(at, 1).length === 0;
  });
  expect(missing).toEqual([]);
});

test('every budget has a row with its default', () => {
  const budgets = Array.from(
    section('Rates').matchAll(/^\| `(\w+)` \| ([\d,]+)\/s, ([\d,]+)/gm),
    ([, name = '', ...figures]) => [name, figures.map((figure) => Number(figure.replaceAll(',', '')))],
  );
  const defaults = Object.entries(defaultRates).map(([name, { unitsPerSecond, burst }]) => [
    name,
    [unitsPerSecond, burst],
  ]);
  expect(Object.fromEntries(budgets)).toEqual(Object.fromEntries(defaults));
});

test('every code beyond a limit is among the errors of the guide', () => {
  const errors = read('docs/guides/answers.md').split('\n## Errors\n')[1] ?? '';
  const codes = rows.flatMap(({ beyond }) =>
    Array.from(beyond.matchAll(/`([A-Z_]{5,})`/g), ([, code = '']) => code),
  );
  expect(codes.length).toBeGreaterThan(15);
  expect(codes.filter((code) => !errors.includes(`\`${code}\``))).toEqual([]);
});
