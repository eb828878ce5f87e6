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

/**
 * Returns a sentence for the client that says why GET doesn't serve the operation. Null if GET serves it. The document
 * must be valid.
 */
export type RefuseOverGet = (document: DocumentNode, operationName: string | undefined) => string | null;

/** Lets GET serve every query, for a graph without personal data. */
export const refuseMutations: RefuseOverGet = (document, operationName) => {
  const operation = getOperationAST(document, operationName);
  // The operation is null if the document has no operation of this name. The engine then answers with an error.
  return operation == null || operation.operation === OperationTypeNode.QUERY ? null : onlyQueries;
};

/** urql sends queries by GET by default, and its error shows this message. */
const urqlSettings = 'In urql, set preferGetMethod and preferGetForPersistedQueries to false.';

const onlyQueries = 'GET serves only queries: use POST.';

/**
 * Lets GET serve a document only if all fields that it selects are in `publicFields` (`Type.field`). This check is for
 * a graph with personal data, because a URL ends up in logs, histories and caches. The whole document is checked,
 * including operations that aren't executed, because all of it is in the URL. Introspection is allowed, because a
 * schema has no personal data.
 *
 * Example: `publicFields` has `Query.item` and `Item.title`. GET serves
 * `{ item(itemNumber: "1") { title } __typename }`. It refuses a document that also has `me { id }`, `borrower { id }`
 * or a mutation.
 *
 * The result for a document is cached for the lifetime of the document object.
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
        refusal = `GET doesn't serve ${coordinate}, which must not be in a URL: use POST. ${urqlSettings}`;
        return BREAK;
      },
    }),
  );
  return refusal;
}
