import { describe, expect, test } from 'vitest';
import type { Credential, CredentialState } from '../../../../../adapters/credentials/port.ts';
import {
  discontinuationProblems,
  surrenderProblems,
} from '../../../../../subgraphs/credentials/rules/cards/ending.ts';
import { informationCardProblems } from '../../../../../subgraphs/credentials/rules/cards/information-card.ts';
import { lossProblems } from '../../../../../subgraphs/credentials/rules/cards/loss.ts';
import { birthdayProblems, pinProblems } from '../../../../../subgraphs/credentials/rules/cards/pin.ts';
import { replacementProblems } from '../../../../../subgraphs/credentials/rules/cards/replacement.ts';
import type { CredentialProblem } from '../../../../../subgraphs/credentials/rules/problem.ts';
import { CardDrawer, type CardTables, orRefused } from '../../../../support/memory/card-drawer.ts';
import { card, smartId, today, told } from './cases.ts';

const notActive: readonly CredentialState[] = ['LOST', 'SURRENDERED', 'CLOSED'];
const ended: readonly CredentialState[] = ['SURRENDERED', 'CLOSED'];
const wrongState = ['WRONG_STATE libraryCardNumber'];
const lostSmartId = smartId({ state: 'LOST', onReplacement: 'CONTINUE' });

describe('losing', () => {
  test('R17: a card in use is reported lost, and no other', () => {
    expect(lossProblems(card(), null)).toEqual([]);
    expect(lossProblems(smartId(), 'CONTINUE')).toEqual([]);
    for (const state of notActive) {
      expect(told(lossProblems(card({ state }), null)), state).toEqual(wrongState);
    }
  });

  test('R18: the wish is for a smart identity card, and only there', () => {
    expect(lossProblems(smartId(), 'DISCONTINUE')).toEqual([]);
    expect(told(lossProblems(smartId(), null))).toEqual(['INVALID onReplacement']);
    expect(told(lossProblems(card(), 'CONTINUE'))).toEqual(['INVALID onReplacement']);
    expect(told(lossProblems(smartId({ state: 'LOST' }), null))).toEqual([
      ...wrongState,
      'INVALID onReplacement',
    ]);
  });
});

describe('replacing', () => {
  const replacing = (
    old: Credential,
    smartIdDateOfIssue: string | null,
    others: readonly Credential[] = [],
  ) => told(replacementProblems({ card: old, patronCards: [old, ...others], smartIdDateOfIssue, today }));

  test('R19: a lost library card, and no other', () => {
    expect(replacing(card({ state: 'LOST' }), null)).toEqual([]);
    for (const state of ['ACTIVE', ...ended] as const) {
      expect(replacing(card({ state }), null), state).toEqual(wrongState);
    }
  });

  test('R19: a library card has no date of issue', () => {
    expect(replacing(card({ state: 'LOST' }), '2026-01-01')).toEqual(['INVALID smartIdDateOfIssue']);
  });

  test('R7: a lost library card is not replaced where the patron has another since', () => {
    const another = card({ libraryCardNumber: '21852000000249' });
    expect(replacing(card({ state: 'LOST' }), null, [another])).toEqual(['ALREADY_HELD libraryCardNumber']);
    expect(replacing(card({ state: 'LOST' }), null, [smartId()])).toEqual([]);
  });

  test.each([
    ['none', null, ['NEWER_DATE_OF_ISSUE_NEEDED smartIdDateOfIssue']],
    ['the older kind', '2003-06-22', ['SMART_ID_NEEDED smartIdDateOfIssue']],
    ["the lost card's own", '2019-02-20', ['NEWER_DATE_OF_ISSUE_NEEDED smartIdDateOfIssue']],
    ['a day later', '2019-02-21', []],
    ['today', today, []],
    ['tomorrow', '2026-11-25', ['INVALID smartIdDateOfIssue']],
  ])('R5, R18: a smart identity card to be continued, with the date of issue %s', (_, date, expected) => {
    expect(replacing(lostSmartId, date)).toEqual(expected);
  });

  test('R5, R18: where the old date is not known, any smart identity card is newer', () => {
    const undated = { ...lostSmartId, dateOfIssue: null };
    expect(replacing(undated, '2003-06-22')).toEqual(['SMART_ID_NEEDED smartIdDateOfIssue']);
    expect(replacing(undated, '2003-06-23')).toEqual([]);
  });

  test('R18: a discontinued one is applied for afresh, and one in use is not replaced', () => {
    const fresh = ['FRESH_APPLICATION_NEEDED libraryCardNumber'];
    expect(replacing(smartId({ state: 'CLOSED', onReplacement: 'DISCONTINUE' }), today)).toEqual(fresh);
    expect(replacing(smartId({ state: 'CLOSED' }), today)).toEqual(fresh);
    expect(replacing(smartId({ state: 'LOST', onReplacement: 'DISCONTINUE' }), today)).toEqual(fresh);
    expect(replacing(smartId(), today)).toEqual(wrongState);
  });

  test('R5: a date in the future is told wherever a card is presented', () => {
    expect(replacing(smartId(), '2026-11-25')).toEqual([...wrongState, 'INVALID smartIdDateOfIssue']);
    expect(replacing(smartId({ state: 'CLOSED' }), '2026-11-25')).toEqual([
      'FRESH_APPLICATION_NEEDED libraryCardNumber',
      'INVALID smartIdDateOfIssue',
    ]);
  });
});

describe('ending', () => {
  test('R21: a smart identity card in use or lost is discontinued', () => {
    expect(discontinuationProblems(smartId())).toEqual([]);
    expect(discontinuationProblems(lostSmartId)).toEqual([]);
    expect(told(discontinuationProblems(card()))).toEqual(['INVALID libraryCardNumber']);
    for (const state of ended) {
      expect(told(discontinuationProblems(smartId({ state }))), state).toEqual(wrongState);
    }
  });

  test('R13: a library card in use or found again is surrendered', () => {
    expect(surrenderProblems(card())).toEqual([]);
    expect(surrenderProblems(card({ state: 'LOST' }))).toEqual([]);
    expect(told(surrenderProblems(smartId()))).toEqual(['INVALID libraryCardNumber']);
    for (const state of ended) {
      expect(told(surrenderProblems(card({ state }))), state).toEqual(wrongState);
    }
  });
});

describe('the information card', () => {
  test('R11: is for a smart identity card in use, as often as it is wanted', () => {
    expect(informationCardProblems(smartId())).toEqual([]);
    expect(informationCardProblems(smartId({ informationCardPrintedOn: today }))).toEqual([]);
    expect(told(informationCardProblems(card()))).toEqual(['INVALID libraryCardNumber']);
    for (const state of notActive) {
      expect(told(informationCardProblems(smartId({ state }))), state).toEqual(wrongState);
    }
  });
});

describe('the PIN', () => {
  test.each(['2581', '1358', '25800', '00120000', '123450', '1123'])('R10: %s is one', (pin) => {
    expect(pinProblems(card(), pin)).toEqual([]);
  });
  test.each(['', '123', '123456789', '12 34', '1234\n', '１２３４', '٣٣٣٣', 'abcd', '-123'])(
    'R10: %j is none',
    (pin) => {
      expect(told(pinProblems(smartId(), pin))).toEqual(['INVALID newPin']);
    },
  );
  const runs = [
    '1234',
    '01234567',
    '9876',
    '43210',
    '7890',
    '8901',
    '1098',
    '1357',
    '8642',
    '0369',
    '2580',
    '0852',
  ];
  test.each(['0000', '11111111', '1212', '90909090', '123123', '25802580', '1122', '112233', ...runs])(
    '%s is too easy to guess',
    (pin) => {
      expect(told(pinProblems(card(), pin))).toEqual(['INVALID newPin']);
    },
  );
  test.each(['2011', '3009', '0930', '1109', '0911', '300911', '110930', '09302011', '20110930', '201130'])(
    '%s is too easy for somebody who was born on 30 September 2011',
    (pin) => {
      expect(told(birthdayProblems(pin, '2011-09-30'))).toEqual(['INVALID newPin']);
      expect(birthdayProblems(pin, '1976-02-29')).toEqual([]);
      expect(birthdayProblems(pin, null)).toEqual([]);
    },
  );
  test('part of a date with other digits is one', () => {
    for (const pin of ['30091', '3030', '2011201', '930911']) {
      expect(birthdayProblems(pin, '2011-09-30'), pin).toEqual([]);
    }
  });
  test('R17: a lost or ended card gets none', () => {
    for (const state of notActive) {
      expect(told(pinProblems(card({ state }), '12')), state).toEqual(['INVALID newPin', ...wrongState]);
    }
  });
});

describe('what the rules allow, card management does', () => {
  const tablesWith = (cards: readonly Credential[]): CardTables => ({
    cards: new Map(cards.map((each) => [each.libraryCardNumber, each])),
    pins: new Map(),
    applications: new Map(),
    reports: [],
  });
  const states = ['ACTIVE', ...notActive] as const;
  const every = [
    ...states.map((state) => card({ state })),
    ...states.flatMap((state) =>
      ([null, 'CONTINUE', 'DISCONTINUE'] as const).map((onReplacement) => smartId({ state, onReplacement })),
    ),
  ];
  const wishes = [null, 'CONTINUE', 'DISCONTINUE'] as const;
  const dates = [null, '2003-06-22', '2019-02-20', '2019-02-21', today] as const;
  const changes: readonly {
    readonly name: string;
    readonly problems: (card: Credential, all: readonly Credential[]) => readonly CredentialProblem[];
    readonly make: (drawer: CardDrawer, number: string) => unknown;
  }[] = [
    ...wishes.map((wish) => ({
      name: `reporting the loss, ${wish}`,
      problems: (each: Credential) => lossProblems(each, wish),
      make: (drawer: CardDrawer, number: string) => drawer.reportLoss(number, wish),
    })),
    ...dates.map((date) => ({
      name: `replacing, ${date}`,
      problems: (each: Credential, patronCards: readonly Credential[]) =>
        replacementProblems({ card: each, patronCards, smartIdDateOfIssue: date, today }),
      make: (drawer: CardDrawer, number: string) => drawer.replace(number, date),
    })),
    {
      name: 'discontinuing',
      problems: discontinuationProblems,
      make: (drawer, number) => drawer.close(number, 'CLOSED'),
    },
    {
      name: 'surrendering',
      problems: surrenderProblems,
      make: (drawer, number) => drawer.close(number, 'SURRENDERED'),
    },
    {
      name: 'printing',
      problems: informationCardProblems,
      make: (drawer, number) => drawer.print(number),
    },
  ];
  const others: readonly (readonly Credential[])[] = [[], [card({ libraryCardNumber: '21852000000249' })]];

  test.each(changes)('R7 to R21: $name', ({ problems, make }) => {
    const allowed = every.flatMap((each) =>
      others.flatMap((more) => {
        const all = [each, ...more];
        if (problems(each, all).length > 0) {
          return [];
        }
        const drawer = new CardDrawer(tablesWith(all), () => new Date(`${today}T04:00:00Z`));
        return [orRefused(() => ({ made: make(drawer, each.libraryCardNumber) }))];
      }),
    );
    for (const outcome of allowed) {
      expect(outcome).toHaveProperty('made');
    }
  });
});
