import { randomUUID } from 'node:crypto';
import {
  type Epoch,
  type Journal,
  type JournalDatabase,
  type NewOperation,
  type Operation,
  outcomeOf,
  type PlaceRequest,
  type Places,
} from '../../../store/journal/port.ts';

/** A journal under test, which is empty at first. More instances can be opened over the same database. */
export interface JournalUnderTest extends AsyncDisposable {
  readonly journal: JournalDatabase;
  /** Opens the journal as another process does. The new instance is closed with the subject, or earlier by the test. */
  open(): Promise<JournalDatabase>;
  /** Lets this many ms pass: by the journal's clock, and by the monotonic clock of every process. */
  pass(ms: number): Promise<void>;
  /** Sets only the journal's clock forward by this many ms, or back. */
  step(ms: number): Promise<void>;
  /** Runs a statement directly in the database. */
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** The name of one of the journal's tables in SQL. */
  table(name: string): string;
  /** The environment variables with which `writer/main.ts` opens the journal. */
  readonly env: NodeJS.ProcessEnv;
}

/** Opens a new subject. Each test has its own. */
export type JournalOpening = () => Promise<JournalUnderTest>;

export const caller = 'subject P0000001';

/** A check-out, with the fields that a test is about. */
export const checkOut = (reference: string, more: Partial<NewOperation> = {}): NewOperation => ({
  caller,
  reference,
  kind: 'CHECK_OUT',
  fingerprint: 'fingerprint',
  details: { itemNumber: '31852000000494' },
  sendWithinMs: null,
  arriveWithinMs: null,
  reconcileAfterMs: 20_000,
  patronId: null,
  isUnlisted: false,
  ...more,
});

/** A request for the place of a loan. */
export const loanOf = (patronId: string, more: Partial<PlaceRequest> = {}): PlaceRequest => ({
  patronId,
  kind: 'LOAN',
  libraryCardNumber: '21852000000066',
  subject: '31852000000494',
  since: 0n,
  mergedFrom: [],
  sendWithinMs: 2_000,
  arriveWithinMs: 10_000,
  reconcileAfterMs: 42_000,
  ...more,
});

/** Grants every reservation, for any number of taken places. */
export const always = () => null;

/** Begins a check-out under a new reference. */
export async function begun(journal: Journal, more: Partial<NewOperation> = {}): Promise<Operation> {
  return (await journal.begin(checkOut(randomUUID(), more))).operation;
}

/** Begins a check-out and reserves its place. */
export async function reserved(journal: Journal, place: PlaceRequest): Promise<Operation> {
  const reservation = await journal.reserve((await begun(journal)).id, place, always);
  if (reservation.kind !== 'reserved') {
    throw new Error(`${reservation.kind}: a place was wanted`);
  }
  return reservation.operation;
}

export async function lent(journal: Journal, place: PlaceRequest): Promise<Operation> {
  const { id } = await reserved(journal, place);
  return (await journal.settle(id, outcomeOf('DONE', null))).operation;
}

export const idsOf = ({ unsettled, doneSince }: Places) => ({
  unsettled: unsettled.map(({ operationId }) => operationId).sort(),
  doneSince: doneSince.map(({ operationId }) => operationId).sort(),
});

export const epochOf = async (journal: Journal, patronId: string): Promise<Epoch> =>
  (await journal.placesNow(patronId, 'LOAN')).epoch;
