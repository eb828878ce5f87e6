import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { formOf, libraryForTests } from '../library.ts';
import { type ChangeName, done, type Payload, refusedWith } from '../payloads.ts';
import { newApplicant, today } from '../people.ts';

const library = libraryForTests();

type Input = Readonly<Record<string, unknown>>;

/** Sends several mutations at once. Resolves to their payloads. The payloads of done operations come first. */
async function together(asked: readonly (readonly [ChangeName, Input, string])[]): Promise<Payload[]> {
  const answers = await Promise.all(asked.map(([name, input, token]) => library.change(name, input, token)));
  return answers.toSorted((a, b) => (a.operation.state < b.operation.state ? -1 : 1));
}

/** The codes for later callers: another operation is open, or the state has changed. */
const tooLate = ['ANOTHER_OPERATION_OPEN', 'WRONG_STATE'];

function expectOneDone(answers: readonly Payload[]): void {
  const [first, ...others] = answers;
  expect(first).toMatchObject(done);
  for (const { operation, problems } of others) {
    expect(operation.state).toBe('REFUSED');
    expect(tooLate).toContain(problems[0]?.code);
  }
}

describe('several people at once', () => {
  test('decide one application: one patron, one card, and the others are refused', async () => {
    const applicant = newApplicant();
    const { counter } = library;
    const applied = await library.apply(formOf(applicant, ['LIBRARY_CARD']));
    const applicationId = applied.application?.id;
    const colleague = await library.system.token({ subject: 'colleague', scope: 'applications:decide' });
    const answers = await together([
      ['decideApplication', { applicationId, approve: true }, counter],
      ['decideApplication', { applicationId, approve: true }, colleague],
      ['decideApplication', { applicationId, approve: true }, counter],
    ]);
    expectOneDone(answers);
    expect(await library.patronsNamed(applicant.englishName)).toBe(1);
    const patronId = answers[0]?.application?.patron?.id ?? '';
    expect(await library.cardsOf(patronId)).toHaveLength(1);
  });

  test('one approves and one rejects: the first decision counts', async () => {
    const { counter } = library;
    const applied = await library.apply(formOf(newApplicant(), ['LIBRARY_CARD']));
    const applicationId = applied.application?.id;
    const answers = await together([
      ['decideApplication', { applicationId, approve: true }, counter],
      ['decideApplication', { applicationId, approve: false, reason: 'No.' }, counter],
    ]);
    expectOneDone(answers);
    expect(await library.application(applicationId, 'status')).toEqual({
      status: answers[0]?.application?.status,
    });
  });

  test('the same loss from the counter and the web: one report and one block', async () => {
    const { patronId, libraryCard: libraryCardNumber } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    const { cms, circ } = library.system.legacy;
    const before = [cms.calls.get('ReportLoss') ?? 0, circ.calls.get('BlockCard') ?? 0];
    const answers = await together([
      ['reportLoss', { libraryCardNumber }, library.counter],
      ['reportLoss', { libraryCardNumber }, await library.reader(patronId)],
    ]);
    expectOneDone(answers);
    expect([cms.calls.get('ReportLoss'), circ.calls.get('BlockCard')]).toEqual(
      before.map((count) => count + 1),
    );
  });

  test('a replacement at two stations: the card is in use once', async () => {
    const { patronId, smartId: libraryCardNumber } = await library.join(newApplicant(), ['SMART_ID']);
    await library.change('reportLoss', { libraryCardNumber, onReplacement: 'CONTINUE' });
    const input = { libraryCardNumber, smartIdDateOfIssue: today };
    expectOneDone(
      await together([
        ['replaceCredential', input, library.station],
        ['replaceCredential', input, library.station],
      ]),
    );
    expect(await library.cardsOf(patronId)).toMatchObject([{ libraryCardNumber, status: 'ACTIVE' }]);
  });

  test('a lost library card is replaced twice: one new number', async () => {
    const { patronId, libraryCard: libraryCardNumber } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    const { counter } = library;
    await library.change('reportLoss', { libraryCardNumber });
    expectOneDone(
      await together([
        ['replaceCredential', { libraryCardNumber }, counter],
        ['replaceCredential', { libraryCardNumber }, counter],
      ]),
    );
    expect(await library.cardsOf(patronId)).toHaveLength(2);
  });

  test('R7: a lost library card is replaced, and another applied for: one is in use', async () => {
    const { patronId, applicant, libraryCard } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    const { cms } = library.system.legacy;
    await library.change('reportLoss', { libraryCardNumber: libraryCard });
    const form = formOf(applicant, ['LIBRARY_CARD'], { patronId });
    const applied = await library.apply(form);
    cms.faults.set([{ kind: 'busy', operations: ['ReplaceCard'] }]);
    const replacement = { reference: randomUUID(), libraryCardNumber: libraryCard };
    expect(await library.change('replaceCredential', replacement)).toMatchObject({
      operation: { state: 'UNSETTLED' },
    });
    const approve = () => library.approve(applied);
    expect(await approve()).toMatchObject(refusedWith('ANOTHER_OPERATION_OPEN'));
    cms.faults.clear();
    await library.untilDone(replacement.reference);
    expect(await approve()).toMatchObject(refusedWith('ALREADY_HELD'));
    const inUse = (await library.cardsOf(patronId)).filter(({ status }) => status === 'ACTIVE');
    expect(inUse).toHaveLength(1);
  });

  test('one reader applies twice for one card: one application waits', async () => {
    const { patronId, applicant } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    const reader = await library.reader(patronId);
    const input = formOf({ ...applicant, addressProofShown: false }, ['SMART_ID'], {
      patronId,
      channel: 'INTERNET',
    });
    expectOneDone(
      await together([
        ['submitApplication', input, reader],
        ['submitApplication', input, reader],
      ]),
    );
  });
});

describe('the same reference twice at once', () => {
  test('is one operation, for every change to a card', async () => {
    const { smartId, libraryCard } = await library.joinWithBothCards(newApplicant());
    const changes: readonly (readonly [ChangeName, string, Input])[] = [
      ['setPin', 'ChangePin', { libraryCardNumber: smartId, newPin: '1352' }],
      ['printInformationCard', 'PrintInformationCard', { libraryCardNumber: smartId }],
      ['reportLoss', 'ReportLoss', { libraryCardNumber: smartId, onReplacement: 'CONTINUE' }],
      ['replaceCredential', 'ReplaceCard', { libraryCardNumber: smartId, smartIdDateOfIssue: today }],
      ['discontinueSmartId', 'CloseCard', { libraryCardNumber: smartId }],
      ['surrenderLibraryCard', 'CloseCard', { libraryCardNumber: libraryCard }],
    ];
    for (const [name, call, asked] of changes) {
      const { cms } = library.system.legacy;
      cms.resetCalls();
      const input = { reference: randomUUID(), ...asked };
      const answers = await Promise.all([1, 2, 3].map(() => library.change(name, input)));
      // Each caller gets the state of the same operation, whether it is unsettled or done.
      for (const { operation, problems } of answers) {
        expect([operation.reference, problems], name).toEqual([input.reference, []]);
      }
      await library.untilDone(input.reference);
      expect(cms.calls.get(call), name).toBe(1);
    }
  });

  test('is one application with one receipt', async () => {
    const input = {
      reference: randomUUID(),
      ...formOf(newApplicant({ addressProofShown: false }), ['LIBRARY_CARD'], { channel: 'INTERNET' }),
    };
    const { cms } = library.system.legacy;
    cms.resetCalls();
    const answers = await Promise.all([1, 2, 3].map(() => library.apply(input, null)));
    expect(new Set(answers.map(({ receipt }) => receipt)).size).toBe(1);
    expect(cms.calls.get('SubmitApplication')).toBe(1);
  });

  test('with another input is refused as a mistake, and nothing is done', async () => {
    const { libraryCard, smartId } = await library.joinWithBothCards(newApplicant());
    const reference = randomUUID();
    await library.change('setPin', { reference, libraryCardNumber: libraryCard, newPin: '1352' });
    const others: readonly (readonly [ChangeName, Input])[] = [
      ['setPin', { reference, libraryCardNumber: libraryCard, newPin: '1358' }],
      ['reportLoss', { reference, libraryCardNumber: smartId, onReplacement: 'CONTINUE' }],
    ];
    for (const [name, input] of others) {
      const { body } = await library.send(name, input);
      expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
  });
});
