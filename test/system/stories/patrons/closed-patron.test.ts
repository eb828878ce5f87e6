/** R15: a closed patron is issued no card; staff who decide see that a patron is suspended. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NewApplication } from '../../../../adapters/credentials/port.ts';
import { apply } from '../applications.ts';
import { cardsOf, done, formOf, type Library, openLibrary, refusedWith } from '../library.ts';
import { today } from '../people.ts';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library[Symbol.asyncDispose]());

const never = new AbortController().signal;
const kinds = ['LIBRARY_CARD', 'SMART_ID'] as const;

/** A closed patron of the seed. */
const closed = {
  patronId: 'P0000014',
  applicant: {
    englishName: 'AU YEUNG, LAI WAH',
    identityNumber: 'Z818181(1)',
    dateOfBirth: '1940-01-31',
    smartIdDateOfIssue: '2020-02-03',
    addressLines: [],
  },
} as const;
const suspended = {
  patronId: 'P0000013',
  applicant: {
    englishName: 'MAK, SHING',
    identityNumber: 'Y717171(2)',
    dateOfBirth: '1971-07-07',
    smartIdDateOfIssue: '2020-02-03',
    addressLines: [],
  },
} as const;

/** An application from card management's own screens, or from before the patron was closed. */
async function received({ patronId, applicant }: typeof closed, wants: NewApplication['wants']) {
  const application: NewApplication = {
    channel: 'COUNTER',
    patronId,
    wants,
    applicant: {
      ...applicant,
      chineseName: null,
      birthCertificateNumber: null,
      address: null,
      addressProofShown: false,
      telephone: null,
      email: null,
    },
    guarantor: null,
  };
  const answer = await library.behind.cards.submitApplication(randomUUID(), application, never);
  if ('refused' in answer) {
    throw new Error(answer.refused);
  }
  return answer.application.id;
}

const atClosed = { ...refusedWith('PATRON_CLOSED'), problems: [{ field: ['patronId'] }] };

test.each(kinds)('R15: nobody applies for a closed patron: %s', async (kind) => {
  const reader = await library.reader(closed.patronId);
  const form = (channel: string) => formOf(closed.applicant, [kind], { patronId: closed.patronId, channel });
  expect(await apply(library, form('COUNTER'))).toMatchObject(atClosed);
  expect(await apply(library, form('INTERNET'), reader)).toMatchObject(atClosed);
});

test.each(kinds)(
  "R15: a closed patron's application is not approved, and can be rejected: %s",
  async (kind) => {
    const before = await cardsOf(library, closed.patronId);
    const applicationId = await received(closed, [kind]);
    const decide = (input: object) =>
      library.change('decideApplication', { applicationId, ...input }, library.counter);
    expect(await decide({ approve: true })).toMatchObject(atClosed);
    expect(await cardsOf(library, closed.patronId)).toEqual(before);
    expect(await decide({ approve: false, reason: 'The record is closed.' })).toMatchObject(done);
  },
);

test('R15: a lost card of a closed patron is not replaced', async () => {
  const { patronId, applicant } = closed;
  const { identityNumber, smartIdDateOfIssue: dateOfIssue } = applicant;
  const cards = [
    { kind: 'LIBRARY_CARD', patronId },
    { kind: 'SMART_ID', patronId, identityNumber, dateOfIssue },
  ] as const;
  for (const card of cards) {
    const issued = await library.behind.cards.issueCard(randomUUID(), card, never);
    if ('refused' in issued) {
      throw new Error(issued.refused);
    }
    const { libraryCardNumber } = issued.credential;
    const isSmartId = card.kind === 'SMART_ID';
    const lost = { libraryCardNumber, ...(isSmartId && { onReplacement: 'CONTINUE' }) };
    expect(await library.change('reportLoss', lost, library.counter)).toMatchObject(done);
    const replacement = { libraryCardNumber, ...(isSmartId && { smartIdDateOfIssue: today }) };
    expect(await library.change('replaceCredential', replacement, library.counter)).toMatchObject({
      ...refusedWith('PATRON_CLOSED'),
      problems: [{ field: ['libraryCardNumber'] }],
    });
  }
  const after = await cardsOf(library, patronId);
  expect(after.filter(({ status }) => status === 'ACTIVE')).toEqual([]);
});

test('R15: who decides sees in the queue that a patron is suspended, and decides', async () => {
  const { patronId, applicant } = suspended;
  const applied = await apply(library, formOf(applicant, ['SMART_ID'], { patronId }));
  expect(applied).toMatchObject(done);
  const token = await library.system.token({ subject: 'queue', scope: 'applications:decide' });
  const { applications } = await library.read<{ applications: { edges: { node: { id: string } }[] } }>(
    '{ applications(status: RECEIVED, first: 100) { edges { node { id patron { id status } } } } }',
    {},
    token,
  );
  const { id } = applied.application ?? {};
  expect(applications.edges.find(({ node }) => node.id === id)?.node).toEqual({
    id,
    patron: { id: patronId, status: 'SUSPENDED' },
  });
  const input = { applicationId: id, approve: true };
  expect(await library.change('decideApplication', input, token)).toMatchObject(done);
  // It lends nothing nevertheless.
  const { identityNumber, smartIdDateOfIssue: dateOfIssue } = applicant;
  const credential = { smartId: { identityNumber, dateOfIssue } };
  expect(
    await library.change('checkOut', { credential, itemNumber: '31852000000494' }, library.station),
  ).toMatchObject(refusedWith('PATRON_NOT_ACTIVE'));
});
