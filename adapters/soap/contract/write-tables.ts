import type {
  AtomicType,
  AttributeDeclaration,
  Contract,
  ElementDeclaration,
  SchemaType,
} from './contract-types.ts';
import { primitives } from './tables.ts';
import { quoted } from './write-types.ts';

/**
 * Writes a contract's tables as TypeScript constants, with calls of the functions in `tables.ts`. `roots` are the root
 * elements of all messages.
 *
 *     const PatronNo = atomic('PatronNo', 'string', { patterns: ['P[0-9]{7}'] });
 *
 *     const GetPatrons = element('GetPatrons', namespace, sequence(null, [
 *       element('PATRON_NO', '', PatronNo, { maxOccurs: 50 }),
 *     ]));
 *
 *     export const contract: Contract = { namespace, soapVersion: '1.1', operations: … };
 */
export function writeTables(
  { namespace, soapVersion, operations }: Contract,
  namedTypes: readonly SchemaType[],
  roots: readonly ElementDeclaration[],
): string[] {
  const operationRows = [...operations.values()].map(
    ({ name, soapAction, input, output, fault }) =>
      `    ['${name}', { name: '${name}', soapAction: ${quoted(soapAction)}, ` +
      `input: ${input.name}, output: ${output.name}, fault: ${fault?.name ?? null} }],\n`,
  );
  return [
    `const namespace = ${quoted(namespace)};`,
    ...namedTypes.map((type) => `const ${type.name} = ${definition(type)};`),
    ...roots.map(({ name, type }) => `const ${name} = element('${name}', namespace, ${reference(type)});`),
    `export const contract: Contract = {\n  namespace,\n  soapVersion: '${soapVersion}',\n` +
      `  operations: new Map([\n${operationRows.join('')}  ]),\n};`,
  ];
}

function reference(type: SchemaType): string {
  if (type.kind === 'atomic' && type === primitives[type.primitive]) {
    return `primitives.${type.primitive}`;
  }
  return type.name ?? definition(type);
}

function definition(type: SchemaType): string {
  switch (type.kind) {
    case 'atomic':
      return `atomic('${type.name}', '${type.primitive}'${facetsOf(type)})`;
    case 'list':
      return `list('${type.name}', ${reference(type.item)})`;
    case 'complex': {
      const name = type.name === null ? 'null' : `'${type.name}'`;
      const attributes = type.attributes.length === 0 ? '' : `, ${rows(type.attributes.map(attributeCall))}`;
      return `${type.compositor}(${name}, ${rows(type.elements.map(elementCall))}${attributes})`;
    }
    default:
      return type satisfies never;
  }
}

const rows = (calls: readonly string[]): string => `[\n${calls.map((call) => `  ${call},\n`).join('')}]`;

const facetsOf = ({ enumeration, patterns }: AtomicType): string =>
  options([
    enumeration !== null && `enumeration: [${[...enumeration].map(quoted).join(', ')}]`,
    patterns.length > 0 && `patterns: [${patterns.map(({ source }) => quoted(source)).join(', ')}]`,
  ]);

const attributeCall = ({ name, type, required }: AttributeDeclaration): string =>
  `attribute('${name}', ${reference(type)}, ${required})`;

function elementCall(element: ElementDeclaration): string {
  const { name, namespace, type, nillable, minOccurs, maxOccurs } = element;
  const occurrence = options([
    nillable && 'nillable: true',
    minOccurs !== 1 && `minOccurs: ${minOccurs}`,
    maxOccurs !== 1 && `maxOccurs: ${maxOccurs}`,
  ]);
  return `element('${name}', ${namespace === '' ? "''" : 'namespace'}, ${reference(type)}${occurrence})`;
}

/** The text of a last argument with the options that differ from their defaults. Empty if no option differs. */
function options(members: readonly (string | false)[]): string {
  const given = members.filter((member) => member !== false);
  return given.length === 0 ? '' : `, { ${given.join(', ')} }`;
}
