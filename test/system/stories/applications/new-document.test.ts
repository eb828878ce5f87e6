/** A patron was registered by birth certificate, and has an identity card now (R7, R9). */
import { expect, test } from 'vitest';
import { copies, formOf, libraryForTests, never } from '../library.ts';
import { done, type Member, type Payload, refusedFor, refusedWith } from '../payloads.ts';
import { child, guarantor, newIdentityNumber, today } from '../people.ts';

const library = libraryForTests();

const guaranteed = { guarantor: guarantor(true) };
const seen = { identityDocumentSeen: true };

/** A twelve-year-old patron. The registry has only their birth certificate. */
const byCertificate = () => library.join(child(12), ['LIBRARY_CARD'], guaranteed);

/** The same patron applies at a counter with a new identity card. */
const withIdentityCard = ({ applicant }: Member, identityNumber: string, others: object) => {
  const { birthCertificateNumber: _, ...grown } = applicant;
  const filledIn = { ...grown, identityNumber, smartIdDateOfIssue: today };
  return library.apply(formOf(filledIn, ['SMART_ID'], { ...guaranteed, ...others }));
};

async function patronByNumber(number: string): Promise<string | null> {
  const { patronByIdentity } = await library.read<{ patronByIdentity: { id: string } | null }>(
    'query ($number: String!) { patronByIdentity(document: { kind: HKID, number: $number }) { id } }',
    { number },
  );
  return patronByIdentity?.id ?? null;
}

test('R7, R9: a person is found by either document, registered once, and borrows ten items, not twenty', async () => {
  const member = await byCertificate();
  const identityNumber = newIdentityNumber();
  const applied = await withIdentityCard(member, identityNumber, { patronId: member.patronId });
  expect(await library.approve(applied, seen)).toMatchObject(done);
  expect(await patronByNumber(identityNumber)).toBe(member.patronId);

  // The same person comes again with the identity card only, and doesn't mention that they are registered.
  expect(await withIdentityCard(member, identityNumber, {})).toMatchObject(refusedWith('ALREADY_REGISTERED'));

  const smartId = { identityNumber, dateOfIssue: today };
  const answers: Payload[] = [];
  for (const [index, itemNumber] of copies.entries()) {
    const credential = index % 2 === 0 ? { libraryCardNumber: member.libraryCard } : { smartId };
    answers.push(await library.change('checkOut', { credential, itemNumber }, library.station));
  }
  expect(answers.slice(0, 10).map(({ operation }) => operation.state)).toEqual(Array(10).fill('DONE'));
  expect(answers.at(-1)).toMatchObject(refusedWith('QUOTA_REACHED'));
  expect(await library.loansOut(member.patronId)).toBe(10);
});

interface AccessLog {
  readonly accessLog: { readonly edges: readonly { readonly node: { readonly kind: string } }[] };
}

test('R27: the patron sees that staff wrote the number into the record', async () => {
  const member = await byCertificate();
  const applied = await withIdentityCard(member, newIdentityNumber(), { patronId: member.patronId });
  expect(await library.approve(applied, seen)).toMatchObject(done);
  const selection = 'accessLog { edges { node { kind field role } } }';
  const reader = await library.reader(member.patronId);
  const { accessLog } = await library.patron<AccessLog>(member.patronId, selection, reader);
  // First the card when the patron joined, then the identity number, then another card.
  expect(accessLog.edges.filter(({ node }) => node.kind === 'CHANGED')).toEqual(
    ['credential.issuedOn', 'identityNumber', 'credential.issuedOn'].map((field) => ({
      node: { kind: 'CHANGED', field, role: 'STAFF' },
    })),
  );
});

test('R7: unless staff have seen the identity card, nothing is approved, issued or written', async () => {
  const member = await byCertificate();
  const identityNumber = newIdentityNumber();
  const applied = await withIdentityCard(member, identityNumber, { patronId: member.patronId });
  for (const unseen of [{}, { identityDocumentSeen: false }, { identityDocumentSeen: null }]) {
    expect(await library.approve(applied, unseen)).toMatchObject(
      refusedFor('IDENTITY_DOCUMENT_NEEDED', 'identityDocumentSeen'),
    );
  }
  expect(await patronByNumber(identityNumber)).toBeNull();
  expect(await library.cardsOf(member.patronId)).toHaveLength(1);
  expect(await library.approve(applied, seen)).toMatchObject(done);
});

test('R7: an application never replaces an identity number in the record, whatever staff have seen', async () => {
  const member = await byCertificate();
  const applied = await withIdentityCard(member, newIdentityNumber(), { patronId: member.patronId });
  // Staff write another number into the registry before the decision.
  const theirs = newIdentityNumber();
  await library.behind.patrons.addIdentityNumber(member.patronId, theirs, never);
  expect(await library.approve(applied, seen)).toMatchObject(refusedWith('IDENTITY_MISMATCH'));
  expect(await patronByNumber(theirs)).toBe(member.patronId);
  expect(await library.cardsOf(member.patronId)).toHaveLength(1);
});

test('R7: an identity number under which somebody was registered in the meantime is theirs alone', async () => {
  const member = await byCertificate();
  const identityNumber = newIdentityNumber();
  const applied = await withIdentityCard(member, identityNumber, { patronId: member.patronId });
  // The registry's own terminal doesn't look at open applications.
  const other = await library.registerBehind({ ...child(12), identityNumber });
  expect(await library.approve(applied, seen)).toMatchObject(refusedWith('IDENTITY_MISMATCH'));
  expect(await patronByNumber(identityNumber)).toBe(other);
});
