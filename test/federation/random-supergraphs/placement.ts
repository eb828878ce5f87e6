/** Distributes types and fields to subgraphs. */
import { type Field, interfaceName, otherInterfaceName } from './field.ts';
import type { Rng } from './rng.ts';
import { type GraphTypes, keysByField } from './types.ts';

/** The directive of a field in a subgraph. */
export type FieldDirective =
  | ''
  | '@shareable'
  | '@external'
  | `@override(${string})`
  | `@requires(${string})`;

/** A field of the root type of queries, in one subgraph. */
export interface RootField {
  readonly subgraph: string;
  readonly field: Field;
  readonly directive: FieldDirective;
}

type Fields = Map<string, FieldDirective>;

/**
 * The types and fields of each subgraph. An addition includes everything that it needs: a field adds its type, an
 * entity gets a key, and an interface gets some of its object types.
 */
export class Placement {
  readonly #rng: Rng;
  readonly #graphTypes: GraphTypes;
  /** The types of each subgraph, by name, with their fields. An abstract type has no fields here. */
  readonly #types: ReadonlyMap<string, Map<string, Fields>>;
  /** The keys of each entity, under `subgraph type`. */
  readonly #keys: Map<string, readonly string[]>;

  constructor(subgraphs: readonly string[], rng: Rng, graphTypes: GraphTypes, from?: Placement) {
    this.#rng = rng;
    this.#graphTypes = graphTypes;
    this.#types = new Map(
      subgraphs.map((subgraph) => [
        subgraph,
        new Map([...(from?.typesIn(subgraph) ?? [])].map(([type, fields]) => [type, new Map(fields)])),
      ]),
    );
    this.#keys = new Map(from === undefined ? [] : from.#keys);
  }

  /** A copy for an attempt that may be discarded. */
  copy(): Placement {
    return new Placement(this.subgraphs, this.#rng, this.#graphTypes, this);
  }

  get subgraphs(): readonly string[] {
    return [...this.#types.keys()];
  }

  typesIn(subgraph: string): ReadonlyMap<string, ReadonlyMap<string, FieldDirective>> {
    return this.#types.get(subgraph) ?? new Map();
  }

  keysOf(subgraph: string, type: string): readonly string[] {
    return this.#keys.get(`${subgraph} ${type}`) ?? [];
  }

  has(subgraph: string, type: string, field?: string): boolean {
    const fields = this.#types.get(subgraph)?.get(type);
    return fields !== undefined && (field === undefined || fields.has(field));
  }

  /** Whether the subgraph has the field without @external. */
  owns(subgraph: string, type: string, field: string): boolean {
    return this.has(subgraph, type, field) && this.typesIn(subgraph).get(type)?.get(field) !== '@external';
  }

  /** The object types that a value of the type may have in the subgraph. */
  objectsOf(subgraph: string, type: string): readonly string[] {
    return this.#allObjectsOf(type).filter((candidate) => this.has(subgraph, candidate));
  }

  /** Adds a field to a subgraph, with everything that it needs. An existing field keeps its directive. */
  put(subgraph: string, type: string, field: Field, directive: FieldDirective): void {
    this.need(subgraph, type);
    this.need(subgraph, field.named);
    if (!this.has(subgraph, type, field.name)) {
      this.#types.get(subgraph)?.get(type)?.set(field.name, directive);
    }
  }

  /** Adds a type to a subgraph, with a random choice of its fields or object types. */
  need(subgraph: string, type: string): void {
    const kind = this.#graphTypes.kindOf(type);
    if (kind === 'scalar' || kind === 'root' || this.has(subgraph, type)) {
      return;
    }
    this.#types.get(subgraph)?.set(type, new Map());
    switch (kind) {
      case 'interface':
      case 'union': {
        // If another subgraph has the interface as an @interfaceObject, this subgraph must have all of its types.
        const needsAllTypes = type === interfaceName && this.#graphTypes.hasInterfaceObject;
        const objects = this.#rng.someOrOne(this.#allObjectsOf(type), needsAllTypes ? 1 : 0.8);
        for (const object of objects) {
          this.need(subgraph, object);
        }
        break;
      }
      case 'value':
        for (const field of this.#graphTypes.fieldsOf(type)) {
          if (field.name === 'a' || field.name === 'id' || this.#rng.chance(0.85)) {
            this.put(subgraph, type, field, '@shareable');
          }
        }
        break;
      case 'entity':
        this.#chooseKeys(subgraph, type);
        break;
      default: {
        const missed: never = kind;
        throw new Error(`no kind ${missed}`);
      }
    }
  }

  /** Adds the requirements of each interface: the types of its fields, and `id` in each of its object types. */
  completeInterfaces(): void {
    // There are three rounds, because an added type may need another interface.
    for (let round = 0; round < 3; round++) {
      for (const name of [interfaceName, otherInterfaceName]) {
        for (const subgraph of this.subgraphs.filter((candidate) => this.has(candidate, name))) {
          for (const field of this.interfaceFields(subgraph, name)) {
            this.need(subgraph, field.named);
          }
          for (const type of this.objectsOf(subgraph, name)) {
            this.putId(subgraph, type);
          }
        }
      }
    }
  }

  /** The fields of an interface in a subgraph. These are the fields that all types of the interface have there. */
  interfaceFields(subgraph: string, name: string): readonly Field[] {
    const objects = this.objectsOf(subgraph, name);
    return this.#graphTypes
      .fieldsOf(name)
      .filter((field) => objects.every((type) => this.has(subgraph, type, field.name)));
  }

  putId(subgraph: string, type: string): void {
    for (const field of this.#graphTypes.fieldsOf(type).filter(({ name }) => name === 'id')) {
      this.put(subgraph, type, field, '@shareable');
    }
  }

  #chooseKeys(subgraph: string, type: string): void {
    const fields = this.#graphTypes.fieldsOf(type);
    const names = fields.map(({ name }) => name);
    const possible = Object.entries(keysByField)
      .filter(([name]) => names.includes(name))
      .flatMap(([, keys]) => keys)
      .filter((key) => topFields(key).every((name) => names.includes(name)));
    const isOfInterfaceObject =
      this.#graphTypes.hasInterfaceObject && this.#graphTypes.implementing.includes(type);
    const first = isOfInterfaceObject || this.#rng.chance(0.7) ? 'id' : this.#rng.pick(possible);
    const keys = new Set([first, ...(this.#rng.chance(0.3) ? [this.#rng.pick(possible)] : [])]);
    this.#keys.set(`${subgraph} ${type}`, [...keys]);
    const keyFields = new Set([...keys].flatMap(topFields));
    for (const field of fields.filter(({ name }) => keyFields.has(name))) {
      this.put(subgraph, type, field, this.#rng.chance(0.1) ? '@shareable' : '');
      // The key of an object type selects `id` of the object. Value types have `id` and `a` in every subgraph.
      if (this.#graphTypes.kindOf(field.named) === 'entity') {
        this.putId(subgraph, field.named);
      }
    }
  }

  #allObjectsOf(type: string): readonly string[] {
    const kind = this.#graphTypes.kindOf(type);
    return kind === 'interface' || kind === 'union' ? (this.#graphTypes.abstract.get(type) ?? []) : [type];
  }
}

/** The top-level fields of a key: `id` and `o` for `id o { id }`. */
function topFields(key: string): readonly string[] {
  return key
    .replace(/\{.*\}/, '')
    .trim()
    .split(/\s+/);
}
