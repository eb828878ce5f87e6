import type {
  Seed,
  SeedApplication,
  SeedCard,
  SeedCharge,
  SeedEvent,
  SeedHold,
  SeedItem,
  SeedLoan,
  SeedLossReport,
  SeedPatron,
} from '../seed.ts';
import { Table } from './table.ts';

export type PatronRow = Readonly<Omit<SeedPatron, 'case'>>;
export type CardRow = Readonly<SeedCard>;
export type ApplicationRow = Readonly<SeedApplication>;
export type LossReportRow = Readonly<SeedLossReport>;
export type ItemRow = Readonly<SeedItem>;
export type LoanRow = Readonly<SeedLoan>;
/** `itemNo` is the copy that waits on the hold shelf for this hold. Null unless the hold is ready. */
export type HoldRow = Readonly<SeedHold> & { readonly itemNo: string | null };
export type ChargeRow = Readonly<SeedCharge>;
export type EventRow = Readonly<SeedEvent>;

export interface PrsTables {
  readonly patrons: Table<PatronRow, 'hkid' | 'birthCertNo' | 'tel'>;
}

export interface CmsTables {
  readonly cards: Table<CardRow, 'patronNo' | 'hkid'>;
  readonly applications: Table<ApplicationRow, 'patronNo' | 'status'>;
  readonly lossReports: Table<LossReportRow>;
}

/** The indexes of holds. `readyUntil` is the last day of a ready hold. Other holds are not in that index. */
export type HoldIndex = 'cardNo' | 'bibNo' | 'readyUntil';

export const holdIndexes: Readonly<Record<HoldIndex, (row: HoldRow) => string | null>> = {
  cardNo: (row) => row.cardNo,
  bibNo: (row) => row.bibNo,
  readyUntil: (row) => (row.state === 'R' && row.readyUntil !== '' ? row.readyUntil : null),
};

export interface CircTables {
  /** The keys of the index `title` are in lower case, as `FindItems` compares them. */
  readonly items: Table<ItemRow, 'bibNo' | 'title'>;
  readonly loans: Table<LoanRow, 'cardNo' | 'itemNo'>;
  readonly holds: Table<HoldRow, HoldIndex>;
  readonly charges: Table<ChargeRow, 'cardNo'>;
  /** The events, in the order of `seq`. */
  readonly events: EventRow[];
  /** Cards that were registered with `RegisterCard`, or that are in the seed. */
  readonly knownCards: Set<string>;
  readonly blockedCards: Set<string>;
}

/** The data of the three systems. Each system uses only its own tables. */
export interface Store {
  readonly prs: PrsTables;
  readonly cms: CmsTables;
  readonly circ: CircTables;
}

/** Fills the tables from a seed. In CIRC, all cards are registered, and all cards that are not `ACT` are blocked. */
export function createStore(seed: Seed): Store {
  const { cards, applications, lossReports } = seed;
  return {
    prs: {
      patrons: new Table<PatronRow, 'hkid' | 'birthCertNo' | 'tel'>(
        seed.patrons.map(({ case: _case, ...row }) => row),
        (row) => row.patronNo,
        { hkid: (row) => row.hkid, birthCertNo: (row) => row.birthCertNo, tel: (row) => row.tel },
      ),
    },
    cms: {
      cards: new Table<CardRow, 'patronNo' | 'hkid'>(cards, (row) => row.cardNo, {
        patronNo: (row) => row.patronNo,
        hkid: (row) => row.hkid,
      }),
      applications: new Table<ApplicationRow, 'patronNo' | 'status'>(
        applications,
        (row) => row.applicationNo,
        {
          patronNo: (row) => row.patronNo,
          status: (row) => row.status,
        },
      ),
      lossReports: new Table<LossReportRow>(lossReports, (row) => row.reportNo, {}),
    },
    circ: createCircTables(seed),
  };
}

function createCircTables(seed: Seed): CircTables {
  return {
    items: new Table<ItemRow, 'bibNo' | 'title'>(seed.items, (row) => row.itemNo, {
      bibNo: (row) => row.bibNo,
      title: (row) => row.title.toLowerCase(),
    }),
    loans: new Table<LoanRow, 'cardNo' | 'itemNo'>(seed.loans, (row) => row.loanNo, {
      cardNo: (row) => row.cardNo,
      itemNo: (row) => row.itemNo,
    }),
    holds: new Table<HoldRow, HoldIndex>(assignCopies(seed), (row) => row.holdNo, holdIndexes),
    charges: new Table<ChargeRow, 'cardNo'>(seed.charges, (row) => row.chargeNo, {
      cardNo: (row) => row.cardNo,
    }),
    events: [...(seed.events ?? [])],
    knownCards: new Set(seed.cards.map((row) => row.cardNo)),
    blockedCards: new Set(seed.cards.filter((row) => row.status !== 'ACT').map((row) => row.cardNo)),
  };
}

/**
 * Assigns a copy to each ready hold, because a seed doesn't contain which copy waits. Each hold gets the next copy of its
 * title that is on the hold shelf.
 */
function assignCopies(seed: Seed): HoldRow[] {
  const shelf = Map.groupBy(
    seed.items.filter((row) => row.state === 'H'),
    (row) => row.bibNo,
  );
  return seed.holds.map((hold) => {
    const copy = hold.state === 'R' ? shelf.get(hold.bibNo)?.shift() : undefined;
    return { ...hold, itemNo: copy?.itemNo ?? null };
  });
}
