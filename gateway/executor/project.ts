import {
  type GraphQLCompositeType,
  type GraphQLFormattedError,
  type GraphQLLeafType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Failure, Failures } from './failures.ts';
import { withOwn } from './represent.ts';
import type { Field, Shape } from './shape.ts';
import { type Data, isData } from './types.ts';

/** A null that its place can't hold: the place around it becomes null instead (section 6.4.4 of the specification). */
const propagates = Symbol('propagates');
type Projected = unknown | typeof propagates;

/** Where in the answer, from the inside out. */
interface Place {
  readonly key: string | number;
  readonly around: Place | null;
}

/** What projecting an answer needs to know. */
export interface Projection {
  readonly schema: GraphQLSchema;
  readonly failures: Failures;
  /** What introspection answered, by response key. */
  readonly introspected: Readonly<Record<string, unknown>>;
}

/**
 * Makes the answer out of the merged data: exactly what was asked, in its order, under the client's names; every value
 * checked against its type. A null is what a subgraph said, or has an error at its own place.
 */
export function project(
  shape: Shape,
  type: GraphQLCompositeType,
  root: Data,
  projection: Projection,
): { data: Record<string, unknown> | null; errors: GraphQLFormattedError[] } {
  const errors: GraphQLFormattedError[] = [];
  const data = projectObject(shape, type, root, [], null);
  return { data: data === propagates ? null : (data as Record<string, unknown>), errors };

  function projectObject(
    within: Shape,
    objectType: GraphQLCompositeType,
    object: Data,
    inherited: readonly Failure[],
    place: Place | null,
  ): Projected {
    const answer: Record<string, unknown> = {};
    for (const field of within.fieldsOf(objectType)) {
      const at: Place = { key: field.responseKey, around: place };
      const value = projectField(field, objectType, object, inherited, at);
      if (value === propagates) {
        return propagates;
      }
      set(answer, field.responseKey, value);
    }
    return answer;
  }

  function projectField(
    field: Field,
    objectType: GraphQLCompositeType,
    object: Data,
    inherited: readonly Failure[],
    at: Place,
  ): Projected {
    if (field.denial !== null) {
      const { code, message } = field.denial;
      report({ message, extensions: { code }, below: [] }, at, null);
      return isNonNullType(field.type) ? propagates : null;
    }
    if (field.introspective) {
      return projection.introspected[field.responseKey] ?? null;
    }
    if (field.key === '__typename' && !isAbstractType(objectType)) {
      return objectType.name;
    }
    const own = projection.failures.at(object, field.key);
    return complete(field, field.type, object[field.key], own, inherited, at);
  }

  /** `own` are the failures of this very value; `inherited` those of what it is part of. */
  function complete(
    field: Field,
    valueType: GraphQLOutputType,
    value: unknown,
    own: readonly Failure[],
    inherited: readonly Failure[],
    at: Place,
  ): Projected {
    if (isNonNullType(valueType)) {
      const before = errors.length;
      const completed = complete(field, valueType.ofType, value, own, inherited, at);
      if (completed === null && errors.length === before) {
        refuse(`${field.coordinate} must not be null, and is.`, at);
      }
      return completed === null ? propagates : completed;
    }
    if (value === null || value === undefined) {
      reportMissing(field, value, own, inherited, at);
      return null;
    }
    if (isListType(valueType)) {
      return completeList(field, valueType.ofType, value, withOwn(own, inherited), at);
    }
    if (!isCompositeType(valueType)) {
      const leaf = serialize(valueType, value);
      if (leaf === undefined) {
        refuse(`${field.coordinate} is no ${valueType.name}.`, at);
      }
      return leaf ?? null;
    }
    return completeObject(field, valueType, value, withOwn(own, inherited), at);
  }

  function completeList(
    field: Field,
    itemType: GraphQLOutputType,
    value: unknown,
    inherited: readonly Failure[],
    at: Place,
  ): Projected {
    if (!Array.isArray(value)) {
      refuse(`${field.coordinate} is no list.`, at);
      return null;
    }
    const answer: unknown[] = [];
    for (const [index, item] of value.entries()) {
      const own = projection.failures.at(value, index);
      const completed = complete(field, itemType, item, own, inherited, { key: index, around: at });
      if (completed === propagates) {
        return null;
      }
      answer.push(completed);
    }
    return answer;
  }

  function completeObject(
    field: Field,
    valueType: GraphQLCompositeType,
    value: unknown,
    inherited: readonly Failure[],
    at: Place,
  ): Projected {
    const runtimeType = isData(value) ? typeOf(value, valueType) : null;
    if (!isData(value) || runtimeType === null || field.shape === null) {
      refuse(`${field.coordinate} is no ${valueType.name}.`, at);
      return null;
    }
    const projected = projectObject(field.shape, runtimeType, value, inherited, at);
    return projected === propagates ? null : projected;
  }

  /** Null for data of a type that can't stand here, or that clients know nothing of. */
  function typeOf(value: Data, declared: GraphQLCompositeType): GraphQLCompositeType | null {
    const name = value.__typename;
    // What an @interfaceObject gives bears the interface's own name, where nobody needed a better one.
    if (isObjectType(declared) || name === undefined || name === declared.name) {
      return declared;
    }
    const type = typeof name === 'string' ? projection.schema.getType(name) : undefined;
    return isObjectType(type) && projection.schema.isSubType(declared, type) ? type : null;
  }

  /** A value that is missing has a reason; one that a subgraph said is null needs none. */
  function reportMissing(
    field: Field,
    value: null | undefined,
    own: readonly Failure[],
    inherited: readonly Failure[],
    at: Place,
  ): void {
    const reasons = own.length > 0 || value === null ? own : inherited;
    if (reasons.length === 0 && value === undefined) {
      refuse(`${field.coordinate} was not answered.`, at);
    }
    for (const reason of reasons) {
      report(reason, at, own.length > 0 ? field : null);
    }
  }

  function report(failure: Failure, at: Place, field: Field | null): void {
    const path = [...pathOf(at), ...(field === null ? [] : clientPath(failure.below, field))];
    errors.push({ message: failure.message, path, extensions: { ...failure.extensions } });
  }

  function refuse(message: string, at: Place): void {
    errors.push({ message, path: pathOf(at), extensions: { code: 'SUBGRAPH_INVALID_RESPONSE' } });
  }

  /** The part of a subgraph's path below the null, in the client's words, as far as the client has words for it. */
  function clientPath(below: Failure['below'], field: Field): (string | number)[] {
    const path: (string | number)[] = [];
    let current: Field | undefined = field;
    for (const key of below) {
      if (typeof key === 'number') {
        path.push(key);
        continue;
      }
      current = fieldWithKey(current, key);
      if (current === undefined) {
        break;
      }
      path.push(current.responseKey);
    }
    return path;
  }

  function fieldWithKey(field: Field, key: string): Field | undefined {
    const declared = projection.schema.getType(nameOf(field.type));
    if (field.shape === null || !isCompositeType(declared)) {
      return undefined;
    }
    const types = isAbstractType(declared) ? projection.schema.getPossibleTypes(declared) : [declared];
    return types.flatMap((each) => field.shape?.fieldsOf(each) ?? []).find((each) => each.key === key);
  }
}

function nameOf(type: GraphQLOutputType): string {
  return isNonNullType(type) || isListType(type) ? nameOf(type.ofType) : type.name;
}

/** Undefined for a value that the type doesn't have. What the subgraph serialised is not serialised again. */
function serialize(type: GraphQLLeafType, value: unknown): unknown {
  if (isEnumType(type)) {
    return typeof value === 'string' && type.getValue(value) !== undefined ? value : undefined;
  }
  switch (type.name) {
    case 'String':
      return typeof value === 'string' ? value : undefined;
    case 'Int':
      return Number.isInteger(value) && Math.abs(Number(value)) <= 2 ** 31 ? value : undefined;
    case 'Float':
      return Number.isFinite(value) ? value : undefined;
    case 'Boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'ID':
      return typeof value === 'string' ? value : Number.isSafeInteger(value) ? String(value) : undefined;
    default:
      // Another scalar's form is the subgraph's to know.
      return value;
  }
}

function set(answer: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(answer, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    answer[key] = value;
  }
}

function pathOf(place: Place): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: Place | null = place; at !== null; at = at.around) {
    path.push(at.key);
  }
  return path.reverse();
}
