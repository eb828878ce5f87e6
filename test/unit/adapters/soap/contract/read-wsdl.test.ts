import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeModule } from '../../../../../adapters/soap/contract/generate.ts';
import { ContractError, readWsdl } from '../../../../../adapters/soap/contract/read-wsdl.ts';
import { contracts, operationOf, wsdls } from '../tables.ts';

describe('a WSDL is read into tables', () => {
  test.each([
    ['prs', '1.1', 5, 'urn:library:prs:2004'],
    ['cms', '1.2', 15, 'http://cms.library.example/2009/cards'],
    ['circ', '1.1', 16, 'urn:library:circ:v3'],
  ] as const)('%s: SOAP %s, %i operations', async (system, version, count, namespace) => {
    const { contract } = await readWsdl(wsdls[system]);
    expect([contract.soapVersion, contract.operations.size, contract.namespace]).toEqual([
      version,
      count,
      namespace,
    ]);
  });

  test('with occurrence, nil, patterns, lists, attributes, choices and qualification', () => {
    const getPatrons = operationOf(contracts.prs, 'GetPatrons').input.type;
    const cards = operationOf(contracts.cms, 'GetCardsByPatron').output.type;
    const byNumber = operationOf(contracts.cms, 'GetCardsByNumber').input.type;
    const find = operationOf(contracts.prs, 'FindPatron').input.type;
    if (getPatrons.kind !== 'complex' || cards.kind !== 'complex' || byNumber.kind !== 'complex') {
      throw new Error('not complex');
    }
    expect(getPatrons.elements[0]).toMatchObject({
      name: 'PATRON_NO',
      namespace: '',
      minOccurs: 1,
      maxOccurs: 50,
      type: { name: 'PatronNo', patterns: [{ source: 'P[0-9]{7}' }] },
    });
    const card = cards.elements[0]?.type;
    expect(card).toMatchObject({
      kind: 'complex',
      attributes: [{ name: 'type' }, { name: 'status', required: true }],
    });
    expect(
      card?.kind === 'complex' && card.elements.filter(({ nillable }) => nillable).map(({ name }) => name),
    ).toEqual(['closedOn', 'hkid', 'dateOfIssue', 'onReplacement', 'infoCardPrintedOn']);
    expect(byNumber.elements[0]).toMatchObject({
      namespace: contracts.cms.namespace,
      type: { kind: 'list' },
    });
    expect(find).toMatchObject({ kind: 'complex', compositor: 'choice' });
    expect(operationOf(contracts.cms, 'VerifyPin').fault?.name).toBe('cmsFault');
    expect(operationOf(contracts.circ, 'Login').fault).toBeNull();
  });
});

test.each([
  ['prs', 'patrons/patron-registry.wsdl'],
  ['cms', 'credentials/card-management.wsdl'],
  ['circ', 'circulation/circulation.wsdl'],
] as const)('the generated types and tables of %s are those of its WSDL', async (system, wsdl) => {
  const checkedIn = await readFile(new URL('contract.generated.ts', wsdls[system]), 'utf8');
  const contents = await readWsdl(wsdls[system]);
  expect(checkedIn).toBe(writeModule(contents, wsdl));
  expect(contracts[system]).toEqual(contents.contract);
});

describe('what the tables do not support is rejected', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wsdl-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each([
    ['another facet', '<xsd:pattern value="P[0-9]{7}"/>', '<xsd:maxLength value="8"/>'],
    ['a pattern that only XML Schema has', 'P[0-9]{7}', 'P\\i{7}'],
    ['a wildcard', '<xsd:element name="TEXT" type="xsd:string"/>', '<xsd:any/>'],
    [
      'another primitive type',
      '<xsd:element name="TEXT" type="xsd:string"/>',
      '<xsd:element name="TEXT" type="xsd:decimal"/>',
    ],
    ['a default', '<xsd:element name="TEXT" ', '<xsd:element name="TEXT" default="x" '],
    [
      'an extension',
      '<xsd:element name="PRSFault">\n        <xsd:complexType><xsd:sequence>',
      '<xsd:element name="PRSFault">\n        <xsd:complexType><xsd:complexContent/><xsd:sequence>',
    ],
    ['a name that every object has', 'name="TEXT"', 'name="__proto__"'],
    ['two elements of the same name', 'name="TEXT"', 'name="CODE"'],
    [
      'an element that refers to another',
      '<xsd:element name="TEXT" type="xsd:string"/>',
      '<xsd:element ref="tns:X"/>',
    ],
  ])('%s', async (_what, part, instead) => {
    const wsdl = await readFile(wsdls.prs, 'utf8');
    expect(wsdl).toContain(part);
    const file = join(folder, 'x.wsdl');
    await writeFile(
      file,
      wsdl.replace(part, () => instead),
    );
    await expect(readWsdl(pathToFileURL(file))).rejects.toThrow(ContractError);
  });

  test('with its place in the message', async () => {
    const wsdl = await readFile(wsdls.prs, 'utf8');
    const file = join(folder, 'y.wsdl');
    await writeFile(
      file,
      wsdl.replace('name="REG_DATE" type="tns:Date8"', 'name="REG_DATE" type="xsd:date"'),
    );
    const reading = readWsdl(pathToFileURL(file));
    await expect(reading).rejects.toThrow('PatronRecord/REG_DATE: type xsd:date is not supported');
  });
});
