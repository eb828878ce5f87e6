import type { ElementDeclaration, SchemaType } from '../../soap/contract/contract-types.ts';
import { membersOf } from '../members.ts';

export interface MemberForm {
  /** The name of the primitive type, such as `string`. For another type, its kind, such as `complex`. */
  readonly type: string;
  readonly isOptional: boolean;
  /** `Infinity` if there is no limit. */
  readonly max: number;
  readonly values: readonly string[] | null;
  readonly patterns: readonly string[];
}

const maxDepth = 12;

/**
 * The members of a message by their paths, such as `Rooms.Room.RoomNo`. Members deeper than `maxDepth` are left out. A
 * type that contains itself is expanded only once.
 */
export function flatten(root: ElementDeclaration | null): ReadonlyMap<string, MemberForm> {
  const forms = new Map<string, MemberForm>();
  if (root !== null) {
    visit(root.type, '', [], forms);
  }
  return forms;
}

function visit(
  type: SchemaType,
  prefix: string,
  above: readonly SchemaType[],
  forms: Map<string, MemberForm>,
): void {
  if (above.includes(type) || above.length > maxDepth) {
    return;
  }
  for (const member of membersOf(type)) {
    const path = `${prefix}${member.key}`;
    forms.set(path, {
      type: nameOf(member.type),
      isOptional: member.isOptional,
      max: member.max,
      values: enumerationOf(member.type),
      patterns: patternsOf(member.type),
    });
    visit(member.type, `${path}.`, [...above, type], forms);
  }
}

const nameOf = (type: SchemaType): string => (type.kind === 'atomic' ? type.primitive : type.kind);

const enumerationOf = (type: SchemaType): readonly string[] | null =>
  type.kind === 'atomic' && type.enumeration !== null ? [...type.enumeration.values()] : null;

const patternsOf = (type: SchemaType): readonly string[] =>
  type.kind === 'complex' || type.kind === 'any' ? [] : type.patterns.map(({ source }) => source);
