import type { Finding, OperationState, PlaceKind } from '../../store/journal/port.ts';
import type { ProblemCode } from '../../subgraphs/circulation/rules/problems.ts';

/** Milliseconds since 1970 by the machine's clock, which all processes of a run share. */
export type Moment = number;

/** The beginning or end of a loan or hold, in the order of circulation's records. */
export interface RecordChange {
  readonly change: 'BEGUN' | 'ENDED';
  readonly at: Moment;
  readonly kind: PlaceKind;
  /** Circulation's number of the loan or hold. */
  readonly id: string;
  readonly patronId: string;
  /** The item's number, or the title's. */
  readonly subject: string;
  /** The id of the operation that began it; null if a desk did. */
  readonly reference: string | null;
}

/** A change that circulation made with a reference. */
export interface Effect {
  readonly event: 'OUT' | 'IN' | 'RNW' | 'HLD' | 'UNH';
  /** The id of the operation. */
  readonly reference: string;
  readonly at: Moment;
}

/** An operation in the journal at the end of the run. */
export interface JournalEntry {
  readonly id: string;
  readonly caller: string;
  /** The caller's reference, with which clients ask for the operation. */
  readonly reference: string;
  readonly kind: string;
  readonly state: OperationState;
  /** The first state in which it was settled. A later check may have corrected it. */
  readonly firstState: OperationState;
  readonly problem: ProblemCode | null;
  readonly requestedAt: Moment;
  /** When it was settled first. */
  readonly settledAt: Moment | null;
  /** The time after which its request may no longer be sent; null if it has no request. */
  readonly sendBy: Moment | null;
  /** The time after `sendBy` when its outcome is certain, in ms; null if the journal has none. */
  readonly settlingMs: number | null;
  /** Null if the patron is unknown. */
  readonly patronId: string | null;
  /** The place that was reserved for it; null if none was. */
  readonly place: {
    readonly kind: PlaceKind;
    /** The item's number, or the title's. */
    readonly subject: string;
    readonly reservedAt: Moment;
  } | null;
  /** The loan that was made or that already existed; null if there is none. */
  readonly loanId: string | null;
}

/** An answer that a client got about its operation. */
export interface Answer {
  /** When the client asked. */
  readonly from: Moment;
  /** When the answer came. */
  readonly at: Moment;
  readonly replica: number;
  /** Null if the answer was that there is no such operation. */
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
  /** Whether the shown card was in use from the first request to the last; null if none was shown. */
  readonly wasCardInUse: boolean | null;
  /** In order of arrival. */
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

/** Everything that is known of a run at its end, and all that the checker uses. */
export interface History {
  readonly changes: readonly RecordChange[];
  readonly effects: readonly Effect[];
  /** By operation id: when circulation made or refused a change that was delivered to it. */
  readonly deliveries: ReadonlyMap<string, readonly Moment[]>;
  /** By operation id: when circulation was asked (`FindByRef`) about the change's effects. */
  readonly confirmations: ReadonlyMap<string, readonly Moment[]>;
  readonly journal: readonly JournalEntry[];
  readonly asked: readonly ClientOperation[];
  readonly quotas: readonly QuotaReading[];
  /** One for each patron, read after everything was settled. */
  readonly finalQuotas: readonly QuotaReading[];
  /** By operation id: the number of reconciliations that failed because a legacy system could not be asked. */
  readonly failedChecks: ReadonlyMap<string, number>;
  /** When each replica was dead or frozen. */
  readonly disruptions: readonly Interval[];
  /** When the journal's clock was put forward, and by how many ms. */
  readonly jumps: readonly { readonly at: Moment; readonly byMs: number }[];
  /** When no replica was available. */
  readonly unattended: readonly Interval[];
  /** Ids of operations that a replica raised an alarm about. */
  readonly alarms: readonly string[];
  /** What the program found by comparison of its journal with circulation's events. */
  readonly findings: readonly Pick<Finding, 'operationId' | 'discrepancy'>[];
  /** The time after `sendBy` when an operation that circulation doesn't know is settled, in ms. */
  readonly settlingMs: number;
  /** Whether no fault was injected. Then no system may be unreachable, either. */
  readonly isFaultless: boolean;
  /**
   * Whether a request that was sent in time can arrive after its settling time, because a proxy held it back or its process was
   * frozen between the check of the time and the first byte. Otherwise such a request was sent too late.
   */
  readonly mayArriveLate: boolean;
}
