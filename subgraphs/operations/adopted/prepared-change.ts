import type { z } from 'zod';
import type { ChangeAudit, DueOperation, Json } from '../../../store/journal/port.ts';
import type { Problem } from '../problem.ts';
import type { SingleChangeServices } from './single-change.ts';

/** Nothing was changed. */
export interface Refused {
  readonly kind: 'refused';
  readonly problems: readonly Problem[];
  /** Kept with the problems, for the payload. */
  readonly shown?: Readonly<Record<string, string>>;
  /** Logged as an alarm, once. The refusal then stands for good: nothing is looked up later. */
  readonly alarm?: string;
}
/** What became of a change. `result` is kept, and shown to the caller. */
export type ChangeOutcome = { readonly kind: 'done'; readonly result: Json } | Refused;

/**
 * A change that is one call, like {@link SingleChange}, and of which something must be read before it is decided and sent.
 * What was decided is its *plan*. The plan is kept before the first byte is sent, so that another process can look the change up.
 */
export interface PreparedChange<Services, Request extends object, Plan extends object> {
  /** The kind of its operations. It begins with the system's id. */
  readonly kind: string;
  /**
   * The time from the arrival of a request until the system drops it, if it was not carried out, in ms. Null if the system never
   * drops it: then only `find` tells what became of it, and time tells nothing.
   */
  readonly dropAfterMs: number | null;
  /** The field that the audit of changes has when it is done. Null if it is not audited. */
  readonly auditedAs: string | null;
  readonly plan: z.ZodType<Plan>;
  /** Null if it is about none, and is refused. */
  patronOf(request: Request): string | null;
  /** Reads and decides, and changes nothing. Rejects only with an `UpstreamError`. */
  prepare(
    services: Services,
    request: Request,
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'planned'; readonly plan: Plan } | Refused>;
  /** Sends the change once. Rejects only with an `UpstreamError`. */
  send(
    services: Services,
    reference: string,
    plan: Plan,
    maySend: () => boolean,
    signal: AbortSignal,
  ): Promise<ChangeOutcome>;
  /** What became of the change. Null if the system shows nothing of it (yet). Rejects only with an `UpstreamError`. */
  find(services: Services, reference: string, plan: Plan, signal: AbortSignal): Promise<ChangeOutcome | null>;
  /** What follows from a change that is done. Resolves to the delay until it is called again, in ms; null if it ends. */
  follow?(services: Services, due: DueOperation, plan: Plan, signal: AbortSignal): Promise<number | null>;
}

export interface PreparedChangeServices extends SingleChangeServices {
  readonly changes: Pick<ChangeAudit, 'lastChangesOf' | 'recordChanges'>;
}
