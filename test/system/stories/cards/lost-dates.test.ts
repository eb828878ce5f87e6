/** A smart identity card that was reported lost stays refused, whatever is applied for later (R17, R18). */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Credential } from '../../../../adapters/credentials/port.ts';
import { apply } from '../applications.ts';
import {
  approve,
  done,
  formOf,
  join,
  type Library,
  type Member,
  openLibrary,
  refusedWith,
} from '../library.ts';
import { stranger, today, yearsAgo } from '../people.ts';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library[Symbol.asyncDispose]());

const itemNumber = '31852000000494';
const lostDate = yearsAgo(3);
const never = new AbortController().signal;

const both = () => join(library, stranger({ smartIdDateOfIssue: lostDate }), ['SMART_ID', 'LIBRARY_CARD']);
const ask = (name: 'reportLoss' | 'replaceCredential' | 'discontinueSmartId', input: object) =>
  library.change(name, { ...input }, library.counter);
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
  return apply(library, form, token);
};
const presentedBy = ({ applicant }: Member, dateOfIssue: string) => ({
  identityNumber: applicant.identityNumber ?? '',
  dateOfIssue,
});

const refused = {
  ...refusedWith('NEWER_DATE_OF_ISSUE_NEEDED'),
  problems: [{ field: ['applicant', 'smartIdDateOfIssue'] }],
};

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
    expect(await approve(library, applied)).toMatchObject(done);
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

test('R18: at approval the losses are looked at again, and the queue shows it', async () => {
  const member = await both();
  await end(member);
  // Nothing prevents it yet: the card was not lost.
  const applied = await applyAfresh(member, lostDate);
  expect(applied).toMatchObject(done);
  // Then a counter enrols the card, and it is lost.
  const { libraryCardNumber } = await enrolAtCounter(member, lostDate);
  await library.behind.cards.reportLoss(randomUUID(), libraryCardNumber, 'DISCONTINUE', never);
  const { application } = await library.read<{ application: { problems: unknown } }>(
    'query ($id: ID!) { application(id: $id) { problems { code field } } }',
    { id: applied.application?.id },
  );
  expect(application.problems).toMatchObject([{ code: 'NEWER_DATE_OF_ISSUE_NEEDED' }]);
  expect(await approve(library, applied)).toMatchObject(refused);
});

/** In card management's own screens, which don't have this rule. */
async function enrolAtCounter({ patronId, applicant }: Member, dateOfIssue: string): Promise<Credential> {
  const identityNumber = applicant.identityNumber ?? '';
  const card = { kind: 'SMART_ID', patronId, identityNumber, dateOfIssue } as const;
  const issued = await library.behind.cards.issueCard(randomUUID(), card, never);
  if ('refused' in issued) {
    throw new Error(issued.refused);
  }
  await library.behind.circulation.registerCard(issued.credential.libraryCardNumber, randomUUID(), never);
  return issued.credential;
}

test('R18: a card that was lost and replaced, and whose replacement has ended, is found in the loss reports', async () => {
  const member = await both();
  await lose(member, 'CONTINUE');
  const libraryCardNumber = member.smartId;
  const smartIdDateOfIssue = yearsAgo(1);
  expect(await ask('replaceCredential', { libraryCardNumber, smartIdDateOfIssue })).toMatchObject(done);
  await end(member);
  expect(await applyAfresh(member, lostDate)).toMatchObject(refused);
  // The replacement itself was never lost.
  const applied = await applyAfresh(member, smartIdDateOfIssue);
  expect(await approve(library, applied)).toMatchObject(done);
});

test('R18: an older date than that of a card which was never lost is taken: it was a slip of the pen', async () => {
  const member = await both();
  await end(member);
  expect(await approve(library, await applyAfresh(member, yearsAgo(4)))).toMatchObject(done);
});

test('R17: a lost card that a counter has enrolled again is still refused, and the other card lends', async () => {
  const member = await both();
  await lose(member, 'DISCONTINUE');
  await enrolAtCounter(member, lostDate);
  expect(await shown(member, lostDate)).toBeNull();
  const lend = (credential: object) =>
    library.change('checkOut', { credential, itemNumber }, library.station);
  expect(await lend({ smartId: presentedBy(member, lostDate) })).toMatchObject(
    refusedWith('CREDENTIAL_NOT_ACTIVE'),
  );
  expect(await lend({ libraryCardNumber: member.libraryCard })).toMatchObject(done);
});
