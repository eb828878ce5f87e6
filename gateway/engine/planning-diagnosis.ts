/** Describes for the log why an operation can't be planned, and which fields are the cause. */
import {
  type DocumentNode,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { PlanningError } from '../planner/index.ts';

export interface PlanningDiagnosis {
  /** The planner's message. Each word of the client is replaced by `…` (R30). */
  readonly reason: string;
  /** The fields that the message names, as `Type.field`. If it names no field: the operation's root fields. */
  readonly coordinates: readonly string[];
}

/** The maximum number of characters of a reason. A person reads it in the log. */
const maxReasonLength = 500;
const maxCoordinates = 10;

const words = /[\p{L}\p{N}_]+/gu;

/**
 * Creates the function that describes planning errors of one supergraph. A client's word may be logged if it is also a
 * name in `schema`, the API schema: such a name is no personal data.
 *
 * Before: `Path '_4_room_A123456' cannot be found in selection set of type Query`, for the client's `A123456: room`.
 * After: the reason `Path '…' cannot be found in selection set of type Query`, and the coordinate `Query.room`.
 */
export function createPlanningDiagnosis(schema: GraphQLSchema): (error: PlanningError) => PlanningDiagnosis {
  let schemaNames: ReadonlySet<string> | undefined;
  return ({ cause, document }) => {
    schemaNames ??= namesIn(schema);
    const message = cause instanceof Error ? cause.message : '';
    const operation = parse(document, { noLocation: true });
    const clientWords = clientWordsIn(operation, schemaNames);
    const reason = message
      .slice(0, maxReasonLength)
      .replace(words, (word) => (clientWords.has(word) ? '…' : word));
    const coordinates = coordinatesNamed(operation, new Set(message.match(words)), schema);
    return { reason, coordinates: coordinates.slice(0, maxCoordinates) };
  };
}

/**
 * Returns the words that only the client can have written: values, aliases, and names of variables, fragments and
 * operations.
 */
function clientWordsIn(operation: DocumentNode, schemaNames: ReadonlySet<string>): ReadonlySet<string> {
  const clientWords = new Set<string>();
  const add = (text: string) => {
    for (const word of text.match(words) ?? []) {
      if (!schemaNames.has(word)) {
        clientWords.add(word);
      }
    }
  };
  visit(operation, {
    Name: ({ value }) => add(value),
    StringValue: ({ value }) => add(`${value} ${JSON.stringify(value)}`),
    IntValue: ({ value }) => add(value),
    FloatValue: ({ value }) => add(value),
    EnumValue: ({ value }) => add(value),
  });
  return clientWords;
}

/** Returns the names of types, fields, input fields and arguments. */
function namesIn(schema: GraphQLSchema): ReadonlySet<string> {
  const names = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    names.add(type.name);
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const { name, args } of Object.values(type.getFields())) {
        names.add(name);
        for (const arg of args) {
          names.add(arg.name);
        }
      }
    } else if (isInputObjectType(type)) {
      for (const name of Object.keys(type.getFields())) {
        names.add(name);
      }
    }
  }
  return names;
}

/**
 * Returns the coordinates of the operation's fields whose name or alias is in the message. If there are none, returns
 * the coordinates of its root fields.
 */
function coordinatesNamed(
  operation: DocumentNode,
  messageWords: ReadonlySet<string>,
  schema: GraphQLSchema,
): readonly string[] {
  const namedFields = new Set<string>();
  const rootFields = new Set<string>();
  const roots = [schema.getQueryType(), schema.getMutationType()];
  const typeInfo = new TypeInfo(schema);
  visit(
    operation,
    visitWithTypeInfo(typeInfo, {
      Field({ name, alias }) {
        const parent = typeInfo.getParentType();
        if (parent == null || name.value.startsWith('__')) {
          return;
        }
        const coordinate = `${parent.name}.${name.value}`;
        if (messageWords.has(name.value) || (alias !== undefined && messageWords.has(alias.value))) {
          namedFields.add(coordinate);
        }
        if (roots.some((root) => root === parent)) {
          rootFields.add(coordinate);
        }
      },
    }),
  );
  return [...(namedFields.size > 0 ? namedFields : rootFields)];
}
