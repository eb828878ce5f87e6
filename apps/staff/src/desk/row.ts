/** The rows of the desk: one for each scanned copy. */
import type {
  CredentialPresented,
  DeskQuotaFragment,
  ItemState,
  OperationState,
  ProblemCode,
} from '../operations.generated.ts';
import type { StepState } from '../tones.ts';

/** What is done with a copy. */
export type RowAction =
  | { readonly kind: 'checkOut'; readonly session: number; readonly card: CredentialPresented }
  | { readonly kind: 'checkIn' }
  /** Lent on the ended card on which the copy waits (R25). */
  | {
      readonly kind: 'lendHeldItem';
      readonly session: number;
      readonly patronId: string;
      readonly holdId: string;
    }
  /** What was scanned is no number: nothing is done. */
  | { readonly kind: 'none' };

/**
 * `waiting`: its turn comes. `sending`: no answer yet. `unsettled`: recorded, and its outcome is not known yet. `failed`: it is
 * not known whether it was recorded; sent again with its reference, it is done once.
 */
export type RowState = StepState;

/**
 * What is refused before any rule is asked. `UNREADABLE`: no number of a card or a copy. `NO_CARD`: no card is shown. `TOO_MANY`: too
 * many copies wait. `FORBIDDEN`: the account may not do it.
 */
const deskProblems = ['UNREADABLE', 'NO_CARD', 'TOO_MANY', 'FORBIDDEN'] as const;
export type DeskProblem = (typeof deskProblems)[number];

export const isDeskProblem = (code: string): code is DeskProblem =>
  deskProblems.some((problem) => problem === code);

export interface Row {
  /** The idempotency key of what is asked for; no other row has it. */
  readonly reference: string;
  readonly act: RowAction;
  /** As it was scanned, if that is no number. */
  readonly itemNumber: string;
  readonly state: RowState;
  /** Whether it was sent before, and nobody knows what became of that. */
  readonly isSentAgain: boolean;
  /** To be read out (R24); null until there is an answer. */
  readonly code: string | null;
  /** Of the copy; null until it is known. */
  readonly title: string | null;
  /** Of the loan; null where there is none. */
  readonly dueOn: string | null;
  /** Where a copy goes that was taken back. */
  readonly returnedTo: { readonly state: ItemState | null; readonly branch: string | null } | null;
  readonly problems: readonly { readonly code: ProblemCode | DeskProblem; readonly message: string }[];
  /** The reservation for which the copy waits on an ended card; then it can be lent there. */
  readonly heldFor: { readonly patronId: string; readonly holdId: string } | null;
}

/** What the graph says of a row. */
export interface Outcome {
  readonly operation: { readonly state: OperationState };
  readonly row: Partial<Pick<Row, 'code' | 'title' | 'dueOn' | 'returnedTo' | 'problems' | 'heldFor'>>;
  /** Of the patron, once the copy was lent; null where it could not be read. */
  readonly quota: DeskQuotaFragment | null;
}

export const isUnderWay = ({ state }: Row): boolean => state === 'sending' || state === 'unsettled';

/** Whether the row can go without a loss. */
export const isSettled = ({ state }: Row): boolean => state === 'done' || state === 'refused';

/** Most rows sent and not settled: the places of two readers. So an outage doesn't pile up rows that nobody watches. */
export const maxUnderWay = 20;

/** Most rows scanned and not sent. Further scans are refused: somebody may scan a trolley of returns while no system answers. */
export const maxWaiting = 200;

/** Most returns sent at once: their order does not matter, so they need not wait for each other. */
const maxSendingReturns = 4;

/** Copies are lent on a card in the order in which they were scanned: the next is sent once the one before has an answer. */
const lane = ({ act }: Row): number | 'returns' => ('session' in act ? act.session : 'returns');

/** The rows to send now. `rows`: the latest first. */
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
