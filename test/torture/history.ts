import type { Finding, OperationState, PlaceKind } from '../../store/journal/port.ts';
import type { ProblemCode } from '../../subgraphs/circulation/rules/problems.ts';

/** Milliseconds since 1970, by the clock of the machine, which all processes of a run share. */
export type Moment = number;

/** A loan or a hold that began or ended, in the order of circulation's own records. */
export interface RecordChange {
  readonly change: 'BEGUN' | 'ENDED';
  readonly at: Moment;
  readonly kind: PlaceKind;
  /** Circulation's number of the loan or the hold. */
  readonly id: string;
  readonly patronId: string;
  /** The item's number, or the title's. */
  readonly subject: string;
  /** The id of the operation that began it; null where a desk did. */
  readonly reference: string | null;
}

/** A change that circulation made under a reference. */
export interface Effect {
  readonly event: 'OUT' | 'IN' | 'RNW' | 'HLD' | 'UNH';
  /** The id of the operation. */
  readonly reference: string;
  readonly at: Moment;
}

/** An operation as the journal has it when the run is over. */
export interface JournalEntry {
  readonly id: string;
  readonly caller: string;
  /** The caller's own reference, by which clients ask for the operation. */
  readonly reference: string;
  readonly kind: string;
  readonly state: OperationState;
  /** The state in which it was settled first; a later check may have corrected it. */
  readonly firstState: OperationState;
  readonly problem: ProblemCode | null;
  readonly requestedAt: Moment;
  /** When it was settled first. */
  readonly settledAt: Moment | null;
  /** The time after which its request is not sent any more; null where it has no request. */
  readonly sendBy: Moment | null;
  /** Milliseconds after `sendBy` from which its outcome is certain; null where the journal has none. */
  readonly settlingMs: number | null;
  /** Null where the patron was not found out. */
  readonly patronId: string | null;
  /** The place that was reserved for it; null where none was. */
  readonly place: {
    readonly kind: PlaceKind;
    /** The item's number, or the title's. */
    readonly subject: string;
    readonly reservedAt: Moment;
  } | null;
  /** The loan that was made, or that was there already; null where there is none. */
  readonly loanId: string | null;
}

/** What a client was told of its operation. */
export interface Answer {
  /** When the client asked. */
  readonly from: Moment;
  /** When the answer came. */
  readonly at: Moment;
  readonly replica: number;
  /** Null where the answer was that there is no such operation. */
  readonly state: OperationState | null;
  readonly problem: string | null;
}

/** An operation as its client knows it. */
export interface ClientOperation {
  readonly reference: string;
  readonly kind: string;
  /** The caller, as the journal names it. */
  readonly caller: string;
  readonly begunAt: Moment;
  /** Whether the card that was shown was in use from the first request to the last; null where none was shown. */
  readonly wasCardInUse: boolean | null;
  /** In the order in which they came. */
  readonly answers: readonly Answer[];
}

/** A patron's quota as the graph reported it, for a query that ran from `from` until `until`. */
export interface QuotaReading {
  readonly patronId: string;
  readonly from: Moment;
  readonly until: Moment;
  readonly used: number;
  readonly pending: number;
}

/** A span of time, both ends included. */
export interface Interval {
  readonly from: Moment;
  readonly until: Moment;
}

/** Everything that is known of a run once it is over. The checker decides by it alone. */
export interface History {
  readonly changes: readonly RecordChange[];
  readonly effects: readonly Effect[];
  /** By operation id: when circulation processed a change that was delivered to it, whether it made it or refused it. */
  readonly deliveries: ReadonlyMap<string, readonly Moment[]>;
  /** By operation id: when circulation was asked (`FindByRef`) what the change had led to. */
  readonly confirmations: ReadonlyMap<string, readonly Moment[]>;
  readonly journal: readonly JournalEntry[];
  readonly asked: readonly ClientOperation[];
  readonly quotas: readonly QuotaReading[];
  /** One for each patron, read after everything was settled. */
  readonly finalQuotas: readonly QuotaReading[];
  /** By operation id: how many reconciliations failed because a legacy system could not be asked. */
  readonly failedChecks: ReadonlyMap<string, number>;
  /** When each replica was dead or frozen. */
  readonly disruptions: readonly Interval[];
  /** When the journal's clock was put forward, and by how many milliseconds. */
  readonly jumps: readonly { readonly at: Moment; readonly byMs: number }[];
  /** When no replica was available. */
  readonly unattended: readonly Interval[];
  /** Ids of operations that a replica raised an alarm about. */
  readonly alarms: readonly string[];
  /** What the program found by comparing its journal with circulation's events. */
  readonly findings: readonly Pick<Finding, 'operationId' | 'discrepancy'>[];
  /** Milliseconds after `sendBy` from which an operation is settled that circulation knows nothing of. */
  readonly settlingMs: number;
  /** Whether no fault was injected. Then a refusal because of an unreachable system has no excuse either. */
  readonly isFaultless: boolean;
  /**
   * Whether a request can arrive after its settling time although it was sent in time: a proxy held it back, or its process was
   * frozen between its last look at the clock and the first byte. Otherwise such a request was sent too late.
   */
  readonly mayArriveLate: boolean;
}
