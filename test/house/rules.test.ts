import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const self = 'test/house/rules.test.ts';

const definedRules = Array.from(
  readFileSync(join(root, 'docs/rules.md'), 'utf8').matchAll(/^\*\*(R\d+)\.\*\*/gm),
  ([, rule = '']) => rule,
);

const sources = globSync(
  [
    '{gateway,edge,embedded,subgraphs,adapters,store,platform,telemetry,simulators,schema,test}/**/*.{ts,graphql}',
    'docs/**/*.md',
    '*.md',
  ],
  { cwd: root, exclude: (path) => path.endsWith('node_modules') },
);

/** A citation of a rule. A number with more than two digits is something else: `R0000001` is a loss report. */
const citation = /\bR\d{1,2}\b/g;

function rulesCitedIn(file: string): string[] {
  return readFileSync(join(root, file), 'utf8').match(citation) ?? [];
}

test('the rules are R1 to R30, each defined once', () => {
  expect(definedRules).toEqual(Array.from({ length: 30 }, (_, index) => `R${index + 1}`));
});

test('every rule that is cited is defined', () => {
  const unknown = sources
    .filter((file) => file !== self)
    .flatMap((file) => rulesCitedIn(file).map((rule) => ({ file, rule })))
    .filter(({ rule }) => !definedRules.includes(rule));
  expect(unknown).toEqual([]);
});

test('a test cites every rule', () => {
  const cited = new Set(
    sources.filter((file) => file.endsWith('.test.ts') && file !== self).flatMap(rulesCitedIn),
  );
  expect(definedRules.filter((rule) => !cited.has(rule))).toEqual([]);
});
