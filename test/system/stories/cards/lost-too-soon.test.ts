import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { blocked, formOf, libraryForEachTest, never } from '../library.ts';
import type { Card, ChangeName } from '../payloads.ts';
import { newApplicant } from '../people.ts';

const library = libraryForEachTest();

type Asked = readonly [name: ChangeName, input: Readonly<Record<string, unknown>>];

describe('R17: a card that is reported lost before circulation knows it', () => {
  /** Issues a new card. It is reported lost before circulation has registered it. Resolves to the card's number. */
  async function lostMeanwhile(begin: Asked, numberOf: () => Promise<string>): Promise<string> {
    const { circ } = library.system.legacy;
    circ.faults.set([{ kind: 'busy', operations: ['RegisterCard'] }]);
    const [name, input] = begin;
    const first = { reference: randomUUID(), ...input };
    expect(await library.change(name, first)).toMatchObject({
      operation: { state: 'UNSETTLED' },
      problems: [],
    });
    const libraryCardNumber = await numberOf();
    const report = { reference: randomUUID(), libraryCardNumber };
    const told = await library.change('reportLoss', report);
    expect(told.operation.state).not.toBe('REFUSED');
    circ.faults.clear();
    await library.untilDone(first.reference);
    await library.untilDone(report.reference);
    return libraryCardNumber;
  }

  test('is refused at desks: a new card', async () => {
    const applicant = newApplicant();
    const applied = await library.apply(formOf(applicant, ['LIBRARY_CARD']));
    const decision = { applicationId: applied.application?.id, approve: true };
    const libraryCardNumber = await lostMeanwhile(['decideApplication', decision], async () => {
      const document = { kind: 'HKID', number: applicant.identityNumber ?? '' } as const;
      const patron = await library.behind.patrons.findByDocument(document, never);
      const [card] = await library.cardsOf(patron?.number ?? '');
      return card?.libraryCardNumber ?? '';
    });
    expect(await library.lendAtDesk(libraryCardNumber)).toEqual(blocked);
  });

  test('is refused at desks: a replacement of a lost card', async () => {
    const { patronId, libraryCard } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    await library.change('reportLoss', { libraryCardNumber: libraryCard });
    const replacement = { libraryCardNumber: libraryCard };
    const libraryCardNumber = await lostMeanwhile(['replaceCredential', replacement], async () => {
      const cards = await library.cardsOf(patronId);
      const isNew = ({ __typename, status }: Card) => __typename === 'LibraryCard' && status === 'ACTIVE';
      return cards.find(isNew)?.libraryCardNumber ?? '';
    });
    expect(await library.lendAtDesk(libraryCardNumber)).toEqual(blocked);
  });
});
