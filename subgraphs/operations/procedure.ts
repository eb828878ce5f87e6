import { z } from 'zod';
import type { Json, Operation, Outcome } from '../../adapters/journal/port.ts';
import { UpstreamError, type UpstreamReason } from '../../adapters/soap/port.ts';
import type { Caller } from '../runtime/caller.ts';
import { prepareWithinMs } from './change-times.ts';
import { beginOperation, beginPart, type OperationLedger } from './ledger.ts';
import { OperationRefused, type Problem } from './operation-refused.ts';
import { backOffMs, type Reconcile } from './reconciler.ts';

/** Something that was asked for has not been answered, or can't be asked for now: it is gone on with later. */
export class Unfinished extends Error {
  override readonly name = 'Unfinished';
}

/** One run of a procedure: by who asked for it, or by whoever goes on with it. */
export interface Task<Services> {
  readonly services: Services;
  readonly operation: Operation;
  /** Who asked; the systems behind are told no more of them. */
  readonly caller: string;
  readonly signal: AbortSignal;
}

/** An operation of several calls. It may be killed anywhere and gone on with by another process, also by two at once. */
export interface Procedure<Services, Input, Plan> {
  readonly kind: string;
  readonly input: z.ZodType<Input>;
  readonly plan: z.ZodType<Plan>;
  /**
   * Reads and judges, and changes nothing; what it has decided is kept before the first change is made. Throws `OperationRefused`,
   * or an `UpstreamError`.
   */
  prepare(task: Task<Services>, input: Input): Promise<Plan>;
  /**
   * Makes the changes that are not made yet, each known by the operation's id, so that none is made twice; the result is
   * what the graph tells. `save` keeps what has become known meanwhile. Throws `OperationRefused` where it ends without one,
   * `Unfinished` or an `UpstreamError` where it is to be gone on with.
   */
  carryOut(task: Task<Services>, plan: Plan, save: (plan: Plan) => Promise<void>): Promise<Json>;
}

/** What is kept of a procedure until it is settled. */
const kept = z.object({ caller: z.string(), input: z.unknown(), plan: z.unknown() });

/** Inputs and plans are read back by their own schemas, and so are JSON, though their types can't tell. */
const asJson = (content: z.infer<typeof kept>): Json => content as Json;

/** Milliseconds in which the changes are made, or somebody else makes those that are left. */
const carryingOutMs = 20_000;
/** Milliseconds until what is unfinished is gone on with for the first time. */
const soonMs = 500;

/** Begins a procedure, unless its caller has begun it before, and goes through with it as far as it gets. */
export async function startProcedure<Services extends OperationLedger, Input, Plan>(
  services: Services,
  procedure: Procedure<Services, Input, Plan>,
  caller: Caller,
  reference: string,
  input: Input,
  signal: AbortSignal,
): Promise<Operation> {
  const by = caller.subject ?? 'anonymous';
  const asked = { reference, input };
  const { operation, isNew } = await beginOperation(services, caller, {
    kind: procedure.kind,
    input: asked,
    details: asJson({ caller: by, input, plan: null }),
    sendWithinMs: null,
    reconcileAfterMs: prepareWithinMs,
  });
  return isNew ? await goOn(services, procedure, operation, signal, plainlyGone) : operation;
}

/**
 * Begins a procedure within another operation, once, for whoever looks after operations of that kind: another subgraph, say.
 * It is durable when anything of the operation that follows is.
 */
export async function beginFollowUp(
  book: OperationLedger,
  whole: Operation,
  caller: string,
  kind: string,
  input: Json,
): Promise<void> {
  const part = { kind, reference: kind, sendWithinMs: null, reconcileAfterMs: 1 };
  await beginPart(book, whole, part, asJson({ caller, input, plan: null }));
}

/** How a procedure is looked after: gone on with. */
export function resume<Services extends OperationLedger, Input, Plan>(
  services: Services,
  procedure: Procedure<Services, Input, Plan>,
): Reconcile {
  return async (due, signal) => {
    const { state } = await goOn(services, procedure, due.operation, signal);
    return state === 'UNSETTLED' ? backOffMs(due) : null;
  };
}

/** `endsFor`: what ends it as refused if it keeps the first change from being made. */
async function goOn<Services extends OperationLedger, Input, Plan>(
  services: Services,
  procedure: Procedure<Services, Input, Plan>,
  operation: Operation,
  signal: AbortSignal,
  endsFor: readonly UpstreamReason[] = [],
): Promise<Operation> {
  const { journal } = services;
  const { id } = operation;
  const was = kept.parse(operation.details);
  const task = { services, operation, caller: was.caller, signal };
  const keep = (plan: Plan) => asJson({ ...was, plan });
  let plan = was.plan === null ? null : procedure.plan.parse(was.plan);
  try {
    if (plan === null) {
      const prepared = await procedure.prepare(task, procedure.input.parse(was.input));
      // Only one is let through: another may have prepared it, and begun, while this process slept.
      if (!(await journal.allowSending(id, keep(prepared), carryingOutMs))) {
        return (await journal.findById(id)) ?? operation;
      }
      plan = prepared;
    }
    const result = await procedure.carryOut(task, plan, (known) => journal.saveDetails(id, keep(known)));
    return (await journal.settle(id, { state: 'DONE', result, details: null })).operation;
  } catch (error) {
    const problems = problemsIn(error, plan === null ? endsFor : []);
    if (problems !== null) {
      const refused = refusedFor(problems);
      // What was found before the first change says nothing once somebody else has begun to make them.
      return (await journal.settle(id, plan === null ? { ...refused, sendBy: null } : refused)).operation;
    }
    if (!(error instanceof UpstreamError || error instanceof Unfinished)) {
      throw error;
    }
    await journal.reconcileAgain(id, soonMs);
    // It may have been settled meanwhile, by whoever took over while this process slept.
    return (await journal.findById(id)) ?? operation;
  }
}

/** Why the operation comes to nothing; null where it is to be gone on with, or nobody foresaw what was thrown. */
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
  state: 'REFUSED',
  result: { problems: problems.map(({ code, message, field }) => ({ code, message, field })) },
  details: null,
});

/**
 * Why a system could not even be asked, so that whoever asks is better told at once than kept waiting. Not a silence: that
 * is gone on with.
 */
const plainlyGone: readonly UpstreamReason[] = ['unreachable', 'overloaded', 'busy', 'unauthorized'];

const unavailable: Problem = {
  code: 'SYSTEM_UNAVAILABLE',
  message:
    "A system of the library can't be reached; nothing was done. Try again later, with a new reference.",
  field: null,
};

/** No other try would come further, so that it is not gone on with. */
const unencodable: Problem = {
  code: 'INVALID',
  message: 'A system of the library has no form for what was given: compare it, and mind unusual characters.',
  field: null,
};
