import type { Primitive, SchemaType, SimpleType } from '../contract-types.ts';
import { quoted } from './literals.ts';

const primitiveTypes: Readonly<Partial<Record<Primitive, string>>> = {
  boolean: 'boolean',
  int: 'number',
  long: 'bigint',
  float: 'number',
  double: 'number',
  hexBinary: 'Uint8Array',
  base64Binary: 'Uint8Array',
};

/** The TypeScript type of a simple type's values. */
export function simpleTypeText(type: SimpleType, reference: (type: SchemaType) => string): string {
  switch (type.kind) {
    case 'list': {
      const item = reference(type.item);
      return `readonly ${item.includes('|') ? `(${item})` : item}[]`;
    }
    case 'union':
      return [...new Set(type.members.map(reference))].join(' | ');
    case 'atomic':
      return type.enumeration !== null && type.primitive === 'string'
        ? [...type.enumeration.keys()].map(quoted).join(' | ')
        : (primitiveTypes[type.primitive] ?? 'string');
    default:
      return type satisfies never;
  }
}
