/**
 * Spreading an array into a call uses the stack. With about 120,000 items, or fewer in a deep call, the call throws
 * "Maximum call stack size exceeded". This test finds each such call to a function that takes any number of arguments.
 * The call is allowed if input can't make its array long. The list below has the reason for each allowed call.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sourceFiles, spreadCalls } from './source.ts';

const root = join(import.meta.dirname, '../..');

/** The allowed calls, each with the reason why its array is short. */
const bounded: Readonly<Record<string, string>> = {
  'apps/staff/src/patron/cards/cards.tsx push': 'at most one item',
  'apps/staff/src/today/age-chart.tsx max': 'the groups of the chart',
  'apps/staff/src/today/branch-table.tsx max': 'the branches of the library',
  'apps/staff/src/today/days-chart.tsx max': 'thirty days',
  'edge/sign-in/provider/signing-keys.ts max': 'our own keys',
  'gateway/config.ts push': 'the settings of a group',
  'gateway/executor/compile/compile-plan.ts max': 'the contexts of one fetch',
  'gateway/planner/fetches/build-fetches.ts push': 'the contexts of one fetch',
  'gateway/planner/fetches/schedule.ts min': 'the fetches of one plan',
  'gateway/planner/search/decider.ts push': 'the ways to one subgraph',
  'gateway/planner/search/distance/distances.ts min': 'the ways to one selection',
  'gateway/planner/search/distance/routes.ts min': 'the solutions that the beam keeps',
  'gateway/planner/search/lookups.ts max': 'the fields of one key',
  'store/migrations.ts max': 'our own migrations',
  'store/journal/observed-journal.ts apply': 'the arguments of one call',
  'subgraphs/library/card-and-identity-numbers.ts push': 'the digits of a number',
  'subgraphs/open-services.ts min': 'three systems',
  'subgraphs/operations/books/compare.ts push': 'the findings of one statement, which are bounded',
};

const spread = sourceFiles(root).flatMap((file) =>
  spreadCalls(file, readFileSync(join(root, file), 'utf8')).map((name) => `${file} ${name}`),
);

test('only bounded arrays are spread into a call', () => {
  expect([...new Set(spread)].sort()).toEqual(Object.keys(bounded).sort());
});

test('each of these would be found', () => {
  const found = [
    'Math.max(0, ...weights)',
    'Reflect.apply(Math.max, null, weights)',
    'Math.max.apply(null, weights)',
    'found.push(...more)',
    'found?.splice(0, 1, ...more)',
    'String.fromCharCode(...codes)',
  ];
  expect(found.filter((source) => spreadCalls('example.ts', source).length !== 1)).toEqual([]);
});

test('each of these is allowed', () => {
  const allowed = ['[...found, ...more]', 'observe(...args)', 'Math.max(first, last)'];
  expect(allowed.filter((source) => spreadCalls('example.ts', source).length > 0)).toEqual([]);
});
