import { describe, expect, test } from 'vitest';
import { openMessage } from '../../../../../adapters/soap/codec/decode/open-message.ts';
import { compileEncoder } from '../../../../../adapters/soap/codec/encode/compile-encoder.ts';
import { readXml } from '../../../../../adapters/soap/codec/read-xml.ts';
import type { AnyValue } from '../../../../../adapters/soap/contract/contract-types.ts';
import { contractFiles, schemaText } from '../../../../support/contracts/contract-files.ts';
import { type ReadRoot, readRoot } from '../../../../support/contracts/read-root.ts';

const root = (content: string): string =>
  `<xs:element name="Root"><xs:complexType>${content}</xs:complexType></xs:element>`;

function read(schema: string): ReadRoot {
  using files = contractFiles({ 'a.xsd': schemaText(schema) });
  return readRoot(files.file('a.xsd'), 'Root');
}

function decode(
  { root: element, types }: ReadRoot,
  xml: string,
  unknownElements: 'refused' | 'skipped' = 'refused',
): unknown {
  let value: unknown;
  readXml(
    xml,
    (tag) =>
      openMessage(
        element,
        tag,
        (result) => {
          value = result;
        },
        { types, unknownElements },
      ),
    { maxDepth: 64, maxElements: 1000 },
  );
  return value;
}

const anyTree: AnyValue = {
  name: '{urn:t}x',
  attributes: {},
  children: [{ name: 'y', attributes: { z: '1' }, children: [] }],
};

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const start = `<m:Root xmlns:m="urn:t" xmlns:xsi="${XSI}"`;

const methods =
  '<xs:complexType name="Method" abstract="true"><xs:sequence><xs:element name="payer" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType>' +
  '<xs:complexType name="Cash"><xs:complexContent><xs:extension base="t:Method"><xs:sequence><xs:element name="desk" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>' +
  '<xs:complexType name="Fps"><xs:complexContent><xs:extension base="t:Method"/></xs:complexContent></xs:complexType>';
const shapes =
  '<xs:element name="Shape" abstract="true" type="xs:int"/><xs:element name="Circle" substitutionGroup="t:Shape"/>' +
  '<xs:element name="Square" substitutionGroup="t:Shape"/>';

describe('a value is written, and read again', () => {
  test.each<[what: string, schema: string, value: unknown, content: string]>([
    [
      'of a derived type, which it names',
      methods + root('<xs:sequence><xs:element name="method" type="t:Method"/></xs:sequence>'),
      { method: { $type: 'Cash', payer: 'A', desk: 3 } },
      '><m:method xsi:type="m:Cash"><m:payer>A</m:payer><m:desk>3</m:desk></m:method></m:Root>',
    ],
    [
      'of a type that contains itself',
      '<xs:complexType name="T"><xs:sequence><xs:element name="t" type="t:T" minOccurs="0"/></xs:sequence></xs:complexType>' +
        '<xs:element name="Root" type="t:T"/>',
      { t: { t: {} } },
      '><m:t><m:t></m:t></m:t></m:Root>',
    ],
    [
      'of a choice in a sequence',
      root(
        '<xs:sequence><xs:choice><xs:element name="a" type="xs:int"/><xs:sequence><xs:element name="b" type="xs:int"/><xs:element name="c" type="xs:int" minOccurs="0"/></xs:sequence></xs:choice><xs:element name="d" type="xs:int"/></xs:sequence>',
      ),
      { b: 1, d: 2 },
      '><m:b>1</m:b><m:d>2</m:d></m:Root>',
    ],
    [
      'of a choice that comes several times, in its order',
      root(
        '<xs:choice minOccurs="0" maxOccurs="unbounded"><xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int"/></xs:choice>',
      ),
      { $items: [{ b: 1 }, { a: 2 }, { b: 3 }] },
      '><m:b>1</m:b><m:a>2</m:a><m:b>3</m:b></m:Root>',
    ],
    [
      'of elements in any order',
      root(
        '<xs:all><xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int" minOccurs="0"/></xs:all>',
      ),
      { a: 1, b: 2 },
      '><m:a>1</m:a><m:b>2</m:b></m:Root>',
    ],
    [
      'of a substitution group',
      shapes + root('<xs:sequence><xs:element ref="t:Shape" maxOccurs="3"/></xs:sequence>'),
      { $items: [{ Square: 4 }, { Circle: 1 }] },
      '><m:Square>4</m:Square><m:Circle>1</m:Circle></m:Root>',
    ],
    [
      'with a text and attributes',
      '<xs:complexType name="Money"><xs:simpleContent><xs:extension base="xs:decimal"><xs:attribute name="currency" type="xs:string" fixed="HKD"/></xs:extension></xs:simpleContent></xs:complexType>' +
        root('<xs:sequence><xs:element name="total" type="t:Money"/></xs:sequence>'),
      { total: { $value: '1.50', currency: 'HKD' } },
      '><m:total currency="HKD">1.50</m:total></m:Root>',
    ],
    [
      'that is nil, and has attributes',
      '<xs:complexType name="T"><xs:sequence/><xs:attribute name="why" type="xs:string"/></xs:complexType>' +
        root('<xs:sequence><xs:element name="t" type="t:T" nillable="true" maxOccurs="2"/></xs:sequence>'),
      { t: [{ $nil: true, why: 'x' }, null] },
      '><m:t xsi:nil="true" why="x"/><m:t xsi:nil="true"/></m:Root>',
    ],
    [
      'with two elements of one name, and an attribute of that name',
      root(
        '<xs:sequence><xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int"/><xs:element name="a" type="xs:int"/></xs:sequence><xs:attribute name="a" type="xs:int"/>',
      ),
      { a: 1, b: 2, a_2: 3, a_3: 4 },
      ' a="4"><m:a>1</m:a><m:b>2</m:b><m:a>3</m:a></m:Root>',
    ],
    [
      'with a name that every object has',
      root('<xs:sequence><xs:element name="__proto__" type="xs:int"/></xs:sequence>'),
      { __proto___2: 1 },
      '><m:__proto__>1</m:__proto__></m:Root>',
    ],
    [
      'with elements and attributes of other namespaces',
      root(
        '<xs:sequence><xs:any namespace="##other" minOccurs="0" maxOccurs="unbounded"/></xs:sequence><xs:anyAttribute namespace="##other"/>',
      ),
      {
        $attributes: { '{urn:o}a': '1' },
        $any: [
          {
            name: '{urn:o}X',
            attributes: { b: '2' },
            children: ['t', { name: 'Y', attributes: {}, children: [] }],
          },
        ],
      },
      ' xmlns:q1="urn:o" q1:a="1"><q1:X xmlns:q1="urn:o" b="2">t<Y></Y></q1:X></m:Root>',
    ],
    [
      'with names, lists, bytes and numbers of any size',
      '<xs:simpleType name="Names"><xs:list itemType="xs:QName"/></xs:simpleType>' +
        root(
          '<xs:sequence><xs:element name="a" type="t:Names"/><xs:element name="b" type="xs:base64Binary"/><xs:element name="c" type="xs:integer"/><xs:element name="d" type="xs:double"/></xs:sequence>',
        ),
      { a: ['{urn:o}X', '{urn:p}Y'], b: new Uint8Array([1, 2]), c: 10n ** 30n, d: Number.POSITIVE_INFINITY },
      `><m:a xmlns:q1="urn:o" xmlns:q2="urn:p">q1:X q2:Y</m:a><m:b>AQI=</m:b><m:c>1${'0'.repeat(30)}</m:c><m:d>INF</m:d></m:Root>`,
    ],
    [
      'of any type, as a tree',
      root('<xs:sequence><xs:element name="x"/></xs:sequence>'),
      { x: anyTree },
      '><m:x><y z="1"></y></m:x></m:Root>',
    ],
    [
      'of any type, as the type that it names',
      '<xs:complexType name="T"><xs:sequence><xs:element name="a" type="xs:int"/></xs:sequence></xs:complexType>' +
        root('<xs:sequence><xs:element name="x"/></xs:sequence>'),
      { x: { $type: 'T', a: 1 } },
      '><m:x xsi:type="m:T"><m:a>1</m:a></m:x></m:Root>',
    ],
    [
      'with text and elements mixed',
      '<xs:element name="Root"><xs:complexType mixed="true"><xs:sequence><xs:element name="b" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>',
      { $content: ['a ', { name: '{urn:t}b', attributes: {}, children: ['bold'] }] },
      '>a <q1:b xmlns:q1="urn:t">bold</q1:b></m:Root>',
    ],
  ])('%s', (_what, schema, value, content) => {
    const contract = read(schema);
    const xml = start + content;
    expect(compileEncoder(contract.root, contract.types)(value)).toBe(xml);
    expect(decode(contract, xml)).toEqual(value);
  });
});

describe('a value is read', () => {
  test('with defaults and fixed values of what is left out', () => {
    const contract = read(
      root(
        '<xs:sequence><xs:element name="a" type="xs:int" default="7"/></xs:sequence><xs:attribute name="b" type="xs:int" default="8"/><xs:attribute name="c" type="xs:int" fixed="9"/>',
      ),
    );
    expect(decode(contract, `${start}><m:a/></m:Root>`)).toEqual({ a: 7, b: 8, c: 9 });
    expect(() => decode(contract, `${start} c="8"><m:a/></m:Root>`)).toThrow(
      'not the value that the contract fixes',
    );
  });

  test('also if it names the declared type, or one that is derived from it', () => {
    const contract = read(
      '<xs:simpleType name="Small"><xs:restriction base="xs:int"><xs:maxInclusive value="9"/></xs:restriction></xs:simpleType>' +
        root('<xs:sequence><xs:element name="a" type="xs:int"/></xs:sequence>'),
    );
    const xml = (type: string, text: string) =>
      `${start} xmlns:xs="http://www.w3.org/2001/XMLSchema"><m:a xsi:type="${type}">${text}</m:a></m:Root>`;
    expect(decode(contract, xml('xs:int', '10'))).toEqual({ a: 10 });
    expect(decode(contract, xml('m:Small', '9'))).toEqual({ a: 9 });
    expect(() => decode(contract, xml('m:Small', '10'))).toThrow('Root/a: not a Small');
    expect(() => decode(contract, xml('xs:date', '2026-01-01'))).toThrow(
      'a names a type that the contract does not allow',
    );
  });

  test('of elements in any order', () => {
    const contract = read(
      root(
        '<xs:all><xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int" minOccurs="0"/></xs:all>',
      ),
    );
    expect(decode(contract, `${start}><m:b>2</m:b><m:a>1</m:a></m:Root>`)).toEqual({ a: 1, b: 2 });
    expect(() => decode(contract, `${start}><m:b>2</m:b></m:Root>`)).toThrow('Root: a is missing');
    expect(() => decode(contract, `${start}><m:a>2</m:a><m:a>2</m:a></m:Root>`)).toThrow('not allowed here');
  });

  test('without unknown elements and attributes, if the contract says that they are skipped', () => {
    const contract = read(
      root(
        '<xs:sequence><xs:element name="a" type="xs:int"/><xs:choice minOccurs="0"><xs:element name="b" type="xs:int"/></xs:choice></xs:sequence>',
      ),
    );
    const xml = `${start} new="1"><m:new><m:a>x</m:a></m:new><m:a>1</m:a><m:new/><m:b>2</m:b></m:Root>`;
    expect(decode(contract, xml, 'skipped')).toEqual({ a: 1, b: 2 });
    expect(() => decode(contract, xml)).toThrow('Root has an attribute that the contract does not have');
  });
});

describe('what the contract does not allow is refused', () => {
  const contract = read(
    methods +
      root(
        '<xs:sequence><xs:element name="m" type="t:Method"/><xs:choice maxOccurs="2"><xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int"/></xs:choice></xs:sequence>',
      ),
  );
  const fps = '<m:m xsi:type="m:Fps"/>';

  test.each([
    ['an abstract type', `<m:m/><m:a>1</m:a>`, 'Root: m does not say of which type it is'],
    [
      'an unknown type',
      `<m:m xsi:type="m:None"/><m:a>1</m:a>`,
      'Root: m names a type that the contract does not allow',
    ],
    [
      'a type that is not derived',
      `<m:m xsi:type="xsd:int" xmlns:xsd="http://www.w3.org/2001/XMLSchema"/>`,
      'Root: m names a type',
    ],
    ['no element of a choice', fps, 'Root: a is missing'],
    [
      'too many of a choice',
      `${fps}<m:a>1</m:a><m:b>1</m:b><m:a>1</m:a>`,
      'Root: an element that is not allowed here',
    ],
  ])('when it is read: %s', (_what, content, message) => {
    expect(() => decode(contract, `${start}>${content}</m:Root>`)).toThrow(message);
  });

  const encode = compileEncoder(contract.root, contract.types);
  const cyclic: Record<string, unknown> = {};
  cyclic.t = cyclic;
  test.each<[string, unknown, string]>([
    ['no type', { m: {}, $items: [{ a: 1 }] }, 'Root/m: expected a $type of Cash, Fps'],
    [
      'an abstract type',
      { m: { $type: 'Method' }, $items: [{ a: 1 }] },
      'Root/m: expected a $type of Cash, Fps',
    ],
    [
      'two of a choice',
      { m: { $type: 'Fps' }, $items: [{ a: 1, b: 2 }] },
      'Root/$items[1]: expected exactly one of a, b',
    ],
    [
      'too many rounds',
      { m: { $type: 'Fps' }, $items: [{ a: 1 }, { a: 1 }, { a: 1 }] },
      'Root/$items: expected 1 to 2 items',
    ],
    [
      'a wrong value in a round',
      { m: { $type: 'Fps' }, $items: [{ a: 1 }, { b: 'x' }] },
      'Root/$items[2]/b: expected a value of type int',
    ],
    [
      'an unknown key in a round',
      { m: { $type: 'Fps' }, $items: [{ c: 1 }] },
      'Root/$items[1]: expected only a, b',
    ],
  ])('when it is written: %s', (_what, value, message) => {
    expect(() => encode(value)).toThrow(message);
  });

  test('when it is written: a value that contains itself', () => {
    const recursive = read(
      '<xs:complexType name="T"><xs:sequence><xs:element name="t" type="t:T" minOccurs="0"/></xs:sequence></xs:complexType><xs:element name="Root" type="t:T"/>',
    );
    expect(() => compileEncoder(recursive.root)(cyclic)).toThrow('more than 64 levels');
  });
});
