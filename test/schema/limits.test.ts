/**
 * The schema, the documents and the messages state the library's limits in sentences. The figures must equal the constants
 * in the code. The test names the file and line of each sentence that does not.
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
import { lineAt } from '../house/source.ts';

const root = join(import.meta.dirname, '../..');

interface Text {
  /** A path from the root. */
  readonly file: string;
  readonly text: string;
}

/** The CHANGELOG is left out, because it tells what was. So are generated files, because they are made of these. */
const texts: readonly Text[] = globSync(
  [
    '{README,SECURITY,ARCHITECTURE,CONTRIBUTING}.md',
    '{docs,gateway,subgraphs,adapters,store,edge,apps,simulators,deploy,test}/**/*.md',
    'schema/*.graphql',
    '{adapters,edge,embedded,gateway,platform,simulators,subgraphs,telemetry}/**/*.ts',
    'apps/*/{src,operations}/**/*.{ts,tsx,graphql}',
    'deploy/*.yml',
  ],
  { cwd: root, exclude: (file) => /(?:^|\/)(?:node_modules|dist)$|\.generated\.ts$/.test(file) },
)
  .filter((file) => file !== 'schema/supergraph.graphql')
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))
  // The others state no limit, and are most of what there is to read.
  .filter(({ text }) => /loans|items|places|reserv|holds|renew|days/i.test(text));

/** Figures with more digits are of something else: an operation renews no more than 100 loans. */
const number = `(\\d{1,2}|${Array.from({ length: 12 }, (_, count) => inWords(count + 1)).join('|')})`;

/** The sentences with which limits are stated, each with the limit. A space stands for any white space. */
const sentences: readonly (readonly [string, number])[] = [
  // The loans of a patron (R9, R14).
  [`may have(?: more than)? ${number} (?:items|loans)`, loanLimit],
  [`(?:more than|at most|quota of|quota:) ${number} (?:items|loans|places)`, loanLimit],
  [`of the ${number} (?:loans|places)`, loanLimit],
  [`${number} items (?:are )?out`, loanLimit],
  [`has shown ${number} loans`, loanLimit],
  [`at the limit of ${number}`, loanLimit],
  // The holds of a patron (R25).
  [`${number} (?:reservations|titles are reserved)`, holdLimit],
  [`(?:loans or|among the|patron with) ${number} holds`, holdLimit],
  // The renewals of a loan (R23).
  [`renewed ${number} times`, renewalLimit],
  [`none of the ${number} (?:is used|renewals)`, renewalLimit],
  // The days of a loan (R23).
  [`(?:lasts|each time for|due) ${number} days`, loanDays],
  [`${number} days after the day of lending`, loanDays],
];

/** Everything that states a limit with a sentence, and whether the figure is right. */
function statementsOf(sentence: string, limit: number, inTexts: readonly Text[]) {
  const pattern = new RegExp(`\\b${sentence}\\b`.replaceAll(' ', '[\\s*/]+'), 'gi');
  return inTexts.flatMap(({ file, text }) =>
    [...text.matchAll(pattern)].map(({ index, 0: words, 1: figure = '' }) => ({
      isRight: [inWords(limit), String(limit)].includes(figure.toLowerCase()),
      place: `${file}:${lineAt(text, index)}: ${words.replace(/\s+/g, ' ')}, and not ${limit}`,
    })),
  );
}

test('every sentence that states a limit has the figure of the code', () => {
  const stated = sentences.map(([sentence, limit]) => statementsOf(sentence, limit, texts));
  const unused = sentences.filter((_, index) => stated[index]?.length === 0);
  expect(unused, 'sentences that nothing says any more').toEqual([]);
  expect(stated.flatMap((all) => all.filter(({ isRight }) => !isRight)).map(({ place }) => place)).toEqual(
    [],
  );
});

test('a stale sentence is found with its line, also where it goes on in the next', () => {
  const text = 'First.\nA loan may be\n * renewed\n * nine times.';
  const [found] = statementsOf(`renewed ${number} times`, renewalLimit, [{ file: 'docs/one.md', text }]);
  expect(found).toEqual({
    isRight: false,
    place: `docs/one.md:3: renewed * nine times, and not ${renewalLimit}`,
  });
});
