import { describe, expect, test } from 'vitest';
import { blocked, copies, copy, formOf, libraryForTests, otherCopy } from '../library.ts';
import { done, type Member, refusedFor, refusedWith } from '../payloads.ts';
import { newApplicant, today, yearsAgo } from '../people.ts';

const library = libraryForTests();

const lendInReader = ({ applicant }: Member, dateOfIssue: string | null | undefined) =>
  library.change(
    'checkOut',
    { credential: { smartId: { identityNumber: applicant.identityNumber, dateOfIssue } }, itemNumber: copy },
    library.station,
  );
/** The card that a station finds for the identity card in its card reader. It is null if the card is unknown. */
async function shownAtStation({ applicant }: Member, dateOfIssue: string | null | undefined) {
  const { smartId } = await library.read<{ smartId: { libraryCardNumber: string; status: string } | null }>(
    'query ($presented: SmartIdPresented!) { smartId(presented: $presented) { libraryCardNumber status } }',
    { presented: { identityNumber: applicant.identityNumber, dateOfIssue } },
    library.station,
  );
  return smartId;
}

describe('R17: a lost card', () => {
  test('is refused at stations and at desks, while the loans and the other card are unaffected', async () => {
    const member = await library.joinWithBothCards(newApplicant());
    const { patronId, smartId, libraryCard } = member;
    expect(await library.lend(smartId)).toMatchObject(done);
    const reader = await library.reader(patronId);
    const input = { libraryCardNumber: smartId, onReplacement: 'CONTINUE' };
    expect(await library.change('reportLoss', input, reader)).toMatchObject({
      ...done,
      credential: { libraryCardNumber: smartId, status: 'LOST' },
    });
    expect(await library.lend(smartId, otherCopy)).toMatchObject(refusedWith('CREDENTIAL_NOT_ACTIVE'));
    expect(await lendInReader(member, member.applicant.smartIdDateOfIssue)).toMatchObject(
      refusedWith('CREDENTIAL_NOT_ACTIVE'),
    );
    expect(await library.lendAtDesk(smartId)).toEqual(blocked);
    expect(await library.loansOut(patronId)).toBe(1);
    expect(await library.lend(libraryCard, otherCopy)).toMatchObject(done);
    library.lentAWeekAgo(copy, otherCopy);
    // The report has ended the sign-in that made it.
    const again = await library.reader(patronId);
    const renewed = await library.change('renewAllLoans', { reader: { patronId } }, again);
    expect(renewed).toMatchObject({ ...done, outcomes: [{ state: 'DONE' }, { state: 'DONE' }] });
    await library.giveBack();
    await library.giveBack(otherCopy);
  });

  test('gets no PIN, no information card, and no second report', async () => {
    const { smartId: libraryCardNumber } = await library.joinWithBothCards(newApplicant());
    const report = { libraryCardNumber, onReplacement: 'CONTINUE' };
    await library.change('reportLoss', report);
    expect(await library.change('setPin', { libraryCardNumber, newPin: '2583' })).toMatchObject(
      refusedWith('WRONG_STATE'),
    );
    expect(await library.change('printInformationCard', { libraryCardNumber })).toMatchObject(
      refusedWith('WRONG_STATE'),
    );
    expect(await library.change('reportLoss', report)).toMatchObject(refusedWith('WRONG_STATE'));
  });

  test('R18: `onReplacement` is needed for a smart identity card, and refused for a library card', async () => {
    const { smartId, libraryCard } = await library.joinWithBothCards(newApplicant());
    expect(await library.change('reportLoss', { libraryCardNumber: smartId })).toMatchObject(
      refusedFor('INVALID', 'onReplacement'),
    );
    const wish = { libraryCardNumber: libraryCard, onReplacement: 'CONTINUE' };
    expect(await library.change('reportLoss', wish)).toMatchObject(refusedFor('INVALID', 'onReplacement'));
    expect(await library.lend(smartId)).toMatchObject(done);
    await library.giveBack();
  });

  test("R27: another's card is not found, and still lends", async () => {
    const { libraryCard } = await library.joinWithBothCards(newApplicant());
    const token = await library.reader('P0000003');
    for (const libraryCardNumber of [libraryCard, '21852000009992', '21852000000018']) {
      expect(await library.change('reportLoss', { libraryCardNumber }, token)).toMatchObject(
        refusedWith('NOT_FOUND'),
      );
    }
    expect(await library.lend(libraryCard)).toMatchObject(done);
    await library.giveBack();
  });
});

describe('R18: with `onReplacement: CONTINUE`', () => {
  test('a station recognises the replacement and makes it usable, and the old card stays refused', async () => {
    const member = await library.joinWithBothCards(newApplicant());
    const { smartId: libraryCardNumber, applicant } = member;
    const reader = await library.reader(member.patronId);
    await library.change('reportLoss', { libraryCardNumber, onReplacement: 'CONTINUE' }, reader);
    expect(await shownAtStation(member, today)).toEqual({ libraryCardNumber, status: 'LOST' });
    // Reading the replacement changes nothing, so the replacement can't be used to borrow yet.
    expect(await lendInReader(member, today)).toMatchObject(refusedWith('REPLACEMENT_NOT_TAKEN_OVER'));
    const replace = (smartIdDateOfIssue: string | null | undefined) =>
      library.change('replaceCredential', { libraryCardNumber, smartIdDateOfIssue }, library.station);
    for (const notNewer of [applicant.smartIdDateOfIssue, null]) {
      expect(await replace(notNewer)).toMatchObject(refusedWith('NEWER_DATE_OF_ISSUE_NEEDED'));
    }
    expect(await replace(yearsAgo(0, 1))).toMatchObject(refusedWith('INVALID'));
    expect(await replace(today)).toMatchObject({
      ...done,
      credential: { libraryCardNumber, status: 'ACTIVE' },
    });
    expect(await lendInReader(member, today)).toMatchObject({
      ...done,
      loan: { credential: { libraryCardNumber } },
    });
    await library.giveBack();
    expect(await library.lendAtDesk(libraryCardNumber)).toHaveProperty('loan');
    await library.giveBack();
    // The lost card itself is found and used.
    expect(await shownAtStation(member, applicant.smartIdDateOfIssue)).toBeNull();
    expect(await lendInReader(member, applicant.smartIdDateOfIssue)).toMatchObject(
      refusedWith('CREDENTIAL_NOT_ACTIVE'),
    );
    expect(await replace(today)).toMatchObject(refusedWith('WRONG_STATE'));
  });

  test('its PIN is the same as before', async () => {
    const { smartId: libraryCardNumber } = await library.joinWithBothCards(newApplicant());
    await library.change('setPin', { libraryCardNumber, newPin: '1470' });
    await library.change('reportLoss', { libraryCardNumber, onReplacement: 'CONTINUE' });
    const cardAndPin = { libraryCardNumber, pin: '1470' };
    const renew = () => library.change('renewAllLoans', { reader: { cardAndPin } }, library.telephone);
    expect(await renew()).toMatchObject(refusedWith('CREDENTIAL_NOT_ACTIVE'));
    await library.change('replaceCredential', { libraryCardNumber, smartIdDateOfIssue: today });
    expect(await renew()).toMatchObject(done);
  });
});

describe('R18: with `onReplacement: DISCONTINUE`', () => {
  test('the service ends, and a fresh application is needed', async () => {
    const member = await library.joinWithBothCards(newApplicant());
    const { patronId, smartId: libraryCardNumber, applicant } = member;
    const lost = await library.change(
      'reportLoss',
      { libraryCardNumber, onReplacement: 'DISCONTINUE' },
      await library.reader(patronId),
    );
    expect(lost).toMatchObject({ ...done, credential: { status: 'DISCONTINUED' } });
    expect(await shownAtStation(member, today)).toBeNull();
    const replacement = { libraryCardNumber, smartIdDateOfIssue: today };
    expect(await library.change('replaceCredential', replacement, library.station)).toMatchObject(
      refusedWith('FRESH_APPLICATION_NEEDED'),
    );
    const afresh = { ...applicant, smartIdDateOfIssue: today };
    const applied = await library.apply(formOf(afresh, ['SMART_ID'], { patronId }));
    expect(await library.approve(applied)).toMatchObject(done);
    expect(await shownAtStation(member, today)).toMatchObject({ status: 'ACTIVE' });
    expect((await shownAtStation(member, today))?.libraryCardNumber).not.toBe(libraryCardNumber);
    expect(await library.lend(libraryCardNumber)).toMatchObject(refusedWith('CREDENTIAL_NOT_ACTIVE'));
  });
});

describe('a lost library card', () => {
  test('R16, R19: is replaced by a new number with the same PIN, and its loans still count', async () => {
    const { patronId, libraryCard } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    await library.change('setPin', { libraryCardNumber: libraryCard, newPin: '3690' });
    expect(await library.lend(libraryCard)).toMatchObject(done);
    expect(await library.lend(libraryCard, otherCopy)).toMatchObject(done);
    const input = { libraryCardNumber: libraryCard };
    expect(await library.change('replaceCredential', input)).toMatchObject(refusedWith('WRONG_STATE'));
    await library.change('reportLoss', input);
    const replaced = await library.change('replaceCredential', input);
    const newNumber = replaced.credential?.libraryCardNumber ?? '';
    expect(replaced).toMatchObject({ ...done, credential: { status: 'ACTIVE' } });
    expect(await library.cardsOf(patronId)).toEqual([
      { __typename: 'LibraryCard', libraryCardNumber: newNumber, status: 'ACTIVE' },
      { __typename: 'LibraryCard', libraryCardNumber: libraryCard, status: 'REPLACED' },
    ]);
    expect(await library.loansOut(patronId)).toBe(2);
    expect(await library.lend(libraryCard, copies[2])).toMatchObject(refusedWith('CREDENTIAL_NOT_ACTIVE'));
    expect(await library.lendAtDesk(libraryCard)).toEqual(blocked);
    expect(await library.lend(newNumber, copies[2])).toMatchObject(done);
    expect(await library.loansOut(patronId)).toBe(3);
    library.lentAWeekAgo(copy, otherCopy, copies[2]);
    const cardAndPin = { libraryCardNumber: newNumber, pin: '3690' };
    const renewed = await library.change('renewAllLoans', { reader: { cardAndPin } }, library.telephone);
    expect(renewed).toMatchObject({
      ...done,
      outcomes: [{ state: 'DONE' }, { state: 'DONE' }, { state: 'DONE' }],
    });
    for (const item of [copy, otherCopy, copies[2]]) {
      await library.giveBack(item);
    }
  });

  test('R20: doesn’t stop the smart identity card from lending', async () => {
    const member = await library.joinWithBothCards(newApplicant());
    await library.change('reportLoss', { libraryCardNumber: member.libraryCard });
    expect(await lendInReader(member, member.applicant.smartIdDateOfIssue)).toMatchObject(done);
    await library.giveBack();
  });

  test('R7: is not replaced after another one was applied for', async () => {
    const { patronId, libraryCard, applicant } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    await library.change('reportLoss', { libraryCardNumber: libraryCard });
    const applied = await library.apply(formOf(applicant, ['LIBRARY_CARD'], { patronId }));
    expect(await library.approve(applied)).toMatchObject(done);
    expect(await library.change('replaceCredential', { libraryCardNumber: libraryCard })).toMatchObject(
      refusedWith('ALREADY_HELD'),
    );
  });

  test('takes no date of issue', async () => {
    const { libraryCard } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    await library.change('reportLoss', { libraryCardNumber: libraryCard });
    const input = { libraryCardNumber: libraryCard, smartIdDateOfIssue: today };
    expect(await library.change('replaceCredential', input)).toMatchObject(
      refusedFor('INVALID', 'smartIdDateOfIssue'),
    );
  });
});
