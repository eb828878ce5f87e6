import { z } from 'zod';
import { UpstreamError, type UpstreamReason } from '../../adapters/soap/port.ts';
import { type Json, type Operation, type Outcome, outcomeOf } from '../../store/journal/port.ts';
import type { Caller } from '../runtime/caller.ts';
import { preparedFirst } from './change-times.ts';
import {
  beginChild,
  beginOperation,
  fingerprintOf,
  type OperationLedger,
  OperationPatron,
} from './ledger.ts';
import { OperationRefused } from './operation-refused.ts';
import type { Problem } from './problem.ts';
import { backOffMs, type Reconcile } from './reconciler.ts';

/**
 * The procedure can't finish now: a change has no answer yet, or a system can't be asked. The reconciler continues it later.
 */
export class Unfinished extends Error {
  override readonly name = 'Unfinished';
}

/** One run of a procedure: for the request that began it, or by the reconciler that continues it. */
export interface Task<Services> {
  readonly services: Services;
  readonly operation: Operation;
  /** The `sub` of the caller, or `anonymous`. The legacy systems are told no more of the caller. */
  readonly caller: string;
  /** The client application, and the patron who was signed in: for the audit of changes. Null where there was none. */
  readonly clientId: string | null;
  readonly callerPatronId: string | null;
  /** Kept with the plan, and with the outcome. */
  readonly patron: OperationPatron;
  readonly signal: AbortSignal;
}

/**
 * An operation of several calls. The process may be killed anywhere; another process continues it, and two may do so at once.
 *
 * A procedure of two changes, blocking a card and closing it:
 *
 * ```ts
 * const endCard: Procedure<Services, Input, Plan> = {
 *   kind: 'END_CARD',
 *   input, // zod schemas of what is stored
 *   plan,
 *   async prepare({ services, patron, signal }, { number }) {
 *     const [card] = await services.cards.cardsByNumber([number], signal);
 *     if (card != null) {
 *       patron.learn(card.patronId); // staff find the operation by its patron, even if it is refused
 *     }
 *     if (card?.state !== 'ACTIVE') {
 *       throw new OperationRefused([problem('WRONG_STATE')]); // nothing was changed
 *     }
 *     return { number }; // stored before the first change
 *   },
 *   async carryOut({ services, operation, signal }, { number }) {
 *     await ensureBlocked(services, operation, number); // done once, however often this runs
 *     await services.cards.closeCard(operation.id, number, 'CLOSED', signal); // idempotent by the operation's id
 *     return { number };
 *   },
 * };
 * ```
 *
 * Killed between the two changes: the plan is stored and the card is blocked. Another process runs `carryOut` with that plan;
 * `ensureBlocked` finds the block done, the card is closed, and the operation is settled as `DONE`.
 */
export interface Procedure<Services, Input, Plan> {
  readonly kind: string;
  readonly input: z.ZodType<Input>;
  readonly plan: z.ZodType<Plan>;
  /** Whose operation it is, where the input tells. Otherwise a step finds out (`task.patron`). */
  patronOf?(input: Input): string | null;
  /**
   * Reads and decides, and changes nothing. Its plan is stored before the first change is made.
   * @throws OperationRefused, or an UpstreamError.
   */
  prepare(task: Task<Services>, input: Input): Promise<Plan>;
  /**
   * Makes the changes that are not made yet. Each is identified by the operation's id, so that none is made twice. Resolves to
   * the result that is stored and shown to the caller. `save` replaces the stored plan with what is known by then.
   * @throws OperationRefused where the operation ends without a result; Unfinished or an UpstreamError where it is to be
   * continued later.
   */
  carryOut(task: Task<Services>, plan: Plan, save: (plan: Plan) => Promise<void>): Promise<Json>;
}

/** What the journal keeps of a procedure until it is settled. */
const storedDetails = z.object({
  caller: z.string(),
  clientId: z.string().nullable().default(null),
  callerPatronId: z.string().nullable().default(null),
  input: z.unknown(),
  plan: z.unknown(),
});

/** Inputs and plans are parsed by their own schemas, so they are JSON, though their types don't say it. */
const asJson = (content: z.infer<typeof storedDetails>): Json => content as Json;

/** Milliseconds to make the changes; after that another process may make those that are left. */
const carryingOutMs = 20_000;
/** Delay before an unfinished procedure is continued for the first time, in ms. */
const continueAfterMs = 500;

/** Begins a procedure, unless its caller has begun it before, and runs it as far as it gets. */
export async function startProcedure<Services extends OperationLedger, Input, Plan>(
  services: Services,
  procedure: Procedure<Services, Input, Plan>,
  caller: Caller,
  reference: string,
  input: Input,
  signal: AbortSignal,
): Promise<Operation> {
  const { subject, clientId, patronId: callerPatronId } = caller;
  const by = { caller: subject ?? 'anonymous', clientId, callerPatronId };
  const identified = { reference, input };
  const { operation, isNew } = await beginOperation(services, caller, {
    kind: procedure.kind,
    input: identified,
    details: asJson({ ...by, input, plan: null }),
    patronId: procedure.patronOf?.(input) ?? null,
    ...preparedFirst,
  });
  return isNew ? await continueProcedure(services, procedure, operation, signal, couldNotBeAsked) : operation;
}

/** Whether the operation was begun with this input. Then `startProcedure` returns it for this input and its reference. */
export function isSameRequest<Services extends OperationLedger, Input, Plan>(
  ledger: OperationLedger,
  { kind }: Procedure<Services, Input, Plan>,
  operation: Operation,
  input: Input,
): boolean {
  return operation.fingerprint === fingerprintOf(ledger.fingerprintKey, kind, { input });
}

/**
 * Begins a procedure within another operation, once. The reconciler that knows operations of its kind carries it out, perhaps
 * in another subgraph. It is durable as soon as any later step of the operation is.
 */
export async function beginFollowUp(
  ledger: OperationLedger,
  parent: Operation,
  caller: string,
  kind: string,
  input: Json,
): Promise<void> {
  const child = { kind, reference: kind, ...preparedFirst, reconcileAfterMs: 1 };
  const details = asJson({ caller, clientId: null, callerPatronId: null, input, plan: null });
  await beginChild(ledger, parent, child, details);
}

/** The reconciler of a procedure: it continues the procedure where it stopped. */
export function resume<Services extends OperationLedger, Input, Plan>(
  services: Services,
  procedure: Procedure<Services, Input, Plan>,
): Reconcile {
  return async (due, signal) => {
    const { state } = await continueProcedure(services, procedure, due.operation, signal);
    return state === 'UNSETTLED' ? backOffMs(due) : null;
  };
}

/** `endsFor`: failures that end the procedure as refused, as long as no change was made. */
async function continueProcedure<Services extends OperationLedger, Input, Plan>(
  services: Services,
  procedure: Procedure<Services, Input, Plan>,
  operation: Operation,
  signal: AbortSignal,
  endsFor: readonly UpstreamReason[] = [],
): Promise<Operation> {
  const { journal } = services;
  const { id } = operation;
  const stored = storedDetails.parse(operation.details);
  const { caller, clientId, callerPatronId } = stored;
  const patron = new OperationPatron(operation.patronId);
  const task = { services, operation, caller, clientId, callerPatronId, patron, signal };
  const withPlan = (plan: Plan) => asJson({ ...stored, plan });
  let plan = stored.plan === null ? null : procedure.plan.parse(stored.plan);
  try {
    if (plan === null) {
      const prepared = await procedure.prepare(task, procedure.input.parse(stored.input));
      // One process is let through: another may have prepared and begun it while this process was frozen.
      const isFirst = await journal.allowSending(id, withPlan(prepared), carryingOutMs, {
        arriveWithinMs: null,
        patronId: patron.id,
      });
      if (!isFirst) {
        return (await journal.findById(id)) ?? operation;
      }
      plan = prepared;
    }
    const save = (planNow: Plan) => journal.saveDetails(id, withPlan(planNow));
    const result = await procedure.carryOut(task, plan, save);
    const done = { ...outcomeOf('DONE', result), keepsDetails: false, patronId: patron.id };
    return (await journal.settle(id, done)).operation;
  } catch (error) {
    const problems = problemsIn(error, plan === null ? endsFor : []);
    if (problems !== null) {
      // A refusal found before the first change must not end what another process has begun to change.
      const concludedFrom = plan === null ? { sendBy: null } : null;
      const refused = { ...refusedFor(problems), concludedFrom, patronId: patron.id };
      return (await journal.settle(id, refused)).operation;
    }
    if (!(error instanceof UpstreamError || error instanceof Unfinished)) {
      throw error;
    }
    await journal.reconcileAgain(id, continueAfterMs);
    // Another process may have taken it over and settled it while this process was frozen.
    return (await journal.findById(id)) ?? operation;
  }
}

/** Why the operation is refused; null where it is to be continued, or the error was not foreseen. */
function problemsIn(error: unknown, endsFor: readonly UpstreamReason[]): readonly Problem[] | null {
  if (error instanceof OperationRefused) {
    return error.problems;
  }
  if (!(error instanceof UpstreamError)) {
    return null;
  }
  if (error.reason === 'unencodable') {
    return [unencodable];
  }
  return endsFor.includes(error.reason) ? [unavailable] : null;
}

const refusedFor = (problems: readonly Problem[]): Outcome => ({
  ...outcomeOf('REFUSED', {
    problems: problems.map(({ code, message, field }) => ({ code, message, field })),
  }),
  keepsDetails: false,
});

/**
 * Failures that show that a system could not even be asked: the caller is told at once instead of being kept waiting. After a
 * time-out the procedure is continued instead.
 */
const couldNotBeAsked: readonly UpstreamReason[] = ['unreachable', 'overloaded', 'busy', 'unauthorized'];

export const unavailable: Problem = {
  code: 'SYSTEM_UNAVAILABLE',
  message: {
    en: "A system of the library can't be reached; nothing was done. Try again later, with a new reference.",
    'zh-Hant': '圖書館系統暫時未能連接，手續未有辦理。請稍後以新的參考編號再試。',
  },
  field: null,
};

/** No further attempt would get further, so the procedure is not continued. */
export const unencodable: Problem = {
  code: 'INVALID',
  message: {
    en: 'A system of the library has no form for what was given: compare it, and mind unusual characters.',
    'zh-Hant': '圖書館系統不能儲存所填的資料：請核對，並留意罕用字元。',
  },
  field: null,
};
