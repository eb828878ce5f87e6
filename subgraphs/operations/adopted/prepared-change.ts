import type { z } from 'zod';
import type { ChangeAudit, DueOperation, Json } from '../../../store/journal/port.ts';
import type { Problem } from '../problem.ts';
import type { SingleChangeServices } from './single-change.ts';

/** Nothing was changed. */
export interface Refused {
  readonly kind: 'refused';
  readonly problems: readonly Problem[];
  /** Further values for the payload of the mutation. They are stored with the problems. */
  readonly shown?: Readonly<Record<string, string>>;
  /** A text to log once as an alarm. With an alarm, the refusal is final, and the change is not looked up later. */
  readonly alarm?: string;
}
/** The outcome of a change. `result` is stored, and shown to the caller. */
export type ChangeOutcome = { readonly kind: 'done'; readonly result: Json } | Refused;

/** A change that may be sent. */
export interface PlannedChange<Plan extends object> {
  readonly kind: 'planned';
  readonly plan: Plan;
}

/**
 * A change that is one call, like {@link SingleChange}, but needs data to be read before it is decided. Reading and
 * deciding is called preparing. Its result is a *plan*, which is stored before the first byte of the change is sent. So
 * another process can look the change up.
 */
export interface PreparedChange<Services, Request extends object, Plan extends object> {
  /** The kind of this change's operations. It begins with the system's id. */
  readonly kind: string;
  /**
   * The longest time for which the system may keep a request before it carries it out or drops it, in ms. Null if the
   * system never drops a request. Then only `find` shows the outcome.
   */
  readonly dropAfterMs: number | null;
  /** The field that the audit records when staff have made the change. Null if the change is not audited. */
  readonly auditedAs: string | null;
  readonly plan: z.ZodType<Plan>;
  /** The patron of the change. Null if there is none. The change is then refused. */
  patronOf(request: Request): string | null;
  /** Reads what is needed, and decides. Changes nothing. Rejects only with an `UpstreamError`. */
  prepare(services: Services, request: Request, signal: AbortSignal): Promise<PlannedChange<Plan> | Refused>;
  /** Sends the change once. Null if the outcome is not known yet. Rejects only with an `UpstreamError`. */
  send(
    services: Services,
    reference: string,
    plan: Plan,
    maySend: () => boolean,
    signal: AbortSignal,
  ): Promise<ChangeOutcome | null>;
  /**
   * True if a second request changes nothing more, even if it arrives late. Then the reconciler sends the change again
   * until `find` shows the outcome.
   */
  readonly isRepeatable?: true;
  /** The outcome of the change. Null if the system does not show it (yet). Rejects only with an `UpstreamError`. */
  find(services: Services, reference: string, plan: Plan, signal: AbortSignal): Promise<ChangeOutcome | null>;
  /**
   * Does the work that remains after the change is done. Resolves to the delay until the next call, in ms; null if
   * nothing is left to do.
   */
  follow?(services: Services, due: DueOperation, plan: Plan, signal: AbortSignal): Promise<number | null>;
}

export interface PreparedChangeServices extends SingleChangeServices {
  readonly changes: Pick<ChangeAudit, 'lastChangesOf' | 'recordChanges'>;
}
