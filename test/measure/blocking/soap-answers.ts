/**
 * Attacks with circulation's answers to a search for titles. The answers are within the limits or just beyond them, and
 * as expensive as possible to parse.
 */
import { defaultLimits } from '../../../adapters/soap/policy/limits.ts';
import { bodyOf, type Family, nearly, type Random } from './attack.ts';

/** The size of an answer in bytes. It is slightly below the default limit. */
const answerBytes = defaultLimits.maxBytes - 2000;
const search = bodyOf(
  '{ items(title: "Walden", first: 100) { title author callNumber branch material state } }',
);

/** The answer with the text in place of the first title. */
const inTitle = (answer: string, text: string): Buffer =>
  Buffer.from(answer.replace(/(<(?:\w+:)?Title>)[^<]*/, (_whole, tag: string) => tag + text));

/** Repeats `what` until the size of the answer is near the limit. */
const filling = (random: Random, what: string): string =>
  what.repeat(Math.floor(nearly(random, answerBytes, 0.9) / Buffer.byteLength(what)));

function text(name: string, what: string): Family {
  return {
    name: `SOAP: ${name}`,
    make: (random) => ({ body: search, soap: (answer) => inTitle(answer, filling(random, what)) }),
  };
}

function twisted(name: string, twist: (answer: string, random: Random) => string): Family {
  return {
    name: `SOAP: ${name}`,
    make: (random) => ({ body: search, soap: (answer) => Buffer.from(twist(answer, random)) }),
  };
}

/** The first item in an answer. */
const itemOf = (answer: string) => /<(?:\w+:)?Item>.*?<\/(?:\w+:)?Item>/s.exec(answer)?.[0] ?? '';
const prefixOf = (answer: string) => /<(\w+:)?Item>/.exec(answer)?.[1] ?? '';

export const soapFamilies: readonly Family[] = [
  text('entities', '&amp;'),
  text('characters by number', '&#x41;'),
  text('short entities', '&lt;'),
  text('line ends', '\r\n'),
  text('carriage returns', '\r'),
  text('text', 'x'),
  text('text of several bytes', '\u9dd7'),
  text('CDATA sections', '<![CDATA[]]>'),
  text('CDATA and text', 'x<![CDATA[x]]>'),
  text('comments', '<!---->'),
  text('brackets', ']]'),
  text('elements where none belong', '<a/>'),
  text('surrogates', '\u{20000}'),
  twisted('items', (answer, random) => {
    const item = itemOf(answer);
    return answer.replace(item, filling(random, item));
  }),
  twisted('small items', (answer, random) => {
    const p = prefixOf(answer);
    const fields = ['ItemNo', 'BibNo', 'Title', 'Author', 'CallNo', 'Branch', 'Material', 'State'];
    const small = `<${p}Item>${fields.map((name) => `<${p}${name}/>`).join('')}</${p}Item>`;
    return answer.replace(itemOf(answer), small.repeat(nearly(random, 99_000 / 9, 0.95)));
  }),
  twisted('attributes', (answer, random) => {
    const attributes = Array.from({ length: 99 }, (_, n) => `a${n}="&amp;"`).join(' ');
    return answer.replace(
      /<(?:\w+:)?Body>/,
      `<soap:Header>${filling(random, `<h ${attributes}/>`)}</soap:Header>$&`,
    );
  }),
  twisted('namespaces', (answer, random) => {
    const declared = Array.from({ length: 99 }, (_, n) => `xmlns:n${n}="u${n}"`).join(' ');
    return answer.replace(
      /<(?:\w+:)?Body>/,
      `<soap:Header>${filling(random, `<h ${declared}/>`)}</soap:Header>$&`,
    );
  }),
  twisted('elements of many names in a header', (answer, random) => {
    const count = nearly(random, 99_000);
    const elements = Array.from({ length: count }, (_, n) => `<h${n}/>`).join('');
    return answer.replace(/<(?:\w+:)?Body>/, `<soap:Header>${elements}</soap:Header>$&`);
  }),
  twisted('blanks between elements', (answer, random) =>
    answer.replace(itemOf(answer), filling(random, ' \n') + itemOf(answer)),
  ),
];
