/** A smart identity card that was reported lost is still refused in any later application (R17, R18). */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Credential } from '../../../../adapters/credentials/port.ts';
import { copy, formOf, libraryForTests, never } from '../library.ts';
import { done, type Member, refusedFor, refusedWith } from '../payloads.ts';
import { newApplicant, today, yearsAgo } from '../people.ts';

const library = libraryForTests();

const lostDate = yearsAgo(3);

const both = () => library.join(newApplicant({ smartIdDateOfIssue: lostDate }), ['SMART_ID', 'LIBRARY_CARD']);
const ask = (name: 'reportLoss' | 'replaceCredential' | 'discontinueSmartId', input: object) =>
  library.change(name, { ...input });
const lose = ({ smartId }: Member, onReplacement: 'CONTINUE' | 'DISCONTINUE') =>
  ask('reportLoss', { libraryCardNumber: smartId, onReplacement });
const end = ({ smartId }: Member) => ask('discontinueSmartId', { libraryCardNumber: smartId });
const applyAfresh = (
  { patronId, applicant }: Member,
  smartIdDateOfIssue: string,
  token = library.counter,
) => {
  const isReader = token !== library.counter;
  const form = formOf({ ...applicant, smartIdDateOfIssue, addressProofShown: !isReader }, ['SMART_ID'], {
    patronId,
    channel: isReader ? 'INTERNET' : 'COUNTER',
  });
  return library.apply(form, token);
};
const presentedBy = ({ applicant }: Member, dateOfIssue: string) => ({
  identityNumber: applicant.identityNumber ?? '',
  dateOfIssue,
});

const refused = refusedFor('NEWER_DATE_OF_ISSUE_NEEDED', 'applicant', 'smartIdDateOfIssue');

test.each(['DISCONTINUE', 'CONTINUE'] as const)(
  'R18: a fresh application with the date of a lost card is refused, after %s',
  async (wish) => {
    const member = await both();
    await lose(member, wish);
    if (wish === 'CONTINUE') {
      expect(await end(member)).toMatchObject(done);
    }
    const reader = await library.reader(member.patronId);
    for (const date of [lostDate, yearsAgo(4)]) {
      expect(await applyAfresh(member, date)).toMatchObject(refused);
      expect(await applyAfresh(member, date, reader)).toMatchObject(refused);
    }
    const applied = await applyAfresh(member, today);
    expect(await library.approve(applied)).toMatchObject(done);
    expect(await shown(member, today)).toMatchObject({ status: 'ACTIVE' });
    expect(await shown(member, lostDate)).toBeNull();
  },
);

async function shown(member: Member, dateOfIssue: string) {
  const { smartId } = await library.read<{ smartId: { status: string } | null }>(
    'query ($presented: SmartIdPresented!) { smartId(presented: $presented) { status } }',
    { presented: presentedBy(member, dateOfIssue) },
    library.station,
  );
  return smartId;
}

test('R18: losses are checked again at approval, and the queue shows the problem', async () => {
  const member = await both();
  await end(member);
  // Nothing prevents the application yet, because the card was not reported lost.
  const applied = await applyAfresh(member, lostDate);
  expect(applied).toMatchObject(done);
  // Then staff enrol the card, and it is reported lost.
  const { libraryCardNumber } = await enrolAtCounter(member, lostDate);
  await library.behind.cards.reportLoss(randomUUID(), libraryCardNumber, 'DISCONTINUE', never);
  expect(await library.application(applied.application?.id, 'problems { code }')).toEqual({
    problems: [{ code: 'NEWER_DATE_OF_ISSUE_NEEDED' }],
  });
  const refusedAtApproval = refusedFor('NEWER_DATE_OF_ISSUE_NEEDED', 'applicationId');
  expect(await library.approve(applied)).toMatchObject(refusedAtApproval);
});

/** Enrols a card in card management's own screens, which also accept a card that was reported lost. */
async function enrolAtCounter({ patronId, applicant }: Member, dateOfIssue: string): Promise<Credential> {
  const identityNumber = applicant.identityNumber ?? '';
  const card = { kind: 'SMART_ID', patronId, identityNumber, dateOfIssue } as const;
  const issued = await library.issueAtCounter(card);
  await library.behind.circulation.registerCard(issued.libraryCardNumber, randomUUID(), never);
  return issued;
}

test('R18: the date of a lost card stays refused after its replacement has ended', async () => {
  const member = await both();
  await lose(member, 'CONTINUE');
  const libraryCardNumber = member.smartId;
  const smartIdDateOfIssue = yearsAgo(1);
  expect(await ask('replaceCredential', { libraryCardNumber, smartIdDateOfIssue })).toMatchObject(done);
  await end(member);
  expect(await applyAfresh(member, lostDate)).toMatchObject(refused);
  // The replacement was never reported lost itself.
  const applied = await applyAfresh(member, smartIdDateOfIssue);
  expect(await library.approve(applied)).toMatchObject(done);
});

test('R18: a date older than that of a card that was never lost is accepted, because it may be a correction', async () => {
  const member = await both();
  await end(member);
  expect(await library.approve(await applyAfresh(member, yearsAgo(4)))).toMatchObject(done);
});

test('R17: a lost card that a counter enrolled again is still refused, and the other card lends', async () => {
  const member = await both();
  await lose(member, 'DISCONTINUE');
  await enrolAtCounter(member, lostDate);
  expect(await shown(member, lostDate)).toBeNull();
  const lend = (credential: object) =>
    library.change('checkOut', { credential, itemNumber: copy }, library.station);
  expect(await lend({ smartId: presentedBy(member, lostDate) })).toMatchObject(
    refusedWith('CREDENTIAL_NOT_ACTIVE'),
  );
  expect(await lend({ libraryCardNumber: member.libraryCard })).toMatchObject(done);
});
