/**
 * The schema, the rules and the guides state the library's limits in sentences. The figures must equal the constants in
 * the code.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  holdLimit,
  inWords,
  loanDays,
  loanLimit,
  renewalLimit,
} from '../../subgraphs/circulation/rules/limits.ts';

const root = join(import.meta.dirname, '../..');
const texts = globSync(
  [
    'schema/circulation.graphql',
    '{README,SECURITY,ARCHITECTURE}.md',
    'docs/{*,guides/*}.md',
    'telemetry/metrics/services/alarms.ts',
    'apps/*/operations/*.graphql',
  ],
  { cwd: root },
).map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

const number = `(\\d+|${Array.from({ length: 12 }, (_, count) => inWords(count + 1)).join('|')})`;

test.each([
  ['loans of a patron (R9)', `${number} items(?: are out)?\\b`, loanLimit],
  ['loans of a patron (R14)', `at the limit of ${number}\\b`, loanLimit],
  [
    'loans of a patron, in other words',
    `(?:quota of|may have more than|at most|one of the) ${number} (?:loans|places)\\b`,
    loanLimit,
  ],
  ['holds of a patron (R25)', `${number} (?:reservations|titles are reserved)\\b`, holdLimit],
  ['holds of a patron, in other words', `loans or ${number} holds\\b`, holdLimit],
  ['renewals of a loan (R23)', `renewed ${number} times\\b`, renewalLimit],
  ['renewals of a loan, in the schema', `none of the ${number} (?:is used|renewals)\\b`, renewalLimit],
  ['days of a loan (R23)', `(?:lasts|each time for) ${number} days\\b`, loanDays],
  ['days of a loan, in the schema', `due ${number} days from today\\b`, loanDays],
  ['days of a loan, in the schema', `${number} days after the day of lending\\b`, loanDays],
])('%s', (_what, sentence, limit) => {
  const pattern = new RegExp(`\\b${sentence}`.replaceAll(' ', '\\s+'), 'gi');
  const told = texts.flatMap(({ file, text }) =>
    [...text.matchAll(pattern)].map(({ index, 0: words, 1: figure = '' }) => ({
      figure: figure.toLowerCase(),
      place: `${file}:${text.slice(0, index).split('\n').length}: ${words.replace(/\s+/g, ' ')}`,
    })),
  );
  expect(told.length, 'it is said somewhere').toBeGreaterThan(0);
  const outdated = told.filter(({ figure }) => ![inWords(limit), String(limit)].includes(figure));
  expect(outdated.map(({ place }) => place)).toEqual([]);
});
