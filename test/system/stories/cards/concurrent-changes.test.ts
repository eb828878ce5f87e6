import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Card,
  type ChangeName,
  cardsOf,
  done,
  formOf,
  join,
  type Library,
  openLibrary,
  type Payload,
  refusedWith,
} from '../library.ts';
import { stranger, today } from '../people.ts';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library[Symbol.asyncDispose]());

type Input = Readonly<Record<string, unknown>>;

/** Several callers send a mutation at once; the answers, the done ones first. */
async function together(asked: readonly (readonly [ChangeName, Input, string])[]): Promise<Payload[]> {
  const answers = await Promise.all(asked.map(([name, input, token]) => library.change(name, input, token)));
  return answers.toSorted((a, b) => (a.operation.state < b.operation.state ? -1 : 1));
}

/** Codes of those that came second: another operation is open, or the state is already changed. */
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
    const applicant = stranger();
    const { counter } = library;
    const applied = await library.change('submitApplication', formOf(applicant, ['LIBRARY_CARD']), counter);
    const applicationId = applied.application?.id;
    const colleague = await library.system.token({ subject: 'colleague', scope: 'applications:decide' });
    const answers = await together([
      ['decideApplication', { applicationId, approve: true }, counter],
      ['decideApplication', { applicationId, approve: true }, colleague],
      ['decideApplication', { applicationId, approve: true }, counter],
    ]);
    expectOneDone(answers);
    const { patrons } = await library.read<{ patrons: { edges: { node: { credentials: Card[] } }[] } }>(
      `query ($name: String!) { patrons(search: { name: $name }) { edges { node {
        credentials { libraryCardNumber }
      } } } }`,
      { name: applicant.englishName },
    );
    expect(patrons.edges.map(({ node }) => node.credentials.length)).toEqual([1]);
  });

  test('one approves and one rejects: the first decision counts', async () => {
    const { counter } = library;
    const applied = await library.change('submitApplication', formOf(stranger(), ['LIBRARY_CARD']), counter);
    const applicationId = applied.application?.id;
    const answers = await together([
      ['decideApplication', { applicationId, approve: true }, counter],
      ['decideApplication', { applicationId, approve: false, reason: 'No.' }, counter],
    ]);
    expectOneDone(answers);
    const query = 'query ($id: ID!) { application(id: $id) { status } }';
    expect(await library.read(query, { id: applicationId })).toEqual({
      application: { status: answers[0]?.application?.status },
    });
  });

  test('the same loss from the counter and the web: one report, and one block', async () => {
    const { patronId, libraryCard: libraryCardNumber } = await join(library, stranger(), ['LIBRARY_CARD']);
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
    const { patronId, smartId: libraryCardNumber } = await join(library, stranger(), ['SMART_ID']);
    await library.change('reportLoss', { libraryCardNumber, onReplacement: 'CONTINUE' }, library.counter);
    const input = { libraryCardNumber, smartIdDateOfIssue: today };
    expectOneDone(
      await together([
        ['replaceCredential', input, library.station],
        ['replaceCredential', input, library.station],
      ]),
    );
    expect(await cardsOf(library, patronId)).toMatchObject([{ libraryCardNumber, status: 'ACTIVE' }]);
  });

  test('a lost library card is replaced twice: one new number', async () => {
    const { patronId, libraryCard: libraryCardNumber } = await join(library, stranger(), ['LIBRARY_CARD']);
    const { counter } = library;
    await library.change('reportLoss', { libraryCardNumber }, counter);
    expectOneDone(
      await together([
        ['replaceCredential', { libraryCardNumber }, counter],
        ['replaceCredential', { libraryCardNumber }, counter],
      ]),
    );
    expect(await cardsOf(library, patronId)).toHaveLength(2);
  });

  test('R7: a lost library card is replaced, and another applied for: one is in use', async () => {
    const { patronId, applicant, libraryCard } = await join(library, stranger(), ['LIBRARY_CARD']);
    const { counter } = library;
    const { cms } = library.system.legacy;
    await library.change('reportLoss', { libraryCardNumber: libraryCard }, counter);
    const form = formOf(applicant, ['LIBRARY_CARD'], { patronId });
    const applied = await library.change('submitApplication', form, counter);
    cms.faults.set([{ kind: 'busy', operations: ['ReplaceCard'] }]);
    const replacement = { reference: randomUUID(), libraryCardNumber: libraryCard };
    expect(await library.change('replaceCredential', replacement, counter)).toMatchObject({
      operation: { state: 'UNSETTLED' },
    });
    const decision = { applicationId: applied.application?.id, approve: true };
    const approve = () => library.change('decideApplication', decision, counter);
    expect(await approve()).toMatchObject(refusedWith('ANOTHER_OPERATION_OPEN'));
    cms.faults.clear();
    await library.untilDone(replacement.reference, counter);
    expect(await approve()).toMatchObject(refusedWith('ALREADY_HELD'));
    const inUse = (await cardsOf(library, patronId)).filter(({ status }) => status === 'ACTIVE');
    expect(inUse).toHaveLength(1);
  });

  test('one reader applies twice for one card: one application waits', async () => {
    const { patronId, applicant } = await join(library, stranger(), ['LIBRARY_CARD']);
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
    const { smartId, libraryCard } = await join(library, stranger(), ['SMART_ID', 'LIBRARY_CARD']);
    const { counter } = library;
    const changes: readonly (readonly [ChangeName, string, Input])[] = [
      ['setPin', 'ChangePin', { libraryCardNumber: smartId, newPin: '1357' }],
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
      const answers = await Promise.all([1, 2, 3].map(() => library.change(name, input, counter)));
      // The second caller gets the state: under way, or done.
      for (const { operation, problems } of answers) {
        expect([operation.reference, problems], name).toEqual([input.reference, []]);
      }
      await library.untilDone(input.reference, counter);
      expect(cms.calls.get(call), name).toBe(1);
    }
  });

  test('is one application with one receipt', async () => {
    const input = {
      reference: randomUUID(),
      ...formOf(stranger({ addressProofShown: false }), ['LIBRARY_CARD'], { channel: 'INTERNET' }),
    };
    const { cms } = library.system.legacy;
    cms.resetCalls();
    const answers = await Promise.all([1, 2, 3].map(() => library.change('submitApplication', input)));
    expect(new Set(answers.map(({ receipt }) => receipt)).size).toBe(1);
    expect(cms.calls.get('SubmitApplication')).toBe(1);
  });

  test('with another input is refused as a mistake, and nothing of it is done', async () => {
    const { libraryCard, smartId } = await join(library, stranger(), ['SMART_ID', 'LIBRARY_CARD']);
    const { counter } = library;
    const reference = randomUUID();
    await library.change('setPin', { reference, libraryCardNumber: libraryCard, newPin: '1357' }, counter);
    const others: readonly (readonly [ChangeName, Input])[] = [
      ['setPin', { reference, libraryCardNumber: libraryCard, newPin: '1358' }],
      ['reportLoss', { reference, libraryCardNumber: smartId, onReplacement: 'CONTINUE' }],
    ];
    for (const [name, input] of others) {
      const { body } = await library.send(name, input, counter);
      expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
  });
});
