import type { PathSegment } from '../plan.ts';
import type { PathStep } from '../steps.ts';

/**
 * A plan's path as steps. A type condition belongs to the step before it. Lists need no step, since every item of a
 * list is visited.
 *
 * `cards`, items, `LibraryCard`, `patron` becomes `{ key: 'cards', types: [['LibraryCard']] }`,
 * `{ key: 'patron', types: [] }`.
 */
export function compilePath(path: readonly PathSegment[]): readonly PathStep[] {
  const steps: { readonly key: string; readonly types: (readonly string[])[] }[] = [];
  for (const segment of path) {
    if (segment.kind === 'field') {
      steps.push({ key: segment.key, types: [] });
    } else if (segment.kind === 'types') {
      steps.at(-1)?.types.push(segment.names);
    }
  }
  return steps;
}
