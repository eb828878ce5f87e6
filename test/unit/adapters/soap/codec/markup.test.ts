import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { XmlDocument, XmlParseError } from 'libxml2-wasm';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { scanMarkup, UnexpectedXml } from '../../../../../adapters/soap/codec/markup.ts';
import { wsdls } from '../tables.ts';

/*
 * Our XML scanner is compared with two other parsers: libxml2 decides what is well-formed, saxes what a document
 * contains. For a long search: `RUNS=100000 SEED=1 npx vitest run test/unit/adapters/soap/codec/markup.test.ts`.
 */
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 0x7fff_ffff));
const runs = Number(process.env.RUNS ?? 5_000);

/** The parts of a document, with adjacent pieces of text joined; null for a document that is rejected. */
type Events = readonly string[] | null;

const event = {
  open: (uri: string, local: string, attributes: readonly { uri: string; local: string; value: string }[]) =>
    `<${JSON.stringify([uri.trim(), local, attributes.map((one) => [one.uri.trim(), one.local, one.value])])}`,
  text: (text: string) => `"${text}`,
  close: '>',
};

function joined(events: readonly string[]): string[] {
  const result: string[] = [];
  for (const one of events) {
    const last = result.at(-1);
    if (one.startsWith('"') && last?.startsWith('"')) {
      result[result.length - 1] = last + one.slice(1);
    } else if (one !== '"') {
      result.push(one);
    }
  }
  return result;
}

function ours(text: string): Events {
  const events: string[] = [];
  try {
    scanMarkup(text, {
      open: ({ uri, local, attributes }) => events.push(event.open(uri, local, attributes)),
      text: (chunk) => events.push(event.text(chunk)),
      close: () => events.push(event.close),
    });
    return joined(events);
  } catch (error) {
    if (!(error instanceof UnexpectedXml)) {
      throw error;
    }
    return null;
  }
}

function bySaxes(text: string): Events {
  const events: string[] = [];
  const parser = new SaxesParser({ xmlns: true, position: false });
  const refuse = () => {
    throw new Error('SOAP forbids it');
  };
  let depth = 0;
  parser.on('doctype', refuse);
  parser.on('processinginstruction', refuse);
  parser.on('opentag', ({ uri, local, attributes }) => {
    if (depth === 0 && (parser.xmlDecl.version ?? '1.0') !== '1.0') {
      refuse();
    }
    depth += 1;
    const given = Object.values(attributes).filter((one) => one.uri !== 'http://www.w3.org/2000/xmlns/');
    events.push(event.open(uri, local, given));
  });
  const onText = (chunk: string) => depth > 0 && events.push(event.text(chunk));
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('closetag', () => {
    depth -= 1;
    events.push(event.close);
  });
  try {
    parser.write(text).close();
    return joined(events);
  } catch {
    return null;
  }
}

/**
 * Whether libxml2 accepts the text. Null if it finds a namespace name that is not a URI: the recommendation allows
 * that, and libxml2 reports nothing else then.
 */
function isWellFormed(text: string): boolean | null {
  try {
    XmlDocument.fromString(text).dispose();
    return true;
  } catch (error) {
    if (!(error instanceof XmlParseError)) {
      throw error;
    }
    return error.details.some(({ message }) => message.includes('is not a valid URI')) ? null : false;
  }
}

const name = fc.constantFrom(
  'a',
  'b',
  'p:a',
  'q:b',
  'xml:lang',
  'é',
  '名',
  'a.b-c_1',
  'p:p:a',
  '1a',
  ':a',
  'xmlns:a',
);
const text = fc.constantFrom(
  '',
  ' ',
  'x',
  '紅樓夢',
  '&amp;',
  '&#x7d05;',
  '&#x00000000007d05;',
  '&#0;',
  '&#xD800;',
  '&#x10FFFF;',
  '&x;',
  '&',
  ']]>',
  ']]',
  '>',
  '\r\n',
  '\r',
  '\t',
  '\u0001',
  '\ufffe',
  '😀',
  '<![CDATA[<&\r\n]]>',
  '<![CDATA[]]]]>',
  '<!-- c -->',
  '<!-- c -- -->',
  '<!--->',
  '"',
  "'",
  '<?p i?>',
);
const space = fc.constantFrom('', '', ' ', '\n ', '\t');
const value = fc.constantFrom(
  '',
  'v',
  ' v\tw\n',
  '&lt;',
  "'",
  '"',
  '<',
  '>',
  '&#10;',
  'urn:x',
  'urn:y',
  'http://www.w3.org/XML/1998/namespace',
  'http://www.w3.org/2000/xmlns/',
);
const attributeName = fc.constantFrom(
  'a',
  'b',
  'p:a',
  'q:a',
  'xmlns',
  'xmlns:p',
  'xmlns:q',
  'xmlns:xml',
  'xmlns:xmlns',
  'xml:lang',
  '1',
);
const attribute = fc
  .tuple(fc.constantFrom(' ', '\n', ''), attributeName, space, space, fc.constantFrom('"', "'", ''), value)
  .map(
    ([before, key, left, right, quote, content]) =>
      `${before}${key}${left}=${right}${quote}${content}${quote}`,
  );
const { element } = fc.letrec<{ element: string; content: string }>((tie) => ({
  element: fc
    .tuple(
      name,
      fc.array(attribute, { maxLength: 3 }),
      space,
      fc.array(tie('content'), { maxLength: 4 }),
      space,
      fc.boolean(),
    )
    .map(([tag, attributes, end, content, after, isEmpty]) => {
      const start = `<${tag}${attributes.join('')}${end}`;
      return isEmpty ? `${start}/>` : `${start}>${content.join('')}</${tag}${after}>`;
    }),
  content: fc.oneof({ depthSize: 'small' }, text, tie('element')),
}));
const prologue = fc.constantFrom(
  '',
  '',
  '<?xml version="1.0"?>',
  "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n",
  '<?xml version="1.1"?>',
  '<?xml encoding="UTF-8"?>',
  ' <?xml version="1.0"?>',
  '<!-- c -->',
  '<!DOCTYPE a>',
  '\n',
  'x',
);
const bound = '<r xmlns:p="urn:p" xmlns:q="urn:q">';
const document = fc.oneof(
  fc
    .tuple(prologue, element, fc.constantFrom('', '\n', '<!-- c -->', '<a/>', 'x'))
    .map((parts) => parts.join('')),
  fc.array(element, { maxLength: 3 }).map((elements) => `${bound}${elements.join('')}</r>`),
);
/** With one place changed, because documents that are nearly well-formed find most. */
const damaged = fc
  .tuple(
    document,
    fc.nat(),
    fc.constantFrom('', '<', '>', '/', '&', '"', "'", ':', ' ', '=', ']', '-', '!', '?', 'x', '\0'),
    fc.nat(2),
  )
  .map(([whole, place, piece, length]) => {
    const at = place % (whole.length + 1);
    return whole.slice(0, at) + piece + whole.slice(at + length);
  });

/** What SOAP forbids is rejected, although it may be well-formed. */
const isForbiddenBySoap = (xml: string): boolean =>
  /<!DOCTYPE|<\?/.test(xml.replace(/^<\?xml[ \t\r\n]/, '')) || /^<\?xml[^>]*1\.[^0]/.test(xml);

/** The scanner gets decoded text, so it ignores the charset in the declaration. `decodeText` checks that. */
const isOfOtherCharset = (xml: string): boolean => /^<\?xml[^>]*encoding\s*=\s*["'](?!UTF-8["'])/i.test(xml);

describe(`a document is scanned (SEED=${seed})`, () => {
  test.each([
    ['random documents', document],
    ['random documents with one place damaged', damaged],
  ])('or rejected like other parsers do it: %s', (_what, documents) => {
    fc.assert(
      fc.property(documents, (xml) => {
        const read = ours(xml);
        if (isForbiddenBySoap(xml) || isOfOtherCharset(xml)) {
          return;
        }
        const isAccepted = isWellFormed(xml);
        if (isAccepted === null) {
          return;
        }
        expect(read !== null, xml).toBe(isAccepted);
        // saxes trims the names of namespaces, and may then reject an empty one.
        if (read !== null) {
          expect(read).toEqual(bySaxes(xml) ?? read);
        }
      }),
      { seed, numRuns: runs },
    );
  });

  test.each(Object.entries(wsdls))('like saxes does it: the WSDL of %s', (_system, file) => {
    const xml = readFileSync(file, 'utf8');
    const read = ours(xml);
    expect(read?.length).toBeGreaterThan(300);
    expect(read).toEqual(bySaxes(xml));
  });
});
