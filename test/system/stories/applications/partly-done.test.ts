/**
 * The changes that remain after card management has refused an approval, and how the next approval continues from them.
 */
import { expect, test } from 'vitest';
import { formOf, libraryForTests, never } from '../library.ts';
import { done, refusedFor } from '../payloads.ts';
import { newApplicant, yearsAgo } from '../people.ts';

const library = libraryForTests();

/** Enrols a person's number for another patron, in card management's own screens. Resolves to the card's number. */
async function enrolElsewhere(identityNumber: string, dateOfIssue: string): Promise<string> {
  const { patronId } = await library.join(newApplicant(), ['LIBRARY_CARD']);
  const card = { patronId, kind: 'SMART_ID', identityNumber, dateOfIssue } as const;
  return (await library.issueAtCounter(card)).libraryCardNumber;
}

test('R7: nothing is done for a smart identity card that is enrolled for another patron', async () => {
  const person = newApplicant();
  await enrolElsewhere(person.identityNumber ?? '', person.smartIdDateOfIssue ?? '');
  const applied = await library.apply(formOf(person, ['LIBRARY_CARD', 'SMART_ID']));
  expect(await library.approve(applied)).toMatchObject(refusedFor('SMART_ID_ENROLLED', 'applicationId'));
  expect(await library.patronsNamed(person.englishName)).toBe(0);
});

test('an approval that fails after the registration names the patron, and the next one goes on from there', async () => {
  const person = newApplicant();
  const enrolled = await enrolElsewhere(person.identityNumber ?? '', yearsAgo(1));
  const applied = await library.apply(formOf(person, ['LIBRARY_CARD', 'SMART_ID']));
  const query =
    'mutation ($input: ApproveApplicationInput!) { approveApplication(input: $input) { patron { id } } }';
  const reference = 'partly done';
  const input = { reference, applicationId: applied.application?.id };
  const first = await library.change('approveApplication', input);
  expect(first).toMatchObject({
    operation: { state: 'PARTLY_DONE' },
    application: null,
    problems: [{ code: 'ALREADY_HELD' }, { code: 'REGISTERED_WITHOUT_CARD' }],
  });
  const { body } = await library.system.ask(query, { token: library.counter, variables: { input } });
  const patronId = (body.data as { approveApplication: { patron: { id: string } } }).approveApplication.patron
    .id;
  expect(await library.patron(patronId, 'name { english }')).toEqual({
    name: { english: person.englishName },
  });
  expect(await library.cardsOf(patronId)).toEqual([]);
  // Somebody else's application with that document is still refused.
  expect(await library.apply(formOf(person, ['LIBRARY_CARD']))).toMatchObject(
    refusedFor('ALREADY_REGISTERED', 'applicant', 'identityNumber'),
  );
  await library.behind.cards.closeCard('closed at a counter', enrolled, 'CLOSED', never);
  expect(await library.approve(applied)).toMatchObject({
    ...done,
    application: { patron: { id: patronId } },
  });
  expect(await library.cardsOf(patronId)).toHaveLength(2);
  expect(await library.patronsNamed(person.englishName)).toBe(1);
});
