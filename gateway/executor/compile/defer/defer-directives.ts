import {
  type DocumentNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  Kind,
  type ValueNode,
  visit,
} from 'graphql';
import type { IncrementalFormat } from '../../deferred-block.ts';

type Fragment = InlineFragmentNode | FragmentSpreadNode;

/**
 * The fragments that an operation defers, for given values of the variables in `@defer(if:)`. Each fragment has a
 * unique number. The planner gets this number in place of the client's label.
 */
export class DeferDirectives {
  readonly format: IncrementalFormat;
  /** The values of the variables in `@defer(if:)`. */
  readonly conditions: ReadonlyMap<string, boolean>;
  readonly #numbers = new Map<Fragment, string>();

  constructor(format: IncrementalFormat, conditions: ReadonlyMap<string, boolean>) {
    this.format = format;
    this.conditions = conditions;
  }

  /** The number of a fragment. Null if the fragment is not deferred. */
  numberOf(fragment: Fragment): string | null {
    const condition = argumentOf(fragment, 'if');
    const isOff =
      condition?.kind === Kind.VARIABLE
        ? this.conditions.get(condition.name.value) === false
        : condition?.kind === Kind.BOOLEAN && !condition.value;
    if (!hasDefer(fragment) || isOff) {
      return null;
    }
    const number = this.#numbers.get(fragment) ?? String(this.#numbers.size + 1);
    this.#numbers.set(fragment, number);
    return number;
  }
}

/** The client's label of a deferred fragment. */
export function labelOf(fragment: Fragment): string | null {
  const label = argumentOf(fragment, 'label');
  return label?.kind === Kind.STRING ? label.value : null;
}

/** The variables in the conditions of the document's `@defer`s, sorted. Null if the document has no `@defer`. */
export function deferVariablesOf(document: DocumentNode): readonly string[] | null {
  const names = new Set<string>();
  let isDeferred = false;
  const look = (fragment: Fragment) => {
    isDeferred ||= hasDefer(fragment);
    const condition = argumentOf(fragment, 'if');
    if (condition?.kind === Kind.VARIABLE) {
      names.add(condition.name.value);
    }
  };
  visit(document, { InlineFragment: look, FragmentSpread: look });
  return isDeferred ? [...names].sort() : null;
}

const deferOf = ({ directives = [] }: Fragment) => directives.find(({ name }) => name.value === 'defer');

const hasDefer = (fragment: Fragment): boolean => deferOf(fragment) !== undefined;

function argumentOf(fragment: Fragment, argumentName: string): ValueNode | undefined {
  return deferOf(fragment)?.arguments?.find(({ name }) => name.value === argumentName)?.value;
}
