import type { NewPatron, PatronRegistry } from '../../adapters/patrons/port.ts';
import { recordVersion } from '../../adapters/patrons/record-version.ts';
import { anySignal } from '../contract/port-under-test.ts';
import type { Case } from './cases.ts';
import { patrons } from './expected.ts';

/**
 * Every change of the registry, with values that SOAP stacks often get wrong: markup, white space, leading zeros, empty
 * texts.
 */

const [siu] = patrons;
export const newcomer: NewPatron = {
  englishName: 'FOK & <SON>',
  chineseName: '霍敏𨱏',
  identityNumber: 'Z683365(A)',
  birthCertificateNumber: '0042',
  dateOfBirth: '2012-02-29',
  addressLines: ['Flat 07', ' ]]> ', ''],
  addressProven: false,
  telephone: '00852',
  email: 'a&b@example.org',
  guarantor: { name: "FOK, 'WAI'", telephone: '0012' },
};
const newcomersDetails = {
  ENG_NAME: 'FOK & <SON>',
  CHI_NAME: '霍敏𨱏',
  HKID: 'Z683365(A)',
  BIRTH_CERT_NO: '0042',
  DOB: '20120229',
  ADDR_LINE: ['Flat 07', ' ]]> ', ''],
  ADDR_PROOF: 'N',
  TEL: '00852',
  EMAIL: 'a&b@example.org',
  GUARANTOR_NAME: "FOK, 'WAI'",
  GUARANTOR_TEL: '0012',
};
const { identityNumber, birthCertificateNumber, ...told } = newcomer;

const registering = (
  name: string,
  changes: Partial<NewPatron>,
  read: object,
  outcome: Case<PatronRegistry>['outcome'],
): Case<PatronRegistry> => ({
  name: `prs-register${name}`,
  operation: 'RegisterPatron',
  ask: (port) => port.register({ ...newcomer, ...changes }, anySignal()),
  read: { DETAILS: { ...newcomersDetails, ...read } },
  outcome,
});

/** An amendment sends the whole record, with its changes. */
const amendedDetails = {
  ENG_NAME: siu.englishName,
  CHI_NAME: '蕭𨱏',
  HKID: 'A123456(3)',
  DOB: '19800229',
  ADDR_LINE: ['1 & 2', '007'],
  ADDR_PROOF: 'Y',
  TEL: '00853',
  GUARANTOR_NAME: 'CHAN, TAI MAN',
  GUARANTOR_TEL: '0012',
};

export const registryChanges: readonly Case<PatronRegistry>[] = [
  registering(
    '',
    {},
    {},
    {
      value: {
        patron: {
          ...told,
          number: 'P0000004',
          identityDocuments: [
            { kind: 'HKID', number: identityNumber },
            { kind: 'BIRTH_CERTIFICATE', number: birthCertificateNumber },
          ],
          status: 'ACTIVE',
          registeredOn: '2025-06-07',
          version: recordVersion('P0000004', '20250607000000'),
        },
      },
    },
  ),
  registering(
    '-known',
    { identityNumber: 'A123456(3)' },
    { HKID: 'A123456(3)' },
    {
      value: { refused: 'ALREADY_REGISTERED' },
    },
  ),
  registering('-fault-busy', { telephone: 'P9999503' }, { TEL: 'P9999503' }, { reason: 'busy' }),
  // This fault comes from PHP and not from PRS, so it is not a refusal. The change may have been made.
  registering(
    '-fault-with-empty-detail',
    { telephone: 'P9999001' },
    { TEL: 'P9999001' },
    {
      reason: 'outcome-unknown',
    },
  ),
  registering('-fault-none', { telephone: 'P9999501' }, { TEL: 'P9999501' }, { reason: 'outcome-unknown' }),
  {
    name: 'prs-amend',
    operation: 'AmendPatron',
    after: 'prs-patron',
    ask: (port) =>
      port.amendContact(
        'P0000001',
        siu.version,
        { addressLines: ['1 & 2', '007'], telephone: '00853', email: null },
        anySignal(),
      ),
    read: { PATRON_NO: 'P0000001', LAST_UPD: '20040102030405', DETAILS: amendedDetails, STATUS: 'A' },
    outcome: {
      value: {
        patron: {
          ...siu,
          addressLines: ['1 & 2', '007'],
          telephone: '00853',
          email: null,
          version: recordVersion('P0000001', '20250607000000'),
        },
      },
    },
  },
];
