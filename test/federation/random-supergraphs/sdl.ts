/** Writes the SDL of each subgraph of a design. */
import { federation2Link } from '../supergraphs/supergraph.ts';
import type { Design, InterfaceObject } from './design.ts';
import { type Field, interfaceName } from './field.ts';
import { unionName } from './types.ts';

export function writeSdls(design: Design): Readonly<Record<string, string>> {
  return Object.fromEntries(
    design.placement.subgraphs.map((subgraph) => [subgraph, new SubgraphWriter(subgraph, design).write()]),
  );
}

class SubgraphWriter {
  readonly #subgraph: string;
  readonly #design: Design;
  readonly #interfaceObject: InterfaceObject | undefined;

  constructor(subgraph: string, design: Design) {
    this.#subgraph = subgraph;
    this.#design = design;
    this.#interfaceObject =
      design.interfaceObject?.subgraph === subgraph ? design.interfaceObject : undefined;
  }

  write(): string {
    const types = [...this.#design.placement.typesIn(this.#subgraph).keys()].map((type) => {
      switch (this.#design.graphTypes.kindOf(type)) {
        case 'union':
          return `union ${type} = ${this.#objectsOf(unionName).join(' | ')}`;
        case 'interface':
          return this.#interface();
        default:
          return this.#object(type);
      }
    });
    return [federation2Link, this.#query(), ...types, this.#interfaceAsObject()].join('\n');
  }

  #query(): string {
    const fields = this.#design.rootFields
      .filter(({ subgraph }) => subgraph === this.#subgraph)
      .map(({ field, directive }) => this.#field('Query', field, directive));
    const more = this.#interfaceObject === undefined ? [] : [`  interfaces: [${interfaceName}]`];
    return block('type Query', [...fields, ...more]);
  }

  #interface(): string {
    const objects = this.#objectsOf(interfaceName);
    const fields = this.#design.graphTypes
      .fieldsOf(interfaceName)
      .filter(({ name }) => objects.every((type) => this.#design.placement.has(this.#subgraph, type, name)))
      .map(declared);
    const key = this.#design.interfaceObject === undefined ? '' : '@key(fields: "id") ';
    return block(`interface ${interfaceName} ${key}`, fields);
  }

  #object(type: string): string {
    const { placement, graphTypes } = this.#design;
    const placed = placement.typesIn(this.#subgraph).get(type);
    const fields = graphTypes
      .fieldsOf(type)
      .filter(({ name }) => placed?.has(name) === true)
      .map((field) => this.#field(type, field, placed?.get(field.name) ?? ''));
    const requiring = this.#design.requiring
      .filter((candidate) => candidate.subgraph === this.#subgraph && candidate.type === type)
      .map(({ field, required }) => `${declared(field)} @requires(fields: "${required}")`);
    const implemented =
      placement.has(this.#subgraph, interfaceName) && graphTypes.implementing.includes(type)
        ? `implements ${interfaceName} `
        : '';
    const [first, ...others] = placement.keysOf(this.#subgraph, type);
    // A subgraph that has nothing of an entity but its key need not resolve it.
    const isStub = others.length === 0 && placed?.size === 1 && requiring.length === 0;
    const keys =
      first === undefined ? [] : [key(first, isStub), ...others.map((candidate) => key(candidate, false))];
    return block(`type ${type} ${implemented}${keys.join('')}`, [...fields, ...requiring]);
  }

  #interfaceAsObject(): string {
    if (this.#interfaceObject === undefined) {
      return '';
    }
    const id = this.#design.graphTypes
      .fieldsOf(interfaceName)
      .filter(({ name }) => name === 'id')
      .map(declared);
    const fields = this.#interfaceObject.fields.map(declared);
    return block(`type ${interfaceName} @interfaceObject @key(fields: "id")`, [...id, ...fields]);
  }

  #field(type: string, field: Field, directive: string): string {
    const provided = this.#design.provided.get(`${this.#subgraph} ${type} ${field.name}`);
    const isStrict = field.name === 'a' && !this.#design.isNullable(this.#subgraph, type);
    const isHidden =
      directive !== '@external' && this.#design.graphTypes.inaccessible.has(`${type}.${field.name}`);
    return [
      declared(isStrict ? { ...field, type: `${field.type}!` } : field),
      directive,
      ...(provided === undefined ? [] : [`@provides(fields: "${provided}")`]),
      ...(isHidden ? ['@inaccessible'] : []),
    ].join(' ');
  }

  #objectsOf(type: string): readonly string[] {
    return this.#design.placement.objectsOf(this.#subgraph, type);
  }
}

function declared({ name, type, hasArgument }: Field): string {
  return `  ${name}${hasArgument ? '(x: Int)' : ''}: ${type}`;
}

function key(fields: string, isStub: boolean): string {
  return `@key(fields: "${fields}"${isStub ? ', resolvable: false' : ''}) `;
}

function block(head: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${head} {\n${lines.join('\n')}\n}`;
}
