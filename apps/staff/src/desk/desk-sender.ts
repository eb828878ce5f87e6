/**
 * Sends the operations of a desk's rows, a few at a time. Stores the answers in the rows, and in the session of the
 * shown card.
 */
import { type Graph, GraphError, type SettleOptions, settle } from '@patron-graph/kit';
import { debtsOf, withCharges } from '../debts/debts.ts';
import type { DeskQuotaFragment } from '../operations.generated.ts';
import { type DeskStore, patronOf, type Reader, type Session } from './desk-store.ts';
import { type Outcome, type Row, rowsToSend } from './row.ts';
import { askForCard, askForQuota, sendRow } from './send-row.ts';

export class DeskSender {
  readonly #store: DeskStore;
  readonly #options: Pick<SettleOptions<Outcome>, 'pause'>;
  #graph: Graph | null = null;
  /** The id of the session whose quota must be read again after returns. Null if there is none. */
  #returnedIn: number | null = null;

  /** `pause` waits before an unsettled operation is sent again. */
  constructor(store: DeskStore, options: Pick<SettleOptions<Outcome>, 'pause'>) {
    this.#store = store;
    this.#options = options;
  }

  connect(graph: Graph): void {
    this.#graph = graph;
  }

  get #connected(): Graph {
    if (this.#graph === null) {
      throw new Error('the desk has no graph to ask');
    }
    return this.#graph;
  }

  /** Reads the reader and the quota. Never rejects. */
  async askWhoseCard({ id, card }: Session): Promise<void> {
    try {
      const { data, missing } = await askForCard(this.#connected, card);
      const reader: Reader =
        data !== null
          ? { state: 'known', card: data, missing }
          : missing.length === 0
            ? { state: 'unknown' }
            : { state: 'failed', missing };
      this.#store.changeSession(id, ({ quota }) => ({
        reader,
        quota: laterQuota(quota, data?.patron?.loanQuota ?? null),
        debts: debtsOf(data?.patron ?? null),
      }));
    } catch (error) {
      const missing = error instanceof GraphError ? error.missing : [];
      // The data of an earlier reading stays on the screen.
      this.#store.changeSession(id, ({ reader }) => ({
        reader: reader.state === 'asking' ? { state: 'failed', missing } : reader,
      }));
    }
  }

  /** Reads the quota again. If the reader isn't known yet, reads the reader, too. Never rejects. */
  async #askForQuota(session: Session): Promise<void> {
    const { id, reader } = session;
    if (reader.state !== 'known') {
      await this.askWhoseCard(session);
      return;
    }
    try {
      const read = await askForQuota(this.#connected, reader.card.libraryCardNumber);
      this.#store.changeSession(id, ({ quota }) => ({ quota: laterQuota(quota, read) }));
    } catch {
      // The quota of an earlier reading stays on the screen, together with its time.
    }
  }

  sendNext(): void {
    for (const row of rowsToSend(this.#store.state().rows)) {
      void this.#send(row);
    }
  }

  async #send(row: Row): Promise<void> {
    const { reference, isSentAgain } = row;
    const { changeRow } = this.#store;
    let wasUnsettled = false;
    changeRow(reference, { state: 'sending', problems: [] });
    try {
      const outcome = await settle(
        () => sendRow(this.#connected, row, this.#store.state().session !== null),
        (data) => data,
        {
          ...this.#options,
          isSentAgain,
          onUnsettled: (answered) => {
            wasUnsettled = true;
            changeRow(reference, { ...answered.row, state: 'unsettled' });
            this.#noteQuota(row, answered);
            this.sendNext();
          },
        },
      );
      this.#noteOutcome(row, outcome, wasUnsettled);
    } catch (error) {
      changeRow(reference, afterError(error));
    }
    this.sendNext();
  }

  #noteQuota({ act }: Row, { quota: read }: Outcome): void {
    if ('session' in act) {
      this.#store.changeSession(act.session, ({ quota }) => ({ quota: laterQuota(quota, read) }));
    }
  }

  #noteOutcome(row: Row, outcome: Outcome, wasUnsettled: boolean): void {
    const { reference, act } = row;
    const isDone = outcome.operation.state === 'DONE';
    this.#store.changeRow(reference, { ...outcome.row, state: isDone ? 'done' : 'refused' });
    this.#noteQuota(row, outcome);
    const { rows, session } = this.#store.state();
    if (session === null) {
      return;
    }
    if (act.kind === 'checkIn' && isDone) {
      this.#noteReturn(session, outcome);
    }
    // The quota may be outdated after an unsettled operation, and after returns (`#noteReturn`). After a pile of
    // returns, it is read once.
    const hasReturned = this.#returnedIn === session.id && !rows.some(isReturnToCome);
    if (wasUnsettled || hasReturned) {
      this.#returnedIn = null;
      void this.#askForQuota(session);
    }
  }

  /** A return changes the shown quota and debts only if the loan belonged to the reader at the desk. */
  #noteReturn(session: Session, { row: { endedLoan = null }, quota: read }: Outcome): void {
    const owner = endedLoan?.patron ?? null;
    const shown = patronOf(session);
    if (owner !== null && shown !== null && owner.id !== shown.id) {
      return;
    }
    // The answer lacks the quota, or it is unknown whether the loan was the reader's.
    if (owner === null || read === null || shown === null) {
      this.#returnedIn = session.id;
    }
    if (owner !== null && owner.id === shown?.id) {
      this.#store.changeSession(session.id, ({ quota, debts }) => ({
        quota: laterQuota(quota, read),
        debts: debts === null ? null : withCharges(debts, endedLoan?.charges ?? []),
      }));
    }
  }
}

/** After an error about a missing right, nothing was done. After any other error, the operation may have been done. */
const afterError = (error: unknown): Pick<Row, 'state'> & Partial<Row> =>
  error instanceof GraphError && error.isForbidden
    ? { state: 'refused', problems: [{ code: 'FORBIDDEN', message: error.message }] }
    : { state: 'failed' };

const isReturnToCome = ({ act, state }: Row): boolean =>
  act.kind === 'checkIn' && (state === 'waiting' || state === 'sending');

/** The newer of two quotas, by the time at which they were read. */
const laterQuota = (
  known: DeskQuotaFragment | null,
  read: DeskQuotaFragment | null,
): DeskQuotaFragment | null =>
  known === null || (read !== null && Date.parse(read.asOf) >= Date.parse(known.asOf)) ? read : known;
