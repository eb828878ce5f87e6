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
const files = ['schema/circulation.graphql', 'docs/rules.md', ...globSync('docs/guides/*.md', { cwd: root })];
const texts = files.map((file) => readFileSync(join(root, file), 'utf8').replace(/\s+/g, ' '));

const number = `(\\d+|${Array.from({ length: 12 }, (_, count) => inWords(count + 1)).join('|')})`;

test.each([
  ['loans of a patron (R9)', `${number} items(?: are out)?\\b`, loanLimit],
  ['loans of a patron (R14)', `at the limit of ${number}\\b`, loanLimit],
  ['holds of a patron (R25)', `${number} (?:reservations|titles are reserved)\\b`, holdLimit],
  ['renewals of a loan (R23)', `renewed ${number} times\\b`, renewalLimit],
  ['renewals of a loan, in the schema', `none of the ${number} (?:is used|renewals)\\b`, renewalLimit],
  ['days of a loan (R23)', `(?:lasts|each time for) ${number} days\\b`, loanDays],
  ['days of a loan, in the schema', `due ${number} days from today\\b`, loanDays],
  ['days of a loan, in the schema', `${number} days after the day of lending\\b`, loanDays],
])('%s', (_what, sentence, limit) => {
  const told = texts.flatMap((text) => [...text.matchAll(new RegExp(`\\b${sentence}`, 'gi'))]);
  expect(told.length, 'it is said somewhere').toBeGreaterThan(0);
  for (const [words, figure = ''] of told) {
    expect([inWords(limit), String(limit)], words).toContain(figure.toLowerCase());
  }
});
