import { describe, expect, test } from 'vitest';
import { copy, formOf, libraryForTests } from '../library.ts';
import { done, refusedFor, refusedWith } from '../payloads.ts';
import { child, guarantor, newApplicant, today, yearsAgo } from '../people.ts';

const library = libraryForTests({ showsWholeGraph: true });

describe('who may have what', () => {
  test('R1: one application brings a smart identity card into use, and a library card', async () => {
    const { patronId, smartId, libraryCard } = await library.joinWithBothCards(newApplicant());
    expect(await library.cardsOf(patronId)).toEqual([
      { __typename: 'LibraryCard', libraryCardNumber: libraryCard, status: 'ACTIVE' },
      { __typename: 'SmartIdCard', libraryCardNumber: smartId, status: 'ACTIVE' },
    ]);
  });

  test('R1: a holder of a library card applies before the smart identity card can be used', async () => {
    const { patronId, applicant } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    const shown = {
      smartId: { identityNumber: applicant.identityNumber, dateOfIssue: applicant.smartIdDateOfIssue },
    };
    const lend = () => library.change('checkOut', { credential: shown, itemNumber: copy }, library.station);
    expect(await lend()).toMatchObject(refusedWith('CREDENTIAL_NOT_FOUND'));
    const applied = await library.apply(formOf(applicant, ['SMART_ID'], { patronId, channel: 'INTERNET' }));
    expect(await library.approve(applied)).toMatchObject(done);
    expect(await lend()).toMatchObject(done);
    await library.giveBack();
  });

  test('R1: a smart identity card user may later apply for a library card', async () => {
    const { patronId, applicant } = await library.join(newApplicant(), ['SMART_ID']);
    const reader = await library.reader(patronId);
    const applied = await library.apply(
      formOf({ ...applicant, addressProofShown: false }, ['LIBRARY_CARD'], { patronId, channel: 'INTERNET' }),
      reader,
    );
    expect(applied).toMatchObject({ ...done, application: { status: 'RECEIVED' } });
    expect(await library.approve(applied)).toMatchObject({
      ...done,
      application: { patron: { id: patronId } },
    });
    expect(await library.cardsOf(patronId)).toHaveLength(2);
  });

  test('R4: a child of ten has a library card by birth certificate, and no smart identity card', async () => {
    const applicant = child(10);
    const both = formOf(applicant, ['SMART_ID', 'LIBRARY_CARD'], { guarantor: guarantor(true) });
    const refused = await library.apply(both);
    expect(refused.operation.state).toBe('REFUSED');
    expect(refused.problems).toContainEqual(
      expect.objectContaining({ code: 'TOO_YOUNG_FOR_SMART_ID', field: ['wants'] }),
    );
    const { libraryCard, smartId, patronId } = await library.join(applicant, ['LIBRARY_CARD'], {
      guarantor: guarantor(false),
    });
    expect(libraryCard).not.toBe('');
    expect(smartId).toBe('');
    expect(await library.patron(patronId, 'identity { kind } guarantor { name }')).toEqual({
      identity: { kind: 'BIRTH_CERTIFICATE' },
      guarantor: { name: 'CHUI, WAI MAN' },
    });
  });

  test("R4: a child under eleven can't register with an identity card", async () => {
    const applicant = newApplicant({ dateOfBirth: yearsAgo(10), smartIdDateOfIssue: null });
    const input = formOf(applicant, ['LIBRARY_CARD'], { guarantor: guarantor(true) });
    expect(await library.apply(input)).toMatchObject(
      refusedFor('INVALID', 'applicant', 'birthCertificateNumber'),
    );
  });

  test('R4: on the eleventh birthday a smart identity card can be enrolled', async () => {
    const onTheDay = { dateOfBirth: yearsAgo(11), smartIdDateOfIssue: today };
    const dayBefore = { ...onTheDay, dateOfBirth: yearsAgo(11, 1) };
    const others = { guarantor: guarantor(true) };
    expect(await library.apply(formOf(newApplicant(dayBefore), ['SMART_ID'], others))).toMatchObject(
      refusedWith('TOO_YOUNG_FOR_SMART_ID'),
    );
    const { smartId } = await library.join(newApplicant(onTheDay), ['SMART_ID'], others);
    expect(smartId).not.toBe('');
  });

  test('R3: a fifteen-year-old whose guarantor refuses the smart identity card gets only a library card', async () => {
    const applicant = newApplicant({ dateOfBirth: yearsAgo(15) });
    const others = { guarantor: guarantor(false) };
    expect(await library.apply(formOf(applicant, ['SMART_ID', 'LIBRARY_CARD'], others))).toMatchObject(
      refusedFor('GUARANTOR_REFUSED', 'guarantor', 'allowsSmartId'),
    );
    const { libraryCard, smartId } = await library.join(applicant, ['LIBRARY_CARD'], others);
    expect([libraryCard !== '', smartId]).toEqual([true, '']);
  });

  test('R3: from the eighteenth birthday no guarantor is needed', async () => {
    const dayBefore = newApplicant({ dateOfBirth: yearsAgo(18, 1) });
    expect(await library.apply(formOf(dayBefore, ['SMART_ID']))).toMatchObject(
      refusedFor('GUARANTOR_NEEDED', 'guarantor'),
    );
    const onTheDay = newApplicant({ dateOfBirth: yearsAgo(18) });
    const { smartId, patronId } = await library.join(onTheDay, ['SMART_ID'], {
      guarantor: guarantor(false),
    });
    expect(smartId).not.toBe('');
    expect(await library.patron(patronId, 'guarantor { name }')).toEqual({ guarantor: null });
  });
});

describe('what must be shown', () => {
  test('R2: at a counter, a new applicant must show proof of address', async () => {
    const applicant = newApplicant({ addressProofShown: false });
    expect(await library.apply(formOf(applicant, ['LIBRARY_CARD']))).toMatchObject(
      refusedFor('ADDRESS_PROOF_NEEDED', 'applicant', 'addressProofShown'),
    );
  });

  test('R2: over the internet an application is received without proof, and approved once staff have seen it', async () => {
    const applied = await library.overInternet(
      formOf(newApplicant({ addressProofShown: false }), ['LIBRARY_CARD']),
    );
    expect(applied).toMatchObject(done);
    expect(await library.progressOf(applied.receipt)).toMatchObject({
      status: 'RECEIVED',
      decidedAt: null,
      problems: [{ code: 'ADDRESS_PROOF_NEEDED' }],
    });
    const [waiting] = await library.waitingApplications();
    expect(waiting?.problems).toEqual([{ code: 'ADDRESS_PROOF_NEEDED' }]);
    const decide = (others: object) =>
      library.change('decideApplication', { applicationId: waiting?.id, approve: true, ...others });
    expect(await decide({})).toMatchObject(refusedWith('ADDRESS_PROOF_NEEDED'));
    const approved = await decide({ addressProofShown: true });
    expect(approved).toMatchObject({ ...done, application: { status: 'APPROVED' } });
    expect(await library.progressOf(applied.receipt)).toMatchObject({ status: 'APPROVED', problems: [] });
    const patronId = approved.application?.patron?.id ?? '';
    expect(await library.patron(patronId, 'contact { addressProven }')).toEqual({
      contact: { addressProven: true },
    });
  });

  test('R2: a registered patron need not prove the address', async () => {
    const { patronId, applicant } = await library.join(newApplicant(), ['SMART_ID']);
    const again = { ...applicant, addressProofShown: false };
    const applied = await library.apply(formOf(again, ['LIBRARY_CARD'], { patronId }));
    expect(await library.approve(applied)).toMatchObject(done);
  });

  test('R5: an older identity card is not a smart identity card', async () => {
    for (const smartIdDateOfIssue of ['2003-06-22', null]) {
      const applicant = newApplicant({ smartIdDateOfIssue });
      expect(await library.apply(formOf(applicant, ['SMART_ID']))).toMatchObject(
        refusedFor('SMART_ID_NEEDED', 'applicant', 'smartIdDateOfIssue'),
      );
    }
    const older = newApplicant({ smartIdDateOfIssue: '2003-06-22' });
    expect(await library.apply(formOf(older, ['LIBRARY_CARD']))).toMatchObject(done);
    expect(
      await library.apply(formOf(newApplicant({ smartIdDateOfIssue: '2003-06-23' }), ['SMART_ID'])),
    ).toMatchObject(done);
  });

  test('R5: a date of issue in the future is invalid', async () => {
    const applicant = newApplicant({ smartIdDateOfIssue: yearsAgo(0, 1) });
    expect(await library.apply(formOf(applicant, ['SMART_ID']))).toMatchObject(
      refusedFor('INVALID', 'applicant', 'smartIdDateOfIssue'),
    );
  });

  test('R8: a wrong check digit is reported before any system is called', async () => {
    const { prs, cms } = library.system.legacy;
    prs.resetCalls();
    cms.resetCalls();
    for (const identityNumber of ['A123456(4)', 'A1234567', 'not a number']) {
      const refused = await library.apply(formOf(newApplicant({ identityNumber }), ['SMART_ID']));
      expect(refused).toMatchObject(refusedFor('IDENTITY_NUMBER_INVALID', 'applicant', 'identityNumber'));
    }
    expect([...prs.calls, ...cms.calls]).toEqual([]);
  });

  test('every problem is reported at once', async () => {
    const applicant = newApplicant({
      englishName: '陳大文',
      dateOfBirth: yearsAgo(12),
      smartIdDateOfIssue: '2003-06-22',
      addressLines: [],
      addressProofShown: false,
      telephone: '1',
      email: 'nobody',
    });
    const refused = await library.apply(formOf(applicant, ['SMART_ID']));
    const said = refused.problems.map(({ code, field }) => `${code} ${field?.join('.')}`).sort();
    expect(said).toEqual([
      'ADDRESS_PROOF_NEEDED applicant.addressProofShown',
      'GUARANTOR_NEEDED guarantor',
      'INVALID applicant.addressLines',
      'INVALID applicant.email',
      'INVALID applicant.englishName',
      'INVALID applicant.smartIdDateOfIssue',
      'INVALID applicant.telephone',
      'SMART_ID_NEEDED applicant.smartIdDateOfIssue',
    ]);
  });
});
