/** As long as an application is open, nobody else is registered by the document that it names (R7). */
import { expect, test } from 'vitest';
import { formOf, libraryForTests } from '../library.ts';
import { done, type Payload, refusedFor } from '../payloads.ts';
import { type Applicant, child, guarantor, newApplicant, newIdentityNumber, today } from '../people.ts';

const library = libraryForTests();

/** Applies over the internet with the person's document, under another name. Resolves to the application's id. */
async function byStranger({ addressProofShown: _, ...filledIn }: Applicant): Promise<string> {
  const englishName = newApplicant().englishName;
  expect(await library.overInternet(formOf({ ...filledIn, englishName }, ['LIBRARY_CARD']))).toMatchObject(
    done,
  );
  const sent = await library.waitingApplications();
  return sent.find(({ applicant }) => applicant.englishName === englishName)?.id ?? '';
}

const openWith = async ({ application }: Payload): Promise<readonly string[]> => {
  const selection = 'sameDocument { open { id } }';
  const found = await library.application<{ sameDocument: { open: { id: string }[] } }>(
    application?.id,
    selection,
  );
  return found.sameDocument.open.map(({ id }) => id);
};

test("nobody else is registered by the number of a patron's open application", async () => {
  const young = child(12);
  const others = { guarantor: guarantor(true) };
  const { patronId } = await library.join(young, ['LIBRARY_CARD'], others);
  const { birthCertificateNumber: _, ...grown } = young;
  const card = { identityNumber: newIdentityNumber(), smartIdDateOfIssue: today };
  const ofPatron = await library.apply(formOf({ ...grown, ...card }, ['SMART_ID'], { patronId, ...others }));
  expect(ofPatron).toMatchObject(done);
  const impostor = await library.apply(formOf({ ...newApplicant(), ...card }, ['LIBRARY_CARD']));
  expect(await library.approve(impostor)).toMatchObject(
    refusedFor('OTHER_APPLICATION_OPEN', 'applicationId'),
  );
  expect(await openWith(impostor)).toContain(ofPatron.application?.id);
  const rejection = { applicationId: impostor.application?.id, reason: 'It is the number of a patron.' };
  expect(await library.change('rejectApplication', rejection)).toMatchObject(done);
  expect(await library.approve(ofPatron, { identityDocumentSeen: true })).toMatchObject(done);
});

test('two people with one number at two counters: one application is decided before the other', async () => {
  const person = newApplicant();
  const [one, other] = [
    await library.apply(formOf(person, ['LIBRARY_CARD'])),
    await library.apply(formOf({ ...person, englishName: newApplicant().englishName }, ['LIBRARY_CARD'])),
  ];
  const refused = refusedFor('OTHER_APPLICATION_OPEN', 'applicationId');
  expect(await library.approve(one)).toMatchObject(refused);
  expect(await library.approve(other)).toMatchObject(refused);
  const rejection = { applicationId: other.application?.id, reason: 'The number is mistyped.' };
  expect(await library.change('rejectApplication', rejection)).toMatchObject(done);
  expect(await library.approve(one)).toMatchObject(done);
});

test('R4: the owner is served at once, once staff have looked at what strangers sent with the number', async () => {
  const owner = newApplicant();
  const ids = [await byStranger(owner), await byStranger(owner)];
  const applied = await library.apply(formOf(owner, ['LIBRARY_CARD', 'SMART_ID']));
  const refused = refusedFor('OTHER_APPLICATIONS_UNSEEN', 'otherApplicationsSeen');
  expect(await library.approve(applied)).toMatchObject(refused);
  expect(await openWith(applied)).toEqual(expect.arrayContaining(ids));
  expect(await library.approve(applied, { otherApplicationsSeen: ids.slice(0, 1) })).toMatchObject(refused);
  expect(await library.approve(applied, { otherApplicationsSeen: ids })).toMatchObject(done);
});
