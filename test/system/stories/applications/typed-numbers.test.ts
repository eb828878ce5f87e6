/**
 * People write numbers in several ways. Each way has the same meaning in every input, and a wrong number has the same
 * code (R8).
 */

import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { coreSystemIds } from '../../../../platform/systems.ts';
import { codesIn } from '../../../support/graph/ask-graph.ts';
import { mutationOf } from '../../../support/mutation.ts';
import { rootField } from '../../running-system.ts';
import { copy, formOf, libraryForTests, never } from '../library.ts';
import { done, type Member, type Payload, refusedWith } from '../payloads.ts';
import { newApplicant, today } from '../people.ts';

const library = libraryForTests();
let member: Member;
beforeAll(async () => {
  const applicant = newApplicant({ identityNumber: 'p432100 a', telephone: '(6555) 0012' });
  member = await library.join(applicant, ['LIBRARY_CARD', 'SMART_ID']);
  const pin = { libraryCardNumber: member.libraryCard, newPin };
  expect(await library.change('setPin', pin)).toMatchObject(done);
});

const newPin = '2583';

/** The ways in which people write a number of 14 digits. */
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
      const lent = { credential: { smartId: presented(typed) }, itemNumber: copy };
      expect(await library.change('checkOut', lent, library.station)).toMatchObject(done);
      expect(await library.giveBack()).toMatchObject(done);
      const again = formOf(newApplicant({ identityNumber: typed }), ['LIBRARY_CARD']);
      expect(await library.apply(again)).toMatchObject(refusedWith('ALREADY_REGISTERED'));
    },
  );

  test('that was entered at a counter in another spelling is recognized', async () => {
    const { patronId, applicant } = await library.join(newApplicant({ identityNumber: 'P432101(8)' }), [
      'LIBRARY_CARD',
    ]);
    const { englishName, dateOfBirth } = applicant;
    const typed = { identityNumber: 'p432101 8', smartIdDateOfIssue: today };
    const id = await library.enterAtCounter(patronId, ['SMART_ID'], { englishName, dateOfBirth, ...typed });
    const approved = await library.change('decideApplication', { applicationId: id, approve: true });
    expect(approved).toMatchObject(done);
    const [cards = []] = await library.behind.cards.cardsByPatron([patronId], never);
    expect(cards.map(({ identityNumber }) => identityNumber)).toContain('P432101(8)');
  });

  test.each(['P432100(1)', 'p432100 1', 'nonsense', ''])(
    'that is invalid, %j, is IDENTITY_NUMBER_INVALID wherever it is given, and no system is called',
    async (typed) => {
      library.resetCalls();
      const invalid = ['IDENTITY_NUMBER_INVALID'];
      for (const [query, token] of [
        ['query ($p: SmartIdPresented!) { smartId(presented: $p) { status } }', library.station],
        [
          'query ($n: String!) { patronByIdentity(document: { kind: HKID, number: $n }) { id } }',
          library.counter,
        ],
      ] as const) {
        const variables = { p: presented(typed), n: typed };
        expect(codesIn((await library.system.ask(query, { token, variables })).body)).toEqual(invalid);
      }
      const lent = { credential: { smartId: presented(typed) }, itemNumber: copy };
      expect(await library.change('checkOut', lent, library.station)).toMatchObject(refusedWith(...invalid));
      if (typed !== '') {
        const form = formOf(newApplicant({ identityNumber: typed }), ['SMART_ID']);
        expect(await library.apply(form)).toMatchObject(refusedWith(...invalid));
      }
      expect(library.callsOf(...coreSystemIds)).toEqual([]);
    },
  );
});

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

  test('is stored in the form in which it can be found', async () => {
    const { patronId, applicant } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    expect(applicant.telephone).toBeUndefined();
    const version = await library.versionOf(patronId);
    const input = { reader: { patronId }, version, telephone: '6555-0013' };
    expect(await library.change('amendContact', input)).toMatchObject(done);
    expect(await found('6555 0013')).toEqual([patronId]);
  });

  test('that was entered at a counter in another spelling is stored in the form in which it can be found', async () => {
    const { englishName, identityNumber = null, dateOfBirth } = newApplicant();
    const proof = { address: '1 Library Road', addressProofShown: true };
    const typed = { englishName, identityNumber, dateOfBirth, ...proof, telephone: '+852 6555-0014' };
    const applicationId = await library.enterAtCounter(null, ['LIBRARY_CARD'], typed);
    const approved = await library.change('decideApplication', { applicationId, approve: true });
    expect(approved).toMatchObject(done);
    expect(await found('6555 0014')).toEqual([approved.application?.patron?.id]);
  });

  test.each(['', ' ', '( )'])(
    'without digits, %j, is refused, and doesn’t find everybody',
    async (telephone) => {
      const query = 'query ($t: String!) { patrons(search: { telephone: $t }) { totalCount } }';
      const answer = await library.system.ask(query, { token: library.counter, variables: { t: telephone } });
      expect(codesIn(answer.body)).toEqual(['BAD_USER_INPUT']);
    },
  );
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

  test.each(['', ' ', '\u3000'])(
    'without letters, %j, is refused, and doesn’t find everybody',
    async (name) => {
      expect(codesIn((await search(name)).body)).toEqual(['BAD_USER_INPUT']);
    },
  );
});

describe('the number of a card or an item', () => {
  test('is found with spaces and dashes, and in full width', async () => {
    for (const libraryCardNumber of spellings(member.libraryCard)) {
      const itemNumber = spaced(copy);
      const query = `query ($card: ID!, $item: ID!) {
        credential(libraryCardNumber: $card) { libraryCardNumber } item(itemNumber: $item) { itemNumber }
      }`;
      expect(await library.read(query, { card: libraryCardNumber, item: itemNumber })).toEqual({
        credential: { libraryCardNumber: member.libraryCard },
        item: { itemNumber: copy },
      });
      const lent = { credential: { libraryCardNumber }, itemNumber };
      expect(await library.change('checkOut', lent, library.station)).toMatchObject(done);
      const reader = { cardAndPin: { libraryCardNumber, pin: newPin } };
      expect(await library.change('renewAllLoans', { reader }, library.telephone)).not.toMatchObject(
        refusedWith('WRONG_NUMBER_OR_PIN'),
      );
      expect(await library.giveBack(itemNumber)).toMatchObject(done);
      const whose = { reader: { patronId: member.patronId } };
      const hold = { ...whose, libraryCardNumber, titleNumber: 'B0000010', pickupBranch: 'HKCL' };
      const placed = await library.change('placeHold', hold);
      expect(placed).toMatchObject(done);
      const holdId = placed.hold?.id;
      expect(await library.change('cancelHold', { ...whose, holdId })).toMatchObject(done);
    }
  });

  test('is accepted with spaces by every change of a card', async () => {
    const { smartId, libraryCard } = await library.joinWithBothCards(newApplicant());
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
      expect(await library.change(name, input), name).toMatchObject({
        ...done,
        credential: { libraryCardNumber: number },
      });
    }
  });

  test('is the same for a partner in every spelling: wrong PINs are counted together', async () => {
    const token = await library.system.token({ clientId: randomUUID(), scope: 'partner:verify' });
    const verify = async (libraryCardNumber: string, pin: string) => {
      const query = mutationOf('verifyPatron', 'verified problem');
      const { body } = await library.system.ask(query, {
        token,
        variables: { input: { libraryCardNumber, pin } },
      });
      return rootField<{ verified: boolean; problem: string | null }>(body, 'verifyPatron');
    };
    expect(await verify(spaced(member.libraryCard), newPin)).toEqual({ verified: true, problem: null });
    const all = [member.libraryCard, ...spellings(member.libraryCard)];
    for (const number of all) {
      expect((await verify(number, '9999')).problem).toBe('WRONG_NUMBER_OR_PIN');
    }
    expect((await verify(member.libraryCard, '9999')).problem).toBe('PIN_LOCKED');
  });

  test('is the same operation when it is sent again in another spelling under the same reference', async () => {
    const reference = randomUUID();
    const answers: Payload[] = [];
    for (const number of [member.libraryCard, spaced(member.libraryCard)]) {
      const input = { reference, libraryCardNumber: number, newPin };
      answers.push(await library.change('setPin', input));
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[0]).toMatchObject(done);
  });
});
