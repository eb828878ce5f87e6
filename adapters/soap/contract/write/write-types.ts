import type {
  AttributeDeclaration,
  ComplexType,
  Contract,
  ElementDeclaration,
  SchemaType,
  SimpleType,
  SoapOperation,
} from '../contract-types.ts';
import { derives } from '../derivation.ts';
import { leavesOf, particlesOf } from '../particles.ts';
import { Names } from '../read/schema/names.ts';
import { isXsdType } from '../tables/xsd-types.ts';
import { contentMembers, type Members, objectType } from './group-types.ts';
import { propertyName } from './literals.ts';
import { simpleTypeText } from './simple-type-texts.ts';

/**
 * Writes the TypeScript declarations of a contract's types, requests, replies and faults:
 *
 *     <xsd:simpleType name="PatronStatus">… enumeration A, S, C      →  export type PatronStatus = 'A' | 'S' | 'C';
 *     <xsd:element name="TEL" type="xsd:string" minOccurs="0"/>      →  readonly TEL?: string | undefined
 *     <xsd:element name="closedOn" type="…" nillable="true"/>        →  readonly closedOn: SlashDate | null
 *     <xsd:element name="Loan" type="…" maxOccurs="unbounded"/>      →  readonly Loan: readonly Loan[]
 *     a type from which others are derived                           →  { readonly $type: 'FpsMethod' } & FpsMethod | …
 */
export function writeTypes(
  contract: Contract,
  types: readonly SchemaType[],
  reserved: Iterable<string>,
): string[] {
  const own = types.filter((type) => !isXsdType(type));
  const writer = new TypeWriter(own, new Names([...reserved, ...own.map(({ name }) => name)]));
  const declarations = own.map((type) => writer.declaration(type));
  const operations = writer.operations([...contract.operations.values()]);
  return [...declarations, ...writer.usedUnions(), operations];
}

class TypeWriter {
  readonly #types: readonly SchemaType[];
  /** The names of the unions of a type and its derived types. */
  readonly #unionNames: ReadonlyMap<SchemaType, string>;
  readonly #usedUnions = new Set<SchemaType>();
  /** The names of the TypeScript types for nil elements that may have attributes, by the types of the elements. */
  readonly #nilNames: ReadonlyMap<SchemaType, string>;

  constructor(types: readonly SchemaType[], names: Names) {
    this.#types = types;
    const complex = types.filter((type) => type.kind === 'complex');
    this.#unionNames = new Map(
      complex
        .filter(({ isPolymorphic }) => isPolymorphic)
        .map((type) => [type, names.take(`Any${type.name}`)]),
    );
    const nillable = new Set(
      complex
        .flatMap((type) => leavesOf(particlesOf(type)))
        .flatMap((leaf) => (leaf.kind === 'element' && leaf.nillable ? [leaf.type] : [])),
    );
    this.#nilNames = new Map(
      complex
        .filter((type) => nillable.has(type) && type.attributes.length > 0)
        .map((type) => [type, names.take(`Nil${type.name}`)]),
    );
  }

  declaration(type: SchemaType): string {
    if (type.kind === 'complex') {
      return [this.#complex(type), ...this.#nil(type)].join('\n\n');
    }
    return type.kind === 'any'
      ? ''
      : `${patternNote(type)}export type ${type.name} = ${simpleTypeText(type, this.reference)};`;
  }

  #complex(type: ComplexType): string {
    const { properties, others } = this.#membersOf(type);
    if (others.length === 0) {
      return `export interface ${type.name} {\n${properties.map((property) => `  ${property};\n`).join('')}}`;
    }
    return `export type ${type.name} =\n  ${objectType({ properties, others })};`;
  }

  #membersOf(type: ComplexType): Members {
    const attributes = type.attributes.map((attribute) => this.#attribute(attribute));
    if (type.anyAttribute !== null) {
      attributes.push('readonly $attributes?: Readonly<Record<string, string>> | undefined');
    }
    const { content } = type;
    const members =
      content.kind === 'simple'
        ? { properties: [`readonly $value: ${this.reference(content.type)}`], others: [] }
        : content.kind === 'mixed'
          ? { properties: ['readonly $content: readonly (XmlTree | string)[]'], others: [] }
          : contentMembers(content, this.valueType);
    return { ...members, properties: [...attributes, ...members.properties] };
  }

  #attribute({ key, type, required }: AttributeDeclaration): string {
    const text = this.reference(type);
    return required
      ? `readonly ${propertyName(key)}: ${text}`
      : `readonly ${propertyName(key)}?: ${text} | undefined`;
  }

  #nil(type: ComplexType): string[] {
    const name = this.#nilNames.get(type);
    const members = type.attributes.map((attribute) => `  ${this.#attribute(attribute)};\n`);
    return name === undefined
      ? []
      : [`export interface ${name} {\n  readonly $nil: true;\n${members.join('')}}`];
  }

  /** The TypeScript type by which other types refer to this type. For a type with derived types, it is their union. */
  readonly reference = (type: SchemaType): string => {
    if (type.kind === 'any') {
      return 'AnyValue';
    }
    if (isXsdType(type)) {
      return type.kind === 'complex' ? type.name : simpleTypeText(type, this.reference);
    }
    const union = this.#unionNames.get(type);
    if (union === undefined) {
      return type.name;
    }
    this.#usedUnions.add(type);
    return union;
  };

  readonly valueType = ({ type, nillable }: ElementDeclaration): string => {
    const nil = this.#nilNames.get(type);
    return `${this.reference(type)}${nillable ? ` | null${nil === undefined ? '' : ` | ${nil}`}` : ''}`;
  };

  /** The declarations of the unions that something refers to. Each union consists of a type and its derived types. */
  usedUnions(): string[] {
    return [...this.#usedUnions].map((type) => {
      const name = this.#unionNames.get(type);
      const options = this.#types
        .filter((other) => other.kind === 'complex' && !other.isAbstract && derives(other, type))
        .map((option) => `\n  | ({ readonly $type: '${option.name}' } & ${option.name})`);
      return `export type ${name} =${options.length === 0 ? ' never' : options.join('')};`;
    });
  }

  operations(operations: readonly SoapOperation[]): string {
    const rows = operations.map((operation) => {
      const { name, input, output, inputHeaders, outputHeaders, faults } = operation;
      const headers = [
        ...(inputHeaders.length > 0 ? [`readonly headers: ${this.#byName(inputHeaders)}`] : []),
        ...(outputHeaders.length > 0 ? [`readonly replyHeaders: ${this.#byName(outputHeaders)}`] : []),
      ];
      const members = [
        `readonly request: ${this.#rootType(input)}`,
        `readonly reply: ${this.#rootType(output)}`,
        `readonly faults: ${this.#byName(faults)}`,
        ...headers,
      ];
      return `  readonly ${propertyName(name)}: { ${members.join('; ')} };`;
    });
    return `export interface Operations {\n${rows.join('\n')}\n}`;
  }

  #rootType(root: ElementDeclaration | null): string {
    return root === null ? 'null' : this.valueType(root);
  }

  #byName(elements: readonly ElementDeclaration[]): string {
    const members = elements.map(
      (element) => `readonly ${propertyName(element.name)}: ${this.valueType(element)}`,
    );
    return members.length === 0 ? '{}' : `{ ${members.join('; ')} }`;
  }
}

function patternNote(type: SimpleType): string {
  const own = type.patterns.slice(type.base?.patterns.length ?? 0);
  const sources = own.map(({ source }) => source.replaceAll('*/', '* /')).join('` and `');
  return own.length === 0 ? '' : `/** ${'`'}${sources}${'`'} */\n`;
}
