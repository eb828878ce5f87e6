import {
  type AtomicType,
  type ElementDeclaration,
  isRepeated,
  type ListType,
  type Operation,
  type Primitive,
  type SchemaType,
} from './contract-types.ts';

const primitiveTypes = {
  string: 'string',
  boolean: 'boolean',
  int: 'number',
  long: 'bigint',
  dateTime: 'string',
} as const satisfies Record<Primitive, string>;

/** A TypeScript string literal. */
export const quoted = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`;

/**
 * Writes the TypeScript declarations of a contract's types, requests, replies and faults:
 *
 *     <xsd:simpleType name="PatronStatus">… enumeration A, S, C      →  export type PatronStatus = 'A' | 'S' | 'C';
 *     <xsd:element name="TEL" type="xsd:string" minOccurs="0"/>      →  readonly TEL?: string | undefined
 *     <xsd:element name="closedOn" type="…" nillable="true"/>        →  readonly closedOn: SlashDate | null
 *     <xsd:element name="Loan" type="…" maxOccurs="unbounded"/>      →  readonly Loan: readonly Loan[]
 */
export function writeTypes(
  namedTypes: readonly SchemaType[],
  roots: readonly ElementDeclaration[],
  operations: Iterable<Operation>,
): string[] {
  const rows = [...operations].map(
    ({ name, input, output, fault }) =>
      `  readonly ${name}: { readonly request: ${input.name}; readonly reply: ${output.name}; ` +
      `readonly fault: ${fault?.name ?? 'null'} };`,
  );
  return [
    ...namedTypes.map((type) => declaration(type.name ?? '', type)),
    ...roots.map(({ name, type }) => declaration(name, type)),
    `export interface Operations {\n${rows.join('\n')}\n}`,
  ];
}

function declaration(name: string, type: SchemaType): string {
  if (type.kind !== 'complex') {
    return `${patternNote(type)}export type ${name} = ${definition(type)};`;
  }
  if (type.compositor === 'choice') {
    const options = type.elements.map(({ name: option }) => {
      const members = type.elements.map((element) =>
        element.name === option ? member(element, true) : `readonly ${element.name}?: never`,
      );
      return `\n  | { ${members.join('; ')} }`;
    });
    return `export type ${name} =${options.join('')};`;
  }
  const attributes = type.attributes.map(
    ({ name: attribute, type: attributeType, required }) =>
      `  ${property(attribute, reference(attributeType), required)};`,
  );
  const elements = type.elements.map((element) => `  ${member(element, element.minOccurs > 0)};`);
  return `export interface ${name} {\n${[...attributes, ...elements].join('\n')}\n}`;
}

function member(element: ElementDeclaration, isRequired: boolean): string {
  const single = reference(element.type) + (element.nillable ? ' | null' : '');
  if (!isRepeated(element)) {
    return property(element.name, single, isRequired);
  }
  return `readonly ${element.name}: readonly ${element.nillable ? `(${single})` : single}[]`;
}

const property = (name: string, type: string, isRequired: boolean): string =>
  isRequired ? `readonly ${name}: ${type}` : `readonly ${name}?: ${type} | undefined`;

function reference(type: SchemaType): string {
  if (type.kind === 'complex') {
    if (type.name === null) {
      throw new Error('an anonymous type inside another type is not supported');
    }
    return type.name;
  }
  return type.name in primitiveTypes ? definition(type) : type.name;
}

function definition(type: AtomicType | ListType): string {
  if (type.kind === 'list') {
    return `readonly ${reference(type.item)}[]`;
  }
  if (type.enumeration === null) {
    return primitiveTypes[type.primitive];
  }
  return [...type.enumeration].map(quoted).join(' | ');
}

function patternNote(type: AtomicType | ListType): string {
  if (type.kind === 'list' || type.patterns.length === 0) {
    return '';
  }
  return `/** \`${type.patterns.map(({ source }) => source).join('` and `')}\` */\n`;
}
