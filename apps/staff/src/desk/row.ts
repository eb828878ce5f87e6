/** The rows of the desk: one for each scanned copy. */
import type {
  CredentialPresented,
  DeskLoanFragment,
  DeskQuotaFragment,
  OperationState,
  ProblemCode,
} from '../operations.generated.ts';
import type { EndedLoan, ReturnedTo } from '../returns/return-words.ts';
import type { SendState } from '../tones.ts';

export type RowAction =
  | {
      readonly kind: 'checkOut';
      readonly session: number;
      readonly card: CredentialPresented;
      /**
       * Lends although the reader owes too much. Without the scope `charges:waive`, a request with this field is
       * refused, even if the value is false.
       */
      readonly despiteCharges?: true | undefined;
    }
  /**
   * A return. `atBranch` is the code of the branch where the copy is returned. Null if the member of staff has not
   * chosen a branch.
   */
  | { readonly kind: 'checkIn'; readonly atBranch: string | null }
  /** Lends a copy that waits for a reservation on an ended card. The loan is made on the ended card (R25). */
  | {
      readonly kind: 'lendHeldItem';
      readonly session: number;
      readonly patronId: string;
      readonly holdId: string;
      /** As for a check-out. */
      readonly despiteCharges?: true | undefined;
    }
  /** Nothing is sent, because the scan is not a number of a copy, or because no card is shown. */
  | { readonly kind: 'none' };

/**
 * `waiting`: not sent yet. `sending`: no answer yet. `unsettled`: recorded, but the outcome is unknown. `failed`: it is
 * unknown whether the operation was recorded. If a failed row is sent again with the same reference, its operation is
 * done only once.
 */
export type RowState = SendState;

/**
 * Reasons to refuse a row before any rule is checked. `UNREADABLE`: the scan is the number of neither a card nor a copy.
 * `NO_CARD`: no card is shown. `TOO_MANY`: too many copies wait. `FORBIDDEN`: the account lacks the right.
 */
const deskProblems = ['UNREADABLE', 'NO_CARD', 'TOO_MANY', 'FORBIDDEN'] as const;
export type DeskProblem = (typeof deskProblems)[number];

export const isDeskProblem = (code: string): code is DeskProblem =>
  deskProblems.some((problem) => problem === code);

export interface Row {
  /** The operation's idempotency key. Each row has its own. */
  readonly reference: string;
  readonly act: RowAction;
  /** The copy's number, or the scanned text if that is not the number of a copy. */
  readonly itemNumber: string;
  readonly state: RowState;
  /** Whether the row was sent before with the same reference, so that its operation may already have been done. */
  readonly isSentAgain: boolean;
  /** The operation's code, which staff can read out (R24). Null until there is an answer. */
  readonly code: string | null;
  /** The copy's title; null until it is known. */
  readonly title: string | null;
  /** The loan that was made; null if there is none. */
  readonly loan: DeskLoanFragment | null;
  /** The loan that a return has ended. Null if the row isn't a return, or if the loan is unknown. */
  readonly endedLoan: EndedLoan | null;
  /** The place to which a returned copy must go. Null if the row isn't a return, or if the place is unknown. */
  readonly returnedTo: ReturnedTo | null;
  readonly problems: readonly { readonly code: ProblemCode | DeskProblem; readonly message: string }[];
  /**
   * The reservation on an ended card for which the copy waits. Staff can still lend the copy on the ended card. Null if
   * the copy waits for none, or if the card is lost.
   */
  readonly heldFor: { readonly patronId: string; readonly holdId: string } | null;
}

/** The graph's answer about a row. */
export interface Outcome {
  readonly operation: { readonly state: OperationState };
  readonly row: Partial<
    Pick<Row, 'code' | 'title' | 'loan' | 'endedLoan' | 'returnedTo' | 'problems' | 'heldFor'>
  >;
  /** The quota of the loan's patron after the copy was lent or returned; null if it was not read. */
  readonly quota: DeskQuotaFragment | null;
}

export const isUnderWay = ({ state }: Row): boolean => state === 'sending' || state === 'unsettled';

/** Whether the row has its final outcome. Only such rows may be dropped. */
export const isSettled = ({ state }: Row): boolean => state === 'done' || state === 'refused';

/** Whether a return is done, but the copy's destination is unknown. */
export const isPlaceUnknown = ({ state, act, returnedTo }: Row): boolean =>
  state === 'done' && act.kind === 'checkIn' && returnedTo === null;

/**
 * The maximum number of rows that are sent but not settled: the loans of two readers. Without this limit, an outage
 * would pile up rows that nobody watches.
 */
export const maxUnderWay = 20;

/**
 * The maximum number of rows that are scanned but not sent. Further scans are refused. Without the limit, somebody
 * might scan a trolley of returns while no system answers.
 */
export const maxWaiting = 200;

/**
 * The maximum number of returns that are sent at the same time. Their order does not matter, so they need not wait for
 * each other.
 */
const maxSendingReturns = 4;

/**
 * The queue to which a row belongs. All returns share one queue, and each session has a queue for its loans, which are
 * sent one by one.
 */
const lane = ({ act }: Row): number | 'returns' => ('session' in act ? act.session : 'returns');

/** The rows to send now. In `rows`, the newest row is first. */
export function rowsToSend(rows: readonly Row[]): readonly Row[] {
  let underWay = rows.filter(isUnderWay).length;
  const sending = new Map<number | 'returns', number>();
  const count = (row: Row) => sending.set(lane(row), (sending.get(lane(row)) ?? 0) + 1);
  for (const row of rows.filter(({ state }) => state === 'sending')) {
    count(row);
  }
  const next: Row[] = [];
  for (const row of rows.filter(({ state }) => state === 'waiting').reverse()) {
    const most = lane(row) === 'returns' ? maxSendingReturns : 1;
    if (underWay < maxUnderWay && (sending.get(lane(row)) ?? 0) < most) {
      next.push(row);
      count(row);
      underWay += 1;
    }
  }
  return next;
}
