import { describe, expect, test } from 'vitest';
import { formOf, libraryForTests } from '../library.ts';
import { done, refusedFor, refusedWith } from '../payloads.ts';
import { child, guarantor, newApplicant, newIdentityNumber, today, yearsAgo } from '../people.ts';

const library = libraryForTests({ showsWholeGraph: true });

describe('R7: one patron for each document, one card of each kind', () => {
  test("nobody can apply with somebody else's patron number", async () => {
    const token = await library.reader('P0000003');
    for (const patronId of ['P0000004', 'P9999999']) {
      const input = formOf(newApplicant({ addressProofShown: false }), ['LIBRARY_CARD'], {
        patronId,
        channel: 'INTERNET',
      });
      const asReader = await library.apply(input, token);
      expect(asReader).toMatchObject(refusedFor('INVALID', 'patronId'));
      // An anonymous caller gets the same answer whether the patron exists or not (R27).
      expect((await library.overInternet(input)).problems).toEqual(asReader.problems);
    }
  });

  test("an application must have the registry's document number and date of birth", async () => {
    const { patronId, applicant } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    const mismatched = { ...applicant, identityNumber: newIdentityNumber(), dateOfBirth: yearsAgo(31) };
    expect(await library.apply(formOf(mismatched, ['SMART_ID'], { patronId }))).toMatchObject({
      ...refusedWith('IDENTITY_MISMATCH', 'IDENTITY_MISMATCH'),
      problems: [{ field: ['applicant', 'identityNumber'] }, { field: ['applicant', 'dateOfBirth'] }],
    });
  });

  test('staff match a patron registered by birth certificate with the new identity card', async () => {
    const young = child(12);
    const others = { guarantor: guarantor(true) };
    const { patronId } = await library.join(young, ['LIBRARY_CARD'], others);
    const { applicant: somebody } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    const { birthCertificateNumber: _, ...grown } = { ...young, smartIdDateOfIssue: today };
    const withCard = (identityNumber: string | null | undefined) =>
      library.apply(
        formOf({ ...grown, identityNumber: identityNumber ?? null }, ['SMART_ID'], { patronId, ...others }),
      );
    // Another patron's document is a mismatch, although the member's record has no identity card.
    expect(await withCard(somebody.identityNumber)).toMatchObject(
      refusedFor('IDENTITY_MISMATCH', 'applicant', 'identityNumber'),
    );
    const applied = await withCard(newIdentityNumber());
    expect(await library.approve(applied, { identityDocumentSeen: true })).toMatchObject({
      ...done,
      application: { patron: { id: patronId } },
    });
    expect(await library.cardsOf(patronId)).toMatchObject([
      { __typename: 'SmartIdCard', status: 'ACTIVE' },
      { __typename: 'LibraryCard', status: 'ACTIVE' },
    ]);
  });

  test('a patron registered by birth certificate can’t learn whose an identity number is', async () => {
    const young = child(12);
    const others = { guarantor: guarantor(true) };
    const { patronId } = await library.join(young, ['LIBRARY_CARD'], others);
    const { applicant: somebody } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    const token = await library.reader(patronId);
    const { birthCertificateNumber: _, ...grown } = { ...young, smartIdDateOfIssue: today };
    const applied = await library.apply(
      formOf(
        { ...grown, addressProofShown: false, identityNumber: somebody.identityNumber ?? null },
        ['SMART_ID'],
        { patronId, channel: 'INTERNET', ...others },
      ),
      token,
    );
    expect(applied).toMatchObject({ ...done, application: { status: 'RECEIVED' } });
    // Only staff see the problem, when they approve the application.
    expect(await library.approve(applied)).toMatchObject(refusedWith('IDENTITY_MISMATCH'));
  });

  test('an application for a card that the patron has is ALREADY_HELD', async () => {
    const { patronId, applicant } = await library.joinWithBothCards(newApplicant());
    for (const wants of [['SMART_ID'], ['LIBRARY_CARD']] as const) {
      expect(await library.apply(formOf(applicant, wants, { patronId }))).toMatchObject(
        refusedFor('ALREADY_HELD', 'wants'),
      );
    }
  });

  test('a second application for the same card is refused while the first is open', async () => {
    const { patronId, applicant } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    const first = await library.apply(formOf(applicant, ['SMART_ID'], { patronId }));
    expect(first).toMatchObject(done);
    expect(await library.apply(formOf(applicant, ['SMART_ID'], { patronId }))).toMatchObject(
      refusedWith('ANOTHER_OPERATION_OPEN'),
    );
  });

  test('a known document is reported to staff, and to nobody else', async () => {
    const { applicant } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    expect(await library.apply(formOf(applicant, ['LIBRARY_CARD']))).toMatchObject(
      refusedFor('ALREADY_REGISTERED', 'applicant', 'identityNumber'),
    );
    library.system.legacy.prs.resetCalls();
    const known = await library.overInternet(
      formOf({ ...applicant, addressProofShown: false }, ['LIBRARY_CARD']),
    );
    const unknown = await library.overInternet(
      formOf(newApplicant({ addressProofShown: false }), ['LIBRARY_CARD']),
    );
    expect(known).toMatchObject({ ...done, receipt: expect.any(String) });
    const shape = ({ operation, ...others }: typeof known) => ({
      ...others,
      state: operation.state,
      receipt: '',
    });
    expect(shape(known)).toEqual(shape(unknown));
    // The registry was not called, so the response time reveals nothing.
    expect([...library.system.legacy.prs.calls]).toEqual([]);
    expect(await library.progressOf(known.receipt)).toMatchObject({
      status: 'RECEIVED',
      problems: [{ code: 'ADDRESS_PROOF_NEEDED' }],
    });
    // Staff see the problem when they approve, so the applicant is not registered twice.
    const open = await library.waitingApplications();
    const application = open.find(({ applicant: { englishName } }) => englishName === applicant.englishName);
    const decided = await library.change('decideApplication', {
      applicationId: application?.id,
      approve: true,
      addressProofShown: true,
    });
    expect(decided).toMatchObject(refusedWith('ALREADY_REGISTERED'));
  });

  test('two applications of one stranger make one patron', async () => {
    const applicant = newApplicant({ addressProofShown: false });
    const [first, second] = [
      await library.overInternet(formOf(applicant, ['LIBRARY_CARD'])),
      await library.overInternet(formOf(applicant, ['SMART_ID'])),
    ];
    expect([first.receipt === second.receipt, first.operation.state, second.operation.state]).toEqual([
      false,
      'DONE',
      'DONE',
    ]);
    const theirs = (await library.waitingApplications()).filter(
      (one) => one.applicant.englishName === applicant.englishName,
    );
    const answers = await Promise.all(
      theirs.map(({ id }) =>
        library.change('approveApplication', {
          applicationId: id,
          addressProofShown: true,
          otherApplicationsSeen: theirs.map((one) => one.id),
        }),
      ),
    );
    expect(answers.map(({ operation }) => operation.state).sort()).toEqual(['DONE', 'REFUSED']);
    const refused = answers.find(({ operation }) => operation.state === 'REFUSED');
    expect(['ANOTHER_OPERATION_OPEN', 'ALREADY_REGISTERED']).toContain(refused?.problems[0]?.code);
    expect(await library.patronsNamed(applicant.englishName)).toBe(1);
  });
});
