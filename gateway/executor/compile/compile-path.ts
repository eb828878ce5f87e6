import type { PathSegment } from '../plan.ts';
import type { PathField } from '../plan-steps.ts';

/**
 * The fields of a plan's path. A type condition becomes part of the field before it.
 *
 * `cards`, `LibraryCard`, `patron` becomes `{ key: 'cards', types: [['LibraryCard']] }`,
 * `{ key: 'patron', types: [] }`.
 */
export function compilePath(path: readonly PathSegment[]): readonly PathField[] {
  const fields: { readonly key: string; readonly types: (readonly string[])[] }[] = [];
  for (const segment of path) {
    if (segment.kind === 'field') {
      fields.push({ key: segment.key, types: [] });
    } else {
      fields.at(-1)?.types.push(segment.names);
    }
  }
  return fields;
}
