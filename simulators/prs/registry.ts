import { isIdentityNumber } from '../check-digits.ts';
import { compactDay, dayOf, momentOfStamp, stampOf } from '../hong-kong-time.ts';
import { firstRows } from '../tables/first-rows.ts';
import { Numbering } from '../tables/numbering.ts';
import { shuffleRows } from '../tables/shuffle-rows.ts';
import type { PatronRow, PrsTables } from '../tables/store.ts';

/**
 * The vendor's error codes, in this order: bad request, no such patron, document already registered, `LAST_UPD` differs
 * from the record's, try later, internal error.
 */
export type PrsCode = 'PRS-001' | 'PRS-404' | 'PRS-409' | 'PRS-412' | 'PRS-503' | 'PRS-900';

export class PrsError extends Error {
  override readonly name = 'PrsError';
  readonly code: PrsCode;

  constructor(code: PrsCode, text: string) {
    super(text);
    this.code = code;
  }
}

/** The fields that `RegisterPatron` takes and `AmendPatron` replaces. */
export type PatronDetails = Omit<PatronRow, 'patronNo' | 'status' | 'regDate' | 'lastUpd'>;

export interface SearchCriteria {
  readonly name: string | null;
  readonly tel: string | null;
  readonly status: string | null;
  readonly after: string | null;
  /** From 1 to 100. */
  readonly maxRows: number;
}

export interface PatronDocument {
  readonly kind: 'hkid' | 'birthCertNo';
  readonly number: string;
}

export class Registry {
  readonly #patrons: PrsTables['patrons'];
  readonly #clock: () => Date;
  readonly #numbers: Numbering;

  constructor(tables: PrsTables, clock: () => Date) {
    this.#patrons = tables.patrons;
    this.#clock = clock;
    this.#numbers = new Numbering('P', 7, tables.patrons.keys());
  }

  /**
   * Returns the patrons with these numbers, each once, in an order unrelated to the request's. Unknown numbers are left
   * out.
   */
  getPatrons(numbers: readonly string[]): PatronRow[] {
    return shuffleRows(this.#patrons.pick(numbers), (row) => row.patronNo);
  }

  findPatron({ kind, number }: PatronDocument): PatronRow | null {
    if (kind === 'hkid' && !isIdentityNumber(number)) {
      throw new PrsError('PRS-001', 'BAD CHECK DIGIT');
    }
    if (number === '') {
      throw new PrsError('PRS-001', 'NO DOCUMENT NUMBER');
    }
    return this.#patrons.by(kind, number)[0] ?? null;
  }

  /**
   * Returns a page of patrons in the order of their numbers. `total` is the number of all matches on all pages.
   * @throws PrsError `PRS-001` if `maxRows` is not 1 to 100
   */
  searchPatrons(criteria: SearchCriteria): { total: number; rows: PatronRow[] } {
    const { after, maxRows } = criteria;
    if (maxRows < 1 || maxRows > 100) {
      throw new PrsError('PRS-001', 'MAX_ROWS MUST BE 1 TO 100');
    }
    const { name, tel, status } = criteria;
    if (name === null && tel === null && status === null) {
      return { total: this.#patrons.size, rows: this.#patrons.after(after, maxRows) };
    }
    const candidates = tel === null ? [...this.#patrons.values()] : this.#patrons.by('tel', tel);
    const matching = candidates.filter((row) => matches(row, criteria));
    const following = matching.filter((row) => after === null || row.patronNo > after);
    const rows = firstRows(following, maxRows, (row) => row.patronNo);
    return { total: matching.length, rows };
  }

  registerPatron(details: PatronDetails): PatronRow {
    this.#check(details, null);
    const now = this.#clock();
    const row: PatronRow = {
      ...details,
      patronNo: this.#numbers.next(),
      status: 'A',
      regDate: compactDay(dayOf(now)),
      lastUpd: stampOf(now),
    };
    this.#patrons.put(row);
    return row;
  }

  /** Replaces all details. A field that is left out is wiped. */
  amendPatron(
    patronNo: string,
    lastUpd: string,
    details: PatronDetails,
    status: PatronRow['status'],
  ): PatronRow {
    const old = this.#patrons.get(patronNo);
    if (old === undefined) {
      throw new PrsError('PRS-404', 'NO SUCH PATRON');
    }
    if (old.lastUpd !== lastUpd) {
      throw new PrsError('PRS-412', 'RECORD HAS BEEN CHANGED');
    }
    this.#check(details, patronNo);
    const row: PatronRow = {
      ...details,
      patronNo,
      status,
      regDate: old.regDate,
      lastUpd: this.#later(lastUpd),
    };
    this.#patrons.put(row);
    return row;
  }

  /** Returns a patron's next `LAST_UPD`: the present time, but at least a second after `lastUpd`. */
  #later(lastUpd: string): string {
    const next = momentOfStamp(lastUpd).getTime() + 1000;
    return stampOf(new Date(Math.max(next, this.#clock().getTime())));
  }

  #check(details: PatronDetails, self: string | null): void {
    checkDetails(details);
    for (const kind of ['hkid', 'birthCertNo'] as const) {
      const number = details[kind];
      const holder = number === null ? undefined : this.#patrons.by(kind, number)[0];
      if (holder !== undefined && holder.patronNo !== self) {
        throw new PrsError('PRS-409', 'IDENTITY DOCUMENT IS ALREADY REGISTERED');
      }
    }
  }
}

function matches(row: PatronRow, { name, tel, status }: SearchCriteria): boolean {
  const part = name?.toLowerCase();
  const isNamed =
    part === undefined ||
    [row.engName, row.chiName].some((one) => one?.toLowerCase().includes(part) === true);
  return isNamed && (tel === null || row.tel === tel) && (status === null || row.status === status);
}

/**
 * @throws PrsError `PRS-001` if the English name is empty, a name is not in upper case, or the identity number has a
 * wrong check digit
 */
function checkDetails({ engName, guarantorName, hkid }: PatronDetails): void {
  if (engName.trim() === '') {
    throw new PrsError('PRS-001', 'ENG_NAME IS EMPTY');
  }
  if (![engName, guarantorName ?? ''].every((name) => name === name.toUpperCase())) {
    throw new PrsError('PRS-001', 'NAMES MUST BE UPPER CASE');
  }
  if (hkid !== null && !isIdentityNumber(hkid)) {
    throw new PrsError('PRS-001', 'BAD CHECK DIGIT');
  }
}
