import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  approve,
  cardsOf,
  done,
  formOf,
  join,
  type Library,
  loansOut,
  openLibrary,
  refusedWith,
} from '../library.ts';
import { guarantor, stranger, yearsAgo } from '../people.ts';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library[Symbol.asyncDispose]());

const never = new AbortController().signal;
const lend = (libraryCardNumber: string, itemNumber: string) =>
  library.change(
    'checkOut',
    { credential: library.system.presentedCard(libraryCardNumber), itemNumber },
    library.station,
  );

/** Statuses by card number. */
async function statusesOf(patronId: string): Promise<Record<string, string>> {
  const cards = await cardsOf(library, patronId);
  return Object.fromEntries(cards.map(({ libraryCardNumber, status }) => [libraryCardNumber, status]));
}

describe('ending a card', () => {
  test('R12, R22: the smart identity card service ends by form, and nothing else with it', async () => {
    const { patronId, smartId, libraryCard } = await join(library, stranger(), ['SMART_ID', 'LIBRARY_CARD']);
    await lend(smartId, '31852000000494');
    const reader = await library.reader(patronId);
    const input = { libraryCardNumber: smartId };
    expect(await library.change('discontinueSmartId', input, reader)).toMatchObject({
      ...done,
      credential: { status: 'DISCONTINUED' },
    });
    expect(await statusesOf(patronId)).toEqual({ [smartId]: 'DISCONTINUED', [libraryCard]: 'ACTIVE' });
    expect(await lend(smartId, '31852000000502')).toMatchObject(refusedWith('CREDENTIAL_NOT_ACTIVE'));
    const { circulation } = library.behind;
    expect(await circulation.checkOut(smartId, '31852000000502', 'desk', never)).toEqual({
      refused: 'CARD_BLOCKED',
    });
    expect(await lend(libraryCard, '31852000000502')).toMatchObject(done);
    // R16: what is out on the ended card is still the patron's.
    expect(await loansOut(library, patronId)).toBe(2);
    for (const itemNumber of ['31852000000494', '31852000000502']) {
      expect(await library.change('checkIn', { itemNumber }, library.station)).toMatchObject(done);
    }
    expect(await library.change('discontinueSmartId', input, reader)).toMatchObject(
      refusedWith('WRONG_STATE'),
    );
  });

  test('R12, R18: what was discontinued is applied for again, and gets a new number', async () => {
    const { patronId, smartId, applicant } = await join(library, stranger(), ['SMART_ID']);
    const { counter } = library;
    await library.change('discontinueSmartId', { libraryCardNumber: smartId }, counter);
    const applied = await library.change(
      'submitApplication',
      formOf(applicant, ['SMART_ID'], { patronId }),
      counter,
    );
    expect(await approve(library, applied)).toMatchObject(done);
    const statuses = await statusesOf(patronId);
    expect(Object.values(statuses).sort()).toEqual(['ACTIVE', 'DISCONTINUED']);
    expect(statuses[smartId]).toBe('DISCONTINUED');
  });

  test('R21: a minor ends it without a guarantor', async () => {
    const applicant = stranger({ dateOfBirth: yearsAgo(16) });
    const { patronId, smartId } = await join(library, applicant, ['SMART_ID'], {
      guarantor: guarantor(true),
    });
    const reader = await library.reader(patronId);
    expect(await library.change('discontinueSmartId', { libraryCardNumber: smartId }, reader)).toMatchObject(
      done,
    );
  });

  test('R13, R22: a library card is surrendered, and the smart identity card serves on', async () => {
    const { patronId, smartId, libraryCard } = await join(library, stranger(), ['SMART_ID', 'LIBRARY_CARD']);
    const input = { libraryCardNumber: libraryCard };
    expect(await library.change('surrenderLibraryCard', input, library.counter)).toMatchObject({
      ...done,
      credential: { status: 'SURRENDERED' },
    });
    expect(await statusesOf(patronId)).toEqual({ [smartId]: 'ACTIVE', [libraryCard]: 'SURRENDERED' });
    expect(await lend(libraryCard, '31852000000494')).toMatchObject(refusedWith('CREDENTIAL_NOT_ACTIVE'));
    expect(await lend(smartId, '31852000000494')).toMatchObject(done);
    await library.change('checkIn', { itemNumber: '31852000000494' }, library.station);
  });

  test('R13: a lost library card that turned up is surrendered', async () => {
    const { libraryCard: libraryCardNumber } = await join(library, stranger(), ['LIBRARY_CARD']);
    await library.change('reportLoss', { libraryCardNumber }, library.counter);
    expect(
      await library.change('surrenderLibraryCard', { libraryCardNumber }, library.counter),
    ).toMatchObject({ ...done, credential: { status: 'SURRENDERED' } });
  });

  test('each form is for its own kind of card', async () => {
    const { smartId, libraryCard } = await join(library, stranger(), ['SMART_ID', 'LIBRARY_CARD']);
    const { counter } = library;
    expect(
      await library.change('discontinueSmartId', { libraryCardNumber: libraryCard }, counter),
    ).toMatchObject(refusedWith('INVALID'));
    expect(
      await library.change('surrenderLibraryCard', { libraryCardNumber: smartId }, counter),
    ).toMatchObject(refusedWith('INVALID'));
  });
});
