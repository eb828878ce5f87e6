/**
 * The state of a desk, without its view: a card is shown, copies are scanned one after the other, and each scan is a row that shows its
 * outcome. Scanning never waits for an answer. The state outlives the view, so no row is lost when somebody opens a patron in between.
 */
import {
  type Graph,
  GraphError,
  type MissingValue,
  newReference,
  type SettleOptions,
  settle,
} from '@patron-graph/kit';
import type { CredentialPresented, DeskCardFragment, DeskQuotaFragment } from '../operations.generated.ts';
import {
  type Act,
  type DeskProblem,
  isSettled,
  maxWaiting,
  type Outcome,
  type Row,
  type RowState,
  rowsToSend,
} from './row.ts';
import { readScanned } from './scanned.ts';
import { askForCard, sendRow } from './send-row.ts';

export type Mode = 'lend' | 'take-back';

/** Whose card is shown, as far as that is known. */
export type Reader =
  | { readonly state: 'asking' }
  | { readonly state: 'known'; readonly card: DeskCardFragment; readonly missing: readonly MissingValue[] }
  /** No such card, or a lost one in the card reader. */
  | { readonly state: 'unknown' }
  /** It could not be asked. Copies can be scanned all the same. */
  | { readonly state: 'failed'; readonly missing: readonly MissingValue[] };

/** From one card to the next. */
export interface Session {
  readonly id: number;
  readonly card: CredentialPresented;
  readonly reader: Reader;
  /** The latest that was read; null until then. */
  readonly quota: DeskQuotaFragment | null;
}

export interface DeskState {
  readonly mode: Mode;
  readonly session: Session | null;
  /** The latest first. */
  readonly rows: readonly Row[];
  /** The reference of the row that was announced last; null if none was. */
  readonly latest: string | null;
}

export interface Desk {
  state(): DeskState;
  /** Calls the listener after each change, until the returned function is called. */
  subscribe(listener: () => void): () => void;
  /** The graph to ask from now on. */
  connect(graph: Graph): void;
  setMode(mode: Mode): void;
  /** One line, as it was typed or scanned. */
  scan(text: string): void;
  /** Begins a session: the copies scanned next are lent on this card. */
  show(card: CredentialPresented): void;
  endSession(): void;
  /** Reads the reader and the quota again. */
  readAgain(): void;
  /** Sends a failed row again with its reference, and a refused one as a new operation. */
  again(reference: string): void;
  /** Lends a copy on the ended card on which it waits. */
  lendHeld(reference: string): void;
}

/** How many rows are kept to look at; older settled ones go. */
const maxRows = 300;

const newRow = (act: Act, itemNumber: string): Row => ({
  reference: newReference(),
  act,
  itemNumber,
  state: 'waiting',
  isSentAgain: false,
  code: null,
  title: null,
  dueOn: null,
  returnedTo: null,
  problems: [],
  heldFor: null,
});

/** A row that the desk itself refuses, without asking. */
const refusedRow = (row: Row, code: DeskProblem): Row => ({
  ...row,
  state: 'refused',
  problems: [{ code, message: '' }],
});

/** The states that are announced to somebody who doesn't look at the screen. */
const isTold: ReadonlySet<RowState> = new Set(['unsettled', 'done', 'refused', 'failed']);

/** Without the right to it nothing was done. After any other error it may have been. */
const afterError = (error: unknown): Pick<Row, 'state'> & Partial<Row> =>
  error instanceof GraphError && error.isForbidden
    ? { state: 'refused', problems: [{ code: 'FORBIDDEN', message: error.message }] }
    : { state: 'failed' };

/** `pause`: waits before an unsettled operation is sent again; tests shorten it. */
export function createDesk({ pause }: Pick<SettleOptions<Outcome>, 'pause'> = {}): Desk {
  let graph: Graph | null = null;
  let sessions = 0;
  let state: DeskState = { mode: 'lend', session: null, rows: [], latest: null };
  const listeners = new Set<() => void>();

  const change = (next: Partial<DeskState>): void => {
    state = { ...state, ...next };
    for (const listener of listeners) {
      listener();
    }
  };
  const changeRow = (reference: string, next: Partial<Row>): void =>
    change({
      rows: state.rows.map((row) => (row.reference === reference ? { ...row, ...next } : row)),
      ...(next.state !== undefined && isTold.has(next.state) && { latest: reference }),
    });
  const changeSession = (id: number, next: (session: Session) => Partial<Session>): void => {
    const { session } = state;
    if (session?.id === id) {
      change({ session: { ...session, ...next(session) } });
    }
  };

  const connected = (): Graph => {
    if (graph === null) {
      throw new Error('the desk has no graph to ask');
    }
    return graph;
  };

  const askWhoseCard = async ({ id, card }: Session): Promise<void> => {
    try {
      const { data, missing } = await askForCard(connected(), card);
      const reader: Reader =
        data !== null
          ? { state: 'known', card: data, missing }
          : missing.length === 0
            ? { state: 'unknown' }
            : { state: 'failed', missing };
      changeSession(id, ({ quota }) => ({ reader, quota: latest(quota, data?.patron?.loanQuota ?? null) }));
    } catch (error) {
      const missing = error instanceof GraphError ? error.missing : [];
      // A reader that was known before stays so.
      changeSession(id, ({ reader }) => ({
        reader: reader.state === 'asking' ? { state: 'failed', missing } : reader,
      }));
    }
  };

  const sendNext = (): void => {
    for (const row of rowsToSend(state.rows)) {
      void send(row);
    }
  };

  const send = async (row: Row): Promise<void> => {
    const { reference, isSentAgain } = row;
    let wasUnsettled = false;
    changeRow(reference, { state: 'sending', problems: [] });
    try {
      const outcome = await settle(
        () => sendRow(connected(), row),
        (data) => data,
        {
          isSentAgain,
          onUnsettled(answered) {
            wasUnsettled = true;
            changeRow(reference, { ...answered.row, state: 'unsettled' });
            noteQuota(row, answered);
            sendNext();
          },
          ...(pause !== undefined && { pause }),
        },
      );
      noteOutcome(row, outcome, wasUnsettled);
    } catch (error) {
      changeRow(reference, afterError(error));
    }
    sendNext();
  };

  const noteQuota = ({ act }: Row, { quota: read }: Outcome): void => {
    if ('session' in act) {
      changeSession(act.session, ({ quota }) => ({ quota: latest(quota, read) }));
    }
  };

  const noteOutcome = (row: Row, outcome: Outcome, wasUnsettled: boolean): void => {
    const { reference, act } = row;
    const isDone = outcome.operation.state === 'DONE';
    changeRow(reference, { ...outcome.row, state: isDone ? 'done' : 'refused' });
    noteQuota(row, outcome);
    // A return does not name its patron, who may be the reader at the desk: the quota is read again after the last return of a
    // pile. And an outcome that comes late may have freed a place.
    const isLastReturn = act.kind === 'take-back' && isDone && !state.rows.some(isReturnToCome);
    if (state.session !== null && (wasUnsettled || isLastReturn)) {
      void askWhoseCard(state.session);
    }
  };

  const add = (row: Row): void => {
    const waiting = state.rows.filter((other) => other.state === 'waiting').length;
    const added = waiting < maxWaiting ? row : refusedRow(row, 'TOO_MANY');
    const rows = [added, ...state.rows];
    change({
      rows: rows.filter((other, index) => index < maxRows || !isSettled(other)),
      ...(added.state === 'refused' && { latest: added.reference }),
    });
    sendNext();
  };

  const desk: Desk = {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    connect(next) {
      graph = next;
    },
    setMode: (mode) => change({ mode }),
    scan(text) {
      const scanned = readScanned(text);
      if (scanned.kind === 'card') {
        desk.show(scanned.card);
      } else if (scanned.kind === 'unreadable') {
        add(refusedRow(newRow({ kind: 'none' }, text), 'UNREADABLE'));
      } else {
        scanItem(scanned.itemNumber);
      }
    },
    show(card) {
      sessions += 1;
      const session: Session = { id: sessions, card, reader: { state: 'asking' }, quota: null };
      // What was lent to the reader before is not the next one's to see.
      change({ mode: 'lend', session, rows: state.rows.filter((row) => !isSettled(row)) });
      void askWhoseCard(session);
    },
    endSession() {
      change({ session: null, rows: state.rows.filter((row) => !isSettled(row)) });
    },
    readAgain() {
      if (state.session !== null) {
        void askWhoseCard(state.session);
      }
    },
    again(reference) {
      const row = state.rows.find((other) => other.reference === reference);
      if (row?.state === 'failed') {
        changeRow(reference, { state: 'waiting', isSentAgain: true });
        sendNext();
      } else if (row?.state === 'refused') {
        add(newRow(row.act, row.itemNumber));
      }
    },
    lendHeld(reference) {
      const row = state.rows.find((other) => other.reference === reference);
      if (row?.heldFor != null && row.act.kind === 'lend') {
        add(newRow({ kind: 'lend-held', session: row.act.session, ...row.heldFor }, row.itemNumber));
      }
    },
  };

  const scanItem = (itemNumber: string): void => {
    const { mode, session } = state;
    if (mode === 'take-back') {
      add(newRow({ kind: 'take-back' }, itemNumber));
    } else if (session !== null) {
      add(newRow({ kind: 'lend', session: session.id, card: session.card }, itemNumber));
    } else {
      add(refusedRow(newRow({ kind: 'none' }, itemNumber), 'NO_CARD'));
    }
  };

  return desk;
}

const isReturnToCome = ({ act, state }: Row): boolean =>
  act.kind === 'take-back' && (state === 'waiting' || state === 'sending');

/** Whichever was read later. */
const latest = (known: DeskQuotaFragment | null, read: DeskQuotaFragment | null): DeskQuotaFragment | null =>
  known === null || (read !== null && Date.parse(read.asOf) >= Date.parse(known.asOf)) ? read : known;
