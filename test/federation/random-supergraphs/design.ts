/**
 * The design of a random supergraph. A seed becomes a supergraph in four stages: `types.ts` draws types and fields,
 * `placement.ts` gives them to subgraphs, this file adds root fields, @requires, @provides and an @interfaceObject, and
 * `sdl.ts` writes the result. About half of the designs don't compose and are skipped.
 */
import { type Field, interfaceName } from './field.ts';
import { FieldSetWriter, type Purpose } from './field-sets.ts';
import { subgraphNames } from './hostile-names.ts';
import { type NullableIn, nullableIn } from './nullable.ts';
import { type FieldDirective, Placement } from './placement.ts';
import { Rng } from './rng.ts';
import { allName, type GraphTypes, linkName, randomType, randomTypes, unionName, wrapped } from './types.ts';

export interface RootField {
  readonly subgraph: string;
  readonly field: Field;
  readonly directive: FieldDirective;
}

/** A field with `@requires`. */
export interface Requiring {
  readonly subgraph: string;
  readonly type: string;
  readonly field: Field;
  readonly required: string;
}

/**
 * An `@interfaceObject`, and the fields of the interface that only its subgraph has. None of them requires another
 * subgraph's field: if all subgraphs have a field of an interface, the composed supergraph marks it as external in none
 * of them.
 */
export interface InterfaceObject {
  readonly subgraph: string;
  readonly fields: readonly Field[];
}

export interface Design {
  readonly graphTypes: GraphTypes;
  readonly placement: Placement;
  readonly rootFields: readonly RootField[];
  readonly requiring: readonly Requiring[];
  /** The field sets of @provides, by subgraph, type and field. */
  readonly provided: ReadonlyMap<string, string>;
  readonly interfaceObject: InterfaceObject | undefined;
  readonly isNullable: NullableIn;
}

export function randomDesign(seed: number): Design {
  const rng = new Rng(seed);
  // A generator of its own, so that names and nullability don't change what else a seed makes.
  const nameRng = new Rng(~seed);
  const graphTypes = randomTypes(rng, nameRng);
  const subgraphs = subgraphNames(nameRng, 2 + rng.below(3));
  const placement = new Placement(subgraphs, rng, graphTypes);
  placeFields(placement, graphTypes, rng);
  const designer = new Designer(placement, graphTypes, rng);
  const rootFields = designer.rootFields();
  const requiring = designer.requiring();
  const provided = designer.provided(rootFields);
  const interfaceObject = designer.interfaceObject();
  designer.placement.completeInterfaces();
  const isNullable = nullableIn(subgraphs, graphTypes.values, nameRng);
  return {
    graphTypes,
    placement: designer.placement,
    rootFields,
    requiring,
    provided,
    interfaceObject,
    isNullable,
  };
}

/** Gives each field of an entity to one subgraph, or to two: they share it, or one overrides it from the other. */
function placeFields(placement: Placement, graphTypes: GraphTypes, rng: Rng): void {
  for (const entity of graphTypes.entities) {
    for (const subgraph of rng.some(placement.subgraphs, 0.55)) {
      placement.need(subgraph, entity);
    }
    for (const field of graphTypes.fieldsOf(entity)) {
      if (field.name === linkName) {
        continue;
      }
      if (['id', 'k', 'o'].includes(field.name)) {
        if (!placement.subgraphs.some((subgraph) => placement.has(subgraph, entity, field.name))) {
          placement.put(rng.pick(placement.subgraphs), entity, field, '@shareable');
        }
        continue;
      }
      const owner = rng.pick(placement.subgraphs);
      const other = rng.chance(0.3) ? rng.pick(placement.subgraphs) : owner;
      const overrides = other !== owner && rng.chance(0.4);
      const label = rng.chance(0.3) ? ', label: "percent(50)"' : '';
      placement.put(owner, entity, field, other === owner || overrides ? '' : '@shareable');
      placement.put(other, entity, field, overrides ? `@override(from: "${owner}"${label})` : '@shareable');
    }
  }
}

class Designer {
  /** Replaced by a copy when an attempt on the copy succeeds. */
  placement: Placement;
  readonly #graphTypes: GraphTypes;
  readonly #rng: Rng;

  constructor(placement: Placement, graphTypes: GraphTypes, rng: Rng) {
    this.placement = placement;
    this.#graphTypes = graphTypes;
    this.#rng = rng;
  }

  rootFields(): readonly RootField[] {
    const { entities, values, implementing, members } = this.#graphTypes;
    const abstract = [
      ...(implementing.length > 0 ? [interfaceName] : []),
      ...(members.length > 0 ? [unionName] : []),
    ];
    const fields: RootField[] = [];
    const add = (subgraph: string, field: Field, directive: FieldDirective) => {
      this.placement.need(subgraph, field.named);
      fields.push({ subgraph, field, directive });
    };
    for (const subgraph of this.placement.subgraphs) {
      for (let at = this.#rng.below(3) - 1; at >= 0; at--) {
        const named = this.#rng.pick([...entities, ...entities, ...values, ...abstract]);
        add(subgraph, this.#field(`${subgraph}q${at}`, named), '');
      }
    }
    if (this.#rng.chance(0.5)) {
      const shared = this.#field('shared', this.#rng.pick([...entities, ...values]));
      for (const subgraph of this.#rng.some(this.placement.subgraphs, 0.6)) {
        add(subgraph, shared, '@shareable');
      }
    }
    fields.push(...this.#linked());
    if (members.length > 1) {
      const several = { name: 'several', type: `[${unionName}]`, named: unionName, hasArgument: false };
      add(this.#rng.pick(this.placement.subgraphs), several, '');
    }
    if (fields.length === 0) {
      const [first = ''] = this.placement.subgraphs;
      add(first, this.#field(`${first}q0`, this.#rng.pick(entities)), '');
    }
    return fields;
  }

  /** The root field of all objects of the interface, in a subgraph that has the `link` of each of them. */
  #linked(): readonly RootField[] {
    const { implementing } = this.#graphTypes;
    const link = this.#graphTypes.fieldsOf(interfaceName).find(({ name }) => name === linkName);
    if (link === undefined || implementing.length === 0) {
      return [];
    }
    const subgraph = this.#rng.pick(this.placement.subgraphs);
    this.placement.need(subgraph, interfaceName);
    for (const type of implementing) {
      this.placement.put(subgraph, type, link, this.#graphTypes.kindOf(type) === 'value' ? '@shareable' : '');
    }
    const type = `[${interfaceName}]`;
    return [
      { subgraph, field: { name: allName, type, named: interfaceName, hasArgument: false }, directive: '' },
    ];
  }

  requiring(): readonly Requiring[] {
    const requiring: Requiring[] = [];
    for (const subgraph of this.placement.subgraphs) {
      for (const type of this.#graphTypes.entities) {
        const count =
          this.placement.has(subgraph, type) && this.#rng.chance(0.45) ? 1 + this.#rng.below(2) : 0;
        for (let at = 0; at < count; at++) {
          const required = this.#fieldSet('requires', subgraph, type);
          if (required !== undefined) {
            const named = this.#rng.chance(0.6) ? 'Int' : randomType(this.#rng, this.#graphTypes);
            this.placement.need(subgraph, named);
            requiring.push({ subgraph, type, field: this.#field(`r${subgraph}${at}`, named), required });
          }
        }
      }
    }
    return requiring;
  }

  provided(rootFields: readonly RootField[]): ReadonlyMap<string, string> {
    const provided = new Map<string, string>();
    const provide = (subgraph: string, type: string, { name, named }: Field) => {
      const kind = this.#graphTypes.kindOf(named);
      const set =
        kind !== 'scalar' && kind !== 'value' && this.#rng.chance(0.25)
          ? this.#fieldSet('provides', subgraph, named)
          : undefined;
      if (set !== undefined) {
        provided.set(`${subgraph} ${type} ${name}`, set);
      }
    };
    for (const { subgraph, field } of rootFields) {
      provide(subgraph, 'Query', field);
    }
    for (const subgraph of this.placement.subgraphs) {
      for (const type of this.#graphTypes.entities) {
        for (const field of this.#graphTypes.fieldsOf(type)) {
          if (this.placement.owns(subgraph, type, field.name)) {
            provide(subgraph, type, field);
          }
        }
      }
    }
    return provided;
  }

  /** In a subgraph that has neither the interface nor its types. Undefined if there is none. */
  interfaceObject(): InterfaceObject | undefined {
    const { implementing, hasInterfaceObject } = this.#graphTypes;
    const subgraph = this.placement.subgraphs.find((candidate) =>
      [interfaceName, ...implementing].every((type) => !this.placement.has(candidate, type)),
    );
    if (!hasInterfaceObject || subgraph === undefined) {
      return undefined;
    }
    const others = this.placement.subgraphs.filter((candidate) => candidate !== subgraph);
    if (!others.some((candidate) => this.placement.has(candidate, interfaceName))) {
      this.placement.need(this.#rng.pick(others), interfaceName);
    }
    const [value = ''] = this.#rng.chance(0.4) ? this.#graphTypes.values : [];
    if (value !== '') {
      this.placement.need(subgraph, value);
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
    return { name, named, type: wrapped(named, this.#rng), hasArgument: false };
  }

  #fieldSet(purpose: Purpose, subgraph: string, type: string): string | undefined {
    const attempt = this.placement.copy();
    const set = new FieldSetWriter(purpose, subgraph, attempt, this.#graphTypes, this.#rng).write(type);
    if (set !== undefined) {
      this.placement = attempt;
    }
    return set;
  }
}
