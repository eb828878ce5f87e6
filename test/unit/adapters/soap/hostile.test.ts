import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test, vi } from 'vitest';
import { expectedResponse } from '../../../../adapters/soap/codec/envelope/read-envelope.ts';
import { CallFailure } from '../../../../adapters/soap/policy/call-failure.ts';
import { defaultLimits } from '../../../../adapters/soap/policy/limits.ts';
import { readHttpResponse } from '../../../../adapters/soap/tries.ts';
import { contracts, operationOf } from './tables.ts';

/*
 * Answers that are larger than the limit, and full of things that could take more than linear time. Each must be
 * decoded or rejected in time, and leave nothing in memory.
 */

const space = 'http://schemas.xmlsoap.org/soap/envelope/';
const expected = expectedResponse(contracts.prs, operationOf(contracts.prs, 'GetPatrons'));

/** The kind of the response, or the reason and the detail of the failure. */
function resultOf(xml: string): string {
  const http = { status: 200, contentType: 'text/xml; charset=utf-8', body: Buffer.from(xml) };
  try {
    return readHttpResponse(http, expected, defaultLimits).kind;
  } catch (error) {
    if (!(error instanceof CallFailure)) {
      throw error;
    }
    return `${error.reason}: ${error.detail}`;
  }
}

/** The size of an answer in bytes. It is four times the default limit, so it holds more elements than are allowed. */
const size = 4 * defaultLimits.maxBytes - 2_000;
const full = (piece: string): string => piece.repeat(size / Buffer.byteLength(piece));
/** Joins as many pieces as fit, all of them different. */
function distinct(pieceOf: (count: number) => string): string {
  const pieces: string[] = [];
  for (let length = 0; length < size; length += pieces.at(-1)?.length ?? size) {
    pieces.push(pieceOf(pieces.length));
  }
  return pieces.join('');
}

const reply = '<p:GetPatronsResponse xmlns:p="urn:library:prs:2004"/>';
const inHeader = (block: string, body = reply): string =>
  `<s:Envelope xmlns:s="${space}"><s:Header>${block}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
const inName = (text: string): string =>
  inHeader(
    '',
    '<p:GetPatronsResponse xmlns:p="urn:library:prs:2004"><PATRON><PATRON_NO>P0000001</PATRON_NO><DETAILS>' +
      `<ENG_NAME>${text}</ENG_NAME><DOB>19700203</DOB><ADDR_PROOF>Y</ADDR_PROOF></DETAILS><STATUS>A</STATUS>` +
      '<REG_DATE>20100401</REG_DATE><LAST_UPD>20250101090000</LAST_UPD></PATRON></p:GetPatronsResponse>',
  );
const inFault = (code: string, detail = ''): string =>
  inHeader('', `<s:Fault><faultcode>${code}</faultcode><detail>${detail}</detail></s:Fault>`);

const malformed = /^invalid-response: .*not well-formed$/;
const tooMany = /^invalid-response: .*more than (?:100 attributes|100000 elements|64 levels)$/;

describe('an answer is decoded or rejected in time when it is full of', () => {
  test.each<[string, () => string, RegExp]>([
    ['<', () => full('<'), malformed],
    ['<a', () => full('<a'), malformed],
    ['& in text', () => inName(full('&')), malformed],
    ['&; in text', () => inName(full('&;')), malformed],
    ['entities', () => inName(full('&amp;')), /^reply$/],
    ['one long entity', () => inName(`&#x${full('0')}41;`), /^reply$/],
    ['one large character', () => inName(`&#${full('9')};`), malformed],
    ['] in text', () => inName(full(']')), /^reply$/],
    ['carriage returns', () => inName(full('\r')), /^reply$/],
    ['CDATA', () => inName(full('<![CDATA[a]]>')), /^reply$/],
    ['CDATA that does not end', () => inName(full('<![CDATA[')), malformed],
    ['comments', () => inName(full('&amp;<!---->')), /^reply$/],
    ['a comment that does not end', () => inName(`<!--${full('- ')}`), malformed],
    ['characters of two units', () => inName(full('😀')), /^reply$/],
    ['attributes', () => inHeader(`<x ${distinct((count) => `a${count}="" `)}/>`), tooMany],
    ['one attribute', () => inHeader(`<x a="${full('&amp;')}"/>`), /^reply$/],
    ['an attribute that does not end', () => inHeader(`<x a="${full('x')}`), malformed],
    ['space in a tag', () => inHeader(`<x ${full(' ')}`), malformed],
    ['space before =', () => inHeader(`<x a${full(' ')}b`), malformed],
    ['namespaces in one tag', () => inHeader(`<x ${distinct((count) => `xmlns:a${count}="u" `)}/>`), tooMany],
    ['namespaces', () => inHeader(distinct((count) => `<x xmlns:a="u${count}"/>`)), tooMany],
    ['namespaces in one another', () => inHeader(distinct((count) => `<x xmlns:a${count}="u">`)), tooMany],
    ['names', () => inHeader(distinct((count) => `<x${count}/>`)), tooMany],
    ['one long name', () => inHeader(`<${full('a')}/>`), /^reply$/],
    ['colons', () => inHeader(`<${full('a:')}/>`), malformed],
    ['elements in one another', () => inHeader(full('<a>')), tooMany],
    ['end tags', () => inHeader(full('</a>')), malformed],
    ['an end tag that does not end', () => inHeader(`<a></a${full(' ')}`), malformed],
    ['declarations', () => inHeader(full('<!')), malformed],
    ['instructions', () => inHeader(full('<?')), /processing instruction$/],
    ['a document type', () => `<!DOCTYPE ${full('a')}`, /document type declaration$/],
    ['an XML declaration', () => `<?xml version="1.0"${full(' ')}`, malformed],
    ['white space', () => full(' '), malformed],
    ['a fault code', () => inFault(full('.')), /^fault$/],
    ['a detail of others', () => inFault('s:Server', full('<x/>')), tooMany],
    [
      'garbled details',
      () => inFault('s:Server', full('<p:PRSFault xmlns:p="urn:library:prs:2004"/>')),
      /^fault$/,
    ],
  ])('%s', (_what, document, expected) => {
    const xml = document();
    const begun = performance.now();
    expect(resultOf(xml)).toMatch(expected);
    // The decoder takes some hundred milliseconds. Quadratic time would be hours.
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});

test('a character that is referred to by its number is looked up once', () => {
  const looked = vi.spyOn(String, 'fromCodePoint');
  expect(resultOf(inName('&#38;lt;&amp;#38;&#x41;'.repeat(10_000)))).toBe('reply');
  expect(looked.mock.calls.length).toBe(2);
  looked.mockRestore();
});

test('a tag has at most 100 attributes, including declarations of namespaces', () => {
  const attributes = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      index % 2 === 0 ? `a${index}=""` : `xmlns:n${index}="u"`,
    ).join(' ');
  expect(resultOf(inHeader(`<x ${attributes(100)}/>`))).toBe('reply');
  expect(resultOf(inHeader(`<x ${attributes(101)}/>`))).toBe(
    'invalid-response: Envelope/Header: more than 100 attributes',
  );
});

test('names that were read do not stay in memory, neither long names nor many', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const heapUsed = () => {
    collectGarbage();
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  resultOf(inHeader('<x/>'));
  const before = heapUsed();
  for (let count = 0; count < 60; count += 1) {
    const long = `n${count}${'a'.repeat(500_000)}`;
    expect(resultOf(inHeader(`<x xmlns:a="${long}"/><${long}/>`))).toBe('reply');
    const many = Array.from(
      { length: 500 },
      (_, index) => `<x${count}-${index} xmlns="urn:${count}-${index}"/>`,
    );
    expect(resultOf(inHeader(many.join('')))).toBe('reply');
  }
  // The names that were read have 60 MB together.
  expect(heapUsed() - before).toBeLessThan(10 * 1024 * 1024);
});
