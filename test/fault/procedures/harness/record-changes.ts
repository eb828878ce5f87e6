import type { Store } from '../../../../simulators/tables/store.ts';

type Row = Readonly<Record<string, unknown>>;

/** The records of the three systems at one moment. */
export interface Records {
  /** The rows of the registry and of card management, by a key such as `patron P0000002`. */
  readonly rows: ReadonlyMap<string, Row>;
  /** Circulation's events, in the order of their sequences. */
  readonly events: readonly Readonly<Record<'kind' | 'cardNo' | 'ref', string>>[];
  /** The cards that circulation knows, and those that it has blocked. */
  readonly known: ReadonlySet<string>;
  readonly blocked: ReadonlySet<string>;
}

/** The records in the tables of the simulators. */
export const recordsOf = ({ prs, cms, circ }: Store): Records => ({
  rows: rowsOf({
    patrons: [...prs.patrons.values()],
    cards: [...cms.cards.values()],
    applications: [...cms.applications.values()],
    lossReports: [...cms.lossReports.values()],
  }),
  events: circ.events,
  known: new Set(circ.knownCards),
  blocked: new Set(circ.blockedCards),
});

/**
 * Fields whose values differ in every run, such as times. The line of a change has the field's name but not its value.
 */
const stamps: ReadonlySet<string> = new Set([
  'lastUpd',
  'regDate',
  'submittedAt',
  'decidedAt',
  'reportedAt',
  'issuedOn',
  'closedOn',
  'infoCardPrintedOn',
  'clientRef',
]);

/**
 * The changes in the records of the three systems since this object was created, one line for each. A change that was
 * made twice has two lines.
 *
 * Example, after a library card was reported lost:
 *
 *     blocked 21852000000033
 *     card 21852000000033: status "LST"
 *     event BLK 21852000000033
 *     new loss R0000004: 21852000000033 P0000002
 */
export class RecordChanges {
  readonly #read: () => Records;
  readonly #before: Records;
  readonly #eventsBefore: number;

  /** @param read reads the records as they are now */
  constructor(read: () => Records) {
    this.#read = read;
    this.#before = read();
    this.#eventsBefore = this.#before.events.length;
  }

  /** The lines, sorted alphabetically. */
  changes(): string[] {
    const { rows, events, known, blocked } = this.#read();
    const before = this.#before;
    return [
      ...[...rows].flatMap(([key, row]) => changesOf(key, row, before.rows.get(key))),
      ...events.slice(this.#eventsBefore).map(({ kind, cardNo }) => `event ${kind} ${cardNo}`),
      ...without(known, before.known).map((card) => `known ${card}`),
      ...without(blocked, before.blocked).map((card) => `blocked ${card}`),
      ...without(before.blocked, blocked).map((card) => `unblocked ${card}`),
    ].sort();
  }

  /** The references of circulation's new events. Each belongs to one change. */
  references(): string[] {
    return this.#read()
      .events.slice(this.#eventsBefore)
      .map(({ ref }) => ref);
  }
}

const without = (cards: ReadonlySet<string>, others: ReadonlySet<string>) =>
  [...cards].filter((card) => !others.has(card));

/** The rows by their keys. Each has its number in the field that the simulators' table has. */
export function rowsOf(
  tables: Readonly<Record<'patrons' | 'cards' | 'applications' | 'lossReports', readonly Row[]>>,
): ReadonlyMap<string, Row> {
  return new Map([
    ...tables.patrons.map((row) => [`patron ${row.patronNo}`, row] as const),
    ...tables.cards.map((row) => [`card ${row.cardNo}`, row] as const),
    ...tables.applications.map((row) => [`application ${row.applicationNo}`, row] as const),
    ...tables.lossReports.map((row) => [`loss ${row.reportNo}`, row] as const),
  ]);
}

/** One line with the identity of a new row, or one line for each changed field. */
function changesOf(key: string, row: Row, old: Row | undefined): string[] {
  if (old === undefined) {
    const about = ['engName', 'cardNo', 'type', 'patronNo', 'status', 'onReplacement'];
    const told = about.flatMap((field) => (row[field] == null ? [] : [String(row[field])]));
    return [`new ${key}: ${told.join(' ')}`];
  }
  return [...new Set([...Object.keys(old), ...Object.keys(row)])]
    .filter((field) => JSON.stringify(row[field]) !== JSON.stringify(old[field]))
    .map((field) => `${key}: ${field}${stamps.has(field) ? '' : ` ${JSON.stringify(row[field])}`}`);
}
