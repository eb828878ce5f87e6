/** What the log tells of an operation that can't be planned: why, and where. */
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
  /** The planner's own words, without any that a client wrote (R30). */
  readonly reason: string;
  /** The fields that the reason names, as `Type.field`; where it names none, the root fields. */
  readonly coordinates: readonly string[];
}

/** Characters of a reason, and coordinates: a log entry is read by a person. */
const longestReason = 500;
const mostCoordinates = 10;

const words = /[\p{L}\p{N}_]+/gu;

/** `schema` is what clients see: its names may stand in a log, whoever wrote them. */
export function diagnosePlanning(
  { cause, document }: PlanningError,
  schema: GraphQLSchema,
): PlanningDiagnosis {
  const told = cause instanceof Error ? cause.message : '';
  const operation = parse(document, { noLocation: true });
  const written = wordsOfClient(operation, schema);
  return {
    reason: told.slice(0, longestReason).replace(words, (word) => (written.has(word) ? '…' : word)),
    coordinates: coordinatesNamed(operation, new Set(told.match(words)), schema).slice(0, mostCoordinates),
  };
}

/** Aliases, the names of variables, fragments and operations, and the words of values. */
function wordsOfClient(operation: DocumentNode, schema: GraphQLSchema): ReadonlySet<string> {
  const names = namesOf(schema);
  const written = new Set<string>();
  const add = (text: string) => {
    for (const word of text.match(words) ?? []) {
      if (!names.has(word)) {
        written.add(word);
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
  return written;
}

/** Read once: the same operation may be asked for again and again. */
const namesBySchema = new WeakMap<GraphQLSchema, ReadonlySet<string>>();

function namesOf(schema: GraphQLSchema): ReadonlySet<string> {
  const known = namesBySchema.get(schema);
  if (known !== undefined) {
    return known;
  }
  const names = new Set<string>();
  namesBySchema.set(schema, names);
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

function coordinatesNamed(
  operation: DocumentNode,
  named: ReadonlySet<string>,
  schema: GraphQLSchema,
): readonly string[] {
  const found = new Set<string>();
  const atRoot = new Set<string>();
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
        if (named.has(name.value) || (alias !== undefined && named.has(alias.value))) {
          found.add(coordinate);
        }
        if (roots.some((root) => root === parent)) {
          atRoot.add(coordinate);
        }
      },
    }),
  );
  return [...(found.size > 0 ? found : atRoot)];
}
