import {
  BREAK,
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** A sentence for the client that says why GET doesn't serve an operation of a valid document; null if GET serves it. */
export type RefuseOverGet = (document: DocumentNode, operationName: string | undefined) => string | null;

/** For a graph without personal data: GET serves every query. */
export const refuseMutations: RefuseOverGet = (document, operationName) => {
  const operation = getOperationAST(document, operationName);
  // If there is no operation of this name, the engine answers with an error that says so.
  return operation == null || operation.operation === OperationTypeNode.QUERY ? null : onlyQueries;
};

const onlyQueries = 'GET serves only queries: use POST.';

/**
 * For a graph with personal data: a URL ends up in logs, histories and caches. GET serves a document only if all fields
 * that it selects are in `publicFields` (`Type.field`). The whole document counts, including what isn't executed,
 * because all of it is in the URL. Introspection is allowed: it says nothing about any person.
 *
 * With `Query.item` and `Item.title`: `{ item(itemNumber: "1") { title } __typename }` is served. A document is refused
 * with `me { id }` beside that, or `borrower { id }` inside it, or with a mutation as a second operation.
 *
 * The result for a document is kept as long as the document.
 */
export function createPublicFieldsCheck(
  schema: GraphQLSchema,
  publicFields: ReadonlySet<string>,
): RefuseOverGet {
  const refusals = new WeakMap<DocumentNode, string | null>();
  return (document) => {
    let refusal = refusals.get(document);
    if (refusal === undefined) {
      refusal = findRefusal(document, schema, publicFields);
      refusals.set(document, refusal);
    }
    return refusal;
  };
}

function findRefusal(
  document: DocumentNode,
  schema: GraphQLSchema,
  publicFields: ReadonlySet<string>,
): string | null {
  const typeInfo = new TypeInfo(schema);
  let refusal: string | null = null;
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      OperationDefinition({ operation }) {
        if (operation === OperationTypeNode.QUERY) {
          return undefined;
        }
        refusal = onlyQueries;
        return BREAK;
      },
      Field({ name }) {
        const parentType = typeInfo.getParentType()?.name ?? '';
        if (name.value.startsWith('__') || parentType.startsWith('__')) {
          return undefined;
        }
        const coordinate = `${parentType}.${name.value}`;
        if (publicFields.has(coordinate)) {
          return undefined;
        }
        refusal = `GET doesn't serve ${coordinate}, which must not be in a URL: use POST.`;
        return BREAK;
      },
    }),
  );
  return refusal;
}
