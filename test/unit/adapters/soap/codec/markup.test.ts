import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { scanMarkup } from '../../../../../adapters/soap/codec/markup.ts';
import { UnexpectedXml } from '../../../../../adapters/soap/codec/unexpected-xml.ts';
import { wsdls } from '../tables.ts';
import { damaged, document, isForbiddenBySoap, isOfOtherCharset, isWellFormed } from './random-documents.ts';

/*
 * Compares our XML scanner with two other parsers. libxml2 decides whether a document is well-formed, and saxes decides
 * what it contains. For a long search: `RUNS=100000 SEED=1 npx vitest run
 * test/unit/adapters/soap/codec/markup.test.ts`.
 */
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 0x7fff_ffff));
const runs = Number(process.env.RUNS ?? 5_000);

/** The parts of a document. Adjacent pieces of text are joined. Null if the document is rejected. */
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
      leaf: ({ uri, local }, content) =>
        events.push(event.open(uri, local, []), event.text(content), event.close),
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
        // saxes trims the names of namespaces, and may then reject an empty name. Such a document isn't compared.
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
