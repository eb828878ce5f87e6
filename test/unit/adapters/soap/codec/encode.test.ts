import { describe, expect, test } from 'vitest';
import { compileEncoder, EncodeError } from '../../../../../adapters/soap/codec/encode.ts';
import { contracts, operationOf } from '../tables.ts';

const encoder = (system: keyof typeof contracts, name: string) =>
  compileEncoder(operationOf(contracts[system], name).input);
const getPatrons = encoder('prs', 'GetPatrons');
const search = encoder('prs', 'SearchPatrons');
const find = encoder('prs', 'FindPatron');
const byNumber = encoder('cms', 'GetCardsByNumber');
const listApplications = encoder('cms', 'ListApplications');
const listEvents = encoder('circ', 'ListEvents');
const decide = encoder('cms', 'DecideApplication');

describe('a request is written', () => {
  test('in the order of the schema, whatever the order given, locals unqualified where they are', () => {
    expect(search({ MAX_ROWS: 5, NAME: 'CHAN' })).toBe(
      '<m:SearchPatrons xmlns:m="urn:library:prs:2004" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
        '<NAME>CHAN</NAME><MAX_ROWS>5</MAX_ROWS></m:SearchPatrons>',
    );
  });

  test('with nil for null, nothing for what is absent, and a list parted by spaces', () => {
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

describe('what the contract has no form for is refused by path and type, and without the value', () => {
  const secret = 'P12345678-SECRET';
  test.each<[string, () => string, string]>([
    [
      'a pattern',
      () => getPatrons({ PATRON_NO: [secret] }),
      'GetPatrons/PATRON_NO[1]: a value of type PatronNo is wanted',
    ],
    [
      'a trailing line feed',
      () => getPatrons({ PATRON_NO: ['P0000001\n'] }),
      'GetPatrons/PATRON_NO[1]: a value of type PatronNo is wanted',
    ],
    ['none of many', () => getPatrons({ PATRON_NO: [] }), 'GetPatrons/PATRON_NO: 1 to 50 are wanted'],
    [
      'too many',
      () => getPatrons({ PATRON_NO: Array(51).fill('P0000001') }),
      'GetPatrons/PATRON_NO: 1 to 50 are wanted',
    ],
    [
      'a hole',
      () => getPatrons({ PATRON_NO: Array(2) }),
      'GetPatrons/PATRON_NO[1]: a value of type PatronNo is wanted',
    ],
    ['no array', () => getPatrons({ PATRON_NO: 'P0000001' }), 'GetPatrons/PATRON_NO: an array is wanted'],
    ['no object', () => getPatrons(null), 'GetPatrons: an object is wanted'],
    [
      'an enumeration',
      () => search({ STATUS: secret, MAX_ROWS: 1 }),
      'SearchPatrons/STATUS: a value of type PatronStatus is wanted',
    ],
    ['one that is missing', () => search({ NAME: secret }), 'SearchPatrons/MAX_ROWS: is wanted'],
    [
      'null where nil is not',
      () => search({ NAME: null, MAX_ROWS: 1 }),
      'SearchPatrons/NAME: a value of type string is wanted',
    ],
    [
      'a number too large',
      () => search({ MAX_ROWS: 2 ** 31 }),
      'SearchPatrons/MAX_ROWS: a value of type int is wanted',
    ],
    [
      'no whole number',
      () => search({ MAX_ROWS: 1.5 }),
      'SearchPatrons/MAX_ROWS: a value of type int is wanted',
    ],
    [
      'not a number',
      () => search({ MAX_ROWS: Number.NaN }),
      'SearchPatrons/MAX_ROWS: a value of type int is wanted',
    ],
    [
      'digits as text',
      () => search({ MAX_ROWS: '5' }),
      'SearchPatrons/MAX_ROWS: a value of type int is wanted',
    ],
    [
      'a number for a long',
      () => listEvents({ SID: 's', AfterSeq: 1, MaxRows: 1 }),
      'ListEvents/AfterSeq: a value of type long is wanted',
    ],
    [
      'a long too large',
      () => listEvents({ SID: 's', AfterSeq: 2n ** 63n, MaxRows: 1 }),
      'ListEvents/AfterSeq: a value of type long is wanted',
    ],
    [
      'a word for a boolean',
      () => decide({ applicationNo: 'A', approve: 'true', patronNo: null, decidedBy: 'x', reason: null }),
      'DecideApplication/approve: a value of type boolean is wanted',
    ],
    [
      'a Date',
      () => search({ NAME: new Date(), MAX_ROWS: 1 }),
      'SearchPatrons/NAME: a value of type string is wanted',
    ],
    [
      'an object for text',
      () => search({ NAME: { $xml: secret }, MAX_ROWS: 1 }),
      'SearchPatrons/NAME: a value of type string is wanted',
    ],
    [
      'a control character',
      () => search({ NAME: `${secret}\u0000`, MAX_ROWS: 1 }),
      'SearchPatrons/NAME: a value of type string is wanted',
    ],
    [
      'a lone surrogate',
      () => search({ NAME: `${secret}\ud800`, MAX_ROWS: 1 }),
      'SearchPatrons/NAME: a value of type string is wanted',
    ],
    [
      'two of a choice',
      () => find({ HKID: secret, BIRTH_CERT_NO: secret }),
      'FindPatron: exactly one of HKID, BIRTH_CERT_NO is wanted',
    ],
    ['none of a choice', () => find({}), 'FindPatron: exactly one of HKID, BIRTH_CERT_NO is wanted'],
    [
      'an item with a space',
      () => byNumber({ cardNos: ['21852000000017 21852000000017'] }),
      'GetCardsByNumber/cardNos[1]: a value of type CardNo is wanted',
    ],
    [
      'a stranger',
      () => getPatrons({ PATRON_NO: ['P0000001'], [secret]: 1 }),
      'GetPatrons: nothing but PATRON_NO may be given',
    ],
    [
      'an attribute-like key',
      () => search({ attributes: { x: secret }, MAX_ROWS: 1 }),
      'SearchPatrons: nothing but NAME, TEL, STATUS, AFTER_PATRON_NO, MAX_ROWS may be given',
    ],
    ['inherited fields', () => search(Object.create({ MAX_ROWS: 1 })), 'SearchPatrons/MAX_ROWS: is wanted'],
  ])('%s', (_what, encode, message) => {
    expect(encode).toThrow(new EncodeError(message));
    expect(encode).toThrow(TypeError);
  });
});
