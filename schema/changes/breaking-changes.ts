import { type Change, ChangeType, CriticalityLevel, diff } from '@graphql-inspector/core';
import {
  buildASTSchema,
  type GraphQLOutputType,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isTypeSubTypeOf,
  parse,
  parseType,
  typeFromAST,
  visit,
} from 'graphql';

/**
 * The schema that clients rely on: names, types, arguments and their defaults. Directives such as guards and costs are
 * left out, because they may change.
 */
function schemaOf(sdl: string): GraphQLSchema {
  const document = visit(parse(sdl), {
    Directive: ({ name }) => (name.value === 'oneOf' ? undefined : null),
  });
  return buildASTSchema(document, { assumeValidSDL: true });
}

/** GraphQL Inspector calls these changes dangerous, not breaking. But they break clients that rely on a default. */
const defaultChanges = new Set<string>([
  ChangeType.FieldArgumentDefaultChanged,
  ChangeType.InputFieldDefaultValueChanged,
]);

export interface BreakingChange {
  readonly message: string;
  /** The changed coordinate, such as `Book.pages`. Null if a root type has changed. */
  readonly coordinate: string | null;
  /**
   * The requests that the change breaks:
   * - `uses`: requests that use the coordinate.
   * - `omissions`: requests that use the coordinate's field or input type, but omit the coordinate itself.
   * - `documents`: only requests whose document is not valid any more.
   */
  readonly breaks: 'uses' | 'omissions' | 'documents';
}

/** The changes between two SDLs that break clients of the first one. */
export async function breakingChanges(promised: string, served: string): Promise<readonly BreakingChange[]> {
  const before = schemaOf(promised);
  const after = schemaOf(served);
  const changes = await diff(before, after);
  return [
    ...changes
      .filter(
        ({ type, criticality }) =>
          defaultChanges.has(type) ||
          (criticality.level === CriticalityLevel.Breaking && !type.startsWith('DIRECTIVE_')),
      )
      .filter((change) => !isNarrowed(change, before, after))
      .map((change) => ({
        message: change.message.replace(/ (from|to) 'undefined'(?= to '|$)/g, ' $1 none'),
        coordinate: change.path ?? null,
        breaks: requestsBrokenBy(change),
      })),
    ...oneOfAdded(before, after),
  ];
}

const brokenRequests: Readonly<Record<string, BreakingChange['breaks']>> = {
  [ChangeType.FieldArgumentAdded]: 'omissions',
  [ChangeType.InputFieldAdded]: 'omissions',
  [ChangeType.FieldArgumentDefaultChanged]: 'omissions',
  [ChangeType.InputFieldDefaultValueChanged]: 'omissions',
  [ChangeType.UnionMemberRemoved]: 'documents',
  [ChangeType.ObjectTypeInterfaceRemoved]: 'documents',
};

/** Returns the requests that a change breaks. A newly required argument or input field breaks requests that omit it. */
function requestsBrokenBy({ type, meta }: Change): BreakingChange['breaks'] {
  const { oldArgumentType, newArgumentType, oldInputFieldType, newInputFieldType } = meta;
  const [before, after] = [oldArgumentType ?? oldInputFieldType, newArgumentType ?? newInputFieldType];
  return before !== undefined && after === `${before}!` ? 'omissions' : (brokenRequests[type] ?? 'uses');
}

/**
 * Inputs that accepted any number of fields and now accept exactly one (`@oneOf`). GraphQL Inspector doesn't report
 * these.
 */
function oneOfAdded(before: GraphQLSchema, after: GraphQLSchema): BreakingChange[] {
  return Object.values(before.getTypeMap()).flatMap((type) => {
    const now = after.getType(type.name);
    return isInputObjectType(type) && !type.isOneOf && isInputObjectType(now) && now.isOneOf
      ? [{ message: `Input '${type.name}' became @oneOf`, coordinate: type.name, breaks: 'uses' }]
      : [];
  });
}

/**
 * Whether a change only narrows what a field may return, so that every document stays valid. Either an object type has
 * become an interface with the same fields, or a field returns a type that implements the promised one.
 *
 * @example
 * // type Payload { operation: Operation! problems: [Problem!]! }   becomes
 * // interface Payload { operation: Operation! problems: [Problem!]! }
 * // type LendPayload implements Payload { operation: LendOperation! problems: [LendProblem!]! }
 */
function isNarrowed({ type, path = '' }: Change, before: GraphQLSchema, after: GraphQLSchema): boolean {
  const [typeName = '', fieldName = ''] = path.split('.');
  const [promised, served] = [before, after].map((schema) => schema.getType(typeName));
  switch (type) {
    case ChangeType.TypeKindChanged: {
      const isInterfaceNow = isObjectType(promised) && isInterfaceType(served);
      return (
        isInterfaceNow &&
        Object.keys(promised.getFields()).every((field) =>
          returnsPromised(fieldType(before, typeName, field), fieldType(after, typeName, field), after),
        )
      );
    }
    case ChangeType.FieldTypeChanged:
      return returnsPromised(
        fieldType(before, typeName, fieldName),
        fieldType(after, typeName, fieldName),
        after,
      );
    default:
      return false;
  }
}

function fieldType(schema: GraphQLSchema, typeName: string, field: string): GraphQLOutputType | null {
  const type = schema.getType(typeName);
  return isObjectType(type) || isInterfaceType(type) ? (type.getFields()[field]?.type ?? null) : null;
}

function returnsPromised(
  promised: GraphQLOutputType | null,
  served: GraphQLOutputType | null,
  after: GraphQLSchema,
): boolean {
  const now = promised === null ? undefined : typeFromAST(after, parseType(String(promised)));
  return served !== null && now !== undefined && isTypeSubTypeOf(after, served, now);
}
