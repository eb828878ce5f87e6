import { z } from 'zod';
import { UpstreamError, type UpstreamReason } from '../../adapters/soap/port.ts';
import {
  type ChangeAudit,
  type Json,
  type Operation,
  type Outcome,
  outcomeOf,
} from '../../store/journal/port.ts';
import type { Caller } from '../runtime/caller.ts';
import { preparedFirst } from './change-times.ts';
import {
  beginChild,
  beginOperation,
  fingerprintOf,
  type OperationLedger,
  OperationPatron,
  requesterFrom,
} from './ledger.ts';
import { OperationPartlyDone, OperationRefused } from './operation-refused.ts';
import { type Problem, unavailableText } from './problem.ts';
import { backOffMs, type Reconcile } from './reconciler.ts';
import { requireLastingSignIn } from './sign-ins/require-lasting-sign-in.ts';
import { type Subject, subjectIn } from './subject.ts';

/**
 * The procedure can't finish now, because a change has no answer yet, or a system can't be reached. The reconciler
 * continues it later.
 */
export class Unfinished extends Error {
  override readonly name = 'Unfinished';
}

/** The dependencies of every procedure. `changes` shows which sign-ins of the patron have ended. */
export interface ProcedureServices extends OperationLedger {
  readonly changes: Pick<ChangeAudit, 'lastChangesOf'>;
}

/**
 * One run of a procedure. It is started by the request that began the procedure, or by the reconciler that continues
 * it.
 */
export interface Task<Services> {
  readonly services: Services;
  readonly operation: Operation;
  /** The `sub` of the caller, or `anonymous`. The legacy systems learn nothing else about the caller. */
  readonly caller: string;
  /** The client application, and the signed-in patron, for the audit of changes. Null if there was none. */
  readonly clientId: string | null;
  readonly callerPatronId: string | null;
  readonly signInId: string | null;
  /** The patron is stored with the plan, and with the outcome. */
  readonly patron: OperationPatron;
  readonly signal: AbortSignal;
}

/**
 * An operation of several calls. The process may be killed at any point. Another process then continues the operation.
 * Even two processes may continue it at the same time.
 *
 * Example: a procedure of two changes, which blocks a card and closes it:
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
 * If the process is killed between the two changes, the plan is stored and the card is blocked. Another process runs
 * `carryOut` with that plan. `ensureBlocked` finds the block done, the card is closed, and the operation is settled as
 * `DONE`.
 */
export interface Procedure<Services, Input, Plan> {
  readonly kind: string;
  readonly input: z.ZodType<Input>;
  readonly plan: z.ZodType<Plan>;
  /** The patron of the operation, if the input names them. Otherwise a step finds the patron (`task.patron`). */
  patronOf?(input: Input): string | null;
  /**
   * Reads and decides, but changes nothing. Its plan is stored before the first change is made.
   * @throws OperationRefused, or an UpstreamError.
   */
  prepare(task: Task<Services>, input: Input): Promise<Plan>;
  /**
   * Makes the changes that are not made yet. Each is identified by the operation's id, so that none is made twice.
   * Resolves to the result that is stored and shown to the caller. `save` replaces the stored plan by a newer one.
   * @throws OperationRefused if the operation ends without a result, and nothing was done or all of it was undone;
   *   OperationPartlyDone if a change stays; Unfinished or an UpstreamError if it must be continued later.
   */
  carryOut(task: Task<Services>, plan: Plan, save: (plan: Plan) => Promise<void>): Promise<Json>;
}

/** The data that the journal keeps of a procedure until it is settled. */
const storedDetails = z.object({
  caller: z.string(),
  clientId: z.string().nullable().default(null),
  callerPatronId: z.string().nullable().default(null),
  signInId: z.string().nullable().default(null),
  /** When the patron signed in, in seconds since 1970. */
  signedInAt: z.number().nullable().default(null),
  input: z.unknown(),
  plan: z.unknown(),
});

/** Inputs and plans are JSON, because their own schemas parse them. The types don't show this, so a cast is needed. */
const asJson = (content: z.infer<typeof storedDetails>): Json => content as Json;

/** The time to make the changes, in ms. After it, another process may make the remaining changes. */
const carryingOutMs = 20_000;
/** Delay before an unfinished procedure is continued for the first time, in ms. */
const continueAfterMs = 500;

/** Begins a procedure, and runs it as far as possible. If the caller has begun it before, nothing runs. */
export async function startProcedure<Services extends ProcedureServices, Input, Plan>(
  services: Services,
  procedure: Procedure<Services, Input, Plan>,
  caller: Caller,
  reference: string,
  input: Input,
  signal: AbortSignal,
): Promise<Operation> {
  const identified = { reference, input };
  const { operation, isNew } = await beginOperation(services, caller, {
    kind: procedure.kind,
    input: identified,
    details: asJson({ ...requesterFrom(caller), signedInAt: caller.signedInAt, input, plan: null }),
    patronId: procedure.patronOf?.(input) ?? null,
    ...preparedFirst,
  });
  return isNew ? await continueProcedure(services, procedure, operation, signal, couldNotBeAsked) : operation;
}

/**
 * Whether the operation was begun with this input. If so, `startProcedure` returns it for the same input and reference.
 */
export function isSameRequest<Services extends OperationLedger, Input, Plan>(
  ledger: OperationLedger,
  { kind }: Procedure<Services, Input, Plan>,
  operation: Operation,
  input: Input,
): boolean {
  return operation.fingerprint === fingerprintOf(ledger.fingerprintKey, kind, { input });
}

/**
 * Begins a procedure within another operation, once for each reference. The reconciler for operations of this kind
 * carries the procedure out, perhaps in another subgraph. A crash of the database may undo this until a later step of
 * the parent is durable.
 */
export async function beginFollowUp(
  ledger: OperationLedger,
  parent: Pick<Operation, 'id'>,
  caller: string,
  kind: string,
  input: Json,
  reference = kind,
): Promise<void> {
  const child = { kind, reference, ...preparedFirst, reconcileAfterMs: 1 };
  const details = asJson({
    caller,
    clientId: null,
    callerPatronId: null,
    signInId: null,
    signedInAt: null,
    input,
    plan: null,
  });
  await beginChild(ledger, parent, child, details);
}

/** The function that reconciles a procedure: it continues the procedure where it stopped. */
export function resume<Services extends ProcedureServices, Input, Plan>(
  services: Services,
  procedure: Procedure<Services, Input, Plan>,
): Reconcile {
  return async (due, signal) => {
    const { state } = await continueProcedure(services, procedure, due.operation, signal);
    return state === 'UNSETTLED' ? backOffMs(due) : null;
  };
}

/**
 * Runs a procedure from its stored state.
 * @param endsFor the reasons of an `UpstreamError` for which the procedure is refused before its first change. After
 *   any other failure, it is continued later.
 */
async function continueProcedure<Services extends ProcedureServices, Input, Plan>(
  services: Services,
  procedure: Procedure<Services, Input, Plan>,
  operation: Operation,
  signal: AbortSignal,
  endsFor: readonly UpstreamReason[] = [],
): Promise<Operation> {
  const { journal } = services;
  const { id } = operation;
  const stored = storedDetails.parse(operation.details);
  const { caller, clientId, callerPatronId, signInId } = stored;
  const patron = new OperationPatron(operation.patronId);
  const task = { services, operation, caller, clientId, callerPatronId, signInId, patron, signal };
  const withPlan = (plan: Plan) => asJson({ ...stored, plan });
  let plan = stored.plan === null ? null : procedure.plan.parse(stored.plan);
  try {
    if (plan === null) {
      const prepared = await procedure.prepare(task, procedure.input.parse(stored.input));
      // The operation now holds its locks, so every earlier operation on the same card is settled. If one of them has
      // ended the caller's sign-in, this is recorded in the audit by now.
      await requireLastingSignIn(services.changes, stored);
      // Only one process may continue. Another may have prepared and begun the operation while this process was
      // frozen.
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
      // Without a plan, this process may refuse the operation only if the journal has no `sendBy` for it. A `sendBy`
      // means that another process carries the operation out, and the journal does not accept the refusal.
      const concludedFrom = plan === null ? { sendBy: null } : null;
      const about = { ...subjectIn(operation.details), ...patron.about };
      const part = error instanceof OperationPartlyDone ? error.part : undefined;
      const refused = { ...refusedFor(problems, about, part), concludedFrom, patronId: patron.id };
      return (await journal.settle(id, refused)).operation;
    }
    if (!(error instanceof UpstreamError || error instanceof Unfinished)) {
      throw error;
    }
    await journal.reconcileAgain(id, continueAfterMs);
    // Another process may have taken over the operation and settled it while this process was frozen.
    return (await journal.findById(id)) ?? operation;
  }
}

/** The problems with which the operation is refused. Null if it must be continued, or if the error is unexpected. */
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

const refusedFor = (
  problems: readonly Problem[],
  about: Subject,
  part: OperationPartlyDone['part'] | undefined,
): Outcome => ({
  ...outcomeOf('REFUSED', {
    problems: problems.map(({ code, message, field }) => ({ code, message, field })),
    about,
    part,
  }),
  keepsDetails: false,
});

/**
 * Failures that show that a system did not receive the call, or did not accept it. The caller then gets an answer at
 * once. After a time-out, the procedure is not refused, but continued later.
 */
const couldNotBeAsked = ['unreachable', 'overloaded', 'over-share', 'busy', 'unauthorized'] as const;

export const unavailable: Problem = {
  code: 'SYSTEM_UNAVAILABLE',
  message: unavailableText,
  field: null,
};

/** The problem if a value can't be written in a system's format. Another attempt would have the same result. */
export const unencodable: Problem = {
  code: 'INVALID',
  message: {
    en: "The library can't store what was given: check it, and mind unusual characters.",
    'zh-Hant': '圖書館系統不能儲存所填的資料：請核對，並留意罕用字。',
  },
  field: null,
};
