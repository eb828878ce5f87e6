import type { Contract, SchemaType } from './contract-types.ts';
import { leavesOf, particlesOf } from './particles.ts';
import { readSimple } from './simple/simple-values.ts';
import { isXmlText } from './simple/xml-text.ts';

/**
 * Makes a check for keys of a request. `path` leads to the request's member for the keys: property names joined by
 * dots. A key passes if it is valid for that member, and has the form that it has in answers. With any other key, the
 * vendor would refuse the whole request.
 *
 *     const isRoomNo = valueCheck(contract, 'GetRooms', 'RoomNo');
 *     isRoomNo('R101') // true
 *
 * @throws {TypeError} The contract lacks the operation, or the member's type is not simple.
 */
export function valueCheck(contract: Contract, operation: string, path: string): (text: string) => boolean {
  const root = contract.operations.get(operation)?.input?.type;
  const type = path.split('.').reduce<SchemaType | undefined>(memberType, root);
  if (type === undefined || type.kind === 'complex' || type.kind === 'any') {
    throw new TypeError(`${operation} has no simple member ${path}`);
  }
  // Answers have the value in its shortest form: `7`, and never `007`.
  return (text) => isXmlText(text) && textOf(readSimple(type, text)) === text;
}

function memberType(type: SchemaType | undefined, key: string): SchemaType | undefined {
  if (type?.kind !== 'complex') {
    return undefined;
  }
  const leaf = leavesOf(particlesOf(type)).find((candidate) => candidate.key === key);
  return leaf?.kind === 'element'
    ? leaf.type
    : type.attributes.find((attribute) => attribute.key === key)?.type;
}

const textOf = (value: ReturnType<typeof readSimple>): string | null =>
  value === undefined ? null : String(value);
