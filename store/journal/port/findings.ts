/**
 * The possible discrepancies of an operation:
 * - `OPERATION_LOST`: circulation made a change, but the journal doesn't have the operation.
 * - `DONE_AFTER_REFUSAL`: circulation made a change, but the operation is `REFUSED`.
 * - `DONE_TWICE`: circulation made the change more than once.
 * - `DONE_TOO_LATE`: circulation made the change after `certainAt`.
 * - `NOT_DONE`: the operation is `DONE`, but circulation made no change.
 * - `OVER_LIMIT`: the operation's outcome is right, but the operation gave the patron more loans than the limit.
 * - `NEVER_SETTLES`: no reconciliation has settled the operation, although its outcome became certain long ago.
 * - `LENT_OFFLINE`: a station lent the item while it was offline, and the check-out that it sent later was refused.
 * - `PAYMENT_LOST`: the payment system made a change under an operation's id, but the journal doesn't have the
 *   operation.
 * - `PAYMENT_AFTER_REFUSAL`: the payment system made a change, but the operation is `REFUSED`.
 * - `PAYMENT_DIFFERS`: the payment system made a change of another kind or amount, for another charge or payment, or a
 *   second one. Or it cancelled the operation's payment, and no operation asked for that.
 * - `PAYMENT_NOT_DONE`: the operation is `DONE`, but the payment system made no change.
 */
export type Discrepancy =
  | 'OPERATION_LOST'
  | 'DONE_AFTER_REFUSAL'
  | 'DONE_TWICE'
  | 'DONE_TOO_LATE'
  | 'NOT_DONE'
  | 'OVER_LIMIT'
  | 'NEVER_SETTLES'
  | 'LENT_OFFLINE'
  | 'PAYMENT_LOST'
  | 'PAYMENT_AFTER_REFUSAL'
  | 'PAYMENT_DIFFERS'
  | 'PAYMENT_NOT_DONE';

/**
 * The possible discrepancies of a patron, between the registry, card management and circulation:
 * - `CARD_NOT_BLOCKED`: circulation lends on the card, but the patron is suspended or closed, or the card is not in use.
 * - `CARD_BLOCK_UNKNOWN`: like `CARD_NOT_BLOCKED`, but no event shows whether the card is blocked. For a card that has
 *   ended, there is a finding only if a desk has lent on the card since its end.
 * - `CARD_BLOCKED`: the patron is active and the card is in use, but circulation has blocked the card.
 * - `CARD_NOT_REGISTERED`: the card is in use, but was never registered in circulation.
 * - `CARD_UNKNOWN`: circulation has used the card, but card management doesn't have it.
 * - `PATRON_UNKNOWN`: card management has cards of a patron whom the registry doesn't have.
 * - `IDENTITY_DIFFERS`: the registry's identity number is not the one that the smart identity card is enrolled with.
 * - `TOO_MANY_LOANS`: more items are out on the patron's cards than the limit.
 * - `LENT_ON_ENDED_CARD`: a desk lent on a card after it had ended, and the item is still out.
 */
export type PatronDiscrepancy =
  | 'CARD_NOT_BLOCKED'
  | 'CARD_BLOCK_UNKNOWN'
  | 'CARD_BLOCKED'
  | 'CARD_NOT_REGISTERED'
  | 'CARD_UNKNOWN'
  | 'PATRON_UNKNOWN'
  | 'IDENTITY_DIFFERS'
  | 'TOO_MANY_LOANS'
  | 'LENT_ON_ENDED_CARD';

export type FindingKind = Discrepancy | PatronDiscrepancy;

/** The kinds of finding that can only be proved or disproved with circulation's events about a card. */
export const kindsByCardEvents = [
  'CARD_NOT_BLOCKED',
  'CARD_BLOCK_UNKNOWN',
  'CARD_BLOCKED',
  'CARD_NOT_REGISTERED',
] as const satisfies readonly PatronDiscrepancy[];

/**
 * The state of a finding:
 * - `OPEN`: no member of staff works on it yet.
 * - `ACKNOWLEDGED`: a member of staff works on it.
 * - `CLOSED`: a member of staff closed it, with a reason. A closed finding is not opened again. But if circulation was
 *   restored, closed findings that circulation's events can prove become `RESOLVED`.
 * - `RESOLVED`: the systems agree again. If they disagree once more, the finding is opened again.
 */
export type FindingState = 'OPEN' | 'ACKNOWLEDGED' | 'CLOSED' | 'RESOLVED';

/** A loan that is evidence for a finding. The item is not named. */
export interface EvidentLoan {
  readonly libraryCardNumber: string;
  /** RFC 3339. */
  readonly since: string;
  /** The operation that began the loan. Null for a loan that a desk made. */
  readonly operationId: string | null;
}

export interface Evidence {
  readonly libraryCardNumber: string | null;
  /**
   * The patron's status in the registry. `cardState` is the card's state in card management. Both have the values of
   * the adapters' ports.
   */
  readonly patronStatus: string | null;
  readonly cardState: string | null;
  /** Circulation's event that shows the state of the card, and its time (RFC 3339). */
  readonly event: { readonly kind: string; readonly sequence: string; readonly at: string } | null;
  readonly loans: readonly EvidentLoan[];
}

/** A finding about a patron that is to be recorded. */
export interface PatronFinding {
  readonly kind: PatronDiscrepancy;
  /** Null for a card that card management doesn't have. */
  readonly patronId: string | null;
  readonly evidence: Evidence;
}

/**
 * The key of a finding: its kind, and an id of 22 characters. The id is the operation's id, or is derived from the
 * patron.
 */
export interface FindingKey {
  readonly id: string;
  readonly kind: FindingKind;
}

export interface WorkedFinding extends FindingKey {
  /**
   * Detects concurrent changes. A new number is drawn (`BookNumbers`) when the finding is changed or gets other
   * evidence, and when a finding about a patron is opened. 0 if no number was drawn since versions were introduced.
   */
  readonly version: bigint;
  readonly state: FindingState;
  readonly foundAt: Date;
  /** The time of the change that the finding is about. */
  readonly at: Date;
  /** The event that shows the discrepancy. Null if no event shows it. */
  readonly sequence: string | null;
  /** Null for a finding about an operation, and for a card that card management doesn't have. */
  readonly patronId: string | null;
  /** Null for a finding about an operation. */
  readonly evidence: Evidence | null;
  /**
   * The last change of the state. Null if the state never changed. `by` is null if the comparison itself changed the
   * state.
   */
  readonly changed: { readonly at: Date; readonly by: string | null; readonly reason: string | null } | null;
}

/** A finding must meet all conditions that are not null. */
export interface FindingFilter {
  readonly states: readonly FindingState[] | null;
  readonly kinds: readonly FindingKind[] | null;
}

/** The order of a list of findings, by `foundAt`. */
export type FindingOrder = 'LATEST_FOUND_FIRST' | 'OLDEST_FOUND_FIRST';

/** The last finding of a page. The next page begins after it. */
export type FindingPosition = Pick<WorkedFinding, 'foundAt' | 'id' | 'kind'>;

/** A change of a finding's state by a member of staff, or by the comparison itself (`by` is null). */
export interface FindingChange {
  readonly state: FindingState;
  readonly by: string | null;
  /** 1 to 500 characters. */
  readonly reason: string | null;
}

export interface RecordedFindings {
  /** The number of findings that this call opened. */
  readonly opened: number;
  /**
   * The patrons whose findings were left unchanged, because the findings had changed after `until` was drawn. These
   * patrons must be examined again later.
   */
  readonly later: ReadonlySet<string>;
}

/**
 * Findings, which are work for staff. A finding is open until a member of staff has closed it, or until the systems
 * agree again. The methods reject like the methods of `Journal`.
 */
export interface Findings {
  /**
   * Records findings about patrons (1 to 500). A resolved finding is opened again, and an open finding gets the new
   * evidence. A finding that staff have closed stays closed. If `until` is given, findings that were changed after this
   * number was drawn are left unchanged: the new findings may come from older data.
   */
  recordPatronFindings(findings: readonly PatronFinding[], until?: bigint): Promise<RecordedFindings>;
  /**
   * The patrons in the next `maxItems` entries (1 to 500) of the audit of changes, after the entry with the number
   * `after`. Null gives the latest entries. A patron may occur several times. `last` is the number of the last entry.
   * If there are no entries, it is `after`.
   */
  patronsChanged(
    after: number | null,
    maxItems: number,
  ): Promise<{ readonly patronIds: readonly string[]; readonly last: number | null }>;
  /** The open and acknowledged findings of these patrons (1 to 500), in no particular order. */
  openFindingsOf(patronIds: readonly string[]): Promise<readonly WorkedFinding[]>;
  /**
   * The findings after the given position in this order, at most `maxItems` (1 to 10000). Null begins with the first.
   */
  findings(
    filter: FindingFilter,
    order: FindingOrder,
    after: FindingPosition | null,
    maxItems: number,
  ): Promise<readonly WorkedFinding[]>;
  countFindings(filter: FindingFilter): Promise<number>;
  findFinding(key: FindingKey): Promise<WorkedFinding | null>;
  /**
   * Changes the state of an open or acknowledged finding. Resolves to false, with nothing changed, if no open or
   * acknowledged finding has this key and `version`.
   */
  changeFinding(key: FindingKey, change: FindingChange, version?: bigint): Promise<boolean>;
}
