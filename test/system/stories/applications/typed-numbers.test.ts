/** Numbers as people type them: the same meaning in every input, and the same code where they are wrong (R8). */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, rootField } from '../../running-system.ts';
import { apply } from '../applications.ts';
import {
  done,
  formOf,
  join,
  type Library,
  type Member,
  openLibrary,
  type Payload,
  refusedWith,
} from '../library.ts';
import { stranger, today } from '../people.ts';

let library: Library;
let member: Member;
beforeAll(async () => {
  library = await openLibrary();
  // Filled in as it was typed.
  const applicant = stranger({ identityNumber: 'p432100 a', telephone: '(6555) 0012' });
  member = await join(library, applicant, ['LIBRARY_CARD', 'SMART_ID']);
  const pin = { libraryCardNumber: member.libraryCard, newPin };
  expect(await library.change('setPin', pin, library.counter)).toMatchObject(done);
});
afterAll(() => library[Symbol.asyncDispose]());

const newPin = '2580';
const itemNumber = '31852000000494';
const never = new AbortController().signal;

/** Ways in which people write a number of 14 digits. */
const spellings = (number: string) => [
  number.replace(/(.{4})/g, '$1 '),
  number.replace(/^(.)(.{4})(.{8})/, '$1-$2-$3-'),
  [...number].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join(''),
];
const spaced = (number: string) => spellings(number)[0] ?? '';
const presented = (identityNumber: string) => ({
  identityNumber,
  dateOfIssue: member.applicant.smartIdDateOfIssue,
});

describe('R8: an identity number', () => {
  test.each(['P432100(A)', 'p432100(a)', 'P432100 A', ' p 432100 a', 'Ｐ４３２１００（Ａ）'])(
    '%j is the same card and the same patron, wherever it is given',
    async (typed) => {
      const { smartId } = await library.read<{ smartId: unknown }>(
        'query ($p: SmartIdPresented!) { smartId(presented: $p) { libraryCardNumber } }',
        { p: presented(typed) },
        library.station,
      );
      expect(smartId).toEqual({ libraryCardNumber: member.smartId });
      const byDocument = await library.read(
        'query ($number: String!) { patronByIdentity(document: { kind: HKID, number: $number }) { id } }',
        { number: typed },
      );
      expect(byDocument).toEqual({ patronByIdentity: { id: member.patronId } });
      const lent = { credential: { smartId: presented(typed) }, itemNumber };
      expect(await library.change('checkOut', lent, library.station)).toMatchObject(done);
      expect(await library.change('checkIn', { itemNumber }, library.station)).toMatchObject(done);
      const again = formOf(stranger({ identityNumber: typed }), ['LIBRARY_CARD']);
      expect(await apply(library, again)).toMatchObject(refusedWith('ALREADY_REGISTERED'));
    },
  );

  test('that a counter left as it was written is read as any other', async () => {
    const { patronId, applicant } = await join(library, stranger({ identityNumber: 'P432101(8)' }), [
      'LIBRARY_CARD',
    ]);
    const input = {
      channel: 'COUNTER',
      patronId,
      wants: ['SMART_ID'],
      applicant: {
        englishName: applicant.englishName,
        chineseName: null,
        identityNumber: 'p432101 8',
        birthCertificateNumber: null,
        dateOfBirth: applicant.dateOfBirth,
        smartIdDateOfIssue: today,
        address: null,
        addressProofShown: false,
        telephone: null,
        email: null,
      },
      guarantor: null,
    } as const;
    const left = await library.behind.cards.submitApplication(randomUUID(), input, never);
    const id = 'application' in left ? left.application.id : '';
    const approved = await library.change(
      'decideApplication',
      { applicationId: id, approve: true },
      library.counter,
    );
    expect(approved).toMatchObject(done);
    const [cards = []] = await library.behind.cards.cardsByPatron([patronId], never);
    expect(cards.map(({ identityNumber }) => identityNumber)).toContain('P432101(8)');
  });

  test.each(['P432100(1)', 'p432100 1', 'nonsense', ''])(
    'that is none, %j, is IDENTITY_NUMBER_INVALID wherever it is given, and no system is asked',
    async (typed) => {
      for (const name of ['prs', 'cms', 'circ'] as const) {
        library.system.legacy[name].resetCalls();
      }
      const ask = async (query: string, variables: object, token = library.station) =>
        codesOf(await library.system.ask(query, { token, variables: { ...variables } }));
      const invalid = ['IDENTITY_NUMBER_INVALID'];
      expect(
        await ask('query ($p: SmartIdPresented!) { smartId(presented: $p) { status } }', {
          p: presented(typed),
        }),
      ).toEqual(invalid);
      expect(
        await ask(
          'query ($number: String!) { patronByIdentity(document: { kind: HKID, number: $number }) { id } }',
          { number: typed },
          library.counter,
        ),
      ).toEqual(invalid);
      const lent = { credential: { smartId: presented(typed) }, itemNumber };
      expect(await library.change('checkOut', lent, library.station)).toMatchObject(refusedWith(...invalid));
      if (typed !== '') {
        const form = formOf(stranger({ identityNumber: typed }), ['SMART_ID']);
        expect(await apply(library, form)).toMatchObject(refusedWith(...invalid));
      }
      for (const name of ['prs', 'cms', 'circ'] as const) {
        const asked = [...library.system.legacy[name].calls.keys()];
        // The feed of events is followed in the background.
        expect(asked.filter((call) => call !== 'ListEvents')).toEqual([]);
      }
    },
  );
});

const codesOf = ({ body }: Answer) => body.errors?.map(({ extensions }) => extensions.code);

describe('a telephone number', () => {
  test.each(['65550012', '6555 0012', '+852 6555-0012', '(6555) 0012', '６５５５００１２'])(
    '%j finds the patron',
    async (typed) => {
      expect(await found(typed)).toEqual([member.patronId]);
    },
  );

  async function found(telephone: string) {
    const { patrons } = await library.read<{ patrons: { edges: { node: { id: string } }[] } }>(
      'query ($telephone: String!) { patrons(search: { telephone: $telephone }) { edges { node { id } } } }',
      { telephone },
    );
    return patrons.edges.map(({ node }) => node.id);
  }

  test('is amended in the form in which it is found', async () => {
    const { patronId, applicant } = await join(library, stranger(), ['LIBRARY_CARD']);
    expect(applicant.telephone).toBeUndefined();
    const { patron } = await library.read<{ patron: { version: string } }>(
      'query ($id: ID!) { patron(id: $id) { version } }',
      { id: patronId },
    );
    const input = { reader: { patronId }, version: patron.version, telephone: '6555-0013' };
    expect(await library.change('amendContact', input, library.counter)).toMatchObject(done);
    expect(await found('6555 0013')).toEqual([patronId]);
  });

  test('that a counter left as it was written is registered in the form in which it is found', async () => {
    const { englishName, identityNumber = null, dateOfBirth } = stranger();
    const input = {
      channel: 'COUNTER',
      patronId: null,
      wants: ['LIBRARY_CARD'],
      applicant: {
        englishName,
        chineseName: null,
        identityNumber,
        birthCertificateNumber: null,
        dateOfBirth,
        smartIdDateOfIssue: null,
        address: '1 Library Road',
        addressProofShown: true,
        telephone: '+852 6555-0014',
        email: null,
      },
      guarantor: null,
    } as const;
    const left = await library.behind.cards.submitApplication(randomUUID(), input, never);
    const decision = { applicationId: 'application' in left ? left.application.id : '', approve: true };
    const approved = await library.change('decideApplication', decision, library.counter);
    expect(approved).toMatchObject(done);
    expect(await found('6555 0014')).toEqual([approved.application?.patron?.id]);
  });

  test.each(['', ' ', '( )'])('without digits, %j, does not find everybody', async (telephone) => {
    const query = 'query ($t: String!) { patrons(search: { telephone: $t }) { totalCount } }';
    const answer = await library.system.ask(query, { token: library.counter, variables: { t: telephone } });
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
  });
});

describe('a name', () => {
  const search = async (name: string) =>
    await library.system.ask(
      'query ($name: String!) { patrons(search: { name: $name }) { edges { node { id } } } }',
      { token: library.counter, variables: { name } },
    );

  test('finds the patron with other white space, and in full width', async () => {
    const { englishName } = member.applicant;
    const wide = englishName.replace(/[A-Z,]/g, (letter) =>
      String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0),
    );
    for (const typed of [` ${englishName.replaceAll(' ', '\u3000 ')}`, wide]) {
      const { body } = await search(typed);
      expect(body.data?.patrons, typed).toEqual({
        edges: expect.arrayContaining([{ node: { id: member.patronId } }]),
      });
    }
  });

  test.each(['', ' ', '\u3000'])('without letters, %j, does not find everybody', async (name) => {
    expect(codesOf(await search(name))).toEqual(['BAD_USER_INPUT']);
  });
});

describe('the number of a card or an item', () => {
  test('is found with spaces and dashes, and in full width', async () => {
    for (const libraryCardNumber of spellings(member.libraryCard)) {
      const { credential } = await library.read<{ credential: unknown }>(
        'query ($n: ID!) { credential(libraryCardNumber: $n) { libraryCardNumber } }',
        { n: libraryCardNumber },
      );
      expect(credential).toEqual({ libraryCardNumber: member.libraryCard });
      const copy = spaced(itemNumber);
      const { item } = await library.read<{ item: unknown }>(
        'query ($n: ID!) { item(itemNumber: $n) { itemNumber } }',
        {
          n: copy,
        },
      );
      expect(item).toEqual({ itemNumber });
      const lent = { credential: { libraryCardNumber }, itemNumber: copy };
      expect(await library.change('checkOut', lent, library.station)).toMatchObject(done);
      const reader = { cardAndPin: { libraryCardNumber, pin: newPin } };
      expect(await library.change('renewAllLoans', { reader }, library.telephone)).not.toMatchObject(
        refusedWith('WRONG_NUMBER_OR_PIN'),
      );
      expect(await library.change('checkIn', { itemNumber: copy }, library.station)).toMatchObject(done);
      const { patronId } = member;
      const whose = { reader: { patronId } };
      const hold = { ...whose, libraryCardNumber, titleNumber: 'B0000010', pickupBranch: 'HKCL' };
      const placed = await library.change('placeHold', hold, library.counter);
      expect(placed).toMatchObject(done);
      const holdId = placed.hold?.id;
      expect(await library.change('cancelHold', { ...whose, holdId }, library.counter)).toMatchObject(done);
    }
  });

  test('is taken so by every change of a card', async () => {
    const { smartId, libraryCard } = await join(library, stranger(), ['LIBRARY_CARD', 'SMART_ID']);
    const steps = [
      ['setPin', smartId, { newPin: '1470' }],
      ['printInformationCard', smartId, {}],
      ['reportLoss', smartId, { onReplacement: 'CONTINUE' }],
      ['replaceCredential', smartId, { smartIdDateOfIssue: today }],
      ['discontinueSmartId', smartId, {}],
      ['surrenderLibraryCard', libraryCard, {}],
    ] as const;
    for (const [name, number, others] of steps) {
      const input = { libraryCardNumber: spaced(number), ...others };
      expect(await library.change(name, input, library.counter), name).toMatchObject({
        ...done,
        credential: { libraryCardNumber: number },
      });
    }
  });

  test('is one for a partner, however it is spelt: wrong PINs are counted together', async () => {
    const token = await library.system.token({ clientId: randomUUID(), scope: 'partner:verify' });
    const verify = async (libraryCardNumber: string, pin: string) => {
      const answer = await library.system.ask(
        'mutation ($input: VerifyPatronInput!) { verifyPatron(input: $input) { verified problem } }',
        { token, variables: { input: { libraryCardNumber, pin } } },
      );
      return rootField<{ verified: boolean; problem: string | null }>(answer.body, 'verifyPatron');
    };
    expect(await verify(spaced(member.libraryCard), newPin)).toEqual({ verified: true, problem: null });
    const all = [member.libraryCard, ...spellings(member.libraryCard)];
    for (const number of all) {
      expect((await verify(number, '9999')).problem).toBe('WRONG_NUMBER_OR_PIN');
    }
    expect((await verify(member.libraryCard, '9999')).problem).toBe('PIN_LOCKED');
  });

  test('sent again in another spelling under the same reference, it is the same operation', async () => {
    const reference = randomUUID();
    const answers: Payload[] = [];
    for (const number of [member.libraryCard, spaced(member.libraryCard)]) {
      const input = { reference, libraryCardNumber: number, newPin };
      answers.push(await library.change('setPin', input, library.counter));
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[0]).toMatchObject(done);
  });
});
