/**
 * Writes a plan for people to read.
 *
 * ```
 * sequence
 *   fetch patrons
 *     { me { id __typename } }
 *   entityFetch circulation
 *     for me, sent as Patron { __typename id }
 *     { _entities(representations: $representations) { ... on Patron { loanQuota { remaining } } } }
 * ```
 */
import { Kind, parse, print } from 'graphql';
import type { EntityLookup, PathSegment, PlanNode, RequiredSelection } from '../../executor/index.ts';

/** The plan as indented text. It contains the selections of the operations, with all their literals. */
export function readablePlan(plan: PlanNode): string {
  return linesOf(plan).join('\n');
}

/**
 * Describes the values that a lookup sends for each object, such as `Shelf { __typename id }`. Also describes the
 * values that its variables take from objects above, such as `$floor = { floor } of the object 1 above`. The text
 * contains only names of the schema, and no value.
 */
export function readableLookup({ requires, contexts }: Pick<EntityLookup, 'requires' | 'contexts'>): string {
  const taken = contexts.map(
    ({ variable, up, selections }) => `$${variable} = ${textOf(selections)} of the object ${up} above`,
  );
  const sent = requires.map((selection) =>
    selection.kind === 'fragment'
      ? `${selection.typeCondition} ${textOf(selection.selections)}`
      : selection.name,
  );
  return [...new Set(sent), ...taken].join(', ');
}

function linesOf(node: PlanNode): readonly string[] {
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
      return [node.kind, ...indented(node.nodes.flatMap(linesOf))];
    case 'defer':
      return [
        ...linesOf(node.primary),
        ...node.deferred.flatMap(({ label, path, node: later }) => [
          `later${label === null ? '' : ` ${label}`}, for ${pathOf(path) || 'the root'}`,
          ...indented(linesOf(later)),
        ]),
      ];
    case 'fetch':
      return [
        `${node.kind} ${node.subgraph}`,
        ...indented([
          ...(node.path.length === 0 ? [] : [`for ${pathOf(node.path)}`]),
          ...operationLines(node.operation),
        ]),
      ];
    case 'entityFetch':
      return [
        `${node.kind} ${node.subgraph}`,
        ...indented([
          ...node.lookups.map(
            (lookup) => `for ${lookup.paths.map(pathOf).join(' and ')}, sent as ${readableLookup(lookup)}`,
          ),
          ...operationLines(node.operation),
        ]),
      ];
    default: {
      const missed: never = node;
      return missed;
    }
  }
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

/** The path as text. `cards(LibraryCard).patron` means the patrons of only those cards that have this type. */
function pathOf(path: readonly PathSegment[]): string {
  return path.reduce((text, segment) => {
    switch (segment.kind) {
      case 'field':
        return text === '' ? segment.key : `${text}.${segment.key}`;
      case 'types':
        return `${text}(${segment.names.join(', ')})`;
      default:
        return text;
    }
  }, '');
}

/** The operation's selections, without the definitions of its variables. */
function operationLines(operation: string): readonly string[] {
  return parse(operation, { noLocation: true }).definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? print({ ...definition, variableDefinitions: [], directives: [] }).split('\n')
      : [],
  );
}

function textOf(selections: readonly RequiredSelection[]): string {
  const texts = selections.map((selection) => {
    if (selection.kind === 'fragment') {
      return `... on ${selection.typeCondition} ${textOf(selection.selections)}`;
    }
    const below = selection.selections === undefined ? '' : ` ${textOf(selection.selections)}`;
    return `${selection.name}${below}`;
  });
  return `{ ${texts.join(' ')} }`;
}
