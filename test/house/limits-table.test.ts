/**
 * docs/configuration.md and docs/other-graphs.md state the gateway's limits and budgets in tables. The figures must equal
 * the constants in the code.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readGatewayConfig, readServerConfig } from '../../gateway/config.ts';
import { defaultLimits, type Limits, limitsOfOtherGraphs } from '../../gateway/limits.ts';
import { defaultRates } from '../../gateway/rates.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const configuration = read('docs/configuration.md');
const section = (heading: string) => configuration.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

/** A row of a table of limits: the variable or `fixed`, its value, what it bounds, and the error beyond it. */
const rows = Array.from(
  section('Limits').matchAll(/^\| `?(\w+)`?(?:; [^|]*)? \| `?(\d+)`? \| ([^|]+) \| ([^|]+) \|$/gm),
  ([, limit = '', value = '', bounds = '', beyond = '']) => ({ limit, value: Number(value), bounds, beyond }),
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

/** How the row of each limit begins to say what the limit bounds. */
const boundsOf: Readonly<Record<keyof Limits, string>> = {
  maxBodyBytes: 'bytes of a request body',
  maxTokens: 'tokens of a document',
  maxDepth: 'levels of nested fields',
  maxFields: 'fields of an operation',
  maxRootFields: 'root fields',
  maxAliases: 'aliases',
  maxDirectives: 'directives',
  maxIntrospectionFields: 'introspection fields',
  maxIntrospectionValues: 'values in an answer about the schema',
  maxVariableItems: 'items of one list in the variables',
  maxVariableValues: 'values in the variables',
  maxCost: '[cost]',
  maxSubgraphBytes: "bytes of a subgraph's answer",
  maxAnswerBytes: 'approximate bytes of an answer',
  assumedListSize: 'items that a list without `@listSize` counts as',
  maxBatch: 'requests in one array',
  maxConcurrentRequests: 'requests in progress',
  requestTimeoutMs: 'time for',
};

/** Each limit with the different values of its rows. */
const limitsIn = (table: readonly { readonly value: number; readonly bounds: string }[]) =>
  Object.fromEntries(
    Object.entries(boundsOf).map(([limit, words]) => {
      const values = table.filter(({ bounds }) => bounds.startsWith(words)).map(({ value }) => value);
      return [limit, values.every((value) => value === values[0]) ? values[0] : values];
    }),
  );

test('every limit has a row with its default', () => {
  expect(limitsIn(rows)).toEqual(defaultLimits);
});

test('the page about other graphs has a row for every limit, with both defaults', () => {
  const table = Array.from(
    read('docs/other-graphs.md').matchAll(
      /^\| (?:`([A-Z_]+|maxFields)`|fixed) \| (none|\d+) \| (\d+) \| (.+) \|$/gm,
    ),
    ([, name = null, value = '', ours = '', bounds = '']) => ({
      name,
      value: value === 'none' ? Infinity : Number(value),
      ours: Number(ours),
      bounds,
    }),
  );
  expect(limitsIn(table)).toEqual(limitsOfOtherGraphs);
  expect(limitsIn(table.map(({ ours, bounds }) => ({ value: ours, bounds })))).toEqual(defaultLimits);
  for (const { name, value } of table) {
    // A setting of the configuration file has no variable, nor has a fixed limit.
    if (value !== Infinity && name !== null && name !== 'maxFields') {
      expect([name, readServerConfig({ [name]: `${value}` }).limits]).toEqual([name, limitsOfOtherGraphs]);
    }
  }
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
