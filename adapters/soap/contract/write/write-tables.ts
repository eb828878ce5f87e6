import type {
  AttributeDeclaration,
  ComplexType,
  Contract,
  ElementDeclaration,
  NamespaceConstraint,
  Particle,
  SchemaType,
  SoapOperation,
  ValueConstraint,
} from '../contract-types.ts';
import { partsOfType } from '../read/reachable-types.ts';
import { isXsdType } from '../tables/xsd-types.ts';
import { options, quoted, rows } from './literals.ts';
import { type ModuleNames, rootKey } from './module-names.ts';
import { simpleDefinition } from './write-simple-tables.ts';

/**
 * Writes a contract's tables as TypeScript constants, with calls of the functions in `tables/`. `types` are the types
 * of all messages. Each type comes after the types that it is made of, except in a circle of references.
 *
 *     const PatronNo = restriction('PatronNo', xs.string, { patterns: ['P[0-9]{7}'] });
 *
 *     const GetPatrons = sequence('GetPatrons', [
 *       element('PATRON_NO', '', PatronNo, { maxOccurs: 50 }),
 *     ]);
 *
 *     const GetPatronsElement = element('GetPatrons', namespace, GetPatrons);
 *
 *     export const contract: Contract = { namespace, soapVersion: '1.1', operations: … };
 */
export function writeTables(contract: Contract, types: readonly SchemaType[], names: ModuleNames): string[] {
  const own = types.filter((type) => !isXsdType(type));
  const late = referredEarly(own);
  const writer = new TableWriter(names);
  return [
    ...[...names.namespaces].map(([uri, name]) => `const ${name} = ${quoted(uri)};`),
    ...[...late].map(({ name }) => `const ${name} = declared('${name}');`),
    ...own.map((type) =>
      late.has(type)
        ? `complete(${type.name}, ${writer.definition(type)});`
        : `const ${type.name} = ${writer.definition(type)};`,
    ),
    ...[...names.roots.values()].map(({ name, element }) => `const ${name} = ${writer.particle(element)};`),
    writer.contract(contract),
  ];
}

/**
 * The types that an earlier type refers to, or that refer to themselves. They are part of a circle of references,
 * because any other type comes after the types that it refers to (`reachableTypes`).
 */
function referredEarly(types: readonly SchemaType[]): Set<SchemaType> {
  const seen = new Set<SchemaType>();
  const late = new Set<SchemaType>();
  for (const type of types) {
    for (const part of partsOfType(type)) {
      if (!seen.has(part) && !isXsdType(part)) {
        late.add(part);
      }
    }
    seen.add(type);
  }
  return late;
}

const reference = (type: SchemaType): string => {
  if (type.kind === 'any') {
    return 'anyType';
  }
  return isXsdType(type) ? `xs.${type.name}` : type.name;
};

class TableWriter {
  readonly #names: ModuleNames;

  constructor(names: ModuleNames) {
    this.#names = names;
  }

  definition(type: SchemaType): string {
    if (type.kind === 'any') {
      return 'anyType';
    }
    return type.kind === 'complex' ? this.#complex(type) : simpleDefinition(type, reference);
  }

  #complex(type: ComplexType): string {
    const { name, content, attributes, base, isAbstract, isPolymorphic, anyAttribute } = type;
    const typeOptions = options([
      base !== null && `base: ${reference(base)}`,
      isAbstract && 'abstract: true',
      isPolymorphic && 'polymorphic: true',
      anyAttribute !== null && `anyAttribute: ${this.#constraint(anyAttribute)}`,
    ]);
    const attributeRows = attributes.map((attribute) => this.#attribute(attribute));
    const rest =
      attributes.length === 0 && typeOptions === '' ? '' : `, ${rows(attributeRows)}${typeOptions}`;
    switch (content.kind) {
      case 'sequence':
      case 'choice':
        return `${content.kind}('${name}', ${rows(content.elements.map((leaf) => this.particle(leaf)))}${rest})`;
      case 'group':
        return `grouped('${name}', ${this.particle(content.group)}${rest})`;
      case 'simple':
        return `text('${name}', ${reference(content.type)}${rest})`;
      case 'mixed':
        return `mixed('${name}'${rest})`;
      default:
        return content satisfies never;
    }
  }

  particle(particle: Particle, indent = ''): string {
    switch (particle.kind) {
      case 'element':
        return this.#element(particle);
      case 'wildcard': {
        const { key, allowed } = particle;
        return `wildcard(${quoted(key)}, ${this.#constraint(allowed)}${options(occurrence(particle))})`;
      }
      case 'group': {
        const { compositor, particles, key } = particle;
        const members = particles.map((member) => this.particle(member, `${indent}  `));
        return `group('${compositor}', ${rows(members, indent)}${options([...occurrence(particle), key !== null && `key: ${quoted(key)}`])})`;
      }
      default:
        return particle satisfies never;
    }
  }

  #element(element: ElementDeclaration): string {
    const { name, key, namespace, type, nillable, constraint } = element;
    return `element(${quoted(name)}, ${this.#namespace(namespace)}, ${reference(type)}${options([
      key !== name && `key: ${quoted(key)}`,
      nillable && 'nillable: true',
      ...occurrence(element),
      ...valueOption(constraint),
    ])})`;
  }

  #attribute({ name, key, namespace, type, required, constraint }: AttributeDeclaration): string {
    return `attribute(${quoted(name)}, ${reference(type)}${options([
      key !== name && `key: ${quoted(key)}`,
      namespace !== '' && `namespace: ${this.#namespace(namespace)}`,
      required && 'required: true',
      ...valueOption(constraint),
    ])})`;
  }

  #namespace(uri: string): string {
    return this.#names.namespaces.get(uri) ?? quoted(uri);
  }

  #constraint({ kind, namespaces }: NamespaceConstraint): string {
    return `${kind}(${namespaces.map((uri) => this.#namespace(uri)).join(', ')})`;
  }

  contract({ soapVersion, unknownElements, operations, types }: Contract): string {
    const typeRows = [...types].map(([qName, type]) => {
      const end = qName.indexOf('}');
      return `[\`{\${${this.#namespace(qName.slice(1, end))}}}${qName.slice(end + 1)}\`, ${reference(type)}]`;
    });
    const operationRows = [...operations.values()].map(
      (operation) => `[${quoted(operation.name)}, ${this.#operation(operation)}]`,
    );
    return (
      `export const contract: Contract = {\n  namespace,\n  soapVersion: '${soapVersion}',\n` +
      `  unknownElements: '${unknownElements}',\n  operations: new Map(${rows(operationRows, '  ')}),\n` +
      `  types: new Map<string, SchemaType>(${rows(typeRows, '  ')}),\n};`
    );
  }

  #operation(operation: SoapOperation): string {
    const { name, soapAction, input, output, isOneWay, inputHeaders, outputHeaders, faults, replyAction } =
      operation;
    const list = (key: string, elements: readonly ElementDeclaration[]) =>
      elements.length > 0 && `${key}: [${elements.map((element) => this.#root(element)).join(', ')}]`;
    return `operation(${quoted(name)}, ${quoted(soapAction)}${options([
      input !== null && `input: ${this.#root(input)}`,
      output !== null && `output: ${this.#root(output)}`,
      isOneWay && 'oneWay: true',
      list('inputHeaders', inputHeaders),
      list('outputHeaders', outputHeaders),
      list('faults', faults),
      replyAction !== null && `replyAction: ${quoted(replyAction)}`,
    ])})`;
  }

  #root(element: ElementDeclaration): string {
    return this.#names.roots.get(rootKey(element))?.name ?? this.particle(element);
  }
}

const occurrence = ({ minOccurs, maxOccurs }: Particle): (string | false)[] => [
  minOccurs !== 1 && `minOccurs: ${minOccurs}`,
  maxOccurs !== 1 && `maxOccurs: ${maxOccurs}`,
];

const valueOption = (constraint: ValueConstraint | null): string[] =>
  constraint === null ? [] : [`${constraint.kind}: ${quoted(constraint.text)}`];
