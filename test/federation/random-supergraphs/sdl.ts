/** Writes the SDL of each subgraph of a design. */
import { federation2Link } from '../supergraphs/supergraph.ts';
import type { Design } from './design.ts';
import { type Field, interfaceName, otherInterfaceName, rootName } from './field.ts';
import type { InterfaceObject } from './interface-objects.ts';

export function writeSdls(design: Design): Readonly<Record<string, string>> {
  const added = design.additions.flatMap(({ definitions }) => [...definitions.keys()]);
  return Object.fromEntries(
    [...new Set([...design.placement.subgraphs, ...added])].map((subgraph) => [
      subgraph,
      new SubgraphWriter(subgraph, design).write(),
    ]),
  );
}

/** Directives for operations. The first one changes a value (`support/plus-directive.ts`). */
const directives = [
  'directive @plus(n: Int!) repeatable on FIELD',
  'directive @noted(by: String) on QUERY | MUTATION | INLINE_FRAGMENT | FRAGMENT_SPREAD',
].join('\n');

class SubgraphWriter {
  readonly #subgraph: string;
  readonly #design: Design;
  readonly #interfaceObject: InterfaceObject | undefined;
  readonly #rootName: string;

  constructor(subgraph: string, design: Design) {
    this.#subgraph = subgraph;
    this.#design = design;
    this.#interfaceObject = design.interfaceObjects.find((candidate) => candidate.subgraph === subgraph);
    this.#rootName = design.rootNames.get(subgraph) ?? rootName;
  }

  write(): string {
    const types = [...this.#design.placement.typesIn(this.#subgraph).keys()].map((type) => {
      switch (this.#design.graphTypes.kindOf(type)) {
        case 'union':
          return `union ${type} = ${this.#objectsOf(type).join(' | ')}`;
        case 'interface':
          return this.#interface(type);
        default:
          return this.#object(type);
      }
    });
    const added = this.#design.additions.flatMap(({ definitions }) => definitions.get(this.#subgraph) ?? []);
    const head = [federation2Link, ...(this.#design.hasDirectives ? [directives] : [])];
    return [...head, this.#schema(added), this.#query(), ...types, this.#interfaceAsObject(), ...added].join(
      '\n',
    );
  }

  #query(): string {
    const fields = this.#design.rootFields
      .filter(({ subgraph }) => subgraph === this.#subgraph)
      .map(({ field, directive }) => this.#field(rootName, field, directive));
    return block(`type ${this.#rootName}`, [...fields, ...this.#addedFields(rootName)]);
  }

  /** Names the root types, if the root type of queries is not called `Query`. */
  #schema(added: readonly string[]): string {
    if (this.#rootName === rootName || this.#query() === '') {
      return '';
    }
    const hasMutations = added.some((definition) => definition.startsWith('type Mutation'));
    return `schema { query: ${this.#rootName}${hasMutations ? ' mutation: Mutation' : ''} }`;
  }

  #addedFields(type: string): readonly string[] {
    return this.#design.additions.flatMap(({ fields }) => fields.get(`${this.#subgraph} ${type}`) ?? []);
  }

  #interface(name: string): string {
    const fields = this.#design.placement
      .interfaceFields(this.#subgraph, name)
      .map((field) => this.#declared(field));
    const hasKey = name === interfaceName && this.#design.interfaceObjects.length > 0;
    return block(`interface ${name} ${hasKey ? '@key(fields: "id") ' : ''}`, fields);
  }

  #object(type: string): string {
    const { placement, graphTypes } = this.#design;
    const placed = placement.typesIn(this.#subgraph).get(type);
    const fields = graphTypes
      .fieldsOf(type)
      .filter(({ name }) => placed?.has(name) === true)
      .map((field) => this.#field(type, field, placed?.get(field.name) ?? ''));
    const interfaces = [interfaceName, otherInterfaceName].filter(
      (name) => placement.has(this.#subgraph, name) && graphTypes.abstract.get(name)?.includes(type),
    );
    const implemented = interfaces.length > 0 ? `implements ${interfaces.join(' & ')} ` : '';
    const [first, ...others] = placement.keysOf(this.#subgraph, type);
    // A subgraph that has only the key of an entity need not resolve the entity.
    const added = this.#addedFields(type);
    const isStub = others.length === 0 && placed?.size === 1 && added.length === 0;
    const keys =
      first === undefined ? [] : [key(first, isStub), ...others.map((candidate) => key(candidate, false))];
    const isAbove = [...placement.typesIn(this.#subgraph)].some(([taker, own]) =>
      graphTypes.fieldsOf(taker).some(({ name, takes }) => takes?.type === type && own.has(name)),
    );
    const context = isAbove ? '@context(name: "above") ' : '';
    return block(`type ${type} ${implemented}${keys.join('')}${context}`, [...fields, ...added]);
  }

  #interfaceAsObject(): string {
    if (this.#interfaceObject === undefined) {
      return '';
    }
    const id = this.#design.graphTypes
      .fieldsOf(interfaceName)
      .filter(({ name }) => name === 'id')
      .map((field) => this.#declared(field));
    const fields = this.#interfaceObject.fields.map(
      (field) => `${this.#declared(field)}${field.isShareable ? ' @shareable' : ''}`,
    );
    return block(`type ${interfaceName} @interfaceObject @key(fields: "id")`, [...id, ...fields]);
  }

  #field(type: string, field: Field, directive: string): string {
    const provided = this.#design.provided.get(`${this.#subgraph} ${type} ${field.name}`);
    const isStrict = field.name === 'a' && !this.#design.isNullable(this.#subgraph, type);
    const isHidden =
      directive !== '@external' && this.#design.graphTypes.inaccessible.has(`${type}.${field.name}`);
    return [
      this.#declared(isStrict ? { ...field, type: `${field.type}!` } : field),
      directive,
      ...(provided === undefined ? [] : [`@provides(fields: "${provided}")`]),
      ...(isHidden ? ['@inaccessible'] : []),
    ].join(' ');
  }

  #declared({ name, named, type, hasArgument, takes }: Field): string {
    const own = named === rootName ? type.replace(rootName, this.#rootName) : type;
    const taken = takes && `(x: ${takes.named} @fromContext(field: "$${takes.context} { ${takes.field} }"))`;
    return `  ${name}${taken ?? (hasArgument ? '(x: Int)' : '')}: ${own}`;
  }

  #objectsOf(type: string): readonly string[] {
    return this.#design.placement.objectsOf(this.#subgraph, type);
  }
}

function key(fields: string, isStub: boolean): string {
  return `@key(fields: "${fields}"${isStub ? ', resolvable: false' : ''}) `;
}

function block(head: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${head} {\n${lines.join('\n')}\n}`;
}
