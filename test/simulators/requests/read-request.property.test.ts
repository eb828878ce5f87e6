import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coreSystemIds } from '../../../platform/systems.ts';
import { contractIn } from '../../../simulators/simulated-system.ts';
import { InvalidRequest } from '../../../simulators/soap/invalid-request.ts';
import { readRequest } from '../../../simulators/soap/read-request.ts';
import { seed } from '../../support/random.ts';
import { NAMESPACES, SOAP_11, SOAP_12, soap, validators } from '../wire-client.ts';
import { branch, damaged, leaf, type Node, nil, write } from './damage.ts';

/**
 * Compares the simulators' own reading of a WSDL with libxml2's. For every damaged request, both must agree whether it
 * is valid. Each run prints its seed. `SEED=…` repeats the run with that seed.
 */
const FILES = {
  prs: 'patrons/patron-registry.wsdl',
  cms: 'credentials/card-management.wsdl',
  circ: 'circulation/circulation.wsdl',
} as const;
type System = keyof typeof FILES;
const details = branch(
  'DETAILS',
  leaf('ENG_NAME', 'A, B'),
  leaf('HKID', 'A123456(3)'),
  leaf('DOB', '20000101'),
  leaf('ADDR_LINE', 'x'),
  leaf('ADDR_LINE', 'y'),
  leaf('ADDR_PROOF', 'Y'),
  leaf('EMAIL', 'a@b.example'),
);
const applicant = branch(
  'applicant',
  leaf('engName', 'A, B'),
  nil('chiName'),
  leaf('hkid', 'A123456(3)'),
  nil('birthCertNo'),
  leaf('dateOfBirth', '01/01/2000'),
  nil('dateOfIssue'),
  nil('address'),
  leaf('addressProof', 'true'),
  nil('tel'),
  nil('email'),
);
const guarantor = branch(
  'guarantor',
  leaf('name', 'C'),
  nil('tel'),
  leaf('signedOn', '02/01/2026'),
  leaf('allowsSmartCard', '0'),
);

/** Valid requests. Together they use every construct of the schemas. */
const SAMPLES: Readonly<Record<System, readonly Node[]>> = {
  prs: [
    branch('GetPatrons', leaf('PATRON_NO', 'P0000001'), leaf('PATRON_NO', 'P0000002')),
    branch('FindPatron', leaf('HKID', 'A123456(3)')),
    branch('SearchPatrons', leaf('NAME', 'x'), leaf('STATUS', 'A'), leaf('MAX_ROWS', ' +10 ')),
    branch(
      'AmendPatron',
      leaf('PATRON_NO', 'P0000001'),
      leaf('LAST_UPD', '20260101000000'),
      details,
      leaf('STATUS', 'S'),
    ),
  ],
  cms: [
    branch('GetCardsByPatron', leaf('patronNo', 'P0000001'), leaf('patronNo', 'P0000002')),
    branch('GetCardsByNumber', leaf('cardNos', ' 21852000000017\n21852000000025 ')),
    branch(
      'ListApplications',
      leaf('status', 'RCV'),
      nil('patronNo'),
      nil('afterApplicationNo'),
      leaf('maxRows', '5'),
    ),
    branch(
      'SubmitApplication',
      leaf('clientRef', 'r'),
      leaf('channel', 'WEB'),
      nil('patronNo'),
      leaf('wants', 'LC'),
      leaf('wants', 'SC'),
      applicant,
      guarantor,
    ),
    branch('ReportLoss', leaf('clientRef', 'r'), leaf('cardNo', '21852000000017'), nil('onReplacement')),
  ],
  circ: [
    branch('GetLoans', leaf('SID', 's'), leaf('CardNo', '1'), leaf('CardNo', '2')),
    branch('ListEvents', leaf('SID', 's'), leaf('AfterSeq', '9223372036854775807'), leaf('MaxRows', '10')),
    branch('CheckOut', leaf('SID', 's'), leaf('CardNo', '1'), leaf('ItemNo', '2'), leaf('Ref', '')),
  ],
};

// biome-ignore format: with one value on each line, the list would fill a screen.
const TEXTS = [
  '', ' ', 'x', 'P0000001', ' P0000001', 'P00000011', '21852000000017', '21852000000017 2185200000002', '\t1\n', '1',
  '+1', '-0', '01', '1.0', '1e3', '2147483647', '2147483648', '-2147483649', '9223372036854775808', 'true', ' 1 ',
  'TRUE', 'yes', '01/01/2026', '1/1/2026', '20260101', '2026010', 'A', 'a', 'A ', 'LC', 'CONT', 'RCV', '嚟', '٣',
] as const;
// biome-ignore format: with one value on each line, the list would fill a screen.
const ATTRIBUTES = [
  ' xsi:nil="true"', ' xsi:nil="false"', ' xsi:nil=" 1 "', ' xsi:nil="no"', ' type="LC"', ' xmlns=""',
  ' xmlns="urn:other"', ' xml:lang="en"', ' p:x="1"',
] as const;

const NAMES = [
  'PATRON_NO',
  'HKID',
  'BIRTH_CERT_NO',
  'TEL',
  'TOTAL',
  'cardNo',
  'status',
  'Ref',
  'SID',
  'p:SID',
] as const;

/** Local elements of PRS have no namespace. Local elements of CMS and CIRC have their system's namespace. */
function envelope(system: System, root: Node): string {
  const uri = NAMESPACES[system];
  const scope = ` xmlns:p="${uri}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`;
  const top = system === 'prs' ? { ...root, name: `p:${root.name}` } : root;
  const own = system === 'prs' ? scope : `${scope} xmlns="${uri}"`;
  return soap(system === 'cms' ? SOAP_12 : SOAP_11, write({ ...top, attributes: own + root.attributes }));
}

const contracts = { prs: contractIn(FILES.prs), cms: contractIn(FILES.cms), circ: contractIn(FILES.circ) };

function ownVerdict(system: System, xml: string): string {
  try {
    const { excess } = readRequest(Buffer.from(xml), contracts[system], new Set());
    return excess === null ? 'valid' : `too many ${excess}`;
  } catch (error) {
    if (error instanceof InvalidRequest) {
      return error.message;
    }
    throw error;
  }
}

test.each(coreSystemIds)(`%s: our table and libxml2 agree on every request (SEED=${seed})`, (system) => {
  const verdicts = { valid: 0, invalid: 0 };
  fc.assert(
    fc.property(damaged(SAMPLES[system], { texts: TEXTS, attributes: ATTRIBUTES, names: NAMES }), (root) => {
      const xml = envelope(system, root);
      const own = ownVerdict(system, xml);
      const theirs = validators[system].problems(Buffer.from(xml));
      verdicts[theirs.length === 0 ? 'valid' : 'invalid'] += 1;
      expect({ xml, own, theirs, agree: (own === 'valid') === (theirs.length === 0) }).toMatchObject({
        agree: true,
      });
    }),
    { seed, numRuns: 700 },
  );
  expect(Math.min(verdicts.valid, verdicts.invalid)).toBeGreaterThan(50);
});

test('every operation of the WSDLs is in the table', () => {
  for (const system of coreSystemIds) {
    const wsdl = readFileSync(new URL(`../../../adapters/${FILES[system]}`, import.meta.url), 'utf8');
    const bound = new Set([...wsdl.matchAll(/soapAction="[^"]*?(\w+)"/g)].map((match) => match[1]));
    expect(new Set(contracts[system].operations.keys())).toEqual(bound);
  }
});
