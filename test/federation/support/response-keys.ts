import { Kind, parse, type SelectionSetNode } from 'graphql';
import type { SubgraphErrorJson, SubgraphResponse } from '../../../gateway/executor/index.ts';

type Fields = ReadonlyMap<string, { readonly key: string; readonly below: Fields }>;

/**
 * Replaces field names by the operation's response keys. Tests write answers with field names.
 *
 * Example, for the operation `{ me { _2_id_number: id } }`:
 * `{ me: { id: 'P1' } }` becomes `{ me: { _2_id_number: 'P1' } }`.
 */
export function withResponseKeys(
  { data, errors, ...rest }: SubgraphResponse,
  operation: string,
): SubgraphResponse {
  const fields = fieldsOf(operation);
  return {
    ...rest,
    ...(data !== undefined && { data: dataWithKeys(data, fields) as Record<string, unknown> | null }),
    ...(errors != null && { errors: errors.map((error) => errorWithKeys(error, fields)) }),
  };
}

function fieldsOf(operation: string): Fields {
  const { definitions } = parse(operation);
  const fragments = new Map(
    definitions.flatMap((candidate) =>
      candidate.kind === Kind.FRAGMENT_DEFINITION
        ? [[candidate.name.value, candidate.selectionSet] as const]
        : [],
    ),
  );
  const read = (
    set: SelectionSetNode | undefined,
    into: Map<string, { key: string; below: Fields }>,
  ): Fields => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const sameName = into.get(selection.name.value)?.below as Map<string, never> | undefined;
        into.set(selection.name.value, { key, below: read(selection.selectionSet, new Map(sameName)) });
      } else {
        read(
          selection.kind === Kind.INLINE_FRAGMENT
            ? selection.selectionSet
            : fragments.get(selection.name.value),
          into,
        );
      }
    }
    return into;
  };
  const root = definitions.find((candidate) => candidate.kind === Kind.OPERATION_DEFINITION);
  return read(root?.selectionSet, new Map());
}

function dataWithKeys(value: unknown, fields: Fields): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => dataWithKeys(item, fields));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, below]) => {
      const field = fields.get(name);
      return [field?.key ?? name, field === undefined ? below : dataWithKeys(below, field.below)];
    }),
  );
}

function errorWithKeys(error: SubgraphErrorJson, root: Fields): SubgraphErrorJson {
  let fields: Fields | undefined = root;
  const path = (Array.isArray(error.path) ? error.path : []).map((segment: string | number) => {
    const field: { key: string; below: Fields } | undefined =
      typeof segment === 'string' ? fields?.get(segment) : undefined;
    fields = typeof segment === 'string' ? field?.below : fields;
    return field?.key ?? segment;
  });
  return error.path === undefined ? error : { ...error, path };
}
