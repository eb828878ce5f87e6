import type { Failure, Failures } from './failures.ts';
import type { FlattenSegment, RequiresSelection, Rewrite } from './plan.ts';
import { applyRewrites } from './rewrite.ts';
import { type Data, type IsSubtype, isData } from './types.ts';

/** An entity that a fetch is for, and why fields it should have had by now may be missing. */
export interface Target {
  readonly object: Data;
  readonly inherited: readonly Failure[];
}

/** The objects at the end of a plan's path. Where the data ends before it, nothing is there to be fetched for. */
export function targetsAt(
  path: readonly FlattenSegment[],
  root: Data,
  failures: Failures,
  isSubtype: IsSubtype,
): Target[] {
  const targets: Target[] = [];
  const follow = (value: unknown, position: number, inherited: readonly Failure[]): void => {
    const segment = path[position];
    if (Array.isArray(value)) {
      const next = segment === '@' ? position + 1 : position;
      for (const [index, item] of value.entries()) {
        follow(item, next, withOwn(failures.at(value, index), inherited));
      }
    } else if (!isData(value)) {
      return;
    } else if (segment === undefined) {
      targets.push({ object: value, inherited });
    } else if (segment === '@') {
      follow(value, position + 1, inherited);
    } else if ('Field' in segment) {
      follow(value[segment.Field], position + 1, withOwn(failures.at(value, segment.Field), inherited));
    } else if (isOfOne(segment.TypeCondition, value, isSubtype)) {
      follow(value, position + 1, inherited);
    }
  };
  follow(root, 0, []);
  return targets;
}

/** Data whose type nobody asked for is of the type that the plan says. */
function isOfOne(conditions: readonly string[], { __typename }: Data, isSubtype: IsSubtype): boolean {
  return typeof __typename !== 'string' || conditions.some((condition) => isSubtype(condition, __typename));
}

/** What is known of the field itself says more than what is known of the object around it. */
export function withOwn(own: readonly Failure[], inherited: readonly Failure[]): readonly Failure[] {
  return own.length > 0 ? own : inherited;
}

/** Stands among the values where an object begins. */
const nested = Symbol('nested');

/** A representation, with the raw values in it in order: those tell whether two are the same. */
interface Representation {
  readonly value: Data;
  readonly atoms: unknown[];
}

/** A target that can't be represented, with what it lacks. */
export class Unrepresentable {
  readonly failures: readonly Failure[];

  constructor(failures: readonly Failure[]) {
    this.failures = failures;
  }
}

/**
 * What a subgraph is told of one entity. Null where the entity is of no type that the fetch is for; Unrepresentable
 * where a field that is required is missing, or null because it failed.
 */
export function represent(
  { object, inherited }: Target,
  requires: readonly RequiresSelection[],
  rewrites: readonly Rewrite[] | undefined,
  failures: Failures,
  isSubtype: IsSubtype,
): Representation | Unrepresentable | null {
  const atoms: unknown[] = [];
  try {
    const value = select(object, requires, inherited);
    if (value === null) {
      return null;
    }
    applyRewrites(rewrites, value, isSubtype);
    // Rewrites touch the type name alone, and the same one on the same type.
    return { value, atoms };
  } catch (error) {
    if (error instanceof Unrepresentable) {
      return error;
    }
    throw error;
  }

  function select(
    from: Data,
    selections: readonly RequiresSelection[],
    missing: readonly Failure[],
  ): Data | null {
    const into: Data = {};
    return pick(from, selections, missing, into) ? into : null;
  }

  /** False where no selection is for this object's type. */
  function pick(
    from: Data,
    selections: readonly RequiresSelection[],
    missing: readonly Failure[],
    into: Data,
  ): boolean {
    let any = false;
    for (const selection of selections) {
      switch (selection.kind) {
        case 'InlineFragment': {
          const typename = from.__typename;
          if (typeof typename !== 'string' || isSubtype(selection.typeCondition, typename)) {
            any = pick(from, selection.selections, missing, into) || any;
            // A plan for keyed entities names their type even where the data didn't have to.
            into.__typename ??= selection.typeCondition;
          }
          break;
        }
        case 'Field': {
          any = true;
          // As in a selection set, the alias is what the value is called where it goes.
          const key = selection.name;
          const value = from[key];
          if (value === undefined && key === '__typename') {
            break;
          }
          const own = withOwn(failures.at(from, key), value === undefined ? missing : []);
          if (value === undefined || (value === null && own.length > 0)) {
            throw new Unrepresentable(own);
          }
          into[selection.alias ?? key] = copy(value, selection.selections, own);
          break;
        }
        case 'FragmentSpread':
          throw new Error('a plan names fragments in `requires`, which no planner of ours does');
        default: {
          const missed: never = selection;
          throw new Error(`unknown selection ${String(missed)}`);
        }
      }
    }
    return any;
  }

  function copy(
    value: unknown,
    selections: readonly RequiresSelection[] | undefined,
    missing: readonly Failure[],
  ): unknown {
    if (Array.isArray(value)) {
      atoms.push(value.length);
      return value.map((item) => copy(item, selections, missing));
    }
    if (isData(value) && selections !== undefined) {
      // Told apart from a null in its place.
      atoms.push(nested);
      return select(value, selections, missing);
    }
    atoms.push(isData(value) ? JSON.stringify(value) : value);
    return value;
  }
}

/**
 * Representations without repeats, each with every target that it stands for. Sameness goes by the raw values, level by
 * level, which costs a fraction of comparing JSON.
 */
export class Representations {
  readonly values: Data[] = [];
  readonly targets: Target[][] = [];
  readonly #root: Level = { next: new Map() };

  add({ value, atoms }: Representation, target: Target): void {
    let level = this.#root;
    for (const atom of [value.__typename, ...atoms]) {
      const next = level.next.get(atom) ?? { next: new Map() };
      level.next.set(atom, next);
      level = next;
    }
    level.index ??= this.values.push(value) - 1;
    const sharers = this.targets[level.index] ?? [];
    sharers.push(target);
    this.targets[level.index] = sharers;
  }
}

interface Level {
  readonly next: Map<unknown, Level>;
  index?: number;
}
