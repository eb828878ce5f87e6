import type { CoreSystemId } from '../../platform/systems.ts';
import type { Finding, OperationState, PlaceKind } from '../../store/journal/port.ts';
import type { ProblemCode } from '../../subgraphs/circulation/rules/problems.ts';
import type { CredentialProblemCode } from '../../subgraphs/credentials/rules/problem.ts';
import type { messagesToStaff } from '../../subgraphs/patrons/rules/problems.ts';
import type { LiveHistory } from './subscribers/followed-stream.ts';

/** Milliseconds since 1970 by the machine's clock, which all processes of a run share. */
export type Moment = number;

/** The beginning or end of a loan or hold. Changes are in the order of circulation's records. */
export interface RecordChange {
  readonly change: 'BEGUN' | 'ENDED';
  readonly at: Moment;
  readonly kind: PlaceKind;
  /** Circulation's number for the loan or hold. */
  readonly id: string;
  readonly patronId: string;
  /** The number of the item or of the title. */
  readonly subject: string;
  /** The id of the operation that began the loan or hold; null if a desk began it. */
  readonly reference: string | null;
}

/** A change that circulation made under an operation's id. */
export interface Effect {
  readonly event: 'OUT' | 'IN' | 'RNW' | 'HLD' | 'UNH' | 'REG' | 'BLK' | 'UBK';
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
  /** The first final state of the operation. A later check may have corrected it. */
  readonly firstState: OperationState;
  readonly problem: ProblemCode | keyof typeof messagesToStaff | CredentialProblemCode | null;
  readonly requestedAt: Moment;
  /** The time at which the operation was first settled; null if it is unsettled. */
  readonly settledAt: Moment | null;
  /**
   * The time from which the operation's place may be given to others: when it was settled, or later if it was refused and
   * held its place. Null if it holds the place at the end.
   */
  readonly placeFreeAt: Moment | null;
  /** The time until which the operation's request may be sent; null if it has no request. */
  readonly sendBy: Moment | null;
  /**
   * The time after `sendBy` at which the operation's outcome is certain, in ms; null if the journal doesn't have it.
   */
  readonly settlingMs: number | null;
  /** Null if the patron is unknown. */
  readonly patronId: string | null;
  /** The place that was reserved for the operation; null if none was. */
  readonly place: {
    readonly kind: PlaceKind;
    /** The number of the item or of the title. */
    readonly subject: string;
    readonly reservedAt: Moment;
  } | null;
  /** The loan that the operation made or that already existed; null if there is none. */
  readonly loanId: string | null;
  /** The time at which the operation was removed, because its patron was erased; null if it was not. */
  readonly erasedAt: Moment | null;
}

/** Two records of one person. From `mergedAt` on, both have one quota, and the record that leaves gets no place. */
export interface Merge {
  readonly leavingId: string;
  readonly stayingId: string;
  /** Both records were locked at this time, so each reservation of theirs was certainly made before it or after it. */
  readonly mergedAt: Moment;
  /** The time at which the journal noted that the leaving record was closed; null if it didn't. */
  readonly closedAt: Moment | null;
}

/** What is left at the end of a run of a person whose two records were merged and closed, and who was erased. */
export interface EndedLife {
  readonly leavingId: string;
  readonly stayingId: string;
  /** The records that the registry does not have as closed. */
  readonly openRecords: readonly string[];
  /** The cards of the leaving record that card management has in use, or reported lost. */
  readonly openCards: readonly string[];
  /** Whether a client was told that the person was erased. */
  readonly isErased: boolean;
  /** The number of the audit's encrypted rows about the person from before the erasure. */
  readonly sealedRows: number;
  /** The stored values about the person from before the erasure that the program's keys still open. */
  readonly openedRows: readonly string[];
}

/** An answer that a client got about its operation. */
export interface Answer {
  /** The time at which the client asked. */
  readonly from: Moment;
  /** The time at which the answer came. */
  readonly at: Moment;
  readonly replica: number;
  /** Null if the answer is that the operation doesn't exist. */
  readonly state: OperationState | null;
  readonly problem: string | null;
}

/** An operation as its client sees it. */
export interface ClientOperation {
  readonly reference: string;
  readonly kind: string;
  /** The caller, in the journal's form. */
  readonly caller: string;
  readonly begunAt: Moment;
  /** Whether the shown card was in use from the first request to the last; null if no card was shown. */
  readonly wasCardInUse: boolean | null;
  /** The answers, in the order of their arrival. */
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

/** A step of a clock: forward, or back if the number is negative. */
export interface ClockStep {
  readonly at: Moment;
  readonly byMs: number;
}

/** A step of a legacy system's clock. */
export interface LegacyStep extends ClockStep {
  readonly system: CoreSystemId;
}

/** The library's open loans and holds at the end of a run, in circulation and in the program's index. */
export interface OpenRecords {
  readonly loans: number;
  readonly holds: number;
}

/** A span of time, both ends included. */
export interface Interval {
  readonly from: Moment;
  readonly until: Moment;
}

/** The record of a run, read at its end. The checker uses nothing else. */
export interface History {
  readonly changes: readonly RecordChange[];
  readonly effects: readonly Effect[];
  /** The times at which circulation made or refused a change that was delivered to it, by operation id. */
  readonly deliveries: ReadonlyMap<string, readonly Moment[]>;
  /** The times at which circulation was asked (`FindByRef`) whether it made the change, by operation id. */
  readonly confirmations: ReadonlyMap<string, readonly Moment[]>;
  /** The ids of operations whose change circulation applied, or refused, although it promises to drop it so late. */
  readonly appliedLate: ReadonlySet<string>;
  /** All operations, also those that an erasure has removed. */
  readonly journal: readonly JournalEntry[];
  readonly merges: readonly Merge[];
  readonly lives: readonly EndedLife[];
  readonly asked: readonly ClientOperation[];
  readonly quotas: readonly QuotaReading[];
  /** One reading for each patron, after everything was settled. */
  readonly finalQuotas: readonly QuotaReading[];
  /**
   * The sequence number of circulation's last event, and the number up to which the program has compared events; null
   * if circulation has no event.
   */
  readonly feed: { readonly last: string | null; readonly compared: string };
  /** Circulation's open records, and those of the index. `indexed` is null if the index was not ready. */
  readonly open: { readonly recorded: OpenRecords; readonly indexed: OpenRecords | null };
  /**
   * Circulation's changes by another installation of the program, which has a journal of its own: their references and
   * times.
   */
  readonly foreign: ReadonlyMap<string, Moment>;
  /** The number of reconciliations that failed because a legacy system didn't answer, by operation id. */
  readonly failedChecks: ReadonlyMap<string, number>;
  /** The intervals in which a replica was dead or frozen. */
  readonly disruptions: readonly Interval[];
  /** The steps of the database's clock. */
  readonly jumps: readonly ClockStep[];
  /** The steps of the legacy systems' clocks. */
  readonly legacySteps: readonly LegacyStep[];
  /** The intervals in which no replica was available. */
  readonly unattended: readonly Interval[];
  /** The ids of operations about which a replica raised an alarm. */
  readonly alarms: readonly string[];
  /** The discrepancies that the program found when it compared its journal with circulation's events. */
  readonly findings: readonly Pick<Finding, 'operationId' | 'discrepancy'>[];
  /** The log of changes and its subscribers; null if nobody followed. */
  readonly live: LiveHistory | null;
  /** The time after `sendBy` at which an operation that circulation doesn't know is settled, in ms. */
  readonly settlingMs: number;
  /** Whether no fault was injected. In such a run, every system must be reachable, too. */
  readonly isFaultless: boolean;
  /**
   * Whether a request that was sent in time can arrive after its settling time. This happens if a proxy held the
   * request back, or if its process was frozen between the check of the time and the first byte. In other runs, a late
   * request was sent too late.
   */
  readonly mayArriveLate: boolean;
}
