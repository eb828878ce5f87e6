import { expect, test } from 'vitest';
import type { Application } from '../../../../../adapters/credentials/port.ts';
import { documentsToWrite } from '../../../../../subgraphs/credentials/rules/applications/document-holders.ts';
import { otherApplicationProblems } from '../../../../../subgraphs/credentials/rules/applications/other-applications.ts';
import { patron, received, told } from './cases.ts';

const application = received({ patronId: null });
const problems = (
  open: readonly Application[],
  { otherApplicationsSeen = [] as readonly string[], applicationsSearched = false, areAllListed = true } = {},
) => {
  const shown = {
    addressProofShown: true,
    identityDocumentSeen: true,
    otherApplicationsSeen,
    applicationsSearched,
  };
  return told(otherApplicationProblems(application, { open, areAllListed }, shown));
};
const other = (
  fields: Partial<Application>,
  applicant: Partial<Application['applicant']> = {},
): Application => ({
  ...received(fields, applicant),
  id: 'A0000099',
});

test("R7: a patron's application with the document is decided first", () => {
  for (const channel of ['COUNTER', 'INTERNET'] as const) {
    const ofPatron = other({ patronId: 'P0000004', channel });
    expect(problems([ofPatron])).toEqual(['OTHER_APPLICATION_OPEN applicationId']);
    expect(problems([ofPatron], { otherApplicationsSeen: [ofPatron.id] })).toEqual([
      'OTHER_APPLICATION_OPEN applicationId',
    ]);
  }
});

test("R7: somebody else's application at a counter is decided first, and not the same person's", () => {
  const atCounter = { patronId: null, channel: 'COUNTER' } as const;
  const refused = ['OTHER_APPLICATION_OPEN applicationId'];
  expect(problems([other(atCounter, { englishName: 'SOMEBODY, ELSE' })])).toEqual(refused);
  expect(problems([other(atCounter, { dateOfBirth: '1999-01-02' })])).toEqual(refused);
  const { englishName } = application.applicant;
  expect(problems([other(atCounter, { englishName: englishName.toLowerCase() })])).toEqual([]);
});

test('R4, R7: what strangers sent over the internet is passed once staff have looked at each', () => {
  const first = { ...other({ patronId: null, channel: 'INTERNET' }), id: 'A0000098' };
  const second = { ...first, id: 'A0000099' };
  const refused = ['OTHER_APPLICATIONS_UNSEEN otherApplicationsSeen'];
  expect(problems([first, second])).toEqual(refused);
  expect(problems([first, second], { otherApplicationsSeen: ['A0000098'] })).toEqual(refused);
  expect(problems([first, second], { otherApplicationsSeen: ['A0000098', 'A0000099'] })).toEqual([]);
});

test('where not all can be listed, staff confirm that they have searched', () => {
  const refused = ['OTHER_APPLICATIONS_UNSEEN applicationsSearched'];
  expect(problems([], { areAllListed: false })).toEqual(refused);
  expect(problems([], { areAllListed: false, applicationsSearched: true })).toEqual([]);
});

test('only the documents matter that the approval writes into the registry', () => {
  const both = { identityNumber: 'D135790(6)', birthCertificateNumber: 'S1234567' };
  expect(documentsToWrite(received({ patronId: null }, both), null)).toEqual(['D135790(6)', 'S1234567']);
  const ofPatron = received({ patronId: 'P0000004' }, both);
  expect(documentsToWrite(ofPatron, patron())).toEqual([]);
  const identityDocuments = [{ kind: 'BIRTH_CERTIFICATE', number: 'S1234567' }] as const;
  expect(documentsToWrite(ofPatron, patron({ identityDocuments }))).toEqual(['D135790(6)']);
});
