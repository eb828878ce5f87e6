import type { JsonObject } from '../../json.ts';
import type { FlatKey, LookupPath, LookupStep } from '../../plan-steps.ts';
import { hasField } from '../../response-shape.ts';
import type { TypeConditions } from '../../type-conditions.ts';
import type { ExecutionContext } from '../execution-context.ts';
import { fillWithNull } from '../merge.ts';
import { buildRepresentation, MissingRequirements, nullKeys } from './build-representation.ts';
import { MissingValue } from './copy-required.ts';
import { flatNodeOf, flatRepresentation, hasOnlyKeyFields } from './flat-keys.ts';
import { nodeAt, TrieNode } from './representation-trie.ts';
import { visitEntities } from './visit-entities.ts';

/**
 * The entities of one lookup (one `_entities` field): their representations without duplicates, and the objects that
 * get the looked-up fields.
 */
export interface CollectedEntities {
  readonly targets: readonly JsonObject[];
  /** `targets[n]` gets the answer for `representations[indexes[n]]`. */
  readonly indexes: readonly number[];
  readonly representations: readonly JsonObject[];
  /** The entities that lack required values, by their type and the fields that require these values. */
  readonly incomplete: ReadonlyMap<string, IncompleteEntities>;
}

/** Entities of one type that lack values for the same fields of a lookup. */
export interface IncompleteEntities {
  /** The keys of the fields that can't be looked up. */
  readonly fields: ReadonlySet<string>;
  readonly entities: Set<JsonObject>;
}

/**
 * Collects the entities at the end of a lookup's paths, and their representations, without duplicates.
 *
 * For `card → patron` over `[{ patron: P1 }, { patron: P2 }, { patron: P3 }]`, where P1 and P3 are equal objects:
 *
 * ```
 * representations  [{ __typename: 'Patron', id: '1' }, { __typename: 'Patron', id: '2' }]
 * targets          [P1, P2]  the third card gets the first card's patron object
 * indexes          [0, 1]
 * ```
 *
 * Equal patrons become one object, so that its fields are merged and projected once. They become one only if:
 * - They have only the fields of the representation.
 * - Every other lookup is for all objects along the path, or for none of them (`compile/shareable-paths.ts`).
 * - Nothing has failed yet, because a failure belongs to one object.
 *
 * If one of these conditions is not met, P3 is a target too, and `indexes` is `[0, 1, 0]`.
 */
export function collectEntities(
  lookup: LookupStep,
  context: ExecutionContext,
  isMeant: IsMeant = () => true,
): CollectedEntities {
  const collector = new EntityCollector(lookup, context);
  for (const path of lookup.paths) {
    collector.startPath(path);
    visitEntities(context.data, path.fields, context.types, (entity) =>
      isMeant(entity) ? collector.add(entity) : entity,
    );
  }
  return collector;
}

/** Whether the fetch must look up this entity. */
export type IsMeant = (entity: JsonObject) => boolean;

export class EntityCollector implements CollectedEntities {
  readonly targets: JsonObject[] = [];
  readonly indexes: number[] = [];
  readonly representations: JsonObject[] = [];
  readonly incomplete = new Map<string, IncompleteEntities>();
  readonly #lookup: LookupStep;
  readonly #context: ExecutionContext;
  #mayShare = false;
  /**
   * The entities whose representation has only leaves (`FlatKey`), none of them missing. The path to an entity in the
   * trie is its `__typename`, followed by the values of the leaves.
   */
  readonly #flat = new TrieNode();
  /**
   * All other entities. The path to an entity in the trie is its `__typename`, followed by the names and values of its
   * representation. The names are needed because the representations of one type may have different fields.
   */
  readonly #others = new TrieNode();
  /** For each representation, the latest object with this representation that was found along the current path. */
  #latestTargets: (JsonObject | undefined)[] = [];
  /**
   * Objects of the current path that occur several times in the data and get looked-up fields. A path may visit such an
   * object hundreds of times.
   */
  #sharedTargets = new Set<JsonObject>();
  /**
   * The type of the latest entity, with the type's flat key and its node in `#flat`. They are kept because the next
   * entity usually has the same type.
   */
  #typename: unknown;
  #flatKey: FlatKey | null = null;
  #typeNode = this.#flat;
  /** Whether the lookup has fields for the type of the latest entity. */
  #isAboutType = true;

  constructor(lookup: LookupStep, context: ExecutionContext) {
    this.#lookup = lookup;
    this.#context = context;
  }

  startPath({ mayShare }: LookupPath): void {
    this.#mayShare = mayShare && this.#context.failures.isEmpty;
    this.#latestTargets = [];
    this.#sharedTargets = new Set();
  }

  /** Returns the object that replaces the entity: an equal object, or the entity itself. */
  add(entity: JsonObject): JsonObject {
    if (this.#sharedTargets.has(entity)) {
      return entity;
    }
    const { __typename: typename } = entity;
    if (typename !== this.#typename) {
      this.#typename = typename;
      this.#flatKey = typeof typename === 'string' ? this.#lookup.flatKeyOf(typename) : null;
      this.#typeNode = this.#flat.child(typename);
      this.#isAboutType = isAbout(this.#lookup, typename, this.#context.types);
    }
    if (!this.#isAboutType) {
      return entity;
    }
    const flatKey = this.#flatKey;
    const node = flatKey === null ? undefined : flatNodeOf(entity, flatKey, this.#typeNode);
    if (flatKey === null || node === undefined) {
      this.#addOther(entity);
      return entity;
    }
    if (node.index < 0) {
      node.index = this.#addRepresentation(flatRepresentation(entity, flatKey));
    }
    const latest = this.#latestTargets[node.index];
    if (latest === entity) {
      return entity;
    }
    if (
      latest !== undefined &&
      this.#mayShare &&
      hasOnlyKeyFields(entity, flatKey) &&
      hasOnlyKeyFields(latest, flatKey)
    ) {
      this.#context.shared.set(latest, null);
      return latest;
    }
    this.#latestTargets[node.index] = entity;
    if (this.#context.shared.has(entity)) {
      this.#sharedTargets.add(entity);
    }
    this.targets.push(entity);
    this.indexes.push(node.index);
    return entity;
  }

  /** Adds an entity whose representation contains objects or lists, or that can't be represented. */
  #addOther(entity: JsonObject): void {
    const { failures, types } = this.#context;
    const representation = buildRepresentation(entity, this.#lookup, failures);
    if (representation === nullKeys) {
      fillWithNull(entity, this.#lookup.shape, types);
      return;
    }
    if (representation instanceof MissingValue) {
      // The failures that explain the missing value also explain why all fields of the lookup are null.
      for (const failure of representation.failures) {
        failures.recordAll(entity, this.#lookup.shape, failure);
      }
      return;
    }
    if (representation instanceof MissingRequirements) {
      this.#addIncomplete(entity, representation);
      return;
    }
    let node = this.#others.child(entity.__typename);
    for (const name in representation) {
      if (name !== '__typename') {
        node = nodeAt(node.child(name), representation[name]);
      }
    }
    if (node.index < 0) {
      node.index = this.#addRepresentation(representation);
    }
    this.targets.push(entity);
    this.indexes.push(node.index);
  }

  /**
   * Records failures for the fields whose requirements are missing. The entity gets a separate lookup for the other
   * fields.
   */
  #addIncomplete(entity: JsonObject, { fields }: MissingRequirements): void {
    const { failures, types } = this.#context;
    for (const field of this.#lookup.shape.fields.filter((each) =>
      hasField(each, entity.__typename, types),
    )) {
      for (const failure of fields.get(field.key) ?? []) {
        failures.record(entity, field.key, field.shape, failure);
      }
    }
    const id = `${entity.__typename} ${[...fields.keys()]}`;
    const same = this.incomplete.get(id) ?? { fields: new Set(fields.keys()), entities: new Set() };
    same.entities.add(entity);
    this.incomplete.set(id, same);
  }

  /** Returns the index of the new representation. */
  #addRepresentation(representation: JsonObject): number {
    if (this.#lookup.typename !== null) {
      representation.__typename = this.#lookup.typename;
    }
    return this.representations.push(representation) - 1;
  }
}

/**
 * Whether one of the lookup's fragments applies to objects of the type.
 *
 * An object from an @interfaceObject has the interface's name as its type until a subgraph has returned its real type.
 * Such an object is not looked up for `... on Cup` alone, because the subgraph may not know the interface.
 */
function isAbout({ shape }: LookupStep, typename: unknown, types: TypeConditions): boolean {
  return shape.fields.some(
    ({ typeConditions: [fragment] }) => fragment === undefined || types.matches(fragment, typename),
  );
}
