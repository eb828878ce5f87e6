import { type GraphQLSchema, validate } from 'graphql';
import type { RecordedUsage } from '../../store/shared-state/port.ts';
import type { BreakingChange } from './breaking-changes.ts';
import { type CheckedOperation, recordedOperations } from './checked-operations.ts';
import { breaksDocument, brokenRequests, recordedClients, usageOf } from './client-usage.ts';

export interface BrokenClient {
  readonly client: string;
  /** The recorded requests that break. Null for a client that is known only by its shipped documents. */
  readonly recorded: { readonly requests: number; readonly lastDay: string } | null;
  /** The known operations that break. */
  readonly operations: readonly string[];
}

export interface JudgedChange {
  readonly message: string;
  /** The known clients that the change breaks. */
  readonly clients: readonly BrokenClient[];
}

/** An operation that becomes invalid, although none of the judged changes breaks it. */
export interface InvalidOperation {
  readonly client: string;
  readonly label: string;
  readonly problem: string;
}

export interface Judgement {
  readonly changes: readonly JudgedChange[];
  readonly invalid: readonly InvalidOperation[];
}

/** Returns, for each change, the clients that it breaks. */
export function judgeChanges(
  changes: readonly BreakingChange[],
  { before, after }: { readonly before: GraphQLSchema; readonly after: GraphQLSchema },
  { shipped, recorded }: { readonly shipped: readonly CheckedOperation[]; readonly recorded: RecordedUsage },
): Judgement {
  const judged = (operations: readonly CheckedOperation[]) =>
    operations
      .filter((operation) => problemOf(operation, before) === null)
      .map((operation) => ({ operation, usage: usageOf(operation.documentOver(before), before) }));
  const shippedBefore = judged(shipped);
  const recordedBefore = judged(recordedOperations(recorded));
  const clients = recordedClients(recorded);
  return {
    changes: changes.map((change) => {
      const isBroken = ({ usage }: (typeof shippedBefore)[number]) => breaksDocument(change, usage);
      const ofShipped = Map.groupBy(shippedBefore.filter(isBroken), ({ operation }) => operation.client);
      const ofRecorded = Map.groupBy(recordedBefore.filter(isBroken), ({ operation }) => operation.client);
      return {
        message: change.message,
        clients: [
          ...[...ofShipped].map(([client, operations]) => ({
            client,
            recorded: null,
            operations: operations.map(({ operation }) => operation.label),
          })),
          ...clients.flatMap((usage) => {
            const broken = brokenRequests(change, usage);
            const operations = ofRecorded.get(usage.client) ?? [];
            return broken === null
              ? []
              : [
                  {
                    client: usage.client,
                    recorded: broken,
                    operations: operations.map(({ operation }) => operation.label),
                  },
                ];
          }),
        ],
      };
    }),
    invalid: [...shippedBefore, ...recordedBefore].flatMap(({ operation, usage }) => {
      const problem = problemOf(operation, after);
      const { client, label } = operation;
      const isExplained = problem === null || changes.some((change) => breaksDocument(change, usage));
      return isExplained ? [] : [{ client, label, problem }];
    }),
  };
}

/** The first problem of an operation. Null if it is valid. */
function problemOf({ documentOver }: CheckedOperation, schema: GraphQLSchema): string | null {
  return validate(schema, documentOver(schema), undefined, { maxErrors: 1 })[0]?.message ?? null;
}
