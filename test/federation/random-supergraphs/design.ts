/**
 * Designs a random supergraph. A seed becomes a supergraph in five stages:
 * - `types.ts` draws types and fields.
 * - `placement.ts` gives them to subgraphs.
 * - This file adds root fields, @requires and @provides.
 * - `interface-objects.ts` adds @interfaceObjects.
 * - `sdl.ts` writes the result.
 *
 * Designs that don't compose are skipped.
 */
import type { Addition } from './additions/addition.ts';
import { randomAdditions } from './additions/random-additions.ts';
import { type Field, interfaceName, rootName } from './field.ts';
import { FieldSetWriter, type Purpose } from './field-sets.ts';
import { nameOfRoot, subgraphNames } from './hostile-names.ts';
import { type InterfaceObject, interfaceObjects } from './interface-objects.ts';
import { type NullableIn, nullableIn } from './nullable.ts';
import { type FieldDirective, Placement, type RootField } from './placement.ts';
import { Rng } from './rng.ts';
import {
  allName,
  type GraphTypes,
  keysByField,
  linkName,
  randomType,
  randomTypes,
  unionNames,
  wrapped,
} from './types.ts';

/** A field with `@requires`. */
export interface Requiring {
  readonly type: string;
  readonly field: Field;
  readonly required: string;
}

export interface Design {
  readonly graphTypes: GraphTypes;
  readonly placement: Placement;
  readonly rootFields: readonly RootField[];
  /** The name of the root type of queries in each subgraph. */
  readonly rootNames: ReadonlyMap<string, string>;
  readonly requiring: readonly Requiring[];
  /** The field sets of @provides, with keys of the form `subgraph type field`. */
  readonly provided: ReadonlyMap<string, string>;
  readonly interfaceObjects: readonly InterfaceObject[];
  readonly isNullable: NullableIn;
  readonly additions: readonly Addition[];
  /** Whether all subgraphs define directives for operations. */
  readonly hasDirectives: boolean;
}

export function randomDesign(seed: number): Design {
  const rng = new Rng(seed);
  // Names and nullability have a generator of their own, so that they don't change the rest of a seed's design.
  const nameRng = new Rng(~seed);
  const subgraphs = subgraphNames(nameRng, randomSubgraphCount(rng));
  // Variations of interfaces, and additions, have a generator of their own, too.
  const moreRng = new Rng(seed ^ 0x5f3759df);
  const graphTypes = randomTypes(rng, nameRng, moreRng, subgraphs.length);
  // The last subgraphs have the interface as an @interfaceObject, and don't know its types.
  const ofInterfaceObjects =
    graphTypes.hasInterfaceObject && subgraphs.length > 2
      ? subgraphs.slice(subgraphs.length > 3 && rng.chance(0.5) ? -2 : -1)
      : [];
  const owners = subgraphs.filter((subgraph) => !ofInterfaceObjects.includes(subgraph));
  const designer = new Designer(new Placement(subgraphs, rng, graphTypes), owners, graphTypes, rng);
  designer.placeFields();
  const rootFields = designer.rootFields();
  const requiring = designer.requiring();
  const provided = designer.provided(rootFields);
  designer.contextFields();
  const objects = interfaceObjects(ofInterfaceObjects, owners, designer.placement, graphTypes, rng);
  const placement = objects.placement;
  const additions = randomAdditions({ graphTypes, placement, owners }, moreRng);
  placement.completeInterfaces();
  return {
    graphTypes,
    placement,
    rootFields: [...rootFields, ...objects.rootFields],
    rootNames: new Map(
      // The composer does not rename the type of a field that leads back to the root. So a subgraph with such a field
      // keeps the name `Query`.
      subgraphs.filter((each) => !designer.hasRootAgain(each)).map((each) => [each, nameOfRoot(nameRng)]),
    ),
    requiring,
    provided,
    interfaceObjects: objects.interfaceObjects,
    isNullable: nullableIn(subgraphs, graphTypes.values, nameRng),
    additions,
    hasDirectives: moreRng.chance(0.4),
  };
}

/** Labels of progressive overrides. No request switches on `by-hand`. */
const labels = ['percent(50)', 'percent(50)', 'percent(5)', 'percent(85.5)', 'by-hand'];

/** A number of subgraphs, usually small, and at most 12. */
function randomSubgraphCount(rng: Rng): number {
  const drawn = rng.random();
  return drawn < 0.6 ? 2 + rng.below(3) : drawn < 0.85 ? 5 + rng.below(4) : 9 + rng.below(4);
}

class Designer {
  /** The current placement. A copy replaces it when an attempt on the copy succeeds. */
  placement: Placement;
  /** The subgraphs that have fields of their own types. */
  readonly #owners: readonly string[];
  readonly #graphTypes: GraphTypes;
  readonly #rng: Rng;

  constructor(placement: Placement, owners: readonly string[], graphTypes: GraphTypes, rng: Rng) {
    this.placement = placement;
    this.#owners = owners;
    this.#graphTypes = graphTypes;
    this.#rng = rng;
  }

  /**
   * Gives each field of an entity to one subgraph or to two. Two subgraphs share the field, or one overrides it from
   * the other.
   */
  placeFields(): void {
    const rng = this.#rng;
    for (const entity of this.#graphTypes.entities) {
      // Among many subgraphs, only some have an entity. Otherwise few designs would compose.
      for (const subgraph of rng.some(this.#owners, Math.min(0.55, 3 / this.#owners.length))) {
        this.placement.need(subgraph, entity);
      }
      for (const field of this.#graphTypes.fieldsOf(entity).filter(({ name }) => name !== linkName)) {
        if (Object.hasOwn(keysByField, field.name)) {
          this.#placeKeyField(entity, field);
        } else {
          this.#placeField(entity, field);
        }
      }
    }
  }

  #placeKeyField(entity: string, field: Field): void {
    if (!this.placement.subgraphs.some((subgraph) => this.placement.has(subgraph, entity, field.name))) {
      this.placement.put(this.#rng.pick(this.#owners), entity, field, '@shareable');
    }
  }

  #placeField(entity: string, field: Field): void {
    const rng = this.#rng;
    const having = this.#owners.filter((subgraph) => this.placement.has(subgraph, entity));
    const owner = rng.pick(having.length > 0 && rng.chance(0.8) ? having : this.#owners);
    const other = rng.chance(0.3) && field.named !== rootName ? rng.pick(this.#owners) : owner;
    const overrides = other !== owner && rng.chance(0.4);
    const label = rng.chance(0.4) ? `, label: "${rng.pick(labels)}"` : '';
    this.placement.put(owner, entity, field, other === owner || overrides ? '' : '@shareable');
    this.placement.put(
      other,
      entity,
      field,
      overrides ? `@override(from: "${owner}"${label})` : '@shareable',
    );
  }

  rootFields(): readonly RootField[] {
    const { entities, values, abstract } = this.#graphTypes;
    const fields: RootField[] = [];
    const add = (subgraph: string, field: Field, directive: FieldDirective) => {
      this.placement.need(subgraph, field.named);
      fields.push({ subgraph, field, directive });
    };
    for (const [index, subgraph] of this.#owners.entries()) {
      for (let at = this.#rng.below(3) - 1; at >= 0; at--) {
        const named = this.#rng.pick([...entities, ...entities, ...values, ...abstract.keys()]);
        add(subgraph, this.#field(`s${index}q${at}`, named), '');
      }
      if (this.hasRootAgain(subgraph)) {
        add(subgraph, { name: `s${index}ping`, type: 'Int', named: 'Int', hasArgument: false }, '');
      }
    }
    for (let at = this.#rng.pick([0, 0, 1, 1, 2, 3]) - 1; at >= 0; at--) {
      const shared = this.#field(`shared${at}`, this.#rng.pick([...entities, ...values, ...values]));
      for (const subgraph of this.#rng.some(this.#owners, Math.min(0.6, 3 / this.#owners.length))) {
        add(subgraph, shared, '@shareable');
      }
    }
    fields.push(...this.#linked());
    for (const union of unionNames.filter((name) => (abstract.get(name)?.length ?? 0) > 1)) {
      const several = { name: `several${union}`, type: `[${union}]`, named: union, hasArgument: false };
      add(this.#rng.pick(this.#owners), several, '');
    }
    if (fields.length === 0) {
      add(this.#owners[0] ?? '', this.#field('s0q0', this.#rng.pick(entities)), '');
    }
    return fields;
  }

  hasRootAgain(subgraph: string): boolean {
    return this.#graphTypes.entities.some((type) =>
      this.#graphTypes
        .fieldsOf(type)
        .some(({ name, named }) => named === rootName && this.placement.has(subgraph, type, name)),
    );
  }

  /** A root field with all objects of the interface. Its subgraph also has the `link` of each type of the interface. */
  #linked(): readonly RootField[] {
    const { implementing } = this.#graphTypes;
    const link = this.#graphTypes.fieldsOf(interfaceName).find(({ name }) => name === linkName);
    if (link === undefined || implementing.length === 0) {
      return [];
    }
    const subgraph = this.#rng.pick(this.#owners);
    this.placement.need(subgraph, interfaceName);
    for (const type of implementing) {
      this.placement.put(subgraph, type, link, this.#graphTypes.kindOf(type) === 'value' ? '@shareable' : '');
    }
    const type = `[${interfaceName}]`;
    return [
      { subgraph, field: { name: allName, type, named: interfaceName, hasArgument: false }, directive: '' },
    ];
  }

  /**
   * Adds fields with @requires. A field may require fields of earlier subgraphs, so that there are chains of
   * requirements.
   */
  requiring(): readonly Requiring[] {
    const requiring: Requiring[] = [];
    for (const [index, subgraph] of this.#owners.entries()) {
      for (const type of this.#graphTypes.entities) {
        const count =
          this.placement.has(subgraph, type) && this.#rng.chance(0.45) ? 1 + this.#rng.below(2) : 0;
        for (let at = 0; at < count; at++) {
          const required = this.#fieldSet('requires', subgraph, type);
          if (required !== undefined) {
            const named = this.#rng.chance(0.6) ? 'Int' : randomType(this.#rng, this.#graphTypes);
            const field = { ...this.#field(`r${index}${at}`, named), isRequiring: true };
            this.#graphTypes.addField(type, field);
            this.placement.put(subgraph, type, field, `@requires(fields: "${required}")`);
            requiring.push({ type, field, required });
          }
        }
      }
    }
    return requiring;
  }

  /** In some of the designs, adds fields whose argument takes a field of an object above. */
  contextFields(): void {
    const { entities } = this.#graphTypes;
    const subgraph = this.#rng.pick(this.#owners);
    const [type, taker, ...others] = this.#rng
      .some(entities, this.#rng.chance(0.5) ? 1 : 0)
      .filter((entity) => this.placement.has(subgraph, entity));
    if (type === undefined || taker === undefined) {
      return;
    }
    const values = this.#graphTypes
      .fieldsOf(type)
      .filter(
        ({ name, named, type: wrapping, hasArgument, takes }) =>
          this.#graphTypes.kindOf(named) === 'scalar' &&
          !wrapping.startsWith('[') &&
          !hasArgument &&
          takes === undefined &&
          this.placement.owns(subgraph, type, name),
      );
    for (const [at, each] of (values.length === 0 ? [] : [taker, ...others.slice(0, 1)]).entries()) {
      const { name, named } = this.#rng.pick(values);
      const takes = { context: 'above', type, field: name, named };
      const field: Field = { name: `below${at}`, named: 'Int', type: 'Int', hasArgument: false, takes };
      this.#graphTypes.addField(each, field);
      this.placement.put(subgraph, each, field, '');
    }
  }

  provided(rootFields: readonly RootField[]): ReadonlyMap<string, string> {
    const provided = new Map<string, string>();
    const provide = (subgraph: string, type: string, { name, named }: Field) => {
      const kind = this.#graphTypes.kindOf(named);
      const mayProvide = kind === 'entity' || kind === 'interface' || kind === 'union';
      const set =
        mayProvide && this.#rng.chance(0.25) ? this.#fieldSet('provides', subgraph, named) : undefined;
      if (set !== undefined) {
        provided.set(`${subgraph} ${type} ${name}`, set);
      }
    };
    for (const { subgraph, field } of rootFields) {
      // The composer ignores @provides on a root field that every subgraph has.
      const isEverywhere =
        rootFields.filter((other) => other.field === field).length === this.placement.subgraphs.length;
      if (!isEverywhere) {
        provide(subgraph, rootName, field);
      }
    }
    for (const subgraph of this.#owners) {
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
