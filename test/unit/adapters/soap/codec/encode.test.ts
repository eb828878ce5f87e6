import { describe, expect, test } from 'vitest';
import { compileEncoder } from '../../../../../adapters/soap/codec/encode/compile-encoder.ts';
import { EncodeError } from '../../../../../adapters/soap/codec/encode/encode-error.ts';
import { contracts, inputOf } from '../tables.ts';

const encoder = (system: keyof typeof contracts, name: string) =>
  compileEncoder(inputOf(contracts[system], name));
const getPatrons = encoder('prs', 'GetPatrons');
const search = encoder('prs', 'SearchPatrons');
const find = encoder('prs', 'FindPatron');
const byNumber = encoder('cms', 'GetCardsByNumber');
const listApplications = encoder('cms', 'ListApplications');
const listEvents = encoder('circ', 'ListEvents');
const decide = encoder('cms', 'DecideApplication');

describe('a request is encoded', () => {
  test('as the element of a choice, in the example of the docstring', () => {
    expect(find({ HKID: 'A123456(3)' })).toBe(
      '<m:FindPatron xmlns:m="urn:library:prs:2004" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
        '<HKID>A123456(3)</HKID></m:FindPatron>',
    );
  });

  test('in the order of the schema, not of the object, with local elements unqualified if the schema says so', () => {
    expect(search({ MAX_ROWS: 5, NAME: 'CHAN' })).toBe(
      '<m:SearchPatrons xmlns:m="urn:library:prs:2004" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
        '<NAME>CHAN</NAME><MAX_ROWS>5</MAX_ROWS></m:SearchPatrons>',
    );
  });

  test('with nil for null, nothing for an absent value, and spaces between the items of a list', () => {
    expect(listApplications({ status: null, patronNo: null, afterApplicationNo: '', maxRows: 1 })).toContain(
      '<m:status xsi:nil="true"/><m:patronNo xsi:nil="true"/><m:afterApplicationNo></m:afterApplicationNo>',
    );
    expect(byNumber({ cardNos: ['21852000000017', '00852000000017'] })).toContain(
      '<m:cardNos>21852000000017 00852000000017</m:cardNos>',
    );
  });

  test('with every digit of a long', () => {
    expect(listEvents({ SID: 's', AfterSeq: 9_007_199_254_740_993n, MaxRows: 1 })).toContain(
      '>9007199254740993<',
    );
  });

  test.each([
    ['<![CDATA[<STATUS>A</STATUS>]]>', '&lt;![CDATA[&lt;STATUS&gt;A&lt;/STATUS&gt;]]&gt;'],
    ['{$xml}', '{$xml}'],
    ['a & b\r\n', 'a &amp; b&#13;\n'],
    ['陳 \u{20000}', '陳 \u{20000}'],
  ])('with %j as text', (name, text) => {
    expect(search({ NAME: name, MAX_ROWS: 1 })).toContain(`<NAME>${text}</NAME>`);
  });
});

describe('what the contract has no form for is rejected with its path and type and without its value', () => {
  const secret = 'P12345678-SECRET';
  test.each<[string, () => string, string]>([
    [
      'a value that does not match the pattern',
      () => getPatrons({ PATRON_NO: [secret] }),
      'GetPatrons/PATRON_NO[1]: expected a value of type PatronNo',
    ],
    [
      'a trailing line feed',
      () => getPatrons({ PATRON_NO: ['P0000001\n'] }),
      'GetPatrons/PATRON_NO[1]: expected a value of type PatronNo',
    ],
    ['an empty list', () => getPatrons({ PATRON_NO: [] }), 'GetPatrons/PATRON_NO: expected 1 to 50 items'],
    [
      'a list that is too long',
      () => getPatrons({ PATRON_NO: Array(51).fill('P0000001') }),
      'GetPatrons/PATRON_NO: expected 1 to 50 items',
    ],
    [
      'a hole in a list',
      () => getPatrons({ PATRON_NO: Array(2) }),
      'GetPatrons/PATRON_NO[1]: expected a value of type PatronNo',
    ],
    [
      'a text instead of an array',
      () => getPatrons({ PATRON_NO: 'P0000001' }),
      'GetPatrons/PATRON_NO: expected an array',
    ],
    ['null instead of an object', () => getPatrons(null), 'GetPatrons: expected an object'],
    [
      'a value outside the enumeration',
      () => search({ STATUS: secret, MAX_ROWS: 1 }),
      'SearchPatrons/STATUS: expected a value of type PatronStatus',
    ],
    ['a missing element', () => search({ NAME: secret }), 'SearchPatrons/MAX_ROWS: missing'],
    [
      'null for an element that is not nillable',
      () => search({ NAME: null, MAX_ROWS: 1 }),
      'SearchPatrons/NAME: expected a value of type string',
    ],
    [
      'a number too large',
      () => search({ MAX_ROWS: 2 ** 31 }),
      'SearchPatrons/MAX_ROWS: expected a value of type int',
    ],
    [
      'a number that is not whole',
      () => search({ MAX_ROWS: 1.5 }),
      'SearchPatrons/MAX_ROWS: expected a value of type int',
    ],
    [
      'not a number',
      () => search({ MAX_ROWS: Number.NaN }),
      'SearchPatrons/MAX_ROWS: expected a value of type int',
    ],
    [
      'digits as text',
      () => search({ MAX_ROWS: '5' }),
      'SearchPatrons/MAX_ROWS: expected a value of type int',
    ],
    [
      'a number for a long',
      () => listEvents({ SID: 's', AfterSeq: 1, MaxRows: 1 }),
      'ListEvents/AfterSeq: expected a value of type long',
    ],
    [
      'a long too large',
      () => listEvents({ SID: 's', AfterSeq: 2n ** 63n, MaxRows: 1 }),
      'ListEvents/AfterSeq: expected a value of type long',
    ],
    [
      'a word for a boolean',
      () => decide({ applicationNo: 'A', approve: 'true', patronNo: null, decidedBy: 'x', reason: null }),
      'DecideApplication/approve: expected a value of type boolean',
    ],
    [
      'a Date',
      () => search({ NAME: new Date(), MAX_ROWS: 1 }),
      'SearchPatrons/NAME: expected a value of type string',
    ],
    [
      'an object for text',
      () => search({ NAME: { $xml: secret }, MAX_ROWS: 1 }),
      'SearchPatrons/NAME: expected a value of type string',
    ],
    [
      'a control character',
      () => search({ NAME: `${secret}\u0000`, MAX_ROWS: 1 }),
      'SearchPatrons/NAME: expected a value of type string',
    ],
    [
      'a lone surrogate',
      () => search({ NAME: `${secret}\ud800`, MAX_ROWS: 1 }),
      'SearchPatrons/NAME: expected a value of type string',
    ],
    [
      'two of a choice',
      () => find({ HKID: secret, BIRTH_CERT_NO: secret }),
      'FindPatron: expected exactly one of HKID, BIRTH_CERT_NO',
    ],
    ['none of a choice', () => find({}), 'FindPatron: expected exactly one of HKID, BIRTH_CERT_NO'],
    [
      'an item with a space',
      () => byNumber({ cardNos: ['21852000000017 21852000000017'] }),
      'GetCardsByNumber/cardNos[1]: expected a value of type CardNo',
    ],
    [
      'an unknown key',
      () => getPatrons({ PATRON_NO: ['P0000001'], [secret]: 1 }),
      'GetPatrons: expected only PATRON_NO',
    ],
    [
      'an attribute-like key',
      () => search({ attributes: { x: secret }, MAX_ROWS: 1 }),
      'SearchPatrons: expected only NAME, TEL, STATUS, AFTER_PATRON_NO, MAX_ROWS',
    ],
    ['inherited fields', () => search(Object.create({ MAX_ROWS: 1 })), 'SearchPatrons/MAX_ROWS: missing'],
  ])('%s', (_what, encode, message) => {
    expect(encode).toThrow(new EncodeError(message));
    expect(encode).toThrow(TypeError);
  });
});
