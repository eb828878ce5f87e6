/** Random objects of all the types of a design, linked to one another, and what the root fields answer of them. */
import { Kind, type SelectionSetNode } from 'graphql';
import { fieldSet } from '../../../gateway/planner/join.ts';
import { type Graph, read, type Thing } from '../supergraphs/graph.ts';
import type { Design, Requiring } from './design.ts';
import type { Dice } from './dice.ts';
import type { Field } from './field.ts';
import { allName } from './shape.ts';

type Made = Record<string, unknown> & { readonly __typename: string; readonly id: string | null };

/** Objects of each type: few, so that the same is in many places. */
const objectsOfEach = 3;
/** Items that a list has at most: so many that some are there twice. */
const longestList = 5;

/** Undefined where a field that may not be null is of no type that all its subgraphs know. */
export function randomObjects(design: Design, dice: Dice): Pick<Graph, 'entities' | 'root'> | undefined {
  try {
    const maker = new Maker(design, dice);
    return { entities: maker.entities, root: maker.root() };
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

class Maker {
  readonly #design: Design;
  readonly #dice: Dice;
  readonly #objects: ReadonlyMap<string, readonly Made[]>;
  #lastNumber = 0;

  constructor(design: Design, dice: Dice) {
    this.#design = design;
    this.#dice = dice;
    const { entities, values } = design.shape;
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
    for (const type of design.interfaceObject === undefined ? [] : design.shape.implementing) {
      for (const object of this.#objects.get(type) ?? []) {
        for (const field of design.interfaceObject?.fields ?? []) {
          object[field.name] = this.#value(field.type, [field.named]);
        }
      }
    }
    for (const type of entities.filter((each) => this.#mayDangle(each))) {
      for (const object of this.#objects.get(type)?.slice(-1) ?? []) {
        for (const name of Object.keys(object).filter((each) => each !== '__typename')) {
          object[name] = null;
        }
      }
    }
  }

  /**
   * Whether an object of the type may be a reference that leads nowhere: its only key is null, and so is all of it. An
   * interface object would not tell of what type it is.
   */
  #mayDangle(type: string): boolean {
    const { shape, interfaceObject, requiring } = this.#design;
    const fields = [
      ...shape.fieldsOf(type),
      ...requiring.filter(({ of }) => of === type).map(({ field }) => field),
    ];
    const isInterfaceObject = interfaceObject !== undefined && shape.implementing.includes(type);
    return !isInterfaceObject && fields.every((field) => !field.type.endsWith('!') && field.name !== 'o');
  }

  get entities(): readonly Thing[] {
    return this.#design.shape.entities
      .flatMap((type) => this.#objects.get(type) ?? [])
      .filter((object) => object.id !== null);
  }

  root(): Graph['root'] {
    const answers = new Map<string, unknown>();
    for (const { field } of this.#design.rootFields) {
      const subgraphs = this.#design.rootFields.filter((other) => other.field === field);
      const types = this.#typesIn(
        subgraphs.map(({ subgraph }) => subgraph),
        field.named,
      );
      const all = field.name === allName ? types.flatMap((type) => this.#objects.get(type) ?? []) : undefined;
      answers.set(field.name, answers.get(field.name) ?? all ?? this.#value(field.type, types));
    }
    const interfaces = [
      ...this.#design.shape.implementing.flatMap((type) => this.#objects.get(type) ?? []),
      null,
    ];
    return {
      ...Object.fromEntries([...answers].map(([name, answer]) => [name, () => answer])),
      interfaces: () => interfaces,
    };
  }

  #fill(object: Made): void {
    for (const field of this.#design.shape.fieldsOf(object.__typename)) {
      const { name, type, hasArgument } = field;
      if (name === 'id') {
        continue;
      }
      if (name === 'k') {
        object.k = `k-${object.id}`;
      } else if (name === 'o') {
        // A key's object is of one entity only.
        const own = { __typename: field.named, id: `own-${object.id}` };
        this.#fill(own);
        object.o = own;
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

  /** Mostly it tells what it was given of that which it requires. */
  #fillRequiring({ subgraph, of, field, required }: Requiring): void {
    const set = fieldSet(required);
    for (const object of this.#objects.get(of) ?? []) {
      object[field.name] =
        this.#design.shape.kindOf(field.named) === 'scalar'
          ? function (this: Thing) {
              const text = JSON.stringify(gathered(this, set));
              const told = field.named === 'Int' ? digest(text) : text;
              return field.type.startsWith('[') ? [told] : told;
            }
          : this.#value(field.type, this.#typesIn([subgraph], field.named));
    }
  }

  #value(type: string, objectTypes: readonly string[]): unknown {
    const mayBeNull = !type.endsWith('!');
    return mayBeNull && (objectTypes.length === 0 || this.#dice.chance(0.12))
      ? null
      : this.#present(type.replace(/!$/, ''), objectTypes);
  }

  #present(type: string, objectTypes: readonly string[]): unknown {
    if (type.startsWith('[')) {
      const items = { length: objectTypes.length === 0 ? 0 : this.#dice.below(longestList + 1) };
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
        return this.#dice.pick(this.#objects.get(this.#dice.pick(objectTypes)) ?? []);
    }
  }

  /** A field is of a type that every subgraph knows which has the field. */
  #typesOf(type: string, { name, named }: Field): readonly string[] {
    const { placing } = this.#design;
    const having = placing.subgraphs.filter((subgraph) => placing.has(subgraph, type, name));
    return this.#typesIn(having, named);
  }

  #typesIn(subgraphs: readonly string[], named: string): readonly string[] {
    const { placing, shape } = this.#design;
    if (shape.kindOf(named) === 'scalar') {
      return [named];
    }
    const [first = [], ...others] = subgraphs.map((subgraph) => placing.objectsOf(subgraph, named));
    return first.filter((type) => others.every((types) => types.includes(type)));
  }

  #nextNumber(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }
}

const noFields: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [] };

/** What an object says of the fields, in an order of its own. What it lacks is told apart from null. */
function gathered(of: unknown, set: SelectionSetNode): unknown {
  if (Array.isArray(of)) {
    return of.map((item) => gathered(item, set));
  }
  if (typeof of !== 'object' || of === null) {
    return of === undefined ? 'nothing' : of;
  }
  const thing = of as Thing;
  const fields = set.selections.flatMap((selection): readonly (readonly [string, unknown])[] => {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return thing.__typename === selection.typeCondition?.name.value
        ? Object.entries(Object(gathered(thing, selection.selectionSet)))
        : [];
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      return [];
    }
    const name = selection.name.value;
    const value = read(thing, name, (selection.arguments ?? []).length === 0 ? {} : { x: 1 });
    return [[name, gathered(value, selection.selectionSet ?? noFields)]];
  });
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A number that is mostly another for another text. */
function digest(text: string): number {
  return [...text].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 99_991, 7);
}
