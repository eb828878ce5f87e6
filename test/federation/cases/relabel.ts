import { Kind, parse, type SelectionSetNode } from 'graphql';
import type { SubgraphErrorJson, SubgraphResponse } from '../../../gateway/executor/index.ts';

type Fields = ReadonlyMap<string, { readonly key: string; readonly below: Fields }>;

/** An answer that is written with field names, with the response keys that the operation has for them. */
export function relabel({ data, errors, ...rest }: SubgraphResponse, operation: string): SubgraphResponse {
  const fields = fieldsOf(operation);
  return {
    ...rest,
    ...(data !== undefined && { data: labelled(data, fields) as Record<string, unknown> | null }),
    ...(errors !== undefined && { errors: errors.map((error) => relabelled(error, fields)) }),
  };
}

function fieldsOf(operation: string): Fields {
  const { definitions } = parse(operation);
  const fragments = new Map(
    definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each.selectionSet] as const] : [],
    ),
  );
  const read = (
    set: SelectionSetNode | undefined,
    into: Map<string, { key: string; below: Fields }>,
  ): Fields => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const known = into.get(selection.name.value)?.below as Map<string, never> | undefined;
        into.set(selection.name.value, { key, below: read(selection.selectionSet, new Map(known)) });
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
  const root = definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
  return read(root?.selectionSet, new Map());
}

function labelled(value: unknown, fields: Fields): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => labelled(item, fields));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, below]) => {
      const field = fields.get(name);
      return [field?.key ?? name, field === undefined ? below : labelled(below, field.below)];
    }),
  );
}

function relabelled(error: SubgraphErrorJson, root: Fields): SubgraphErrorJson {
  let fields: Fields | undefined = root;
  const path = (Array.isArray(error.path) ? error.path : []).map((segment: string | number) => {
    const field: { key: string; below: Fields } | undefined =
      typeof segment === 'string' ? fields?.get(segment) : undefined;
    fields = typeof segment === 'string' ? field?.below : fields;
    return field?.key ?? segment;
  });
  return error.path === undefined ? error : { ...error, path };
}
