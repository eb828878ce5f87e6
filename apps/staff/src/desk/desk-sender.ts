/** Sends the rows of a desk, a few at a time, and keeps the graph's answers about the rows and about the shown card. */
import { type Graph, GraphError, type SettleOptions, settle } from '@patron-graph/kit';
import type { DeskQuotaFragment } from '../operations.generated.ts';
import type { DeskStore, Reader, Session } from './desk-store.ts';
import { type Outcome, type Row, rowsToSend } from './row.ts';
import { askForCard, sendRow } from './send-row.ts';

export interface DeskSender {
  /** Sets the graph that is asked from now on. */
  connect(graph: Graph): void;
  /** Sends the rows whose turn it is. */
  sendNext(): void;
  /** Reads the reader and the quota. Never rejects. */
  askWhoseCard(session: Session): Promise<void>;
}

/** Without the right to do it, nothing was done. After any other error it may have been. */
const afterError = (error: unknown): Pick<Row, 'state'> & Partial<Row> =>
  error instanceof GraphError && error.isForbidden
    ? { state: 'refused', problems: [{ code: 'FORBIDDEN', message: error.message }] }
    : { state: 'failed' };

/** `pause` waits before an unsettled operation is sent again. */
export function createDeskSender(
  { state, changeRow, changeSession }: DeskStore,
  { pause }: Pick<SettleOptions<Outcome>, 'pause'>,
): DeskSender {
  let graph: Graph | null = null;

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
      changeSession(id, ({ quota }) => ({
        reader,
        quota: laterQuota(quota, data?.patron?.loanQuota ?? null),
      }));
    } catch (error) {
      const missing = error instanceof GraphError ? error.missing : [];
      // A reader that was read before stays shown.
      changeSession(id, ({ reader }) => ({
        reader: reader.state === 'asking' ? { state: 'failed', missing } : reader,
      }));
    }
  };

  const sendNext = (): void => {
    for (const row of rowsToSend(state().rows)) {
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
      changeSession(act.session, ({ quota }) => ({ quota: laterQuota(quota, read) }));
    }
  };

  const noteOutcome = (row: Row, outcome: Outcome, wasUnsettled: boolean): void => {
    const { reference, act } = row;
    const isDone = outcome.operation.state === 'DONE';
    changeRow(reference, { ...outcome.row, state: isDone ? 'done' : 'refused' });
    noteQuota(row, outcome);
    // A return does not name its patron, who may be the reader at the desk. So the quota is read again after the last return of a
    // pile. It is also read after a late outcome, which may have freed a place.
    const { rows, session } = state();
    const isLastReturn = act.kind === 'checkIn' && isDone && !rows.some(isReturnToCome);
    if (session !== null && (wasUnsettled || isLastReturn)) {
      void askWhoseCard(session);
    }
  };

  return {
    connect(next) {
      graph = next;
    },
    sendNext,
    askWhoseCard,
  };
}

const isReturnToCome = ({ act, state }: Row): boolean =>
  act.kind === 'checkIn' && (state === 'waiting' || state === 'sending');

/** The quota that was read later. */
const laterQuota = (
  known: DeskQuotaFragment | null,
  read: DeskQuotaFragment | null,
): DeskQuotaFragment | null =>
  known === null || (read !== null && Date.parse(read.asOf) >= Date.parse(known.asOf)) ? read : known;
