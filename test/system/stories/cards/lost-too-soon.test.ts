import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Card, type ChangeName, cardsOf, formOf, join, type Library, openLibrary } from '../library.ts';
import { stranger } from '../people.ts';

let library: Library;
beforeEach(async () => {
  library = await openLibrary();
});
afterEach(() => library[Symbol.asyncDispose]());

type Asked = readonly [name: ChangeName, input: Readonly<Record<string, unknown>>];

const never = new AbortController().signal;
const lendAtDesk = (libraryCardNumber: string) =>
  library.behind.circulation.checkOut(libraryCardNumber, '31852000000494', 'desk', never);

describe('R17: a card is lost before circulation knows it', () => {
  /** Makes a new card, and reports it lost before circulation can register it. Resolves to its number. */
  async function lostMeanwhile(begin: Asked, numberOf: () => Promise<string>): Promise<string> {
    const { circ } = library.system.legacy;
    circ.faults.set([{ kind: 'busy', operations: ['RegisterCard'] }]);
    const [name, input] = begin;
    const first = { reference: randomUUID(), ...input };
    expect(await library.change(name, first, library.counter)).toMatchObject({
      operation: { state: 'UNSETTLED' },
      problems: [],
    });
    const libraryCardNumber = await numberOf();
    const report = { reference: randomUUID(), libraryCardNumber };
    const told = await library.change('reportLoss', report, library.counter);
    expect(told.operation.state).not.toBe('REFUSED');
    circ.faults.clear();
    await library.untilDone(first.reference, library.counter);
    await library.untilDone(report.reference, library.counter);
    return libraryCardNumber;
  }

  test('a new one: desks refuse it nevertheless', async () => {
    const applicant = stranger();
    const applied = await library.change(
      'submitApplication',
      formOf(applicant, ['LIBRARY_CARD']),
      library.counter,
    );
    const decision = { applicationId: applied.application?.id, approve: true };
    const libraryCardNumber = await lostMeanwhile(['decideApplication', decision], async () => {
      const document = { kind: 'HKID', number: applicant.identityNumber ?? '' } as const;
      const patron = await library.behind.patrons.findByDocument(document, never);
      const [card] = await cardsOf(library, patron?.number ?? '');
      return card?.libraryCardNumber ?? '';
    });
    expect(await lendAtDesk(libraryCardNumber)).toEqual({ refused: 'CARD_BLOCKED' });
  });

  test('one in place of a lost one', async () => {
    const { patronId, libraryCard } = await join(library, stranger(), ['LIBRARY_CARD']);
    await library.change('reportLoss', { libraryCardNumber: libraryCard }, library.counter);
    const replacement = { libraryCardNumber: libraryCard };
    const libraryCardNumber = await lostMeanwhile(['replaceCredential', replacement], async () => {
      const cards = await cardsOf(library, patronId);
      const isNew = ({ __typename, status }: Card) => __typename === 'LibraryCard' && status === 'ACTIVE';
      return cards.find(isNew)?.libraryCardNumber ?? '';
    });
    expect(await lendAtDesk(libraryCardNumber)).toEqual({ refused: 'CARD_BLOCKED' });
  });
});
