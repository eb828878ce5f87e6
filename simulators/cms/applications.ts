import { zonedOf } from '../hong-kong-time.ts';
import { firstRows } from '../tables/first-rows.ts';
import { Numbering } from '../tables/numbering.ts';
import { shuffleRows } from '../tables/shuffle-rows.ts';
import type { ApplicationRow, CmsTables } from '../tables/store.ts';
import { CmsError } from './cms-error.ts';

export interface ApplicationFilter {
  readonly status: string | null;
  readonly patronNo: string | null;
  readonly after: string | null;
  /** From 1 to 500. */
  readonly maxRows: number;
}

export type NewApplication = Pick<
  ApplicationRow,
  'clientRef' | 'channel' | 'patronNo' | 'wants' | 'applicant' | 'guarantor'
>;

export interface Decision {
  readonly approve: boolean;
  /** If null, the application keeps its patron. */
  readonly patronNo: string | null;
  readonly decidedBy: string;
  readonly reason: string | null;
}

export class Applications {
  readonly #rows: CmsTables['applications'];
  readonly #clock: () => Date;
  readonly #numbers: Numbering;

  constructor(tables: CmsTables, clock: () => Date) {
    this.#rows = tables.applications;
    this.#clock = clock;
    this.#numbers = new Numbering('A', 7, tables.applications.keys());
  }

  byNumber(applicationNos: readonly string[]): ApplicationRow[] {
    return shuffleRows(this.#rows.pick(applicationNos), (row) => row.applicationNo);
  }

  /** Returns a page of applications, oldest first. `total` is the number of all matching applications. */
  list({ status, patronNo, after, maxRows }: ApplicationFilter): { total: number; rows: ApplicationRow[] } {
    if (patronNo === null && status === null) {
      return { total: this.#rows.size, rows: this.#rows.after(after, maxRows) };
    }
    const candidates =
      patronNo === null ? this.#rows.by('status', status ?? '') : this.#rows.by('patronNo', patronNo);
    const matching = candidates.filter((row) => status === null || row.status === status);
    const following = matching.filter((row) => after === null || row.applicationNo > after);
    const rows = firstRows(following, maxRows, (row) => row.applicationNo);
    return { total: matching.length, rows };
  }

  submit(application: NewApplication): ApplicationRow {
    const row: ApplicationRow = {
      ...application,
      applicationNo: this.#numbers.next(),
      status: 'RCV',
      submittedAt: zonedOf(this.#clock()),
      decidedAt: null,
      decidedBy: null,
      reason: null,
    };
    this.#rows.put(row);
    return row;
  }

  decide(applicationNo: string, { approve, patronNo, decidedBy, reason }: Decision): ApplicationRow {
    const application = this.#rows.get(applicationNo);
    if (application === undefined) {
      throw new CmsError('E1001', 'application not found');
    }
    if (application.status !== 'RCV') {
      throw new CmsError('E1002', `the application is ${application.status}`);
    }
    const row: ApplicationRow = {
      ...application,
      status: approve ? 'APR' : 'REJ',
      patronNo: patronNo ?? application.patronNo,
      decidedAt: zonedOf(this.#clock()),
      decidedBy,
      reason,
    };
    this.#rows.put(row);
    return row;
  }
}
