import { describe, expect, test } from 'vitest';
import { copy, formOf, libraryForTests, never, otherCopy } from '../library.ts';
import { done, refusedWith } from '../payloads.ts';
import { guarantor, newApplicant, yearsAgo } from '../people.ts';

const library = libraryForTests();

async function statusesOf(patronId: string): Promise<Record<string, string>> {
  const cards = await library.cardsOf(patronId);
  return Object.fromEntries(cards.map(({ libraryCardNumber, status }) => [libraryCardNumber, status]));
}

describe('ending a card', () => {
  test('R12, R22: ending the smart identity card service ends nothing else', async () => {
    const { patronId, smartId, libraryCard } = await library.joinWithBothCards(newApplicant());
    await library.lend(smartId);
    const reader = await library.reader(patronId);
    const input = { libraryCardNumber: smartId };
    expect(await library.change('discontinueSmartId', input, reader)).toMatchObject({
      ...done,
      credential: { status: 'DISCONTINUED' },
    });
    expect(await statusesOf(patronId)).toEqual({ [smartId]: 'DISCONTINUED', [libraryCard]: 'ACTIVE' });
    expect(await library.lend(smartId, otherCopy)).toMatchObject(refusedWith('CREDENTIAL_NOT_ACTIVE'));
    const { circulation } = library.behind;
    expect(await circulation.checkOut(smartId, otherCopy, 'desk', never)).toEqual({
      refused: 'CARD_BLOCKED',
    });
    expect(await library.lend(libraryCard, otherCopy)).toMatchObject(done);
    // R16: the loan on the ended card counts towards the quota.
    expect(await library.loansOut(patronId)).toBe(2);
    for (const itemNumber of [copy, otherCopy]) {
      expect(await library.giveBack(itemNumber)).toMatchObject(done);
    }
    // The end of the card has ended the sign-in, too.
    const again = await library.reader(patronId);
    expect(await library.change('discontinueSmartId', input, again)).toMatchObject(
      refusedWith('WRONG_STATE'),
    );
  });

  test('R12, R18: after a card was discontinued, a new application brings a new number', async () => {
    const { patronId, smartId, applicant } = await library.join(newApplicant(), ['SMART_ID']);
    await library.change('discontinueSmartId', { libraryCardNumber: smartId });
    const applied = await library.apply(formOf(applicant, ['SMART_ID'], { patronId }));
    expect(await library.approve(applied)).toMatchObject(done);
    const statuses = await statusesOf(patronId);
    expect(Object.values(statuses).sort()).toEqual(['ACTIVE', 'DISCONTINUED']);
    expect(statuses[smartId]).toBe('DISCONTINUED');
  });

  test('R21: a minor can end the service without a guarantor', async () => {
    const applicant = newApplicant({ dateOfBirth: yearsAgo(16) });
    const { patronId, smartId } = await library.join(applicant, ['SMART_ID'], {
      guarantor: guarantor(true),
    });
    const reader = await library.reader(patronId);
    expect(await library.change('discontinueSmartId', { libraryCardNumber: smartId }, reader)).toMatchObject(
      done,
    );
  });

  test('R13, R22: a library card is surrendered, and the smart identity card still lends', async () => {
    const { patronId, smartId, libraryCard } = await library.joinWithBothCards(newApplicant());
    const input = { libraryCardNumber: libraryCard };
    expect(await library.change('surrenderLibraryCard', input)).toMatchObject({
      ...done,
      credential: { status: 'SURRENDERED' },
    });
    expect(await statusesOf(patronId)).toEqual({ [smartId]: 'ACTIVE', [libraryCard]: 'SURRENDERED' });
    expect(await library.lend(libraryCard)).toMatchObject(refusedWith('CREDENTIAL_NOT_ACTIVE'));
    expect(await library.lend(smartId)).toMatchObject(done);
    await library.giveBack();
  });

  test('R13: a lost library card that was found again can be surrendered', async () => {
    const { libraryCard: libraryCardNumber } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    await library.change('reportLoss', { libraryCardNumber });
    expect(await library.change('surrenderLibraryCard', { libraryCardNumber })).toMatchObject({
      ...done,
      credential: { status: 'SURRENDERED' },
    });
  });

  test('each mutation accepts only its own kind of card', async () => {
    const { smartId, libraryCard } = await library.joinWithBothCards(newApplicant());
    expect(await library.change('discontinueSmartId', { libraryCardNumber: libraryCard })).toMatchObject(
      refusedWith('INVALID'),
    );
    expect(await library.change('surrenderLibraryCard', { libraryCardNumber: smartId })).toMatchObject(
      refusedWith('INVALID'),
    );
  });
});
