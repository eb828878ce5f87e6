/** The types of a random graph and their fields, before subgraphs get them. */
import { type Field, interfaceName, otherInterfaceName, rootName } from './field.ts';
import { fieldNaming } from './hostile-names.ts';
import { withNullableIds, withNullsOnStricterTypes } from './nullable.ts';
import type { Rng } from './rng.ts';

export type Kind = 'entity' | 'value' | 'interface' | 'union' | 'root' | 'scalar';

export interface GraphTypes {
  readonly entities: readonly string[];
  readonly values: readonly string[];
  /** The object types of the interface `I0`. The list is empty if there is no interface. */
  readonly implementing: readonly string[];
  /** The object types of each interface and union. Abstract types without object types are left out. */
  readonly abstract: ReadonlyMap<string, readonly string[]>;
  /** Whether a subgraph has the interface as an `@interfaceObject`. */
  readonly hasInterfaceObject: boolean;
  /** The inaccessible fields, as `Type.field`. */
  readonly inaccessible: ReadonlySet<string>;
  /** The fields of an object type or an interface. */
  fieldsOf(type: string): readonly Field[];
  /** Adds a field after the existing fields. */
  addField(type: string, field: Field): void;
  kindOf(type: string): Kind;
}

export const unionNames: readonly string[] = ['U0', 'U1'];
const [unionName = ''] = unionNames;
/** The root field with all objects of the interface. One subgraph has it. */
export const allName = 'all';
/** A field of objects that the interface and all its types have. */
export const linkName = 'link';
const scalars: readonly string[] = ['Int', 'String', 'ID'];

const id: Field = { name: 'id', type: 'ID!', named: 'ID', hasArgument: false };

/**
 * Draws the types and fields. `nameRng` draws the names, the nullability, and whether there is a pair of value types.
 * `moreRng` draws how object types vary the fields of their interfaces. These draws must not change other choices.
 */
export function randomTypes(rng: Rng, nameRng: Rng, moreRng: Rng, subgraphCount: number): GraphTypes {
  const most = subgraphCount > 4 ? 7 : 4;
  const entities = Array.from({ length: 1 + rng.below(most) }, (_, at) => `E${at}`);
  // A pair consists of two value types in the union. They have a field of the same name with different entity types.
  const hasPair = nameRng.chance(0.25);
  const count = Math.max(1 + rng.below(2), hasPair ? 2 : 1);
  const values = Array.from({ length: count }, (_, at) => `V${at}`);
  const hasInterface = rng.chance(0.6);
  const hasInterfaceObject = hasInterface && rng.chance(0.4);
  // Every type of an interface with an @interfaceObject must have the interface's key, so value types can't implement
  // it.
  const mayImplement = [...rng.some(entities, 0.7), ...(hasInterfaceObject ? [] : rng.some(values, 0.3))];
  const implementing = hasInterface ? mayImplement : [];
  const drawn = rng.chance(0.5) ? [...rng.some(entities, 0.7), ...rng.some(values, 0.7)] : [];
  const objects = [...entities, ...values];
  const abstract = new Map(
    [
      [interfaceName, implementing] as const,
      [unionName, hasPair ? [...new Set([...drawn, ...values])] : drawn] as const,
      ...unionNames.slice(1).map((name) => [name, rng.chance(0.25) ? rng.some(objects, 0.6) : []] as const),
      [otherInterfaceName, rng.chance(0.25) ? rng.some(objects, 0.6) : []] as const,
    ].filter(([, types]) => types.length > 0),
  );
  const types: Types = { entities, values, implementing, abstract };
  const plain = randomFields(rng, moreRng, types, fieldNaming(nameRng));
  if (hasPair) {
    for (const [at, value] of values.entries()) {
      const named = entities[at % entities.length] ?? '';
      plain.get(value)?.push({ name: 'of', type: named, named, hasArgument: false });
    }
  }
  const fields = withNullsOnStricterTypes(
    withNullableIds(plain, objects, abstract, nameRng),
    interfaceName,
    implementing,
    (plain.get(interfaceName) ?? []).filter((field) => field.plain !== undefined).map(({ name }) => name),
  );
  const inaccessible = entities.flatMap((type) =>
    rng
      .some(
        (fields.get(type) ?? []).filter(({ plain }) => plain?.startsWith(type.toLowerCase())),
        0.08,
      )
      .map(({ name }) => `${type}.${name}`),
  );
  return {
    ...types,
    hasInterfaceObject: hasInterfaceObject && implementing.length > 0,
    inaccessible: new Set(inaccessible),
    fieldsOf: (type) => fields.get(type) ?? [],
    addField: (type, field) => fields.get(type)?.push(field),
    kindOf: (type) => kindOf(type, types),
  };
}

type Types = Pick<GraphTypes, 'entities' | 'values' | 'implementing' | 'abstract'>;

function kindOf(type: string, { entities, values }: Types): Kind {
  if (entities.includes(type)) {
    return 'entity';
  }
  if (values.includes(type)) {
    return 'value';
  }
  if (type === interfaceName || type === otherInterfaceName) {
    return 'interface';
  }
  return unionNames.includes(type) ? 'union' : type === rootName ? 'root' : 'scalar';
}

function randomFields(
  rng: Rng,
  moreRng: Rng,
  types: Types,
  naming: (plain: string) => string,
): ReadonlyMap<string, Field[]> {
  const fields = new Map<string, Field[]>();
  const randomField = (plain: string): Field => {
    const named = randomType(rng, types);
    return { name: naming(plain), plain, named, type: wrapped(named, rng), hasArgument: rng.chance(0.12) };
  };
  for (const entity of types.entities) {
    // Fields of several types may have the same name (`f0`) and different types.
    const others = Array.from({ length: 1 + rng.below(5) }, (_, at) =>
      randomField(`${rng.chance(0.5) ? 'f' : entity.toLowerCase()}${at}`),
    );
    fields.set(entity, [id, ...moreForKeys(rng, types), ...others]);
  }
  for (const value of types.values) {
    const others = Array.from({ length: rng.below(4) }, (_, at) => randomField(`v${at}`));
    fields.set(value, [{ name: 'a', type: 'Int', named: 'Int', hasArgument: false }, id, ...others]);
  }
  const linked = rng.pick(types.entities);
  const common = [
    ...(rng.chance(0.7) ? [randomField('c')] : []),
    { name: linkName, named: linked, type: wrapped(linked, rng), hasArgument: false },
  ];
  if (types.implementing.length > 0) {
    // The type gets enough fields that several subgraphs have some of them.
    fields
      .get(linked)
      ?.push(...[0, 1, 2, 3].map((at) => ({ ...id, name: `l${at}`, type: 'Int', named: 'Int' })));
  }
  // The share of the types that add an argument.
  const withArgument = moreRng.pick([0, 0.5, 1]);
  for (const type of types.implementing) {
    fields.get(type)?.push(...common.map((field) => varied(field, types, withArgument, moreRng)));
  }
  fields.set(interfaceName, [id, ...common]);
  const others = [id, ...(rng.chance(0.7) ? [randomField('d')] : [])];
  for (const type of types.abstract.get(otherInterfaceName) ?? []) {
    fields.get(type)?.push(...others.slice(1).map((field) => varied(field, types, withArgument, moreRng)));
  }
  fields.set(otherInterfaceName, others);
  // Below this field, an operation is at the root again.
  if (rng.chance(0.15)) {
    const again = { name: 'again', type: rootName, named: rootName, hasArgument: false };
    fields.get(rng.pick(types.entities))?.push(again);
  }
  return fields;
}

/**
 * A field of an interface, as one of its object types declares it. The field may have an argument that the interface
 * does not have. If the field's type is abstract, the field may have one of this type's object types instead.
 */
function varied(field: Field, { abstract }: Types, withArgument: number, rng: Rng): Field {
  if (field.name === linkName) {
    return field;
  }
  const objects = abstract.get(field.named) ?? [];
  const named = objects.length > 0 && rng.chance(0.4) ? rng.pick(objects) : field.named;
  return {
    ...field,
    named,
    type: field.type.replace(field.named, named),
    hasArgument: field.hasArgument || rng.chance(withArgument),
  };
}

/** More key fields besides `id`: a scalar, an object, lists of both, and an entity. */
function moreForKeys(rng: Rng, { values: [value = ''], entities }: Types): readonly Field[] {
  const entity = rng.pick(entities);
  const possible: readonly Field[] = [
    { ...id, name: 'k' },
    { name: 'o', type: `${value}!`, named: value, hasArgument: false },
    { name: 'ks', type: '[ID!]!', named: 'ID', hasArgument: false },
    { name: 'os', type: `[${value}!]!`, named: value, hasArgument: false },
    { name: 'p', type: `${entity}!`, named: entity, hasArgument: false },
  ];
  return possible.filter((_, at) => rng.chance(at < 2 ? 0.4 : 0.12));
}

/** Keys by the name of a field that they use. No two objects of a type have the same value of such a field. */
export const keysByField: Readonly<Record<string, readonly string[]>> = {
  id: ['id'],
  k: ['k'],
  o: ['o { a }', 'id o { id }'],
  ks: ['ks'],
  os: ['os { id }', 'k os { a }'],
  p: ['id p { id }'],
};

/** A random type for a field. */
export function randomType(rng: Rng, { entities, values, abstract }: Types): string {
  const drawn = rng.random();
  if (drawn < 0.35) {
    return rng.pick(scalars);
  }
  if (drawn < 0.6) {
    return rng.pick(values);
  }
  if (drawn < 0.85) {
    return rng.pick(entities);
  }
  const interfaces = [...abstract.keys()].filter((name) => !unionNames.includes(name));
  const unions = unionNames.filter((name) => abstract.has(name));
  if (drawn < 0.93 && interfaces.length > 0) {
    return rng.pick(interfaces);
  }
  return unions.length > 0 ? rng.pick(unions) : 'Int';
}

/** The type or a list of it, nullable or not. */
export function wrapped(type: string, rng: Rng): string {
  return rng.pick([type, type, type, type, type, `${type}!`, `[${type}]`, `[${type}]`, `[${type}!]!`]);
}
