import type { LookupPath, LookupStep } from '../compile/compile-plan.ts';
import { visitEntities } from '../compile/entity-paths.ts';
import { type FlatKey, isNothingElse } from '../compile/flat-key.ts';
import type { JsonObject } from '../json.ts';
import { applyRewrites, buildRepresentation, MissingValue, noReference } from './build-representation.ts';
import { Branch, follow } from './deduplicate.ts';
import type { Run } from './execution.ts';
import { fillWithNull } from './merge.ts';

/** What one lookup asks for: each representation once, and the objects that it feeds. */
export interface CollectedEntities {
  readonly targets: readonly JsonObject[];
  /** `targets[n]` is fed by representation `indexes[n]`. */
  readonly indexes: readonly number[];
  readonly representations: readonly JsonObject[];
}

/**
 * Gathers the targets of a lookup. Those that come to the same representation and have nothing else are the same in
 * every way, and so stays one of them, in all their places: what is fetched is merged and projected once. Only along one
 * path that no other lookup takes a part of (`shareable-paths.ts`); and not once anything failed, for a failure has a place.
 */
export function collectEntities(lookup: LookupStep, run: Run): CollectedEntities {
  const gathering = new EntityCollector(lookup, run);
  for (const path of lookup.paths) {
    gathering.begin(path);
    visitEntities(run.data, path.steps, run.types, (target) => gathering.add(target));
  }
  return gathering;
}

class EntityCollector implements CollectedEntities {
  readonly targets: JsonObject[] = [];
  readonly indexes: number[] = [];
  readonly representations: JsonObject[] = [];
  readonly #lookup: LookupStep;
  readonly #run: Run;
  #mayShare = false;
  /** Of targets that are represented by scalars alone, all of which they have; */
  readonly #root = new Branch();
  /** and of the others, where names count: not all have the same fields. */
  readonly #others = new Branch();
  /** Along this path, the latest target of each representation. */
  #latest: (JsonObject | undefined)[] = [];
  /** What the latest target came to by its type: mostly the next is of the same. */
  #typename: unknown;
  #key: FlatKey | null = null;
  #typeBranch = this.#root;

  constructor(lookup: LookupStep, run: Run) {
    this.#lookup = lookup;
    this.#run = run;
  }

  begin({ mayShare }: LookupPath): void {
    this.#mayShare = mayShare && this.#run.failures.empty;
    this.#latest = [];
  }

  /** The object that is to stand in the target's place. */
  add(target: JsonObject): JsonObject {
    const { __typename: typename } = target;
    if (typename !== this.#typename) {
      this.#typename = typename;
      this.#key = typeof typename === 'string' ? this.#lookup.flatKeyOf(typename) : null;
      this.#typeBranch = this.#root.to(typename);
    }
    const key = this.#key;
    const branch = key === null ? undefined : placeOf(target, key, this.#typeBranch);
    if (key === null || branch === undefined) {
      this.#addOther(target);
      return target;
    }
    if (branch.index < 0) {
      branch.index = this.#represented(representationOf(target, key));
    }
    const latest = this.#latest[branch.index];
    if (latest === target) {
      return target;
    }
    if (latest !== undefined && this.#mayShare && isNothingElse(target, key) && isNothingElse(latest, key)) {
      this.#run.shared.set(latest, null);
      return latest;
    }
    this.#latest[branch.index] = target;
    this.targets.push(target);
    this.indexes.push(branch.index);
    return target;
  }

  /** A target that is represented by more than scalars, or can't be. */
  #addOther(target: JsonObject): void {
    const { failures } = this.#run;
    const representation = buildRepresentation(target, this.#lookup, failures);
    if (representation === noReference) {
      fillWithNull(target, this.#lookup.shape, this.#run.types);
      return;
    }
    if (representation instanceof MissingValue) {
      // What this fetch would have fed is null for the same reason as what it requires.
      for (const failure of representation.failures) {
        failures.recordAll(target, this.#lookup.shape, failure);
      }
      return;
    }
    let branch = this.#others.to(target.__typename);
    for (const name in representation) {
      if (name !== '__typename') {
        branch = follow(branch.to(name), representation[name]);
      }
    }
    if (branch.index < 0) {
      branch.index = this.#represented(representation);
    }
    this.targets.push(target);
    this.indexes.push(branch.index);
  }

  /** The index of a new representation. */
  #represented(representation: JsonObject): number {
    const { rewrites, types } = this.#lookup;
    applyRewrites(representation, rewrites, types);
    return this.representations.push(representation) - 1;
  }
}

/** Where the values that represent the target lead to; undefined where one is no scalar, or not there. */
function placeOf(target: JsonObject, { fields }: FlatKey, root: Branch): Branch | undefined {
  let branch = root;
  for (const { key } of fields) {
    const value = target[key];
    if (value === undefined || typeof value === 'object') {
      return undefined;
    }
    branch = branch.to(value);
  }
  return branch;
}

function representationOf(target: JsonObject, { fields }: FlatKey): JsonObject {
  const representation: JsonObject = { __typename: target.__typename };
  for (const { key, name } of fields) {
    representation[name] = target[key];
  }
  return representation;
}
