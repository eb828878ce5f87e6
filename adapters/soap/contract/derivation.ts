import { type SchemaType, type TypesByName, XSD } from './contract-types.ts';
import { anyType } from './tables/complex.ts';
import { xs, xsdType } from './tables/xsd-types.ts';

/**
 * Whether a value of `type` may stand where `declared` is expected: `type` is `declared` or a member of the declared
 * union, or is derived from one of these. Every type may stand for `xsd:anyType`.
 */
export function derives(type: SchemaType, declared: SchemaType): boolean {
  if (declared.kind === 'any' || (declared === xs.anySimpleType && type.kind !== 'complex')) {
    return true;
  }
  for (let at: SchemaType | null = type; at !== null && at.kind !== 'any'; at = at.base) {
    if (at === declared) {
      return true;
    }
    if (declared.kind === 'union' && declared.members.some((member) => member === at)) {
      return true;
    }
  }
  return false;
}

/** The type with the expanded name `{namespace}local`. Undefined if neither the contract nor XML Schema has it. */
export function typeNamed(qName: string, types: TypesByName): SchemaType | undefined {
  const prefix = `{${XSD}}`;
  if (!qName.startsWith(prefix)) {
    return types.get(qName);
  }
  const local = qName.slice(prefix.length);
  return local === 'anyType' ? anyType : xsdType(local);
}
