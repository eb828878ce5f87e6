import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { growOlder } from '../../running-system.ts';
import {
  cardsOf,
  done,
  formOf,
  join,
  type Library,
  loansOut,
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

const [copy, other] = ['31852000000494', '31852000000502'] as const;
/** For what is asked of a system behind, past the graph. */
const never = new AbortController().signal;

const lend = (libraryCardNumber: string, itemNumber: string = copy) =>
  library.change(
    'checkOut',
    { credential: library.system.presentedCard(libraryCardNumber), itemNumber },
    library.station,
  );
const lendInReader = ({ applicant }: Member, dateOfIssue: string | null | undefined) =>
  library.change(
    'checkOut',
    { credential: { smartId: { identityNumber: applicant.identityNumber, dateOfIssue } }, itemNumber: copy },
    library.station,
  );
const giveBack = (itemNumber: string = copy) => library.change('checkIn', { itemNumber }, library.station);

/** Circulation's answer to a desk that calls it directly. */
const lendAtDesk = (libraryCardNumber: string) =>
  library.behind.circulation.checkOut(libraryCardNumber, copy, 'desk', never);

/** What a station sees of the card in its reader; null where it is unknown. */
async function shownAtStation({ applicant }: Member, dateOfIssue: string | null | undefined) {
  const { smartId } = await library.read<{ smartId: { libraryCardNumber: string; status: string } | null }>(
    'query ($presented: SmartIdPresented!) { smartId(presented: $presented) { libraryCardNumber status } }',
    { presented: { identityNumber: applicant.identityNumber, dateOfIssue } },
    library.station,
  );
  return smartId;
}

/** Makes the loan older, so that a renewal gains something (R23). */
function lentAWeekAgo(...itemNumbers: readonly string[]): void {
  for (const itemNumber of itemNumbers) {
    const [loan] = library.system.store.circ.loans.by('itemNo', itemNumber);
    growOlder(library.system, loan?.loanNo ?? '');
  }
}

const both = () => join(library, stranger(), ['SMART_ID', 'LIBRARY_CARD']);

describe('R17: a lost card', () => {
  test('is refused at stations and at desks, while the loans and the other card go on', async () => {
    const member = await both();
    const { patronId, smartId, libraryCard } = member;
    expect(await lend(smartId, copy)).toMatchObject(done);
    const reader = await library.reader(patronId);
    const input = { libraryCardNumber: smartId, onReplacement: 'CONTINUE' };
    expect(await library.change('reportLoss', input, reader)).toMatchObject({
      ...done,
      credential: { libraryCardNumber: smartId, status: 'LOST' },
    });
    expect(await lend(smartId, other)).toMatchObject(refusedWith('CREDENTIAL_NOT_ACTIVE'));
    expect(await lendInReader(member, member.applicant.smartIdDateOfIssue)).toMatchObject(
      refusedWith('CREDENTIAL_NOT_ACTIVE'),
    );
    expect(await lendAtDesk(smartId)).toEqual({ refused: 'CARD_BLOCKED' });
    expect(await loansOut(library, patronId)).toBe(1);
    expect(await lend(libraryCard, other)).toMatchObject(done);
    lentAWeekAgo(copy, other);
    const renewed = await library.change('renewAllLoans', { reader: { patronId } }, reader);
    expect(renewed).toMatchObject({ ...done, outcomes: [{ state: 'DONE' }, { state: 'DONE' }] });
    await giveBack();
    await giveBack(other);
  });

  test('gets no PIN, no information card, and no second report', async () => {
    const { smartId: libraryCardNumber } = await both();
    const report = { libraryCardNumber, onReplacement: 'CONTINUE' };
    await library.change('reportLoss', report, library.counter);
    const { counter } = library;
    expect(await library.change('setPin', { libraryCardNumber, newPin: '2580' }, counter)).toMatchObject(
      refusedWith('WRONG_STATE'),
    );
    expect(await library.change('printInformationCard', { libraryCardNumber }, counter)).toMatchObject(
      refusedWith('WRONG_STATE'),
    );
    expect(await library.change('reportLoss', report, counter)).toMatchObject(refusedWith('WRONG_STATE'));
  });

  test('R18: the form says what is to happen on replacement, for a smart identity card alone', async () => {
    const { smartId, libraryCard } = await both();
    const { counter } = library;
    expect(await library.change('reportLoss', { libraryCardNumber: smartId }, counter)).toMatchObject({
      ...refusedWith('INVALID'),
      problems: [{ field: ['onReplacement'] }],
    });
    const wish = { libraryCardNumber: libraryCard, onReplacement: 'CONTINUE' };
    expect(await library.change('reportLoss', wish, counter)).toMatchObject({
      ...refusedWith('INVALID'),
      problems: [{ field: ['onReplacement'] }],
    });
    expect(await lend(smartId)).toMatchObject(done);
    await giveBack();
  });

  test("R27: another's card is not found, and goes on", async () => {
    const { libraryCard } = await both();
    const token = await library.reader('P0000003');
    for (const libraryCardNumber of [libraryCard, '21852000009992', '21852000000018']) {
      expect(await library.change('reportLoss', { libraryCardNumber }, token)).toMatchObject(
        refusedWith('NOT_FOUND'),
      );
    }
    expect(await lend(libraryCard)).toMatchObject(done);
    await giveBack();
  });
});

describe('R18: with the wish to continue', () => {
  test('the replacement is recognised at a station, made usable there, and the old card stays refused', async () => {
    const member = await both();
    const { smartId: libraryCardNumber, applicant } = member;
    const reader = await library.reader(member.patronId);
    await library.change('reportLoss', { libraryCardNumber, onReplacement: 'CONTINUE' }, reader);
    expect(await shownAtStation(member, today)).toEqual({ libraryCardNumber, status: 'LOST' });
    // Looking at it changes nothing: it can't be used to borrow yet.
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
    await giveBack();
    expect(await lendAtDesk(libraryCardNumber)).toHaveProperty('loan');
    await giveBack();
    // Somebody found the lost card itself.
    expect(await shownAtStation(member, applicant.smartIdDateOfIssue)).toBeNull();
    expect(await lendInReader(member, applicant.smartIdDateOfIssue)).toMatchObject(
      refusedWith('CREDENTIAL_NOT_ACTIVE'),
    );
    expect(await replace(today)).toMatchObject(refusedWith('WRONG_STATE'));
  });

  test('its PIN is the same as before', async () => {
    const { smartId: libraryCardNumber } = await both();
    const { counter } = library;
    await library.change('setPin', { libraryCardNumber, newPin: '1470' }, counter);
    await library.change('reportLoss', { libraryCardNumber, onReplacement: 'CONTINUE' }, counter);
    const cardAndPin = { libraryCardNumber, pin: '1470' };
    const renew = () => library.change('renewAllLoans', { reader: { cardAndPin } }, library.telephone);
    expect(await renew()).toMatchObject(refusedWith('CREDENTIAL_NOT_ACTIVE'));
    await library.change('replaceCredential', { libraryCardNumber, smartIdDateOfIssue: today }, counter);
    expect(await renew()).toMatchObject(done);
  });
});

describe('R18: with the wish to discontinue', () => {
  test('the service has ended, and a fresh application is needed', async () => {
    const member = await both();
    const { patronId, smartId: libraryCardNumber, applicant } = member;
    const { counter } = library;
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
    const applied = await library.change(
      'submitApplication',
      formOf(afresh, ['SMART_ID'], { patronId }),
      counter,
    );
    const input = { applicationId: applied.application?.id, approve: true };
    expect(await library.change('decideApplication', input, counter)).toMatchObject(done);
    expect(await shownAtStation(member, today)).toMatchObject({ status: 'ACTIVE' });
    expect((await shownAtStation(member, today))?.libraryCardNumber).not.toBe(libraryCardNumber);
    expect(await lend(libraryCardNumber)).toMatchObject(refusedWith('CREDENTIAL_NOT_ACTIVE'));
  });
});

describe('a lost library card', () => {
  test('R16, R19: is replaced by a new number with the same PIN, and its loans still count', async () => {
    const { patronId, libraryCard } = await join(library, stranger(), ['LIBRARY_CARD']);
    const { counter } = library;
    await library.change('setPin', { libraryCardNumber: libraryCard, newPin: '3690' }, counter);
    expect(await lend(libraryCard, copy)).toMatchObject(done);
    expect(await lend(libraryCard, other)).toMatchObject(done);
    const input = { libraryCardNumber: libraryCard };
    expect(await library.change('replaceCredential', input, counter)).toMatchObject(
      refusedWith('WRONG_STATE'),
    );
    await library.change('reportLoss', input, counter);
    const replaced = await library.change('replaceCredential', input, counter);
    const newNumber = replaced.credential?.libraryCardNumber ?? '';
    expect(replaced).toMatchObject({ ...done, credential: { status: 'ACTIVE' } });
    expect(await cardsOf(library, patronId)).toEqual([
      { __typename: 'LibraryCard', libraryCardNumber: newNumber, status: 'ACTIVE' },
      { __typename: 'LibraryCard', libraryCardNumber: libraryCard, status: 'REPLACED' },
    ]);
    expect(await loansOut(library, patronId)).toBe(2);
    expect(await lend(libraryCard, '31852000000510')).toMatchObject(refusedWith('CREDENTIAL_NOT_ACTIVE'));
    expect(await lendAtDesk(libraryCard)).toEqual({ refused: 'CARD_BLOCKED' });
    expect(await lend(newNumber, '31852000000510')).toMatchObject(done);
    expect(await loansOut(library, patronId)).toBe(3);
    lentAWeekAgo(copy, other, '31852000000510');
    const cardAndPin = { libraryCardNumber: newNumber, pin: '3690' };
    const renewed = await library.change('renewAllLoans', { reader: { cardAndPin } }, library.telephone);
    expect(renewed).toMatchObject({
      ...done,
      outcomes: [{ state: 'DONE' }, { state: 'DONE' }, { state: 'DONE' }],
    });
    for (const item of [copy, other, '31852000000510']) {
      await giveBack(item);
    }
  });

  test('R20: does not stop the smart identity card from serving', async () => {
    const member = await both();
    await library.change('reportLoss', { libraryCardNumber: member.libraryCard }, library.counter);
    expect(await lendInReader(member, member.applicant.smartIdDateOfIssue)).toMatchObject(done);
    await giveBack();
  });

  test('R7: is not replaced once another was applied for', async () => {
    const { patronId, libraryCard, applicant } = await join(library, stranger(), ['LIBRARY_CARD']);
    const { counter } = library;
    await library.change('reportLoss', { libraryCardNumber: libraryCard }, counter);
    const applied = await library.change(
      'submitApplication',
      formOf(applicant, ['LIBRARY_CARD'], { patronId }),
      counter,
    );
    const input = { applicationId: applied.application?.id, approve: true };
    expect(await library.change('decideApplication', input, counter)).toMatchObject(done);
    expect(
      await library.change('replaceCredential', { libraryCardNumber: libraryCard }, counter),
    ).toMatchObject(refusedWith('ALREADY_HELD'));
  });

  test('takes no date of issue', async () => {
    const { libraryCard } = await join(library, stranger(), ['LIBRARY_CARD']);
    await library.change('reportLoss', { libraryCardNumber: libraryCard }, library.counter);
    const input = { libraryCardNumber: libraryCard, smartIdDateOfIssue: today };
    expect(await library.change('replaceCredential', input, library.counter)).toMatchObject({
      ...refusedWith('INVALID'),
      problems: [{ field: ['smartIdDateOfIssue'] }],
    });
  });
});
