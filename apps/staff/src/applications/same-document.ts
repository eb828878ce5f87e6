/** Groups the applications of one page by identity document. */

export interface Grouped {
  readonly id: string;
  readonly sameDocument: { readonly open: readonly { readonly id: string }[] } | null;
}

/** The ids of the other open applications with the same identity document. */
export const othersWith = ({ id, sameDocument }: Grouped): readonly string[] =>
  (sameDocument?.open ?? []).map((other) => other.id).filter((other) => other !== id);

/**
 * Moves each application directly behind the first application with the same identity document. The groups stay in the
 * order of their first applications.
 *
 * @example A1 (same document as A3), A2, A3 becomes A1, A3, A2.
 */
export function groupBySameDocument<Edge extends { readonly node: Grouped }>(
  edges: readonly Edge[],
): readonly Edge[] {
  const groups = new Map<string, Edge[]>();
  for (const edge of edges) {
    const { node } = edge;
    const key = [node.id, ...othersWith(node)].sort()[0] ?? node.id;
    groups.set(key, [...(groups.get(key) ?? []), edge]);
  }
  return [...groups.values()].flat();
}
