import type { Encryption } from '../encryption/encryption.ts';
import {
  type BuildStage,
  type IndexedApplication,
  type IndexedHold,
  type IndexedLoan,
  noLastDay,
  type OpenHoldState,
} from './port.ts';
import type { Ask } from './store.ts';

/** As a sort key, `first` comes before every day, time and id, and `last` after them. */
export const first = '';
export const last = '~';

export interface LoanRow {
  readonly id: string;
  readonly item_number: string;
  readonly title_number: string;
  readonly title: string;
  readonly branch: string;
  readonly due_on: string;
  readonly card_sealed: string;
}

export const loanOf = (encryption: Encryption, row: LoanRow): IndexedLoan => ({
  id: row.id,
  libraryCardNumber: encryption.decrypt(row.card_sealed),
  itemNumber: row.item_number,
  titleNumber: row.title_number,
  title: row.title,
  branch: row.branch,
  dueOn: row.due_on,
});

export interface HoldRow {
  readonly id: string;
  readonly title_number: string;
  readonly title: string;
  readonly pickup_branch: string;
  readonly state: OpenHoldState;
  readonly placed_at: string;
  readonly ready_until: string;
  readonly card_sealed: string;
}

export const holdOf = (encryption: Encryption, row: HoldRow): IndexedHold => ({
  id: row.id,
  libraryCardNumber: encryption.decrypt(row.card_sealed),
  titleNumber: row.title_number,
  title: row.title,
  pickupBranch: row.pickup_branch,
  state: row.state,
  placedAt: row.placed_at,
  readyUntil: row.state === 'QUEUED' || row.ready_until === noLastDay ? null : row.ready_until,
});

/** The stored form of a hold's last day. */
export const storedLastDay = ({ state, readyUntil }: IndexedHold): string =>
  state === 'QUEUED' ? '' : (readyUntil ?? noLastDay);

export interface ApplicationRow {
  readonly id: string;
  readonly patron_sealed: string | null;
  readonly channel: IndexedApplication['channel'];
  readonly status: IndexedApplication['status'];
  readonly submitted_at: string;
  readonly decided_at: string | null;
}

export const applicationOf = (encryption: Encryption, row: ApplicationRow): IndexedApplication => ({
  id: row.id,
  patronId: row.patron_sealed === null ? null : encryption.decrypt(row.patron_sealed),
  channel: row.channel,
  status: row.status,
  submittedAt: row.submitted_at,
  decidedAt: row.decided_at,
});

/** The one row of `build`. */
export interface BuildRow {
  readonly id: string;
  readonly proof: string;
  readonly stage: BuildStage;
  readonly stage_began_at: number | string;
  readonly stage_done: number;
  readonly stage_total: number | null;
  readonly listed_until: string | null;
  readonly listing_number: number | string;
  readonly is_whole: 0 | 1;
  readonly has_all_applications: 0 | 1;
  readonly event_sequence: string;
  readonly as_of: number | string;
  readonly first_event_at: number | string | null;
  readonly pass: number;
  readonly pass_number: number | string;
  readonly after_patron_sealed: string | null;
  readonly patrons_read: number;
  readonly patrons_total: number | null;
  readonly last_application: string;
  readonly last_loss_report: string;
}

/** The row of `build`. Undefined until the index is begun, and after a crash until it is resumed. */
export async function readBuild(ask: Ask): Promise<BuildRow | undefined> {
  const [row] = await ask<BuildRow>('build', []);
  return row;
}

/** The maximum number of rows that a call may pass or request. */
const maxItems = 500;

/**
 * Checks the number of rows of a call.
 * @throws RangeError if it isn't 0 to 500.
 */
export function checkCount(count: number): void {
  if (!Number.isInteger(count) || count < 0 || count > maxItems) {
    throw new RangeError(`index: ${count} rows: it must be a whole number, at most ${maxItems}`);
  }
}
