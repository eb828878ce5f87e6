/** The state of a desk: the shown card, and the rows. It knows nothing of the view. */
import type { MissingValue } from '@patron-graph/kit';
import type { Debts } from '../debts/debts.ts';
import type { CredentialPresented, DeskCardFragment, DeskQuotaFragment } from '../operations.generated.ts';
import type { Row, RowState } from './row.ts';

/** The action for the next scanned copies. */
export type Mode = 'checkOut' | 'checkIn';

/** The data about the owner of the shown card. */
export type Reader =
  | { readonly state: 'asking' }
  | { readonly state: 'known'; readonly card: DeskCardFragment; readonly missing: readonly MissingValue[] }
  /** The card doesn't exist, or the card in the card reader was reported lost. */
  | { readonly state: 'unknown' }
  /** The card could not be read. Copies can still be scanned. */
  | { readonly state: 'failed'; readonly missing: readonly MissingValue[] };

/** A session lasts from one card to the next. */
export interface Session {
  readonly id: number;
  readonly card: CredentialPresented;
  readonly reader: Reader;
  /** The latest quota that was read. Null before the first one is read. */
  readonly quota: DeskQuotaFragment | null;
  /**
   * The reader's debts, including charges that a return has added. Null until they are read, and if they could not be
   * read.
   */
  readonly debts: Debts | null;
}

/** The patron whose card is shown; null if that is not known. */
export const patronOf = ({ reader }: Session): DeskCardFragment['patron'] =>
  reader.state === 'known' ? reader.card.patron : null;

export interface DeskState {
  readonly mode: Mode;
  readonly session: Session | null;
  /** The newest row is first. */
  readonly rows: readonly Row[];
  /**
   * Whether a card reader has sent the first of two lines: the identity number. The second line is the card's date of
   * issue.
   */
  readonly awaitsDate: boolean;
  /** The reference of the row whose outcome was last announced to screen readers. Null if there is none. */
  readonly lastAnnounced: string | null;
}

/** The states that are announced to screen readers when a row reaches them. */
const isTold: ReadonlySet<RowState> = new Set(['unsettled', 'done', 'refused', 'failed']);

export interface DeskStore {
  state(): DeskState;
  /** Calls the listener after each change until the returned function is called. */
  subscribe(listener: () => void): () => void;
  change(next: Partial<DeskState>): void;
  changeRow(reference: string, next: Partial<Row>): void;
  /** Does nothing if the session with this id has ended. */
  changeSession(id: number, next: (session: Session) => Partial<Session>): void;
}

export function createDeskStore(): DeskStore {
  let state: DeskState = {
    mode: 'checkOut',
    session: null,
    rows: [],
    awaitsDate: false,
    lastAnnounced: null,
  };
  const listeners = new Set<() => void>();

  const change = (next: Partial<DeskState>): void => {
    state = { ...state, ...next };
    for (const listener of listeners) {
      listener();
    }
  };
  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    change,
    changeRow: (reference, next) =>
      change({
        rows: state.rows.map((row) => (row.reference === reference ? { ...row, ...next } : row)),
        lastAnnounced: next.state !== undefined && isTold.has(next.state) ? reference : state.lastAnnounced,
      }),
    changeSession(id, next) {
      const { session } = state;
      if (session?.id === id) {
        change({ session: { ...session, ...next(session) } });
      }
    },
  };
}
