import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply, overInternet, progressOf, waitingApplications } from '../applications.ts';
import { approve, cardsOf, done, formOf, join, type Library, openLibrary, refusedWith } from '../library.ts';
import { child, guarantor, newIdentityNumber, stranger, today, yearsAgo } from '../people.ts';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library[Symbol.asyncDispose]());

describe('R7: one patron for each document, one card of each kind', () => {
  test("someone else's patron number is nobody's to apply with", async () => {
    const token = await library.reader('P0000003');
    for (const patronId of ['P0000004', 'P9999999']) {
      const input = formOf(stranger({ addressProofShown: false }), ['LIBRARY_CARD'], {
        patronId,
        channel: 'INTERNET',
      });
      const asReader = await apply(library, input, token);
      expect(asReader).toMatchObject({ ...refusedWith('INVALID'), problems: [{ field: ['patronId'] }] });
      // An anonymous caller gets the same answer, whether or not there is such a patron (R27).
      expect((await overInternet(library, input)).problems).toEqual(asReader.problems);
    }
  });

  test("an application bears the registry's own document number and date of birth", async () => {
    const { patronId, applicant } = await join(library, stranger(), ['LIBRARY_CARD']);
    const others = { patronId };
    const mismatched = { ...applicant, identityNumber: newIdentityNumber(), dateOfBirth: yearsAgo(31) };
    expect(await apply(library, formOf(mismatched, ['SMART_ID'], others))).toMatchObject({
      ...refusedWith('IDENTITY_MISMATCH', 'IDENTITY_MISMATCH'),
      problems: [{ field: ['applicant', 'identityNumber'] }, { field: ['applicant', 'dateOfBirth'] }],
    });
  });

  test('a patron registered by birth certificate is matched by staff once there is an identity card', async () => {
    const young = child(12);
    const others = { guarantor: guarantor(true) };
    const { patronId } = await join(library, young, ['LIBRARY_CARD'], others);
    const { applicant: somebody } = await join(library, stranger(), ['LIBRARY_CARD']);
    const { birthCertificateNumber: _, ...grown } = { ...young, smartIdDateOfIssue: today };
    const withCard = (identityNumber: string | null | undefined) =>
      apply(
        library,
        formOf({ ...grown, identityNumber: identityNumber ?? null }, ['SMART_ID'], { patronId, ...others }),
      );
    // With another's document it is a mismatch, though the record has no such document.
    expect(await withCard(somebody.identityNumber)).toMatchObject({
      ...refusedWith('IDENTITY_MISMATCH'),
      problems: [{ field: ['applicant', 'identityNumber'] }],
    });
    const applied = await withCard(newIdentityNumber());
    expect(await approve(library, applied, { identityDocumentSeen: true })).toMatchObject({
      ...done,
      application: { patron: { id: patronId } },
    });
    expect(await cardsOf(library, patronId)).toMatchObject([
      { __typename: 'SmartIdCard', status: 'ACTIVE' },
      { __typename: 'LibraryCard', status: 'ACTIVE' },
    ]);
  });

  test('a patron registered by birth certificate does not learn whose an identity number is', async () => {
    const young = child(12);
    const others = { guarantor: guarantor(true) };
    const { patronId } = await join(library, young, ['LIBRARY_CARD'], others);
    const { applicant: somebody } = await join(library, stranger(), ['LIBRARY_CARD']);
    const token = await library.reader(patronId);
    const { birthCertificateNumber: _, ...grown } = { ...young, smartIdDateOfIssue: today };
    const applied = await apply(
      library,
      formOf(
        { ...grown, addressProofShown: false, identityNumber: somebody.identityNumber ?? null },
        ['SMART_ID'],
        { patronId, channel: 'INTERNET', ...others },
      ),
      token,
    );
    expect(applied).toMatchObject({ ...done, application: { status: 'RECEIVED' } });
    // Staff get the problem when they approve.
    expect(await approve(library, applied)).toMatchObject(refusedWith('IDENTITY_MISMATCH'));
  });

  test('a second application for what one has is ALREADY_HELD', async () => {
    const { patronId, applicant } = await join(library, stranger(), ['SMART_ID', 'LIBRARY_CARD']);
    for (const wants of [['SMART_ID'], ['LIBRARY_CARD']] as const) {
      expect(await apply(library, formOf(applicant, wants, { patronId }))).toMatchObject({
        ...refusedWith('ALREADY_HELD'),
        problems: [{ field: ['wants'] }],
      });
    }
  });

  test('a second application for what one has applied for waits for the first', async () => {
    const { patronId, applicant } = await join(library, stranger(), ['LIBRARY_CARD']);
    const first = await apply(library, formOf(applicant, ['SMART_ID'], { patronId }));
    expect(first).toMatchObject(done);
    expect(await apply(library, formOf(applicant, ['SMART_ID'], { patronId }))).toMatchObject(
      refusedWith('ANOTHER_OPERATION_OPEN'),
    );
  });

  test('a known document is reported to staff, and to nobody else', async () => {
    const { applicant } = await join(library, stranger(), ['LIBRARY_CARD']);
    expect(await apply(library, formOf(applicant, ['LIBRARY_CARD']))).toMatchObject({
      ...refusedWith('ALREADY_REGISTERED'),
      problems: [{ field: ['applicant', 'identityNumber'] }],
    });
    library.system.legacy.prs.resetCalls();
    const known = await overInternet(
      library,
      formOf({ ...applicant, addressProofShown: false }, ['LIBRARY_CARD']),
    );
    const unknown = await overInternet(
      library,
      formOf(stranger({ addressProofShown: false }), ['LIBRARY_CARD']),
    );
    expect(known).toMatchObject({ ...done, application: null, receipt: expect.any(String) });
    const shape = ({ operation, ...others }: typeof known) => ({
      ...others,
      state: operation.state,
      receipt: '',
    });
    expect(shape(known)).toEqual(shape(unknown));
    // The registry was not called, so that the response time reveals nothing either.
    expect([...library.system.legacy.prs.calls]).toEqual([]);
    expect(await progressOf(library, known.receipt)).toMatchObject({
      status: 'RECEIVED',
      problems: [{ code: 'ADDRESS_PROOF_NEEDED' }],
    });
    // Staff see it when they approve, and the applicant is not registered twice.
    const open = await waitingApplications(library);
    const application = open.find(({ applicant: { englishName } }) => englishName === applicant.englishName);
    const decided = await library.change(
      'decideApplication',
      { applicationId: application?.id, approve: true, addressProofShown: true },
      library.counter,
    );
    expect(decided).toMatchObject(refusedWith('ALREADY_REGISTERED'));
  });

  test('of two applications of one stranger, one becomes a patron', async () => {
    const applicant = stranger({ addressProofShown: false });
    const [first, second] = [
      await overInternet(library, formOf(applicant, ['LIBRARY_CARD'])),
      await overInternet(library, formOf(applicant, ['SMART_ID'])),
    ];
    expect([first.receipt === second.receipt, first.operation.state, second.operation.state]).toEqual([
      false,
      'DONE',
      'DONE',
    ]);
    const theirs = (await waitingApplications(library)).filter(
      (one) => one.applicant.englishName === applicant.englishName,
    );
    const answers = await Promise.all(
      theirs.map(({ id }) =>
        library.change(
          'decideApplication',
          { applicationId: id, approve: true, addressProofShown: true },
          library.counter,
        ),
      ),
    );
    expect(answers.map(({ operation }) => operation.state).sort()).toEqual(['DONE', 'REFUSED']);
    const refused = answers.find(({ operation }) => operation.state === 'REFUSED');
    expect(['ANOTHER_OPERATION_OPEN', 'ALREADY_REGISTERED']).toContain(refused?.problems[0]?.code);
    const { patrons } = await library.read<{ patrons: { totalCount: number } }>(
      'query ($name: String!) { patrons(search: { name: $name }) { totalCount } }',
      { name: applicant.englishName },
    );
    expect(patrons.totalCount).toBe(1);
  });
});
