/** A patron who was registered by birth certificate, and now has an identity card (R7, R9). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apply } from '../applications.ts';
import {
  approve,
  cardsOf,
  done,
  formOf,
  join,
  type Library,
  loansOut,
  type Member,
  openLibrary,
  type Payload,
  refusedWith,
} from '../library.ts';
import { child, guarantor, newIdentityNumber, today } from '../people.ts';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library[Symbol.asyncDispose]());

const guaranteed = { guarantor: guarantor(true) };
const seen = { identityDocumentSeen: true };

/** Somebody of twelve, whom the registry knows by birth certificate alone. */
const byCertificate = () => join(library, child(12), ['LIBRARY_CARD'], guaranteed);

/** The same person's form at a counter, with the identity card that they have now. */
const withIdentityCard = ({ applicant }: Member, identityNumber: string, others: object) => {
  const { birthCertificateNumber: _, ...grown } = applicant;
  const filledIn = { ...grown, identityNumber, smartIdDateOfIssue: today };
  return apply(library, formOf(filledIn, ['SMART_ID'], { ...guaranteed, ...others }));
};

async function patronByNumber(number: string): Promise<string | null> {
  const { patronByIdentity } = await library.read<{ patronByIdentity: { id: string } | null }>(
    'query ($number: String!) { patronByIdentity(document: { kind: HKID, number: $number }) { id } }',
    { number },
  );
  return patronByIdentity?.id ?? null;
}

/** Eleven copies of the seed that nobody has. */
const items = [
  '31852000000494',
  '31852000000502',
  '31852000000510',
  '31852000000528',
  '31852000000536',
  '31852000000551',
  '31852000000569',
  '31852000000619',
  '31852000000585',
  '31852000000593',
  '31852000000601',
] as const;

test('R7, R9: the same person is found by either document, registered once, and has ten items, not twenty', async () => {
  const member = await byCertificate();
  const identityNumber = newIdentityNumber();
  const applied = await withIdentityCard(member, identityNumber, { patronId: member.patronId });
  expect(await approve(library, applied, seen)).toMatchObject(done);
  expect(await patronByNumber(identityNumber)).toBe(member.patronId);

  // The same person comes back, as a stranger, with nothing but the identity card.
  expect(await withIdentityCard(member, identityNumber, {})).toMatchObject(refusedWith('ALREADY_REGISTERED'));

  const smartId = { identityNumber, dateOfIssue: today };
  const answers: Payload[] = [];
  for (const [index, itemNumber] of items.entries()) {
    const credential = index % 2 === 0 ? { libraryCardNumber: member.libraryCard } : { smartId };
    answers.push(await library.change('checkOut', { credential, itemNumber }, library.station));
  }
  expect(answers.slice(0, 10).map(({ operation }) => operation.state)).toEqual(Array(10).fill('DONE'));
  expect(answers.at(-1)).toMatchObject(refusedWith('QUOTA_REACHED'));
  expect(await loansOut(library, member.patronId)).toBe(10);
});

test('R27: the patron sees that staff have written the number into the record', async () => {
  const member = await byCertificate();
  const applied = await withIdentityCard(member, newIdentityNumber(), { patronId: member.patronId });
  expect(await approve(library, applied, seen)).toMatchObject(done);
  const query = 'query ($id: ID!) { patron(id: $id) { accessLog { edges { node { kind field role } } } } }';
  const reader = await library.reader(member.patronId);
  expect(await library.read(query, { id: member.patronId }, reader)).toEqual({
    patron: {
      accessLog: {
        // A card when the patron joined, then the number and another card.
        edges: ['credential.issuedOn', 'identityNumber', 'credential.issuedOn'].map((field) => ({
          node: { kind: 'CHANGED', field, role: 'STAFF' },
        })),
      },
    },
  });
});

test('R7: unless staff have seen the identity card, nothing is approved, issued or written', async () => {
  const member = await byCertificate();
  const identityNumber = newIdentityNumber();
  const applied = await withIdentityCard(member, identityNumber, { patronId: member.patronId });
  for (const unseen of [{}, { identityDocumentSeen: false }, { identityDocumentSeen: null }]) {
    expect(await approve(library, applied, unseen)).toMatchObject({
      ...refusedWith('IDENTITY_DOCUMENT_NEEDED'),
      problems: [{ field: ['identityDocumentSeen'] }],
    });
  }
  expect(await patronByNumber(identityNumber)).toBeNull();
  expect(await cardsOf(library, member.patronId)).toHaveLength(1);
  expect(await approve(library, applied, seen)).toMatchObject(done);
});

test('R7: an identity number in the record stays, whatever an application has and whatever staff have seen', async () => {
  const member = await byCertificate();
  const applied = await withIdentityCard(member, newIdentityNumber(), { patronId: member.patronId });
  // A counter writes another into the registry before it is decided.
  const theirs = newIdentityNumber();
  const signal = new AbortController().signal;
  await library.behind.patrons.addIdentityNumber(member.patronId, theirs, signal);
  expect(await approve(library, applied, seen)).toMatchObject(refusedWith('IDENTITY_MISMATCH'));
  expect(await patronByNumber(theirs)).toBe(member.patronId);
  expect(await cardsOf(library, member.patronId)).toHaveLength(1);
});

test('R7: an identity number that somebody is registered by meanwhile is theirs alone', async () => {
  const member = await byCertificate();
  const identityNumber = newIdentityNumber();
  const applied = await withIdentityCard(member, identityNumber, { patronId: member.patronId });
  const { patronId: other } = await join(
    library,
    { ...child(12), identityNumber },
    ['LIBRARY_CARD'],
    guaranteed,
  );
  expect(await approve(library, applied, seen)).toMatchObject(refusedWith('IDENTITY_MISMATCH'));
  expect(await patronByNumber(identityNumber)).toBe(other);
});
