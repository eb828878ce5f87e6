import type { Circulation, CirculationEventKind } from '../../../adapters/circulation/port.ts';
import { mutationOf } from '../../support/mutation.ts';

/** A mutation and its effect in circulation. */
export interface Mutation {
  readonly name: string;
  readonly document: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly patronId: string;
  /**
   * The kind of event that the mutation causes in circulation. If the mutation has several outcomes, each outcome that
   * is done causes one event. Otherwise, the mutation causes one event if it is done.
   */
  readonly effect: CirculationEventKind;
  /** Prepares circulation before the mutation. */
  readonly prepare?: (circulation: Circulation) => Promise<unknown>;
  /** A card that must be blocked at the end, after any outcome. */
  readonly blockedCard?: string;
}

const document = (field: string, selection: string) =>
  mutationOf(field, `operation { state reference } problems { code } ${selection}`);

const never = new AbortController().signal;
const reference = 'reference-1';
const libraryCard = '21852000000033';
const replacedCard = '21852000000231';
const whose = { patronId: 'P0000002' };
const loan = 'loan { id renewals credential { libraryCardNumber } }';

/** All mutations of circulation. P0000002 has five loans on two cards and a hold. P0000007 has two loans. */
export const mutations: readonly Mutation[] = [
  {
    name: 'checkOut',
    document: document('checkOut', `${loan} quota { used pending remaining }`),
    input: { reference, credential: { libraryCardNumber: libraryCard }, itemNumber: '31852000000494' },
    ...whose,
    effect: 'CHECKED_OUT',
  },
  {
    name: 'lendHeldItem',
    document: document('lendHeldItem', `${loan} quota { used pending remaining }`),
    input: { reference, reader: { patronId: 'P0000017' }, holdId: 'H0000003', itemNumber: '31852000000098' },
    patronId: 'P0000017',
    effect: 'CHECKED_OUT',
    blockedCard: replacedCard,
    // A returned item is kept for a hold on a card that was replaced.
    async prepare(circulation) {
      await circulation.placeHold(replacedCard, 'B0000009', 'STCL', 'before', never);
      await circulation.checkIn('31852000000098', 'before', never);
    },
  },
  {
    name: 'checkIn',
    document: document('checkIn', 'item { itemNumber state }'),
    input: { reference, itemNumber: '31852000000114' },
    ...whose,
    effect: 'CHECKED_IN',
  },
  {
    name: 'renewLoan',
    document: document('renewLoan', loan),
    input: { reference, reader: whose, loanId: 'L00000014' },
    ...whose,
    effect: 'RENEWED',
  },
  {
    name: 'renewLoan while the patron has a hold on the title',
    document: document('renewLoan', loan),
    input: { reference, reader: whose, loanId: 'L00000014' },
    ...whose,
    effect: 'RENEWED',
    prepare: (circulation) => circulation.placeHold(libraryCard, 'B0000002', 'STCL', 'before', never),
  },
  {
    name: 'renewLoans',
    document: document('renewLoans', 'outcomes { state loan { id renewals } problems { code } }'),
    input: { reference, reader: whose, loanIds: ['L00000014', 'L00000012'] },
    ...whose,
    effect: 'RENEWED',
  },
  {
    name: 'renewAllLoans',
    document: document('renewAllLoans', 'outcomes { state loan { id renewals } problems { code } }'),
    input: { reference, reader: { patronId: 'P0000007' } },
    patronId: 'P0000007',
    effect: 'RENEWED',
  },
  {
    name: 'placeHold',
    document: document('placeHold', 'hold { id state }'),
    input: { reference, reader: whose, titleNumber: 'B0000004', pickupBranch: 'STCL' },
    ...whose,
    effect: 'HOLD_PLACED',
  },
  {
    name: 'cancelHold',
    document: document('cancelHold', 'hold { id state }'),
    input: { reference, reader: whose, holdId: 'H0000001' },
    ...whose,
    effect: 'HOLD_CANCELLED',
  },
  {
    name: 'changePickupBranch',
    document: document('changePickupBranch', 'hold { id state pickupBranch } formerQueuePosition'),
    input: { reference, reader: whose, holdId: 'H0000001', pickupBranch: 'HKCL' },
    ...whose,
    effect: 'HOLD_PLACED',
  },
];
