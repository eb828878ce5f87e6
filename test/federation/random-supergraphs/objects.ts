/** Random data for a design: objects of all types that refer to one another, and the answers of the root fields. */
import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';
import { parseFieldSet } from '../../../gateway/planner/supergraph/join-directives.ts';
import { type DataObject, type Graph, read } from '../supergraphs/supergraph.ts';
import { objectAbove } from '../support/objects-above.ts';
import type { Clock } from './additions/addition.ts';
import type { Design, Requiring } from './design.ts';
import { digest } from './digest.ts';
import { type ContextValue, type Field, interfaceName, rootName } from './field.ts';
import type { Rng } from './rng.ts';
import { allName, keysByField } from './types.ts';

type RandomObject = Record<string, unknown> & { readonly __typename: string; readonly id: string | null };

/** The number of objects of each type. It is small, so that one object occurs many times. */
const objectsOfEach = 3;
/** The maximum number of items in a list. It is large enough that some objects occur twice. */
const maxItems = 5;

export interface RandomObjects extends Pick<Graph, 'entities' | 'root' | 'unknown'> {
  readonly clock: Clock;
}

/** Random objects; undefined if the subgraphs with a non-null field have no object type in common. */
export function randomObjects(design: Design, rng: Rng): RandomObjects | undefined {
  try {
    const factory = new ObjectFactory(design, rng);
    const root = factory.root();
    const more = factory.addMore();
    return { root, ...more, entities: [...factory.entities, ...more.entities] };
  } catch (error) {
    if (error instanceof NoObject) {
      return undefined;
    }
    throw error;
  }
}

class NoObject extends Error {
  override readonly name = 'NoObject';
}

class ObjectFactory {
  readonly #design: Design;
  readonly #rng: Rng;
  readonly #objects: ReadonlyMap<string, readonly RandomObject[]>;
  readonly #root: Record<string, () => unknown> = {};
  #lastNumber = 0;

  constructor(design: Design, rng: Rng) {
    this.#design = design;
    this.#rng = rng;
    const { entities, values } = design.graphTypes;
    this.#objects = new Map(
      [...entities, ...values].map((type) => [
        type,
        Array.from({ length: objectsOfEach }, (_, at) => ({ __typename: type, id: `${type}-${at}` })),
      ]),
    );
    for (const object of [...this.#objects.values()].flat()) {
      this.#fill(object);
    }
    for (const requiring of design.requiring) {
      this.#fillRequiring(requiring);
    }
    const ofInterfaceObjects = design.interfaceObjects.flatMap(({ fields }) => fields);
    for (const object of design.graphTypes.implementing.flatMap((type) => this.#objects.get(type) ?? [])) {
      for (const field of ofInterfaceObjects) {
        object[field.name] = this.#value(field.type, [field.named]);
      }
    }
    for (const type of entities.filter((candidate) => this.#mayDangle(candidate))) {
      for (const object of this.#objects.get(type)?.slice(-1) ?? []) {
        for (const name of Object.keys(object).filter((candidate) => candidate !== '__typename')) {
          object[name] = null;
        }
      }
    }
  }

  /**
   * Whether one object of the type may have a null key and only null fields, like a reference to nothing. This is not
   * possible for the types of an @interfaceObject, because such an object's type would be unknown.
   */
  #mayDangle(type: string): boolean {
    const { graphTypes, interfaceObjects } = this.#design;
    const isInterfaceObject = interfaceObjects.length > 0 && graphTypes.implementing.includes(type);
    return !isInterfaceObject && graphTypes.fieldsOf(type).every((field) => !field.type.endsWith('!'));
  }

  get entities(): readonly DataObject[] {
    return this.#design.graphTypes.entities
      .flatMap((type) => this.#objects.get(type) ?? [])
      .filter((object) => object.id !== null);
  }

  root(): Graph['root'] {
    const { implementing } = this.#design.graphTypes;
    const answers = new Map<string, unknown>();
    for (const { subgraph, field } of this.#design.rootFields) {
      const subgraphs = this.#design.rootFields.filter((other) => other.field === field);
      const types = this.#typesIn(
        subgraphs.map((other) => other.subgraph),
        field.named,
      );
      const isOfInterfaceObject = this.#design.interfaceObjects.some(
        (candidate) => candidate.subgraph === subgraph && field.named === interfaceName,
      );
      const possibleTypes = isOfInterfaceObject ? implementing : types;
      const all =
        field.name === allName || (isOfInterfaceObject && field.type.startsWith('['))
          ? [...possibleTypes.flatMap((type) => this.#objects.get(type) ?? []), null]
          : undefined;
      answers.set(field.name, answers.get(field.name) ?? all ?? this.#value(field.type, possibleTypes));
    }
    Object.assign(this.#root, Object.fromEntries([...answers].map(([name, answer]) => [name, () => answer])));
    return this.#root;
  }

  /** The data of the design's additions. */
  addMore(): Required<Pick<RandomObjects, 'entities' | 'unknown' | 'clock'>> {
    const entities: DataObject[] = [];
    const unknown: Record<string, readonly DataObject[]> = {};
    const clock = { time: 0 };
    const root: Record<string, unknown> = {};
    for (const addition of this.#design.additions) {
      addition.addData({
        root,
        entities,
        unknown,
        clock,
        objectsOf: (type) => this.#objects.get(type) ?? [],
        value: (type, subgraph) => this.#value(type, this.#typesIn([subgraph], type.replace(/[[\]!]/g, ''))),
        nextNumber: () => this.#nextNumber(),
      });
    }
    for (const [name, value] of Object.entries(root)) {
      this.#root[name] = typeof value === 'function' ? (value as () => unknown) : () => value;
    }
    return { entities, unknown, clock };
  }

  #fill(object: RandomObject): void {
    for (const field of this.#design.graphTypes.fieldsOf(object.__typename)) {
      const { name, hasArgument } = field;
      const type = field.hasNulls ? field.type.replace(/!$/, '') : field.type;
      if (name === 'id' || field.isRequiring) {
        continue;
      }
      if (field.takes !== undefined) {
        object[name] = takingFromAbove(field.takes);
        continue;
      }
      if (Object.hasOwn(keysByField, name)) {
        object[name] = this.#keyValue(object, field);
      } else if (field.named === rootName) {
        object[name] = () => this.#root;
      } else if (name === 'a') {
        object.a = this.#nextNumber();
      } else if (hasArgument && type === 'Int') {
        const number = this.#nextNumber();
        object[name] = ({ x }: { x?: number | null }) => (x ?? 0) * 1000 + number;
      } else {
        object[name] = this.#value(type, this.#typesOf(object.__typename, field));
      }
    }
  }

  /** The value of a key field. No other entity of the type has the same value. */
  #keyValue({ id }: RandomObject, { name, named }: Field): unknown {
    const own = (begin: string) => {
      const object = { __typename: named, id: `${begin}-${id}` };
      this.#fill(object);
      return object;
    };
    switch (name) {
      case 'k':
        return `k-${id}`;
      case 'ks':
        return [`k0-${id}`, `k1-${id}`];
      case 'o':
        return own('own');
      case 'os':
        return [own('own0'), own('own1')];
      default:
        // The last object of a type is left out, because it may have a null id.
        return this.#rng.pick(this.#objects.get(named)?.slice(0, -1) ?? []);
    }
  }

  /**
   * Sets the values of fields with @requires. A scalar value is computed from the required fields, so that a wrong
   * value among them becomes visible.
   */
  #fillRequiring({ type, field, required }: Requiring): void {
    const set = parseFieldSet(required);
    for (const object of this.#objects.get(type) ?? []) {
      object[field.name] =
        this.#design.graphTypes.kindOf(field.named) === 'scalar'
          ? function (this: DataObject) {
              const text = JSON.stringify(selected(this, set));
              const value = field.named === 'Int' ? digest(text) : text;
              return field.type.startsWith('[') ? [value] : value;
            }
          : this.#value(field.type, this.#typesOf(type, field));
    }
  }

  #value(type: string, objectTypes: readonly string[]): unknown {
    const mayBeNull = !type.endsWith('!');
    return mayBeNull && (objectTypes.length === 0 || this.#rng.chance(0.12))
      ? null
      : this.#present(type.replace(/!$/, ''), objectTypes);
  }

  #present(type: string, objectTypes: readonly string[]): unknown {
    if (type.startsWith('[')) {
      const items = { length: objectTypes.length === 0 ? 0 : this.#rng.below(maxItems + 1) };
      return Array.from(items, () => this.#value(type.slice(1, -1), objectTypes));
    }
    switch (type) {
      case 'Int':
        return this.#nextNumber();
      case 'String':
      case 'ID':
        return `${type.toLowerCase()}${this.#nextNumber()}`;
      default:
        if (objectTypes.length === 0) {
          throw new NoObject(`no object for ${type}`);
        }
        return this.#rng.pick(this.#objects.get(this.#rng.pick(objectTypes)) ?? []);
    }
  }

  /** The object types of a field that every subgraph with the field knows. */
  #typesOf(type: string, { name, named }: Field): readonly string[] {
    const { placement } = this.#design;
    const owners = placement.subgraphs.filter((subgraph) => placement.has(subgraph, type, name));
    return this.#typesIn(owners, named);
  }

  #typesIn(subgraphs: readonly string[], named: string): readonly string[] {
    const { placement, graphTypes } = this.#design;
    const kind = graphTypes.kindOf(named);
    if (kind === 'scalar' || kind === 'root') {
      return [named];
    }
    const [first = [], ...others] = subgraphs.map((subgraph) => placement.objectsOf(subgraph, named));
    return first.filter((type) => others.every((types) => types.includes(type)));
  }

  #nextNumber(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }
}

/**
 * A subgraph gets the value as an argument. The schema without federation has no such argument, and reads the value
 * from the object above.
 */
function takingFromAbove({ type, field }: ContextValue) {
  return ({ x }: { x?: unknown }, _context?: unknown, info?: GraphQLResolveInfo): number => {
    if (x === undefined && info === undefined) {
      throw new Error(`the ${field} of a ${type} above was not given`);
    }
    return digest(
      JSON.stringify(info === undefined || x !== undefined ? x : read(objectAbove(info, type), field)),
    );
  };
}

const noFields: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [] };

/** The selected fields of a value, sorted by name. A missing value becomes 'nothing', to differ from null. */
function selected(source: unknown, set: SelectionSetNode): unknown {
  if (Array.isArray(source)) {
    return source.map((item) => selected(item, set));
  }
  if (typeof source !== 'object' || source === null) {
    return source === undefined ? 'nothing' : source;
  }
  const object = source as DataObject;
  const fields = set.selections.flatMap((selection): readonly (readonly [string, unknown])[] => {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return object.__typename === selection.typeCondition?.name.value
        ? Object.entries(Object(selected(object, selection.selectionSet)))
        : [];
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      return [];
    }
    const name = selection.name.value;
    const value = read(object, name, (selection.arguments ?? []).length === 0 ? {} : { x: 1 });
    return [[name, selected(value, selection.selectionSet ?? noFields)]];
  });
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}
