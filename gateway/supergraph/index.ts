/** Builds the API schema, which clients see. */
import {
  assertValidSchema,
  buildASTSchema,
  type DocumentNode,
  type GraphQLSchema,
  isScalarType,
  Kind,
  parse,
} from 'graphql';
import { withClientDirectives } from './client-directives.ts';
import { nameOf } from './names.ts';
import { withoutSubscriptions } from './without-subscriptions.ts';

/** Matches names of definitions that clients don't see, such as `join__Graph`. */
const internalName =
  /^__|^(join|link|core|tag|inaccessible|authenticated|requiresScopes|policy|context|cost)__/;

/**
 * Builds the schema that clients see. `consumer` has the definitions that `gateway/planner/supergraph/api-schema.ts`
 * returns, or some of them. Leaves out the definitions of linked specifications. Leaves out subscriptions unless
 * `hasStreams`.
 * @throws Error if the schema is not valid.
 */
export function buildConsumerSchema(consumer: string | DocumentNode, hasStreams = false): GraphQLSchema {
  const { definitions } = typeof consumer === 'string' ? parse(consumer, { noLocation: true }) : consumer;
  const schema = buildASTSchema(
    {
      kind: Kind.DOCUMENT,
      definitions: definitions.filter((definition) => !internalName.test(nameOf(definition))),
    },
    { assumeValidSDL: true },
  );
  assertValidSchema(schema);
  checkDates(schema);
  return withClientDirectives(hasStreams ? schema : withoutSubscriptions(schema));
}

/** The checks of RFC 3339 dates, by the scalar's name in our graph. */
const dateChecks = new Map<string, (text: string) => boolean>([
  ['Date', isFullDate],
  ['DateTime', isDateTime],
]);

/** Rejects malformed dates before any subgraph is called. graphql-js alone accepts every value of a custom scalar. */
function checkDates(schema: GraphQLSchema): void {
  for (const [name, isValid] of dateChecks) {
    const scalar = schema.getType(name);
    if (isScalarType(scalar) && scalar.specifiedByURL?.includes('/rfc3339') === true) {
      // graphql-js wraps this TypeError in a GraphQLError with the location of the wrong argument in the document.
      scalar.parseValue = (value) => {
        if (typeof value === 'string' && isValid(value)) {
          return value;
        }
        throw new TypeError(`${name} is not of the form of RFC 3339.`);
      };
      const { parseValue } = scalar;
      scalar.parseLiteral = (node) => parseValue(node.kind === Kind.STRING ? node.value : undefined);
    }
  }
}

function isFullDate(text: string): boolean {
  const day = /^(?!0000)\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  return day !== null && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function isDateTime(text: string): boolean {
  const form = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/i.exec(text);
  return form?.[1] !== undefined && isFullDate(form[1]) && !Number.isNaN(Date.parse(text));
}
