import { expect, test } from 'vitest';
import type { Loan } from '../../../../adapters/circulation/port.ts';
import type { Credential } from '../../../../adapters/credentials/port.ts';
import type { Patron } from '../../../../adapters/patrons/port.ts';
import type { CardEvent, EvidentLoan } from '../../../../store/journal/port.ts';
import { findingsOf, type KnownCard, repairs } from '../../../../subgraphs/operations/books/patron-rules.ts';

const card = '21852000000066';
const patron: Patron = {
  number: 'P0000001',
  englishName: 'CHAN, TAI MAN',
  chineseName: null,
  identityDocuments: [{ kind: 'HKID', number: 'A123456(3)' }],
  dateOfBirth: '1990-01-01',
  addressLines: [],
  addressProven: true,
  telephone: null,
  email: null,
  guarantor: null,
  status: 'ACTIVE',
  registeredOn: '2020-01-01',
  version: '1',
};
const credential: Credential = {
  libraryCardNumber: card,
  patronId: patron.number,
  kind: 'SMART_ID',
  state: 'ACTIVE',
  issuedOn: '2020-01-01',
  closedOn: null,
  identityNumber: 'A123456(3)',
  dateOfIssue: '2019-01-01',
  onReplacement: null,
  informationCardPrintedOn: null,
};
const event = (kind: CardEvent['kind']): CardEvent => ({
  libraryCardNumber: card,
  kind,
  sequence: '815',
  at: new Date('2026-11-01T10:00:00Z'),
});
const loan = (checkedOutAt: string, reference: string | null = null): Loan => ({
  id: `L ${checkedOutAt}`,
  libraryCardNumber: card,
  itemNumber: '31852000000494',
  titleNumber: 'T1',
  title: 'A title',
  branch: 'HKCL',
  checkedOutAt,
  dueOn: '2026-12-01',
  renewals: 0,
  reference,
});

interface Case {
  readonly patron?: Partial<Patron> | null;
  readonly credential?: Partial<Credential>;
  readonly block?: CardEvent['kind'];
  readonly registration?: CardEvent['kind'];
  readonly loans?: readonly Loan[];
  readonly lentAfterEnd?: readonly EvidentLoan[];
  readonly eventsSince?: Date | null;
}

function found({ patron: record = {}, loans = [], block, registration, ...more }: Case) {
  const known: KnownCard = {
    credential: { ...credential, ...more.credential },
    loans,
    lentAfterEnd: more.lentAfterEnd ?? [],
    block: block === undefined ? null : event(block),
    registration: registration === undefined ? null : event(registration),
  };
  const { eventsSince = new Date('2026-08-15T00:00:00Z') } = more;
  return findingsOf(
    { patronId: patron.number, patron: record === null ? null : { ...patron, ...record }, cards: [known] },
    { loanLimit: 10, eventsSince },
  );
}

const kinds = (one: Case) => found(one).map(({ kind }) => kind);

test('an active patron with a card in use that agrees has no finding', () => {
  expect(kinds({})).toEqual([]);
  expect(kinds({ block: 'CARD_UNBLOCKED' })).toEqual([]);
  expect(kinds({ credential: { identityNumber: 'a123456 3' } })).toEqual([]);
});

test('a suspended or closed patron with a card that circulation lends on is found, with the event', () => {
  for (const status of ['SUSPENDED', 'CLOSED'] as const) {
    expect(found({ patron: { status }, block: 'CARD_UNBLOCKED' })).toMatchObject([
      {
        kind: 'CARD_NOT_BLOCKED',
        patronId: patron.number,
        evidence: {
          libraryCardNumber: card,
          patronStatus: status,
          cardState: 'ACTIVE',
          event: { kind: 'CARD_UNBLOCKED', sequence: '815', at: '2026-11-01T10:00:00.000Z' },
        },
      },
    ]);
    expect(kinds({ patron: { status }, block: 'CARD_BLOCKED' })).toEqual([]);
  }
});

test('a block from before the oldest event is unknown, and one of a younger card is known', () => {
  const suspended = { status: 'SUSPENDED' } as const;
  expect(kinds({ patron: suspended })).toEqual(['CARD_BLOCK_UNKNOWN']);
  const issuedOn = '2026-09-01';
  expect(kinds({ patron: suspended, credential: { issuedOn }, registration: 'CARD_REGISTERED' })).toEqual([
    'CARD_NOT_BLOCKED',
  ]);
  expect(kinds({ credential: { state: 'LOST' } })).toEqual(['CARD_BLOCK_UNKNOWN']);
  // An ended card without a known block is no finding, because nearly every former reader has an ended card. It
  // becomes a finding when somebody borrows on it.
  const ended = { state: 'CLOSED', closedOn: '2021-01-01' } as const;
  expect(kinds({ credential: ended })).toEqual([]);
  const lent = { credential: ended, loans: [loan('2026-11-11T10:00:00+08:00')] };
  expect(kinds(lent)).toEqual(['CARD_BLOCK_UNKNOWN', 'LENT_ON_ENDED_CARD']);
  expect(kinds({ ...lent, block: 'CARD_BLOCKED' })).toEqual(['LENT_ON_ENDED_CARD']);
});

test('nothing is said about blocks while the events are still being read', () => {
  expect(kinds({ patron: { status: 'SUSPENDED' }, block: 'CARD_UNBLOCKED', eventsSince: null })).toEqual([]);
});

test('a card that has ended is found if it was unblocked, and a card in use if it is blocked', () => {
  expect(kinds({ credential: { state: 'CLOSED' }, block: 'CARD_UNBLOCKED' })).toEqual(['CARD_NOT_BLOCKED']);
  expect(kinds({ block: 'CARD_BLOCKED' })).toEqual(['CARD_BLOCKED']);
});

test('a card of which circulation was never told is found', () => {
  const young = { issuedOn: '2026-09-01' };
  expect(kinds({ credential: young })).toEqual(['CARD_NOT_REGISTERED']);
  expect(kinds({ credential: young, registration: 'CARD_REGISTERED' })).toEqual([]);
  expect(kinds({ credential: young, loans: [loan('2026-10-01T10:00:00+08:00')] })).toEqual([]);
});

test('a smart identity card whose number is not the one of the registry is found while it can be used', () => {
  expect(kinds({ credential: { identityNumber: 'Z683365(5)' } })).toEqual(['IDENTITY_DIFFERS']);
  expect(kinds({ patron: { identityDocuments: [] } })).toEqual(['IDENTITY_DIFFERS']);
  const ended = { identityNumber: 'Z683365(5)', state: 'CLOSED', closedOn: '2021-01-01' } as const;
  expect(kinds({ credential: ended })).toEqual([]);
});

test('cards of a patron whom the registry does not have are found', () => {
  expect(kinds({ patron: null })).toEqual(['PATRON_UNKNOWN']);
});

test('more than ten loans are found, with who lent and since when, the oldest first', () => {
  const loans = Array.from({ length: 11 }, (_, day) => loan(`2026-11-${20 - day}T10:00:00+08:00`));
  const operationId = 'a'.repeat(22);
  const [finding] = found({ loans: [...loans.slice(1), loan('2026-11-01T10:00:00+08:00', operationId)] });
  expect(finding).toMatchObject({ kind: 'TOO_MANY_LOANS', evidence: { libraryCardNumber: null } });
  expect(finding?.evidence.loans[0]).toEqual({
    libraryCardNumber: card,
    since: '2026-11-01T10:00:00+08:00',
    operationId,
  });
  expect(finding?.evidence.loans).toHaveLength(11);
  expect(JSON.stringify(finding)).not.toMatch(/31852000000494|A title/);
  expect(kinds({ loans: loans.slice(1) })).toEqual([]);
});

test('a loan that a desk made on a card after its end is found, and none of our operations', () => {
  const ended = { state: 'CLOSED', closedOn: '2026-11-10' } as const;
  const before = loan('2026-11-10T10:00:00+08:00');
  const after = loan('2026-11-11T10:00:00+08:00');
  const ours = loan('2026-11-11T10:00:00+08:00', 'a'.repeat(22));
  expect(kinds({ credential: ended, loans: [before, ours] })).toEqual([]);
  expect(found({ credential: ended, loans: [before, after, ours] })).toMatchObject([
    { kind: 'CARD_BLOCK_UNKNOWN' },
    { kind: 'LENT_ON_ENDED_CARD', evidence: { loans: [{ since: after.checkedOutAt, operationId: null }] } },
  ]);
  // A lost card has no day on which it ended. Its block shows since when nobody may lend on it.
  const lost = { state: 'LOST' } as const;
  expect(kinds({ credential: lost, block: 'CARD_BLOCKED', loans: [after] })).toEqual(['LENT_ON_ENDED_CARD']);
  expect(repairs.LENT_ON_ENDED_CARD).toBeUndefined();
  const early = loan('2026-10-01T10:00:00+08:00');
  expect(kinds({ credential: lost, block: 'CARD_BLOCKED', loans: [early] })).toEqual([]);
});

test('a loan that an open finding shows counts until it is back, even if the lost card was blocked again since', () => {
  const lost = { state: 'LOST' } as const;
  const early = loan('2026-10-01T10:00:00+08:00');
  const lentAfterEnd = [{ libraryCardNumber: card, since: early.checkedOutAt, operationId: null }];
  const blockedAnew = { credential: lost, block: 'CARD_BLOCKED', lentAfterEnd } as const;
  expect(found({ ...blockedAnew, loans: [early] })).toMatchObject([
    { kind: 'LENT_ON_ENDED_CARD', evidence: { loans: lentAfterEnd } },
  ]);
  expect(kinds(blockedAnew)).toEqual([]);
  expect(kinds({ ...blockedAnew, credential: {}, loans: [early] })).toEqual(['CARD_BLOCKED']);
});
