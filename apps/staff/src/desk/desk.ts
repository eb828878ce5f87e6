/**
 * A desk, without its view. A card is shown, copies are scanned one after the other, and each scan becomes a row with its
 * outcome. Scanning never waits for an answer. The state exists longer than the view, so no row is lost when somebody
 * opens a patron's page.
 */
import { type Graph, newReference, type SettleOptions } from '@patron-graph/kit';
import type { CredentialPresented } from '../operations.generated.ts';
import { DeskSender } from './desk-sender.ts';
import { createDeskStore, type DeskState, type DeskStore, type Mode, type Session } from './desk-store.ts';
import {
  type DeskProblem,
  isPlaceUnknown,
  isSettled,
  maxWaiting,
  type Outcome,
  type Row,
  type RowAction,
} from './row.ts';
import { createReader, type Scanned, withoutIdentityNumbers } from './scanned.ts';

export interface Desk extends Pick<DeskStore, 'state' | 'subscribe'> {
  /** Sets the graph for the next requests. */
  connect(graph: Graph): void;
  setMode(mode: Mode): void;
  /** Takes one line of typed or scanned text. */
  scan(text: string): void;
  /** Begins a session. The copies that are scanned next are lent on this card. */
  show(card: CredentialPresented): void;
  endSession(): void;
  /** Reads the reader and the quota again. */
  readAgain(): void;
  /**
   * Sends a row again: a refused row as a new operation, a failed row with the same reference. A return whose copy's
   * destination is unknown is also sent with the same reference.
   */
  again(reference: string): void;
  /** Lends a copy that waits for a reservation on an ended card. The loan is made on the ended card. */
  lendHeldItem(reference: string): void;
  /** Lends the copy of a refused row although the reader owes too much. Needs the scope `charges:waive`. */
  lendDespiteCharges(reference: string): void;
}

/** The maximum number of rows that are kept. Older settled rows are dropped. */
const maxRows = 300;

const newRow = (act: RowAction, itemNumber: string): Row => ({
  reference: newReference(),
  act,
  itemNumber,
  state: 'waiting',
  isSentAgain: false,
  code: null,
  title: null,
  loan: null,
  endedLoan: null,
  returnedTo: null,
  problems: [],
  heldFor: null,
});

/** A row that the desk itself refuses, without a request to the graph. */
const refusedRow = (row: Row, code: DeskProblem): Row => ({
  ...row,
  state: 'refused',
  problems: [{ code, message: '' }],
});

function scannedRow(
  scanned: Scanned,
  text: string,
  { mode, session }: DeskState,
  atBranch: string | null,
): Row {
  if (scanned.kind !== 'item') {
    return refusedRow(newRow({ kind: 'none' }, withoutIdentityNumbers(text)), 'UNREADABLE');
  }
  const { itemNumber } = scanned;
  if (mode === 'checkIn') {
    return newRow({ kind: 'checkIn', atBranch }, itemNumber);
  }
  return session === null
    ? refusedRow(newRow({ kind: 'none' }, itemNumber), 'NO_CARD')
    : newRow({ kind: 'checkOut', session: session.id, card: session.card }, itemNumber);
}

/** A new row with the action `lendHeldItem`. Null if the copy doesn't wait for a reservation on an ended card. */
const heldItemRow = (row: Row | undefined): Row | null =>
  row?.heldFor != null && row.act.kind === 'checkOut'
    ? newRow(
        {
          kind: 'lendHeldItem',
          session: row.act.session,
          ...row.heldFor,
          despiteCharges: row.act.despiteCharges,
        },
        row.itemNumber,
      )
    : null;

/** A new row that lends the copy of a refused loan, whatever the reader owes. Null for any other row. */
const despiteChargesRow = (row: Row | undefined): Row | null =>
  row?.state === 'refused' && (row.act.kind === 'checkOut' || row.act.kind === 'lendHeldItem')
    ? newRow({ ...row.act, despiteCharges: true }, row.itemNumber)
    : null;

/**
 * `pause` waits before an unsettled operation is sent again. `atBranch` returns the code of the desk's branch, or null
 * if none is chosen.
 */
export function createDesk({
  atBranch = () => null,
  ...options
}: Pick<SettleOptions<Outcome>, 'pause'> & { atBranch?(): string | null } = {}): Desk {
  const store = createDeskStore();
  const { state, subscribe, change, changeRow } = store;
  const sender = new DeskSender(store, options);
  let sessions = 0;
  const read = createReader();

  const rowOf = (reference: string) => state().rows.find((row) => row.reference === reference);
  const add = (row: Row | null): void => {
    if (row === null) {
      return;
    }
    const waiting = state().rows.filter((other) => other.state === 'waiting').length;
    const added = waiting < maxWaiting ? row : refusedRow(row, 'TOO_MANY');
    const rows = [added, ...state().rows];
    change({
      rows: rows.filter((other, index) => index < maxRows || !isSettled(other)),
      lastAnnounced: added.state === 'refused' ? added.reference : state().lastAnnounced,
    });
    sender.sendNext();
  };

  const desk: Desk = {
    state,
    subscribe,
    connect: (graph) => sender.connect(graph),
    setMode: (mode) => change({ mode }),
    scan(text) {
      const scanned = read(text);
      change({ awaitsDate: scanned.kind === 'identityNumber' });
      if (scanned.kind === 'card') {
        desk.show(scanned.card);
      } else if (scanned.kind !== 'identityNumber') {
        add(scannedRow(scanned, text, state(), atBranch()));
      }
    },
    show(card) {
      sessions += 1;
      const session: Session = { id: sessions, card, reader: { state: 'asking' }, quota: null, debts: null };
      // Rows with an outcome are removed, because the next reader must not see the loans of the previous one.
      change({ mode: 'checkOut', session, rows: state().rows.filter((row) => !isSettled(row)) });
      void sender.askWhoseCard(session);
    },
    endSession() {
      change({ session: null, rows: state().rows.filter((row) => !isSettled(row)) });
    },
    readAgain() {
      const { session } = state();
      if (session !== null) {
        void sender.askWhoseCard(session);
      }
    },
    again(reference) {
      const row = rowOf(reference);
      if (row?.state === 'failed' || (row !== undefined && isPlaceUnknown(row))) {
        changeRow(reference, { state: 'waiting', isSentAgain: true });
        sender.sendNext();
      } else if (row?.state === 'refused') {
        add(newRow(row.act, row.itemNumber));
      }
    },
    lendHeldItem: (reference) => add(heldItemRow(rowOf(reference))),
    lendDespiteCharges: (reference) => add(despiteChargesRow(rowOf(reference))),
  };

  return desk;
}
