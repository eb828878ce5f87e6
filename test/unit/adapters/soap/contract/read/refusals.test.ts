import { describe, expect, test } from 'vitest';
import { moduleOf } from '../../../../../../adapters/soap/contract/generate.ts';
import { readContract } from '../../../../../../adapters/soap/contract/read/read-contract.ts';
import { contractFiles, schemaText, wsdlText } from '../../../../../support/contracts/contract-files.ts';

/** The errors of the operations that are refused. */
function refusals(wsdl: string, more: Readonly<Record<string, string>> = {}): string[] {
  using files = contractFiles({ 'a.wsdl': wsdl, ...more });
  return [...readContract(files.file('a.wsdl')).refused.values()].map(({ message }) => message);
}

/** A contract whose request has the type. The type begins in line 3. */
const withType = (type: string): string =>
  wsdlText({
    schema: schemaText(
      `<xs:element name="Ask" type="t:X"/><xs:element name="Answer" type="xs:string"/>\n${type}`,
    ),
  });

const simple = (content: string) => `<xs:simpleType name="X">${content}</xs:simpleType>`;
const complex = (content: string) => `<xs:complexType name="X">${content}</xs:complexType>`;

describe('what is not supported is refused with file, line and construct', () => {
  test.each<[string, string, string]>([
    [
      'a pattern that is none',
      simple('<xs:restriction base="xs:string"><xs:pattern value="(a"/></xs:restriction>'),
      'a.wsdl:4: a pattern with an error before its character 3',
    ],
    [
      'a value of an enumeration that is none of its base',
      simple('<xs:restriction base="xs:int"><xs:enumeration value="x"/></xs:restriction>'),
      'a.wsdl:4: x is not a value of int',
    ],
    [
      'a facet that is no count',
      simple('<xs:restriction base="xs:string"><xs:maxLength value="-1"/></xs:restriction>'),
      'a.wsdl:4: maxLength is not a count',
    ],
    ['a list of lists', simple('<xs:list itemType="xs:NMTOKENS"/>'), 'a.wsdl:4: a list of lists'],
    ['an empty union', simple('<xs:union/>'), 'a.wsdl:4: a union without members'],
    [
      'a type that is derived from itself',
      complex('<xs:complexContent><xs:extension base="t:X"/></xs:complexContent>'),
      'a.wsdl:4: t:X is derived from itself',
    ],
    [
      'elements in a text',
      complex('<xs:complexContent><xs:extension base="xs:int"/></xs:complexContent>'),
      'a.wsdl:4: elements in a type that is derived from a text',
    ],
    [
      'a group that contains itself',
      `${complex('<xs:group ref="t:G"/>')}<xs:group name="G"><xs:sequence><xs:group ref="t:G"/></xs:sequence></xs:group>`,
      'a.wsdl:4: a group that contains itself',
    ],
    [
      'a type that there is not',
      complex('<xs:sequence><xs:element name="a" type="t:Y"/></xs:sequence>'),
      'a.wsdl:4: no type {urn:t}Y',
    ],
    [
      'a prefix that is not declared',
      complex('<xs:sequence><xs:element ref="u:Y"/></xs:sequence>'),
      'a.wsdl:4: the prefix of u:Y is not declared',
    ],
    [
      'rounds that can not be told apart',
      complex(
        '<xs:sequence minOccurs="2" maxOccurs="3"><xs:element name="a" type="xs:int" maxOccurs="2"/><xs:element name="b" type="xs:int" minOccurs="0"/></xs:sequence>',
      ),
      'a.wsdl:4: a repeated group whose rounds can not be told apart',
    ],
    [
      'minOccurs above maxOccurs',
      complex('<xs:sequence><xs:element name="a" type="xs:int" minOccurs="2"/></xs:sequence>'),
      'a.wsdl:4: minOccurs is greater than maxOccurs',
    ],
  ])('%s', (_what, type, message) => {
    expect(refusals(withType(type))).toEqual([message]);
  });

  test('the encoded style, by its name', () => {
    const binding = '<input><soap:body use="encoded"/></input><output><soap:body use="encoded"/></output>';
    expect(refusals(wsdlText({ binding, style: 'style="rpc"' }))).toEqual(['a.wsdl:10: rpc/encoded']);
    expect(refusals(wsdlText({ binding }))).toEqual(['a.wsdl:10: document/encoded']);
  });

  test('a redefined type, and a document that is not there', () => {
    const redefine =
      '<xs:redefine schemaLocation="b.xsd"><xs:simpleType name="X"><xs:restriction base="t:X"/></xs:simpleType></xs:redefine>';
    const schema = (content: string) =>
      wsdlText({
        schema: schemaText(
          `${content}<xs:element name="Ask" type="t:X"/><xs:element name="Answer" type="xs:string"/>`,
        ),
      });
    const original = schemaText('<xs:simpleType name="X"><xs:restriction base="xs:string"/></xs:simpleType>');
    expect(refusals(schema(redefine), { 'b.xsd': original })).toEqual(['a.wsdl:3: xsd:redefine of {urn:t}X']);
    expect(refusals(schema('<xs:include schemaLocation="c.xsd"/>'))).toEqual([
      'a.wsdl:3: no type {urn:t}X: no document for a.wsdl:3',
    ]);
  });

  test('only for the operations that reach it', async () => {
    const schema = schemaText(
      '<xs:element name="Ask" type="t:X"/><xs:element name="Answer" type="xs:string"/><xs:element name="Other" type="xs:string"/>' +
        simple('<xs:list itemType="xs:NMTOKENS"/>'),
    );
    const whole = wsdlText({
      schema,
      messages: '<message name="Other"><part name="p" element="t:Other"/></message>',
    });
    const other =
      '<operation name="Other"><soap:operation soapAction=""/><input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>';
    const wsdl = whole
      .replace(
        '</portType>',
        '<operation name="Other"><input message="t:Other"/><output message="t:Answer"/></operation></portType>',
      )
      .replace('</binding>', `${other}</binding>`);
    using files = contractFiles({ 'a.wsdl': wsdl });
    const { contract, refused } = readContract(files.file('a.wsdl'));
    expect([[...contract.operations.keys()], [...refused.keys()]]).toEqual([['Other'], ['Ask']]);
    // One of our own systems is refused as a whole.
    await expect(moduleOf(files.file('a.wsdl'))).rejects.toThrow('a list of lists');
  });

  test.each([
    ['<html/>', 'a.wsdl:1: neither a WSDL 1.1 nor an XML schema, but html'],
    ['<definitions', /^a\.wsdl: /],
    [wsdlText({ service: '<port name="P" binding="t:None"/>' }), 'a.wsdl:11: no binding t:None'],
  ])('a document that is no contract: %j', (text, message) => {
    expect(() => refusals(text)).toThrow(message);
  });
});

describe('a document in no known encoding', () => {
  const declared = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?>\n`;

  test('is named with its file', () => {
    using files = contractFiles({
      'a.wsdl': declared('klingon') + wsdlText(),
      // Two bytes are a character, and one is left over.
      'b.wsdl': `${declared('utf-16')}${' '.repeat(1 - (wsdlText().length % 2))}${wsdlText()}`,
    });
    expect(() => readContract(files.file('a.wsdl'))).toThrow('a.wsdl: the unknown encoding klingon');
    expect(() => readContract(files.file('b.wsdl'))).toThrow('b.wsdl: not valid utf-16');
  });

  test('counts as missing if another document refers to it', () => {
    const schema = schemaText('<xs:include schemaLocation="more.xsd"/><xs:element name="Ask" type="t:X"/>');
    const more =
      declared('klingon') +
      schemaText('<xs:simpleType name="X"><xs:restriction base="xs:int"/></xs:simpleType>');
    expect(refusals(wsdlText({ schema }), { 'more.xsd': more })).not.toEqual([]);
  });
});
