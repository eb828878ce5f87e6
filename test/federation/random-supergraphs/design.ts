/** A random supergraph, before it is written as SDL: it may come out as one that does not compose. */
import { Dice } from './dice.ts';
import { type Field, interfaceName } from './field.ts';
import { FieldSetWriter, type Purpose } from './field-sets.ts';
import { subgraphNames } from './hostile-names.ts';
import { type NullableIn, nullableIn } from './nullable.ts';
import { type FieldDirective, Placing } from './placing.ts';
import { allName, linkName, randomShape, randomType, type Shape, unionName, wrapped } from './shape.ts';

export interface RootField {
  readonly subgraph: string;
  readonly field: Field;
  readonly directive: FieldDirective;
}

/** A field with `@requires`. */
export interface Requiring {
  readonly subgraph: string;
  readonly of: string;
  readonly field: Field;
  readonly required: string;
}

/**
 * An `@interfaceObject`, and the fields that only its subgraph has of the interface. None of them requires another subgraph's:
 * where all subgraphs have a field of an interface, the composition says of none that it is external there.
 */
export interface InterfaceObject {
  readonly subgraph: string;
  readonly fields: readonly Field[];
}

export interface Design {
  readonly shape: Shape;
  readonly placing: Placing;
  readonly rootFields: readonly RootField[];
  readonly requiring: readonly Requiring[];
  /** What a field provides, by subgraph, type and field. */
  readonly provided: ReadonlyMap<string, string>;
  readonly interfaceObject: InterfaceObject | undefined;
  readonly isNullable: NullableIn;
}

export function randomDesign(seed: number): Design {
  const dice = new Dice(seed);
  // By chance of their own: what a seed makes is the same, whatever it is called and may be null.
  const names = new Dice(~seed);
  const shape = randomShape(dice, names);
  const subgraphs = subgraphNames(names, 2 + dice.below(3));
  const placing = new Placing(subgraphs, dice, shape);
  placeFields(placing, shape, dice);
  const designer = new Designer(placing, shape, dice);
  const rootFields = designer.rootFields();
  const requiring = designer.requiring();
  const provided = designer.provided(rootFields);
  const interfaceObject = designer.interfaceObject();
  designer.placing.completeInterfaces();
  const isNullable = nullableIn(subgraphs, shape.values, names);
  return { shape, placing: designer.placing, rootFields, requiring, provided, interfaceObject, isNullable };
}

/** Each field of an entity has a subgraph, or two: that share it, or of which one takes it over. */
function placeFields(placing: Placing, shape: Shape, dice: Dice): void {
  for (const entity of shape.entities) {
    for (const subgraph of dice.some(placing.subgraphs, 0.55)) {
      placing.need(subgraph, entity);
    }
    for (const field of shape.fieldsOf(entity)) {
      if (field.name === linkName) {
        continue;
      }
      if (['id', 'k', 'o'].includes(field.name)) {
        if (!placing.subgraphs.some((subgraph) => placing.has(subgraph, entity, field.name))) {
          placing.put(dice.pick(placing.subgraphs), entity, field, '@shareable');
        }
        continue;
      }
      const owner = dice.pick(placing.subgraphs);
      const other = dice.chance(0.3) ? dice.pick(placing.subgraphs) : owner;
      const takesOver = other !== owner && dice.chance(0.4);
      const label = dice.chance(0.3) ? ', label: "percent(50)"' : '';
      placing.put(owner, entity, field, other === owner || takesOver ? '' : '@shareable');
      placing.put(other, entity, field, takesOver ? `@override(from: "${owner}"${label})` : '@shareable');
    }
  }
}

class Designer {
  /** Another one where something had to be tried. */
  placing: Placing;
  readonly #shape: Shape;
  readonly #dice: Dice;

  constructor(placing: Placing, shape: Shape, dice: Dice) {
    this.placing = placing;
    this.#shape = shape;
    this.#dice = dice;
  }

  rootFields(): readonly RootField[] {
    const { entities, values, implementing, members } = this.#shape;
    const abstract = [
      ...(implementing.length > 0 ? [interfaceName] : []),
      ...(members.length > 0 ? [unionName] : []),
    ];
    const fields: RootField[] = [];
    const add = (subgraph: string, field: Field, directive: FieldDirective) => {
      this.placing.need(subgraph, field.named);
      fields.push({ subgraph, field, directive });
    };
    for (const subgraph of this.placing.subgraphs) {
      for (let at = this.#dice.below(3) - 1; at >= 0; at--) {
        const named = this.#dice.pick([...entities, ...entities, ...values, ...abstract]);
        add(subgraph, this.#field(`${subgraph}q${at}`, named), '');
      }
    }
    if (this.#dice.chance(0.5)) {
      const shared = this.#field('shared', this.#dice.pick([...entities, ...values]));
      for (const subgraph of this.#dice.some(this.placing.subgraphs, 0.6)) {
        add(subgraph, shared, '@shareable');
      }
    }
    fields.push(...this.#linked());
    if (members.length > 1) {
      const several = { name: 'several', type: `[${unionName}]`, named: unionName, hasArgument: false };
      add(this.#dice.pick(this.placing.subgraphs), several, '');
    }
    if (fields.length === 0) {
      const [first = ''] = this.placing.subgraphs;
      add(first, this.#field(`${first}q0`, this.#dice.pick(entities)), '');
    }
    return fields;
  }

  /** All that is of the interface, in a subgraph that knows where each of them leads. */
  #linked(): readonly RootField[] {
    const { implementing } = this.#shape;
    const link = this.#shape.fieldsOf(interfaceName).find(({ name }) => name === linkName);
    if (link === undefined || implementing.length === 0) {
      return [];
    }
    const subgraph = this.#dice.pick(this.placing.subgraphs);
    this.placing.need(subgraph, interfaceName);
    for (const type of implementing) {
      this.placing.put(subgraph, type, link, this.#shape.kindOf(type) === 'value' ? '@shareable' : '');
    }
    const type = `[${interfaceName}]`;
    return [
      { subgraph, field: { name: allName, type, named: interfaceName, hasArgument: false }, directive: '' },
    ];
  }

  requiring(): readonly Requiring[] {
    const all: Requiring[] = [];
    for (const subgraph of this.placing.subgraphs) {
      for (const of of this.#shape.entities) {
        const count = this.placing.has(subgraph, of) && this.#dice.chance(0.45) ? 1 + this.#dice.below(2) : 0;
        for (let at = 0; at < count; at++) {
          const required = this.#fieldSet('requires', subgraph, of);
          if (required !== undefined) {
            const named = this.#dice.chance(0.6) ? 'Int' : randomType(this.#dice, this.#shape);
            this.placing.need(subgraph, named);
            all.push({ subgraph, of, field: this.#field(`r${subgraph}${at}`, named), required });
          }
        }
      }
    }
    return all;
  }

  provided(rootFields: readonly RootField[]): ReadonlyMap<string, string> {
    const provided = new Map<string, string>();
    const provide = (subgraph: string, type: string, { name, named }: Field) => {
      const kind = this.#shape.kindOf(named);
      const set =
        kind !== 'scalar' && kind !== 'value' && this.#dice.chance(0.25)
          ? this.#fieldSet('provides', subgraph, named)
          : undefined;
      if (set !== undefined) {
        provided.set(`${subgraph} ${type} ${name}`, set);
      }
    };
    for (const { subgraph, field } of rootFields) {
      provide(subgraph, 'Query', field);
    }
    for (const subgraph of this.placing.subgraphs) {
      for (const type of this.#shape.entities) {
        for (const field of this.#shape.fieldsOf(type)) {
          if (this.placing.owns(subgraph, type, field.name)) {
            provide(subgraph, type, field);
          }
        }
      }
    }
    return provided;
  }

  /** In a subgraph that knows nothing of the interface and its types, if there is one. */
  interfaceObject(): InterfaceObject | undefined {
    const { implementing, hasInterfaceObject } = this.#shape;
    const subgraph = this.placing.subgraphs.find((each) =>
      [interfaceName, ...implementing].every((type) => !this.placing.has(each, type)),
    );
    if (!hasInterfaceObject || subgraph === undefined) {
      return undefined;
    }
    const others = this.placing.subgraphs.filter((each) => each !== subgraph);
    if (!others.some((each) => this.placing.has(each, interfaceName))) {
      this.placing.need(this.#dice.pick(others), interfaceName);
    }
    const [value = ''] = this.#dice.chance(0.4) ? this.#shape.values : [];
    if (value !== '') {
      this.placing.need(subgraph, value);
    }
    return {
      subgraph,
      fields: [
        { name: 'extra', type: 'Int', named: 'Int', hasArgument: false },
        ...(value === '' ? [] : [this.#field('extraValue', value)]),
      ],
    };
  }

  #field(name: string, named: string): Field {
    return { name, named, type: wrapped(named, this.#dice), hasArgument: false };
  }

  #fieldSet(purpose: Purpose, subgraph: string, type: string): string | undefined {
    const attempt = this.placing.copy();
    const set = new FieldSetWriter(purpose, subgraph, attempt, this.#shape, this.#dice).write(type);
    if (set !== undefined) {
      this.placing = attempt;
    }
    return set;
  }
}
