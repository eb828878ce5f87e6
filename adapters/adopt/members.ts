import {
  type AttributeDeclaration,
  type ComplexType,
  type ElementDeclaration,
  isRepeated,
  type Particle,
  type Primitive,
  type SchemaType,
} from '../soap/contract/contract-types.ts';
import { isLeaf, particlesOf } from '../soap/contract/particles.ts';

/** An element or attribute of a complex type. */
export interface Member {
  /** The name of the property that contains the member in our JavaScript object. */
  readonly key: string;
  readonly name: string;
  readonly type: SchemaType;
  /** Whether the member's value is an array. */
  readonly isRepeated: boolean;
  /** The contract's limit of occurrences. `Infinity` if it has none. */
  readonly max: number;
  /** Whether the member may be absent or nil. */
  readonly isOptional: boolean;
  readonly isNillable: boolean;
  /** Null for an attribute. */
  readonly element: ElementDeclaration | null;
}

/**
 * The members of a type. Members of a repeated group are left out, because they belong to the objects in the group's
 * array.
 */
export function membersOf(type: SchemaType): Member[] {
  if (type.kind !== 'complex') {
    return [];
  }
  const isChoice = type.content.kind === 'choice';
  return [
    ...type.attributes.map(attributeMember),
    ...particlesOf(type).flatMap((particle) => elementMembers(particle, isChoice)),
  ];
}

const attributeMember = ({ key, name, type, required }: AttributeDeclaration): Member => ({
  key,
  name,
  type,
  isRepeated: false,
  max: 1,
  isOptional: !required,
  isNillable: false,
  element: null,
});

function elementMembers(particle: Particle, isOptional: boolean): Member[] {
  if (!isLeaf(particle)) {
    const isInChoice = particle.compositor === 'choice' || particle.minOccurs === 0;
    return particle.key === null
      ? particle.particles.flatMap((inner) => elementMembers(inner, isOptional || isInChoice))
      : [];
  }
  return particle.kind === 'element' ? [elementMember(particle, isOptional)] : [];
}

const elementMember = (element: ElementDeclaration, isOptional: boolean): Member => ({
  key: element.key,
  name: element.name,
  type: element.type,
  isRepeated: isRepeated(element),
  max: element.maxOccurs,
  isOptional: isOptional || element.minOccurs === 0 || element.nillable,
  isNillable: element.nillable,
  element,
});

export interface PathMember extends Member {
  /** Keys joined by dots, such as `request.OrderNo`. */
  readonly path: string;
}

/**
 * The members of a request. Many systems wrap a request in a single record: its members are returned instead of the
 * record. A member that only wraps a list is replaced by the list.
 */
export function requestMembers(type: SchemaType, prefix = ''): PathMember[] {
  const members = membersOf(type);
  const [only, another] = members;
  if (only !== undefined && another === undefined && !only.isRepeated && isRecord(only.type)) {
    return requestMembers(only.type, `${prefix}${only.key}.`);
  }
  return members.map((member) => listOf(member, prefix) ?? { ...member, path: `${prefix}${member.key}` });
}

/**
 * The list of simple values in a member that contains nothing else, as in `<PatronNos><string>…`. The list gets the
 * name of the member. Null for any other member.
 */
function listOf(member: Member, prefix: string): PathMember | null {
  const [item, another] = member.isRepeated ? [] : membersOf(member.type);
  if (item === undefined || another !== undefined || !item.isRepeated || !isSimple(item.type)) {
    return null;
  }
  return { ...item, name: member.name, path: `${prefix}${member.key}.${item.key}` };
}

export const isSimple = (type: SchemaType): boolean => type.kind !== 'complex' && type.kind !== 'any';

/** The primitive type of an atomic type. Null for any other. */
export const primitiveOf = (type: SchemaType): Primitive | null =>
  type.kind === 'atomic' ? type.primitive : null;

/** The member at a path such as `Rooms.Room`. Null if there is none. */
export function memberAt(root: SchemaType, path: string): Member | null {
  const [first = '', ...rest] = path.split('.');
  const member = membersOf(root).find(({ key }) => key === first) ?? null;
  return member === null || rest.length === 0 ? member : memberAt(member.type, rest.join('.'));
}

/** Whether a type can be read as one record: a complex type with members, and without derived types. */
export const isRecord = (type: SchemaType): type is ComplexType =>
  type.kind === 'complex' && !type.isPolymorphic && membersOf(type).length > 0;

/** The paths of the required members of a request. Members inside optional members are left out. */
export const requiredPaths = (type: SchemaType, prefix = ''): string[] =>
  membersOf(type).flatMap((member) => {
    if (member.isOptional) {
      return [];
    }
    const inner = requiredPaths(member.type, `${prefix}${member.key}.`);
    return member.type.kind === 'complex' && !member.isRepeated && inner.length > 0
      ? inner
      : [`${prefix}${member.key}`];
  });
