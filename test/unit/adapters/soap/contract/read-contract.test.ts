import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { ElementDeclaration } from '../../../../../adapters/soap/contract/contract-types.ts';
import { moduleOf } from '../../../../../adapters/soap/contract/generate.ts';
import { leavesOf, particlesOf } from '../../../../../adapters/soap/contract/particles.ts';
import { readContract } from '../../../../../adapters/soap/contract/read/read-contract.ts';
import { coreSystemIds } from '../../../../../platform/systems.ts';
import { contracts, operationOf, wsdls } from '../tables.ts';

describe('a WSDL is read into tables', () => {
  test.each([
    ['prs', '1.1', 5, 'urn:library:prs:2004'],
    ['cms', '1.2', 15, 'http://cms.library.example/2009/cards'],
    ['circ', '1.1', 16, 'urn:library:circ:v3'],
  ] as const)('%s: SOAP %s, %i operations', (system, version, count, namespace) => {
    const { contract } = readContract(wsdls[system]);
    expect([contract.soapVersion, contract.operations.size, contract.namespace]).toEqual([
      version,
      count,
      namespace,
    ]);
  });

  test('with occurrence, nil, patterns, lists, attributes, choices and qualification', () => {
    const elementsOf = (root: ElementDeclaration | null | undefined) =>
      root?.type.kind === 'complex' ? leavesOf(particlesOf(root.type)) : [];
    const [patronNo] = elementsOf(operationOf(contracts.prs, 'GetPatrons').input);
    const [card] = elementsOf(operationOf(contracts.cms, 'GetCardsByPatron').output);
    const [cardNos] = elementsOf(operationOf(contracts.cms, 'GetCardsByNumber').input);
    expect(patronNo).toMatchObject({
      name: 'PATRON_NO',
      namespace: '',
      minOccurs: 1,
      maxOccurs: 50,
      type: { name: 'PatronNo', patterns: [{ source: 'P[0-9]{7}' }] },
    });
    if (card?.kind !== 'element') {
      throw new Error('no element card');
    }
    expect(card.type).toMatchObject({
      kind: 'complex',
      attributes: [{ name: 'type' }, { name: 'status', required: true }],
    });
    expect(
      elementsOf(card)
        .filter((leaf) => leaf.kind === 'element' && leaf.nillable)
        .map(({ name }) => name),
    ).toEqual(['closedOn', 'hkid', 'dateOfIssue', 'onReplacement', 'infoCardPrintedOn']);
    expect(cardNos).toMatchObject({ namespace: contracts.cms.namespace, type: { kind: 'list' } });
    expect(operationOf(contracts.prs, 'FindPatron').input?.type).toMatchObject({
      content: { kind: 'choice' },
    });
    expect(operationOf(contracts.cms, 'VerifyPin').faults.map(({ name }) => name)).toEqual(['cmsFault']);
    expect(operationOf(contracts.circ, 'Login').faults).toEqual([]);
  });
});

test.each(coreSystemIds)('the generated types and tables of %s are those of its WSDL', async (system) => {
  const checkedIn = await readFile(new URL('contract.generated.ts', wsdls[system]), 'utf8');
  expect(checkedIn).toBe(await moduleOf(wsdls[system]));
  expect(contracts[system]).toEqual(readContract(wsdls[system]).contract);
});
