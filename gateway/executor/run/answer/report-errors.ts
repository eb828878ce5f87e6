import type { JsonObject } from '../../json.ts';
import type { OwnField, ProjectedField, ProjectionContext } from './projection.ts';

/**
 * Reports three kinds of failures of an object:
 * - Failures of the object itself.
 * - Failures of fields that have a value nevertheless.
 * - Failures of fields that made the whole object null in a subgraph's answer. Other fields are missing because of
 *   them.
 *
 * If the failed field is not in the answer, its failure is reported at the object, in the first part that has fields of
 * the object.
 */
export function reportBesideValues(
  fields: readonly ProjectedField[],
  source: JsonObject,
  { responseErrors, path, resumed }: ProjectionContext,
  depth: number,
): void {
  const besideValues = responseErrors.failures.besideValuesOf(source);
  const failedKeys = responseErrors.failures.failedKeysOf(source);
  if (besideValues === undefined && failedKeys.size === 0) {
    return;
  }
  const pathHere = path.slice(0, depth);
  for (const [key, failuresAtKey] of besideValues ?? []) {
    const field = ownFieldAt(fields, key);
    if (field !== undefined) {
      responseErrors.besideValue(failuresAtKey, [...pathHere, field.responseKey]);
    } else if (source !== resumed && !isDeferred(fields, key)) {
      responseErrors.besideValue(failuresAtKey, pathHere);
    }
  }
  for (const { failure, failedKey: key = '', pathBelow } of failedKeys.values()) {
    const field = ownFieldAt(fields, key);
    if (field?.kind === 'value' || field?.kind === 'leaf') {
      responseErrors.failed([{ failure, pathBelow }], [...pathHere, field.responseKey], field.clientPath);
    } else if (source !== resumed && !isDeferred(fields, key)) {
      responseErrors.besideValue([failure], pathHere);
    }
  }
}

const ownFieldAt = (fields: readonly ProjectedField[], key: string | number | symbol): OwnField | undefined =>
  fields.find(
    (field): field is OwnField => field.kind !== 'deferred' && field.kind !== 'denied' && field.key === key,
  );

function isDeferred(fields: readonly ProjectedField[], key: string | number | symbol): boolean {
  return fields.some(
    (field) =>
      field.kind === 'deferred' &&
      field.fields.some((later) => later.kind !== 'deferred' && later.key === key),
  );
}

/**
 * Reports introspection below the root. A field may lead to the root query type again, but introspection is answered
 * only at the operation's root.
 */
export function reportNestedIntrospection(
  { key, nonNull }: Extract<ProjectedField, { kind: 'introspection' }>,
  context: ProjectionContext,
  depth: number,
): null | undefined {
  context.responseErrors.unsupported(
    `${key} is answered only at the root of a query.`,
    context.path.slice(0, depth),
  );
  return nonNull ? undefined : null;
}

/**
 * Reports an object whose `__typename` is missing, or is not a type that its field allows. If the `__typename` has a
 * failure, the failure is reported instead. For example, an @interfaceObject gets its type from another fetch, which
 * may have failed.
 */
export function reportUnknownType(
  source: JsonObject,
  coordinate: string,
  context: ProjectionContext,
  depth: number,
): undefined {
  const { responseErrors, path } = context;
  const failures = responseErrors.failures.at(source, '__typename');
  if (failures.length > 0) {
    responseErrors.failed(failures, path.slice(0, depth), () => []);
  } else if (!responseErrors.isFull) {
    const message = `The answer for ${coordinate} has no type that the schema allows.`;
    responseErrors.invalid(message, path.slice(0, depth));
  }
  return undefined;
}

/** Reports a value that the schema does not allow. The error names the expected type, never the value (R30). */
export function reportInvalid(
  coordinate: string,
  expected: string,
  context: ProjectionContext,
  depth: number,
): undefined {
  if (context.responseErrors.isFull) {
    return undefined;
  }
  context.responseErrors.invalid(
    `The answer for ${coordinate} is not of the type ${expected}.`,
    context.path.slice(0, depth),
  );
  return undefined;
}
