import fc, { type Arbitrary } from 'fast-check';
import {
  type AtomicType,
  type ComplexType,
  type ElementDeclaration,
  isRepeated,
} from '../../../../adapters/soap/contract/contract-types.ts';
import { leavesOf, particlesOf } from '../../../../adapters/soap/contract/particles.ts';
import { isXmlText } from '../../../../adapters/soap/contract/simple/xml-text.ts';

/** Generates random values that the element allows, in the types of the codec. */
export const messageOf = (element: ElementDeclaration): Arbitrary<unknown> => anyOf(element.type);

function anyOf(type: ElementDeclaration['type']): Arbitrary<unknown> {
  switch (type.kind) {
    case 'atomic':
      return atomic(type);
    case 'list':
      return fc.array(anyOf(type.item), { maxLength: 30 });
    case 'complex':
      return complex(type);
    default:
      throw new Error(`our contracts have no ${type.kind}`);
  }
}

function complex(type: ComplexType): Arbitrary<unknown> {
  const attributes = type.attributes.map(
    ({ name, type: attributeType }) => [name, atomic(attributeType)] as const,
  );
  const leaves = elementsOf(type);
  if (type.content.kind === 'choice') {
    return fc.oneof(...leaves.map((element) => fc.record({ [element.name]: occurring(element) })));
  }
  const elements = leaves.map((element) => [element.name, occurring(element)] as const);
  const optional = leaves.filter((element) => element.minOccurs === 0 && !isRepeated(element));
  const names = [...attributes, ...elements].map(([name]) => name);
  return fc.record(Object.fromEntries([...attributes, ...elements]), {
    requiredKeys: names.filter((name) => !optional.some((element) => element.name === name)),
  });
}

const elementsOf = (type: ComplexType): ElementDeclaration[] =>
  leavesOf(particlesOf(type)).filter((leaf) => leaf.kind === 'element');

function occurring(element: ElementDeclaration): Arbitrary<unknown> {
  const value = anyOf(element.type);
  const single = element.nillable ? fc.option(value) : value;
  if (!isRepeated(element)) {
    return single;
  }
  return fc.array(single, { minLength: element.minOccurs, maxLength: Math.min(element.maxOccurs, 4) });
}

function atomic(type: AtomicType): Arbitrary<unknown> {
  const [pattern] = type.patterns;
  if (type.enumeration !== null) {
    return fc.constantFrom(...type.enumeration.values());
  }
  if (pattern !== undefined) {
    return fc.stringMatching(new RegExp(`^(?:${pattern.source})$`, 'u'));
  }
  switch (type.primitive) {
    case 'string':
      return fc.oneof(
        text,
        fc.constantFrom('', ' ', '\r\n\t', ']]>', '<![CDATA[x]]>', '&amp;', '{$xml}', '嚟'),
      );
    case 'boolean':
      return fc.boolean();
    case 'int':
      return fc.integer();
    case 'long':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case 'dateTime':
      return fc
        .date({
          min: new Date('0001-01-01T00:00:00Z'),
          max: new Date('9999-12-31T00:00:00Z'),
          noInvalidDate: true,
        })
        .chain((date) =>
          fc.constantFrom('', 'Z', '+08:00', '-14:00').map((zone) => date.toISOString().replace('Z', zone)),
        );
    default:
      throw new Error(`our contracts have no ${type.primitive}`);
  }
}

const text = fc.string({ unit: 'binary', maxLength: 20 }).filter(isXmlText);
