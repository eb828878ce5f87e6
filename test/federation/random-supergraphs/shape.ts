/** The types of a random graph and their fields, before any subgraph has them. */
import type { Dice } from './dice.ts';
import { type Field, interfaceName } from './field.ts';
import { fieldNaming } from './hostile-names.ts';
import { withNullableIds } from './nullable.ts';

export type Kind = 'entity' | 'value' | 'interface' | 'union' | 'scalar';

export interface Shape {
  readonly entities: readonly string[];
  readonly values: readonly string[];
  /** The object types of the interface; none where there is no interface. */
  readonly implementing: readonly string[];
  /** The object types of the union; none where there is no union. */
  readonly members: readonly string[];
  /** Whether a subgraph is to have the interface as an `@interfaceObject`. */
  readonly hasInterfaceObject: boolean;
  /** `Type.field` of what clients may not see. */
  readonly inaccessible: ReadonlySet<string>;
  /** The fields of each object type, and of the interface. */
  fieldsOf(type: string): readonly Field[];
  kindOf(type: string): Kind;
}

export const unionName = 'U0';
/** The root field that finds all objects of the interface in one subgraph. */
export const allName = 'all';
/** A field of the interface and of all its types. */
export const linkName = 'link';
const scalars: readonly string[] = ['Int', 'String', 'ID'];

const id: Field = { name: 'id', type: 'ID!', named: 'ID', hasArgument: false };

/** `names` is for what may be changed without all else being another. */
export function randomShape(dice: Dice, names: Dice): Shape {
  const entities = Array.from({ length: 1 + dice.below(4) }, (_, at) => `E${at}`);
  // Two values in one union with a field of the same name, each of another entity.
  const hasPair = names.chance(0.25);
  const count = Math.max(1 + dice.below(2), hasPair ? 2 : 1);
  const values = Array.from({ length: count }, (_, at) => `V${at}`);
  const hasInterface = dice.chance(0.6);
  const hasInterfaceObject = hasInterface && dice.chance(0.4);
  // All that an interface with an @interfaceObject is of has its key.
  const mayImplement = [...dice.some(entities, 0.7), ...(hasInterfaceObject ? [] : dice.some(values, 0.3))];
  const implementing = hasInterface ? mayImplement : [];
  const drawn = dice.chance(0.5) ? [...dice.some(entities, 0.7), ...dice.some(values, 0.7)] : [];
  const members = hasPair ? [...new Set([...drawn, ...values])] : drawn;
  const types: Types = { entities, values, implementing, members };
  const plain = randomFields(dice, types, fieldNaming(names));
  if (hasPair) {
    for (const [at, value] of values.entries()) {
      const named = entities[at % entities.length] ?? '';
      plain.get(value)?.push({ name: 'of', type: named, named, hasArgument: false });
    }
  }
  const fields = withNullableIds(plain, implementing, names);
  const inaccessible = entities.flatMap((type) =>
    dice
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
    kindOf: (type) => kindOf(type, types),
  };
}

type Types = Pick<Shape, 'entities' | 'values' | 'implementing' | 'members'>;

function kindOf(type: string, { entities, values }: Types): Kind {
  if (entities.includes(type)) {
    return 'entity';
  }
  if (values.includes(type)) {
    return 'value';
  }
  return type === interfaceName ? 'interface' : type === unionName ? 'union' : 'scalar';
}

function randomFields(
  dice: Dice,
  types: Types,
  naming: (plain: string) => string,
): ReadonlyMap<string, Field[]> {
  const fields = new Map<string, Field[]>();
  const randomField = (plain: string): Field => {
    const named = randomType(dice, types);
    return { name: naming(plain), plain, named, type: wrapped(named, dice), hasArgument: dice.chance(0.12) };
  };
  for (const entity of types.entities) {
    // Of one name in several types are some: they need not be of one type.
    const others = Array.from({ length: 1 + dice.below(5) }, (_, at) =>
      randomField(`${dice.chance(0.5) ? 'f' : entity.toLowerCase()}${at}`),
    );
    fields.set(entity, [id, ...moreForKeys(dice, types), ...others]);
  }
  for (const value of types.values) {
    const others = Array.from({ length: dice.below(4) }, (_, at) => randomField(`v${at}`));
    fields.set(value, [{ name: 'a', type: 'Int', named: 'Int', hasArgument: false }, id, ...others]);
  }
  const linked = dice.pick(types.entities);
  const common = [
    ...(dice.chance(0.7) ? [randomField('c')] : []),
    { name: linkName, named: linked, type: wrapped(linked, dice), hasArgument: false },
  ];
  if (types.implementing.length > 0) {
    // Enough of the entity that several subgraphs have some of it.
    fields
      .get(linked)
      ?.push(...[0, 1, 2, 3].map((at) => ({ ...id, name: `l${at}`, type: 'Int', named: 'Int' })));
  }
  for (const type of types.implementing) {
    fields.get(type)?.push(...common);
  }
  fields.set(interfaceName, [id, ...common]);
  return fields;
}

/** What keys are made of, beside the `id`. */
function moreForKeys(dice: Dice, { values: [value = ''] }: Types): readonly Field[] {
  return [
    ...(dice.chance(0.4) ? [{ ...id, name: 'k' }] : []),
    ...(dice.chance(0.4) ? [{ name: 'o', type: `${value}!`, named: value, hasArgument: false }] : []),
  ];
}

/** A type for a field. */
export function randomType(dice: Dice, { entities, values, implementing, members }: Types): string {
  const drawn = dice.random();
  if (drawn < 0.35) {
    return dice.pick(scalars);
  }
  if (drawn < 0.6) {
    return dice.pick(values);
  }
  if (drawn < 0.85) {
    return dice.pick(entities);
  }
  if (drawn < 0.93 && implementing.length > 0) {
    return interfaceName;
  }
  return members.length > 0 ? unionName : 'Int';
}

/** The type, or lists of it, that may be null or not. */
export function wrapped(type: string, dice: Dice): string {
  return dice.pick([type, type, type, type, type, `${type}!`, `[${type}]`, `[${type}]`, `[${type}!]!`]);
}
