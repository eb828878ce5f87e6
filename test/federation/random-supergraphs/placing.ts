/** Which subgraph has which fields of which types. */
import type { Dice } from './dice.ts';
import { type Field, interfaceName } from './field.ts';
import type { Shape } from './shape.ts';

/** What a subgraph says of a field that it has. */
export type FieldDirective = '' | '@shareable' | '@external' | `@override(${string})`;

type Fields = Map<string, FieldDirective>;

export class Placing {
  readonly #dice: Dice;
  readonly #shape: Shape;
  /** By subgraph, type and field. An abstract type is there with no fields. */
  readonly #types: ReadonlyMap<string, Map<string, Fields>>;
  /** By subgraph and type. */
  readonly #keys: Map<string, readonly string[]>;

  constructor(subgraphs: readonly string[], dice: Dice, shape: Shape, from?: Placing) {
    this.#dice = dice;
    this.#shape = shape;
    this.#types = new Map(
      subgraphs.map((subgraph) => [
        subgraph,
        new Map([...(from?.typesIn(subgraph) ?? [])].map(([type, fields]) => [type, new Map(fields)])),
      ]),
    );
    this.#keys = new Map(from === undefined ? [] : from.#keys);
  }

  /** To try something on that may come to nothing. */
  copy(): Placing {
    return new Placing(this.subgraphs, this.#dice, this.#shape, this);
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

  /** Whether the subgraph has the field, and not as another's. */
  owns(subgraph: string, type: string, field: string): boolean {
    return this.has(subgraph, type, field) && this.typesIn(subgraph).get(type)?.get(field) !== '@external';
  }

  /** The object types that a field of this type may be of in the subgraph. */
  objectsOf(subgraph: string, type: string): readonly string[] {
    return this.#allObjectsOf(type).filter((each) => this.has(subgraph, each));
  }

  /** The subgraph has the field, and what it needs to have it; where it has it already it stays as it is. */
  put(subgraph: string, type: string, field: Field, directive: FieldDirective): void {
    this.need(subgraph, type);
    this.need(subgraph, field.named);
    if (!this.has(subgraph, type, field.name)) {
      this.#types.get(subgraph)?.get(type)?.set(field.name, directive);
    }
  }

  /** The subgraph has the type, as little or as much of it as chance will have. */
  need(subgraph: string, type: string): void {
    const kind = this.#shape.kindOf(type);
    if (kind === 'scalar' || this.has(subgraph, type)) {
      return;
    }
    this.#types.get(subgraph)?.set(type, new Map());
    switch (kind) {
      case 'interface':
      case 'union': {
        // Where another subgraph has it as an @interfaceObject, an interface has all its types.
        const isWhole = kind === 'interface' && this.#shape.hasInterfaceObject;
        const objects = this.#dice.someOrOne(this.#allObjectsOf(type), isWhole ? 1 : 0.8);
        for (const object of objects) {
          this.need(subgraph, object);
        }
        break;
      }
      case 'value':
        for (const field of this.#shape.fieldsOf(type)) {
          if (field.name === 'a' || field.name === 'id' || this.#dice.chance(0.85)) {
            this.put(subgraph, type, field, '@shareable');
          }
        }
        break;
      case 'entity':
        this.#choosesKeys(subgraph, type);
        break;
      default: {
        const missed: never = kind;
        throw new Error(`no kind ${missed}`);
      }
    }
  }

  /** An interface says that each of its types has an `id`. */
  completeInterfaces(): void {
    for (const subgraph of this.subgraphs.filter((each) => this.has(each, interfaceName))) {
      for (const type of this.objectsOf(subgraph, interfaceName)) {
        for (const field of this.#shape.fieldsOf(type).filter(({ name }) => name === 'id')) {
          this.put(subgraph, type, field, '@shareable');
        }
      }
    }
  }

  #choosesKeys(subgraph: string, type: string): void {
    const fields = this.#shape.fieldsOf(type);
    const has = (wanted: string) => fields.some(({ name }) => name === wanted);
    const possible = ['id', ...(has('k') ? ['k'] : []), ...(has('o') ? ['o { a }', 'id o { id }'] : [])];
    const isOfInterfaceObject = this.#shape.hasInterfaceObject && this.#shape.implementing.includes(type);
    const first = isOfInterfaceObject || this.#dice.chance(0.7) ? 'id' : this.#dice.pick(possible);
    const keys = new Set([first, ...(this.#dice.chance(0.3) ? [this.#dice.pick(possible)] : [])]);
    this.#keys.set(`${subgraph} ${type}`, [...keys]);
    for (const field of fields) {
      // A key's own fields are `id`, `k` and `o`, which is of a value with `a` and `id`.
      if (
        [...keys].some((key) =>
          key
            .replace(/\{.*\}/, '')
            .split(/\s+/)
            .includes(field.name),
        )
      ) {
        this.put(subgraph, type, field, this.#dice.chance(0.1) ? '@shareable' : '');
      }
    }
  }

  #allObjectsOf(type: string): readonly string[] {
    switch (this.#shape.kindOf(type)) {
      case 'interface':
        return this.#shape.implementing;
      case 'union':
        return this.#shape.members;
      default:
        return [type];
    }
  }
}
