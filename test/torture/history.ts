import type { OperationState, PlaceKind } from '../../adapters/journal/port.ts';
import type { ProblemCode } from '../../subgraphs/circulation/rules/problems.ts';

/** Milliseconds since 1970, by the one clock of the machine that all processes of a run share. */
export type Moment = number;

/** A loan or a hold that began or ended, in the order of circulation's own books. */
export interface BookChange {
  readonly change: 'BEGUN' | 'ENDED';
  readonly at: Moment;
  readonly kind: PlaceKind;
  /** Circulation's number of the loan or the hold. */
  readonly id: string;
  readonly patronId: string;
  /** The item's number, or the title's. */
  readonly subject: string;
  /** Of the operation that it began with; null where a desk did it. */
  readonly reference: string | null;
}

/** Something that circulation did, under a reference. */
export interface Effect {
  readonly event: 'OUT' | 'IN' | 'RNW' | 'HLD' | 'UNH';
  readonly reference: string;
  readonly at: Moment;
}

/** An operation as the journal has it in the end. */
export interface JournalEntry {
  readonly id: string;
  readonly caller: string;
  /** The caller's own. */
  readonly reference: string;
  readonly kind: string;
  readonly state: OperationState;
  /** As it was settled first; a later look may have corrected it. */
  readonly firstState: OperationState;
  readonly problem: ProblemCode | null;
  readonly requestedAt: Moment;
  /** When it was settled first. */
  readonly settledAt: Moment | null;
  readonly sendBy: Moment | null;
  /** Milliseconds after `sendBy` from which it is certain; null where that was not written down. */
  readonly settlingMs: number | null;
  /** Whose it was, as far as that was found out. */
  readonly patronId: string | null;
  /** The place that it was given; null where it was given none. */
  readonly place: {
    readonly kind: PlaceKind;
    /** The item's number, or the title's. */
    readonly subject: string;
    readonly reservedAt: Moment;
  } | null;
}

/** What a client was told of its operation; `state` is null where it was told that there is no such operation. */
export interface Answer {
  /** When it was asked for, and when it came. */
  readonly from: Moment;
  readonly at: Moment;
  readonly replica: number;
  readonly state: OperationState | null;
  readonly problem: string | null;
}

/** An operation as its client knows it. */
export interface AskedOperation {
  readonly reference: string;
  readonly kind: string;
  /** The journal's name of who asked. */
  readonly caller: string;
  readonly begunAt: Moment;
  /** Whether the card that was shown was in use from first to last; null where none was shown. */
  readonly wasCardInUse: boolean | null;
  /** In the order in which they came. */
  readonly answers: readonly Answer[];
}

/** What a client was told of a patron's quota, and between which moments it had asked. */
export interface QuotaTold {
  readonly patronId: string;
  readonly from: Moment;
  readonly until: Moment;
  readonly used: number;
  readonly pending: number;
}

/** A time in which something was not there. */
export interface Interval {
  readonly from: Moment;
  readonly until: Moment;
}

/** All that is known of a run once it is over. */
export interface History {
  readonly changes: readonly BookChange[];
  readonly effects: readonly Effect[];
  /** By reference, when circulation came to a change that was delivered to it, whatever it made of it. */
  readonly deliveries: ReadonlyMap<string, readonly Moment[]>;
  /** By reference, when circulation was asked what it had led to. */
  readonly confirmations: ReadonlyMap<string, readonly Moment[]>;
  readonly journal: readonly JournalEntry[];
  readonly asked: readonly AskedOperation[];
  readonly quotas: readonly QuotaTold[];
  /** Told after all was settled, one of each patron. */
  readonly finalQuotas: readonly QuotaTold[];
  /** For each operation, the looks at it that failed: a system behind could not be asked. */
  readonly failedLooks: ReadonlyMap<string, number>;
  /** When each replica was dead or frozen. */
  readonly disruptions: readonly Interval[];
  /** When the journal's clock was put forward, and by how many milliseconds. */
  readonly jumps: readonly { readonly at: Moment; readonly byMs: number }[];
  /** Times in which no replica was there. */
  readonly unattended: readonly Interval[];
  /** Operations that a replica raised an alarm about. */
  readonly alarms: readonly string[];
  /** Milliseconds after `sendBy` from which an operation that circulation can't tell of is settled. */
  readonly settlingMs: number;
  /** Whether nothing was made to fail: then refusing for want of a system, too, has no excuse. */
  readonly isFaultless: boolean;
}
