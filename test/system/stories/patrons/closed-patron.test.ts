/** R15: a closed patron gets no card. Staff who decide an application see that a patron is suspended. */
import { expect, test } from 'vitest';
import { copy, formOf, libraryForTests } from '../library.ts';
import { done, refusedFor, refusedWith } from '../payloads.ts';
import { today } from '../people.ts';

const library = libraryForTests();

const kinds = ['LIBRARY_CARD', 'SMART_ID'] as const;

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

const atClosed = refusedFor('PATRON_CLOSED', 'patronId');

test.each(kinds)('R15: nobody can apply for a closed patron: %s', async (kind) => {
  const reader = await library.reader(closed.patronId);
  const form = (channel: string) => formOf(closed.applicant, [kind], { patronId: closed.patronId, channel });
  expect(await library.apply(form('COUNTER'))).toMatchObject(atClosed);
  expect(await library.apply(form('INTERNET'), reader)).toMatchObject(atClosed);
});

test.each(kinds)("R15: a closed patron's application can't be approved, but rejected: %s", async (kind) => {
  const before = await library.cardsOf(closed.patronId);
  const { addressLines: _, ...applicant } = closed.applicant;
  // The application looks like an application from the time before the patron was closed.
  const applicationId = await library.enterAtCounter(closed.patronId, [kind], applicant);
  const decide = (input: object) => library.change('decideApplication', { applicationId, ...input });
  expect(await decide({ approve: true })).toMatchObject(refusedFor('PATRON_CLOSED', 'applicationId'));
  expect(await library.cardsOf(closed.patronId)).toEqual(before);
  expect(await decide({ approve: false, reason: 'The record is closed.' })).toMatchObject(done);
});

test('R15: a lost card of a closed patron is not replaced', async () => {
  const { patronId, applicant } = closed;
  const { identityNumber, smartIdDateOfIssue: dateOfIssue } = applicant;
  const cards = [
    { kind: 'LIBRARY_CARD', patronId },
    { kind: 'SMART_ID', patronId, identityNumber, dateOfIssue },
  ] as const;
  for (const card of cards) {
    const { libraryCardNumber } = await library.issueAtCounter(card);
    const isSmartId = card.kind === 'SMART_ID';
    const lost = { libraryCardNumber, ...(isSmartId && { onReplacement: 'CONTINUE' }) };
    expect(await library.change('reportLoss', lost)).toMatchObject(done);
    const replacement = { libraryCardNumber, ...(isSmartId && { smartIdDateOfIssue: today }) };
    expect(await library.change('replaceCredential', replacement)).toMatchObject(
      refusedFor('PATRON_CLOSED', 'libraryCardNumber'),
    );
  }
  const after = await library.cardsOf(patronId);
  expect(after.filter(({ status }) => status === 'ACTIVE')).toEqual([]);
});

test('R15: staff see in the queue that a patron is suspended, and can approve', async () => {
  const { patronId, applicant } = suspended;
  const applied = await library.apply(formOf(applicant, ['SMART_ID'], { patronId }));
  expect(applied).toMatchObject(done);
  const token = await library.system.token({ subject: 'queue', scope: 'applications:decide' });
  const { applications } = await library.read<{ applications: { edges: { node: { id: string } }[] } }>(
    '{ applications(filter: { status: RECEIVED }, first: 100) { edges { node { id patron { id status } } } } }',
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
  // The patron gets the card, but can't borrow with it.
  const { identityNumber, smartIdDateOfIssue: dateOfIssue } = applicant;
  const credential = { smartId: { identityNumber, dateOfIssue } };
  expect(await library.change('checkOut', { credential, itemNumber: copy }, library.station)).toMatchObject(
    refusedWith('PATRON_NOT_ACTIVE'),
  );
});
