import type { EventRow, Store } from '../../../../simulators/tables/store.ts';

type Row = Readonly<Record<string, unknown>>;

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
 * The changes in the tables of the three systems since this object was created, one line for each. A change that was
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
  readonly #store: Store;
  readonly #rows: ReadonlyMap<string, Row>;
  readonly #events: number;
  readonly #known: ReadonlySet<string>;
  readonly #blocked: ReadonlySet<string>;

  constructor(store: Store) {
    const { events, knownCards, blockedCards } = store.circ;
    this.#store = store;
    this.#rows = rowsOf(store);
    this.#events = events.length;
    this.#known = new Set(knownCards);
    this.#blocked = new Set(blockedCards);
  }

  /** The lines, sorted alphabetically. */
  changes(): string[] {
    const { events, knownCards, blockedCards } = this.#store.circ;
    return [
      ...[...rowsOf(this.#store)].flatMap(([key, row]) => changesOf(key, row, this.#rows.get(key))),
      ...this.#newEvents(events).map(({ kind, cardNo }) => `event ${kind} ${cardNo}`),
      ...without(knownCards, this.#known).map((card) => `known ${card}`),
      ...without(blockedCards, this.#blocked).map((card) => `blocked ${card}`),
      ...without(this.#blocked, blockedCards).map((card) => `unblocked ${card}`),
    ].sort();
  }

  /** The references of circulation's new events. Each belongs to one change. */
  references(): string[] {
    return this.#newEvents(this.#store.circ.events).map(({ ref }) => ref);
  }

  #newEvents(events: readonly EventRow[]): readonly EventRow[] {
    return events.slice(this.#events);
  }
}

const without = (cards: ReadonlySet<string>, others: ReadonlySet<string>) =>
  [...cards].filter((card) => !others.has(card));

function rowsOf({ prs, cms }: Store): Map<string, Row> {
  return new Map<string, Row>([
    ...[...prs.patrons.values()].map((row) => [`patron ${row.patronNo}`, row] as const),
    ...[...cms.cards.values()].map((row) => [`card ${row.cardNo}`, row] as const),
    ...[...cms.applications.values()].map((row) => [`application ${row.applicationNo}`, row] as const),
    ...[...cms.lossReports.values()].map((row) => [`loss ${row.reportNo}`, row] as const),
  ]);
}

/** One line with the identity of a new row, or one line for each changed field. */
function changesOf(key: string, row: Row, old: Row | undefined): string[] {
  if (old === undefined) {
    const about = ['engName', 'cardNo', 'type', 'patronNo', 'status', 'onReplacement'];
    const told = about.flatMap((field) => (row[field] == null ? [] : [String(row[field])]));
    return [`new ${key}: ${told.join(' ')}`];
  }
  return Object.keys(row)
    .filter((field) => JSON.stringify(row[field]) !== JSON.stringify(old[field]))
    .map((field) => `${key}: ${field}${stamps.has(field) ? '' : ` ${JSON.stringify(row[field])}`}`);
}
