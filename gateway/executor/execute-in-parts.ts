import type { GraphQLFormattedError } from 'graphql';
import type { CompiledOperation } from './compile/compile-operation.ts';
import type { DeferredBlocks } from './deferred-block.ts';
import { noDenials } from './denied-coordinates.ts';
import { AnswerBudget } from './run/answer/answer-budget.ts';
import { ResponseErrors } from './run/answer/response-errors.ts';
import { DeferredParts } from './run/deferred/deferred-parts.ts';
import { type FurtherPart, type PendingBlock, unlessEmpty } from './run/deferred/parts.ts';
import { RunningBlocks } from './run/deferred/running-blocks.ts';
import type { ExecutionArgs, ExecutionContext } from './run/execution-context.ts';
import { Failures } from './run/failures.ts';
import { runInSequence } from './run/run-plan-steps.ts';

/** The initial part of an answer. Without `hasNext` it is the whole answer. */
export interface InitialPart {
  readonly data: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
  readonly pending?: readonly PendingBlock[] | undefined;
  readonly hasNext?: true;
}

export interface AnswerInParts {
  readonly initial: InitialPart;
  /** The parts after the initial part. Null if there are none. */
  readonly further: AsyncGenerator<FurtherPart, void> | null;
  /** Resolves when all requests to subgraphs have ended. Never rejects. */
  readonly settled: Promise<void>;
}

/**
 * Runs an operation with `@defer`. Resolves when the initial part is ready. The limits on the size of an answer and on
 * the number of its errors apply to all parts together. This function and `further` reject only if `fetch` has a bug.
 */
export async function executeInParts(
  operation: CompiledOperation,
  { format, nodes }: DeferredBlocks,
  {
    variables = {},
    fetch,
    denied = noDenials,
    introspected = {},
    maxBytes = Number.POSITIVE_INFINITY,
  }: ExecutionArgs,
): Promise<AnswerInParts> {
  const { types, fields, steps, clientPath } = operation;
  const failures = new Failures(types);
  const blocks = new RunningBlocks(nodes);
  const context: ExecutionContext = {
    variables,
    fetch,
    types,
    data: {},
    failures,
    shared: new Map(),
    blocks,
  };
  await runInSequence(steps, context);
  failures.pushDown();
  const responseErrors = new ResponseErrors(failures, denied);
  const budget = new AnswerBudget(maxBytes);
  const { shared, data: merged } = context;
  const parts = new DeferredParts(format, blocks, { responseErrors, introspected, shared, budget });
  const lastErrors = () => {
    responseErrors.addUnreported(clientPath, merged);
    return responseErrors.take();
  };
  const { data, errors, pending } = parts.initial(fields, merged);
  const settled = blocks.settled();
  if (!parts.hasNext) {
    const all = unlessEmpty([...errors, ...lastErrors()]);
    return { initial: { data, errors: all }, further: null, settled };
  }
  return {
    initial: { data, errors: unlessEmpty(errors), pending: unlessEmpty(pending), hasNext: true },
    further: furtherParts(parts, blocks, failures, lastErrors),
    settled,
  };
}

async function* furtherParts(
  parts: DeferredParts,
  blocks: RunningBlocks,
  failures: Failures,
  lastErrors: () => readonly GraphQLFormattedError[],
): AsyncGenerator<FurtherPart, void> {
  while (parts.hasNext) {
    await blocks.nextEnd();
    failures.pushDown();
    const part = parts.next(lastErrors);
    if (part !== null) {
      yield part;
    }
  }
}
