/**
 * The cases of SIPServer's own tests, and the messages that php-sip2 writes, sent to this server. They are the rows of the
 * tables of docs/guides/sip2-compared.md, so that the guide shows what this server answers.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sip2ForTests } from './running-sip2.ts';

const { sip2 } = sip2ForTests();

interface Case {
  readonly name: string;
  readonly message: string;
  readonly ours: string;
}

const guide = readFileSync(join(import.meta.dirname, '../../../docs/guides/sip2-compared.md'), 'utf8');

const words: Readonly<Record<string, string>> = {
  DATE: '20060101    084237',
  NONE: ' '.repeat(18),
  CARD: '21852000000082',
  OTHER: '21852000000066',
  PIN: '1234',
  ITEM: '31852000000494',
};
const written = (text: string): string =>
  text.replaceAll(/DATE|NONE|CARD|OTHER|PIN|ITEM/g, (word) => words[word] ?? '').replaceAll('·', ' ');

/** The rows of the table below a heading. */
function casesUnder(heading: string): readonly Case[] {
  const [, below = ''] = guide.split(`\n## ${heading}\n`);
  const [table = ''] = below.split('\n## ');
  return table
    .split('\n')
    .filter((line) => line.includes('`'))
    .flatMap((line) => {
      const [, name = '', message = '', ...others] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
      const ours = others.at(-3) ?? '';
      const code = (cell: string) => /^`(.*)`$/.exec(cell)?.[1];
      const [sent, answered] = [code(message), code(ours)];
      return sent === undefined || answered === undefined
        ? []
        : [{ name, message: written(sent.replaceAll('\\|', '|')), ours: written(answered) }];
    });
}

/** Fields that the guide leaves out. */
const left = new Set(['AO', 'AA', 'AB', 'AF', 'AG', 'AM', 'BX']);

test.each([
  ['SIPServer', 25],
  ['php-sip2', 14],
] as const)('the messages of %s are answered as the guide says', async (heading, count) => {
  const cases = casesUnder(heading);
  expect(cases).toHaveLength(count);
  await using station = await sip2.connect('station');
  const answers: string[] = [];
  for (const { name, message } of cases) {
    const { code, fixed, fields } = await station.send(message);
    const { transactionDate: _date, dateTimeSync: _sync, ...others } = fixed;
    const shown = [...fields].filter(([id, [text]]) => !left.has(id) && (id !== 'AH' || text === ''));
    const texts = shown.flatMap(([id, values]) => values.map((value) => `${id}${value}`));
    answers.push(`${name}: ${[code + Object.values(others).join(''), ...texts].join(' ').trimEnd()}`);
  }
  expect(answers).toEqual(cases.map(({ name, ours }) => `${name}: ${ours}`));
});

test('php-sip2 ends its messages with CR and LF', async () => {
  await using station = await sip2.connect('station', { errorDetection: false });
  const answer = await station.exchange(Buffer.from('9900802.00\r\n'));
  expect(answer.toString()).toMatch(/^98.*\r$/);
});
