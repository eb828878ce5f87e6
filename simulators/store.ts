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
} from './seed.ts';
import { Table } from './table.ts';

export type PatronRow = Readonly<Omit<SeedPatron, 'case'>>;
export type CardRow = Readonly<SeedCard>;
export type ApplicationRow = Readonly<SeedApplication>;
export type LossReportRow = Readonly<SeedLossReport>;
export type ItemRow = Readonly<SeedItem>;
export type LoanRow = Readonly<SeedLoan>;
/** `itemNo`: the copy that waits on the hold shelf; null unless ready. */
export type HoldRow = Readonly<SeedHold> & { readonly itemNo: string | null };
export type ChargeRow = Readonly<SeedCharge>;
export type EventRow = Readonly<SeedEvent>;

export interface PrsTables {
  readonly patrons: Table<PatronRow, 'hkid' | 'birthCertNo'>;
}

export interface CmsTables {
  readonly cards: Table<CardRow, 'patronNo' | 'hkid'>;
  readonly applications: Table<ApplicationRow>;
  readonly lossReports: Table<LossReportRow>;
}

export interface CircTables {
  readonly items: Table<ItemRow, 'bibNo'>;
  readonly loans: Table<LoanRow, 'cardNo' | 'itemNo'>;
  readonly holds: Table<HoldRow, 'cardNo' | 'bibNo'>;
  readonly charges: Table<ChargeRow, 'cardNo'>;
  /** In `seq` order. */
  readonly events: EventRow[];
  /** Cards made known with `RegisterCard`. */
  readonly knownCards: Set<string>;
  readonly blockedCards: Set<string>;
}

/** What the three systems hold. They share nothing: each knows only its own tables. */
export interface Store {
  readonly prs: PrsTables;
  readonly cms: CmsTables;
  readonly circ: CircTables;
}

/**
 * The tables as a seed fills them. All its cards are known to CIRC, and those that are not `ACT` are blocked there
 * (contracts' README, CIRC).
 */
export function createStore(seed: Seed): Store {
  const { cards, applications, lossReports } = seed;
  return {
    prs: {
      patrons: new Table<PatronRow, 'hkid' | 'birthCertNo'>(
        seed.patrons.map(({ case: _case, ...row }) => row),
        (row) => row.patronNo,
        { hkid: (row) => row.hkid, birthCertNo: (row) => row.birthCertNo },
      ),
    },
    cms: {
      cards: new Table<CardRow, 'patronNo' | 'hkid'>(cards, (row) => row.cardNo, {
        patronNo: (row) => row.patronNo,
        hkid: (row) => row.hkid,
      }),
      applications: new Table<ApplicationRow>(applications, (row) => row.applicationNo, {}),
      lossReports: new Table<LossReportRow>(lossReports, (row) => row.reportNo, {}),
    },
    circ: createCircTables(seed),
  };
}

function createCircTables(seed: Seed): CircTables {
  return {
    items: new Table<ItemRow, 'bibNo'>(seed.items, (row) => row.itemNo, { bibNo: (row) => row.bibNo }),
    loans: new Table<LoanRow, 'cardNo' | 'itemNo'>(seed.loans, (row) => row.loanNo, {
      cardNo: (row) => row.cardNo,
      itemNo: (row) => row.itemNo,
    }),
    holds: new Table<HoldRow, 'cardNo' | 'bibNo'>(shelve(seed), (row) => row.holdNo, {
      cardNo: (row) => row.cardNo,
      bibNo: (row) => row.bibNo,
    }),
    charges: new Table<ChargeRow, 'cardNo'>(seed.charges, (row) => row.chargeNo, {
      cardNo: (row) => row.cardNo,
    }),
    events: [...(seed.events ?? [])],
    knownCards: new Set(seed.cards.map((row) => row.cardNo)),
    blockedCards: new Set(seed.cards.filter((row) => row.status !== 'ACT').map((row) => row.cardNo)),
  };
}

/** The seed does not say which copy waits for which ready hold: the copies on the shelf go in order. */
function shelve(seed: Seed): HoldRow[] {
  const shelf = seed.items.filter((row) => row.state === 'H');
  return seed.holds.map((hold) => {
    const found = hold.state === 'R' ? shelf.findIndex((row) => row.bibNo === hold.bibNo) : -1;
    const [copy] = found < 0 ? [] : shelf.splice(found, 1);
    return { ...hold, itemNo: copy?.itemNo ?? null };
  });
}
