import { type GraphQLSchema, getOperationAST, parse } from 'graphql';
import {
  conditionVariablesOf,
  DataKeys,
  fragmentsOf,
  prepareOperation,
  type TypeConditions,
} from '../../../gateway/executor/index.ts';

export interface DocumentContext {
  readonly schema: GraphQLSchema;
  readonly types: TypeConditions;
  /** Whether the name is in use in plans (the planner's `isTaken`). */
  readonly isTaken: (name: string) => boolean;
}

/** The documents that the engine would give to the planner for a random query. */
export function documentsOf(query: string, { schema, types, isTaken }: DocumentContext): readonly string[] {
  const document = parse(query, { noLocation: true });
  const operation = getOperationAST(document);
  const rootType = operation && schema.getRootType(operation.operation);
  if (operation == null || rootType == null) {
    return [];
  }
  const { document: prepared } = prepareOperation(operation, rootType, {
    schema,
    types,
    fragments: fragmentsOf(document.definitions),
    conditions: new Map(conditionVariablesOf(document).map((name) => [name, true])),
    denied: new Set(),
    defer: null,
    maxFields: 1000,
    keys: new DataKeys(isTaken),
  });
  return prepared === null ? [] : [prepared];
}
