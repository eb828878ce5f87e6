import { randomUUID } from 'node:crypto';
import type {
  Epoch,
  Journal,
  JournalDatabase,
  NewOperation,
  Operation,
  PlaceRequest,
  Places,
} from '../../adapters/journal/port.ts';

/** A journal under test, empty at first, and the ways to others over the same database. */
export interface JournalSubject extends AsyncDisposable {
  readonly journal: JournalDatabase;
  /** As another process opens it; closed with the subject, or before. */
  open(): Promise<JournalDatabase>;
  /** So many ms pass by the journal's clock. */
  pass(ms: number): Promise<void>;
  /** Asks one statement of the database itself, behind the journal's back. */
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** One of the journal's tables, as SQL names it. */
  table(name: string): string;
  /** What `journal-writer/main.ts` needs in its environment to open it. */
  readonly env: NodeJS.ProcessEnv;
}

/** Opens a subject of its own for each test. */
export type JournalOpening = () => Promise<JournalSubject>;

export const caller = 'subject P0000001';

/** A check-out, or what of it the test is about. */
export const checkOut = (reference: string, more: Partial<NewOperation> = {}): NewOperation => ({
  caller,
  reference,
  kind: 'CHECK_OUT',
  fingerprint: 'fingerprint',
  details: { itemNumber: '31852000000494' },
  sendWithinMs: null,
  reconcileAfterMs: 20_000,
  ...more,
});

/** A place for a loan. */
export const loanOf = (patronId: string, more: Partial<PlaceRequest> = {}): PlaceRequest => ({
  patronId,
  kind: 'LOAN',
  libraryCardNumber: '21852000000066',
  subject: '31852000000494',
  since: 0n,
  sendWithinMs: 2_000,
  arriveWithinMs: 10_000,
  reconcileAfterMs: 42_000,
  ...more,
});

/** Decides for it, whatever places there are. */
export const always = () => null;

/** Begins a check-out under a reference that nobody else uses. */
export async function begun(journal: Journal, more: Partial<NewOperation> = {}): Promise<Operation> {
  return (await journal.begin(checkOut(randomUUID(), more))).operation;
}

/** Begins a check-out that holds a place. */
export async function reserved(journal: Journal, place: PlaceRequest): Promise<Operation> {
  const reservation = await journal.reserve((await begun(journal)).id, place, always);
  if (reservation.kind !== 'reserved') {
    throw new Error(`${reservation.kind}: a place was wanted`);
  }
  return reservation.operation;
}

/** A check-out that was done. */
export async function lent(journal: Journal, place: PlaceRequest): Promise<Operation> {
  const { id } = await reserved(journal, place);
  return (await journal.settle(id, { state: 'DONE', result: null })).operation;
}

/** The operations that hold these places. */
export const idsOf = ({ unsettled, doneSince }: Places) => ({
  unsettled: unsettled.map(({ operationId }) => operationId).sort(),
  doneSince: doneSince.map(({ operationId }) => operationId).sort(),
});

export const epochOf = async (journal: Journal, patronId: string): Promise<Epoch> =>
  (await journal.placesNow(patronId, 'LOAN')).epoch;
