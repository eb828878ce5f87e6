import type { JsonObject } from '../../json.ts';
import { hasField } from '../../response-shape.ts';
import type { FlatKey, LookupPath, LookupStep } from '../../steps.ts';
import type { ExecutionContext } from '../execution-context.ts';
import { fillWithNull } from '../merge.ts';
import { buildRepresentation, MissingRequirements, nullKeys } from './build-representation.ts';
import { MissingValue } from './copy-required.ts';
import { nodeAt, TrieNode } from './representation-trie.ts';
import { visitEntities } from './visit-entities.ts';

/** The entities of one lookup: each representation once, and the objects that the answer for it is merged into. */
export interface CollectedEntities {
  readonly targets: readonly JsonObject[];
  /** `targets[n]` gets the answer for `representations[indexes[n]]`. */
  readonly indexes: readonly number[];
  readonly representations: readonly JsonObject[];
  /** Entities that lack what some fields require. They are looked up apart, for the other fields. By type and fields. */
  readonly incomplete: ReadonlyMap<string, IncompleteEntities>;
}

/** Entities of one type that lack what the same fields of a lookup require. */
export interface IncompleteEntities {
  /** The keys of these fields. */
  readonly fields: ReadonlySet<string>;
  readonly entities: Set<JsonObject>;
}

/**
 * Collects the entities that a lookup's paths lead to, and their representations, without duplicates.
 *
 * For `card → patron` over `[{ patron: P1 }, { patron: P2 }, { patron: P1 }]`, where each patron is an object of its
 * own:
 *
 * ```
 * representations  [{ __typename: 'Patron', id: '1' }, { __typename: 'Patron', id: '2' }]
 * targets          [P1, P2]  the third card gets the first card's patron object
 * indexes          [0, 1]
 * ```
 *
 * The two equal patrons become one object, so that its fields are merged and projected once. This is done only
 * - if they have no other fields than those of the representation,
 * - along a path of which every other lookup reaches all objects or none (`compile/shareable-paths.ts`),
 * - and until something fails, because a failure belongs to one object.
 *
 * Otherwise the third patron is a target too, and `indexes` is `[0, 1, 0]`.
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

/** Whether a fetch is for this entity. */
export type IsMeant = (entity: JsonObject) => boolean;

/** Collects the entities of one lookup one by one. */
export class EntityCollector implements CollectedEntities {
  readonly targets: JsonObject[] = [];
  readonly indexes: number[] = [];
  readonly representations: JsonObject[] = [];
  readonly incomplete = new Map<string, IncompleteEntities>();
  readonly #lookup: LookupStep;
  readonly #context: ExecutionContext;
  #mayShare = false;
  /** Entities with a flat key whose fields are all present: `__typename`, then the values, in the key's order. */
  readonly #flat = new TrieNode();
  /** All other entities: names and values, because their representations differ in their fields. */
  readonly #others = new TrieNode();
  /** The latest target along the current path, for each representation. */
  #latestTargets: (JsonObject | undefined)[] = [];
  /** The type of the latest entity, with its flat key and node. The next entity usually has the same type. */
  #typename: unknown;
  #flatKey: FlatKey | null = null;
  #typeNode = this.#flat;

  constructor(lookup: LookupStep, context: ExecutionContext) {
    this.#lookup = lookup;
    this.#context = context;
  }

  startPath({ mayShare }: LookupPath): void {
    this.#mayShare = mayShare && this.#context.failures.isEmpty;
    this.#latestTargets = [];
  }

  /** Returns the object that replaces the entity: an equal one, or the entity itself. */
  add(entity: JsonObject): JsonObject {
    const { __typename: typename } = entity;
    if (typename !== this.#typename) {
      this.#typename = typename;
      this.#flatKey = typeof typename === 'string' ? this.#lookup.flatKeyOf(typename) : null;
      this.#typeNode = this.#flat.child(typename);
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
    this.targets.push(entity);
    this.indexes.push(node.index);
    return entity;
  }

  /** Adds an entity that is represented by more than leaves, or that can't be represented. */
  #addOther(entity: JsonObject): void {
    const { failures, types } = this.#context;
    const representation = buildRepresentation(entity, this.#lookup, failures);
    if (representation === nullKeys) {
      fillWithNull(entity, this.#lookup.shape, types);
      return;
    }
    if (representation instanceof MissingValue) {
      // The fields of this fetch are null for the same reason as the value that they require.
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

  /** The fields whose requirements are missing fail, and the entity is looked up apart for the others. */
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

/** The node that the entity's key values lead to. Undefined if one of them is missing, null, a list or an object. */
function flatNodeOf(entity: JsonObject, { fields }: FlatKey, typeNode: TrieNode): TrieNode | undefined {
  let node = typeNode;
  for (const { key } of fields) {
    const value = entity[key];
    if (value === undefined || typeof value === 'object') {
      return undefined;
    }
    node = node.child(value);
  }
  return node;
}

function flatRepresentation(entity: JsonObject, { fields }: FlatKey): JsonObject {
  const representation: JsonObject = { __typename: entity.__typename };
  for (const { key, name } of fields) {
    representation[name] = entity[key];
  }
  return representation;
}

/** Whether the entity has no other fields than `__typename` and those of its flat key. */
function hasOnlyKeyFields(entity: JsonObject, { fields }: FlatKey): boolean {
  // Counted in a loop: Object.keys would allocate a list for each entity.
  let count = 0;
  for (const _key in entity) {
    count++;
  }
  return count === fields.length + 1;
}
