/**
 * Reads a supergraph for one outcome of its progressive `@override`s.
 *
 * Before: `weight: Int @join__field(graph: SHOP, overrideLabel: "percent(30)")
 * @join__field(graph: DEPOT, override: "shop", overrideLabel: "percent(30)")`.
 * After: where the label is on, *depot* has the field `weight`; where it is off, *shop* has it.
 */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parseType,
  type SelectionSetNode,
  type UnionTypeDefinitionNode,
} from 'graphql';
import { ContextArguments, readContexts } from './context-arguments.ts';
import { booleanOf, namedType, parseFieldSet, specificationName, stringOf } from './join-directives.ts';
import type { Subgraph, SubgraphField, SubgraphType, Supergraph } from './model.ts';
import { SupergraphTypes } from './supergraph-types.ts';

const noContexts: ReadonlySet<string> = new Set();

type CompositeDefinition = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | UnionTypeDefinitionNode;

/** Throws where a directive holds what is no set of fields, or names no subgraph. */
export function readSupergraph(document: DocumentNode, isLabelOn: (label: string) => boolean): Supergraph {
  return new SupergraphReader(document, isLabelOn).read();
}

interface DraftType extends SubgraphType {
  readonly keys: SelectionSetNode[];
  readonly keyFields: Set<string>;
  readonly fields: Map<string, SubgraphField>;
  readonly objects: string[];
}

interface DraftSubgraph extends Subgraph {
  readonly types: Map<string, DraftType>;
  readonly interfaceObjects: DraftType[];
}

class SupergraphReader {
  readonly #document: DocumentNode;
  readonly #isLabelOn: (label: string) => boolean;
  readonly #prefix: string;
  readonly #types: SupergraphTypes;
  /** By the values of the enum `join__Graph`. */
  readonly #subgraphs = new Map<string, DraftSubgraph>();
  readonly #fieldSets = new Map<string, SelectionSetNode>();
  readonly #contextArguments = new ContextArguments();

  constructor(document: DocumentNode, isLabelOn: (label: string) => boolean) {
    this.#document = document;
    this.#isLabelOn = isLabelOn;
    this.#prefix = specificationName(document, 'join');
    this.#types = new SupergraphTypes(document);
  }

  read(): Supergraph {
    this.#readSubgraphs();
    const composites = this.#document.definitions.filter(isComposite);
    for (const definition of composites) {
      this.#readType(definition);
    }
    for (const definition of composites) {
      this.#readObjects(definition);
    }
    this.#addProvided();
    const types = this.#types;
    const contexts = readContexts(this.#document, (type) => types.objectsOf(type));
    return {
      subgraphs: [...this.#subgraphs.values()],
      roots: types.roots,
      objectsOf: (type) => types.objectsOf(type),
      isAbstract: (type) => types.isAbstract(type),
      isComposite: (type) => types.isComposite(type),
      fieldType: (type, field) => types.fieldType(type, field),
      contextsOf: (object) => contexts.get(object) ?? noContexts,
    };
  }

  #readSubgraphs(): void {
    for (const definition of this.#document.definitions) {
      if (
        definition.kind === Kind.ENUM_TYPE_DEFINITION &&
        definition.name.value === `${this.#prefix}__Graph`
      ) {
        for (const { name, directives = [] } of definition.values ?? []) {
          const [graph] = this.#joins('graph', directives);
          const subgraph = graph === undefined ? undefined : stringOf(graph, 'name');
          this.#subgraphs.set(name.value, {
            index: this.#subgraphs.size,
            name: subgraph ?? name.value,
            types: new Map(),
            interfaceObjects: [],
          });
        }
      }
    }
  }

  /** The join directives of this kind. */
  #joins(kind: string, directives: readonly ConstDirectiveNode[] = []): readonly ConstDirectiveNode[] {
    const name = `${this.#prefix}__${kind}`;
    return directives.filter((directive) => directive.name.value === name);
  }

  #subgraphOf(directive: ConstDirectiveNode): DraftSubgraph | undefined {
    const graph = stringOf(directive, 'graph');
    const subgraph = graph === undefined ? undefined : this.#subgraphs.get(graph);
    if (graph !== undefined && subgraph === undefined) {
      throw new Error(`@${directive.name.value} names the subgraph ${graph}, which does not exist`);
    }
    return subgraph;
  }

  #fieldSet(text: string | undefined): SelectionSetNode | undefined {
    if (text === undefined || text.trim() === '') {
      return undefined;
    }
    const set = this.#fieldSets.get(text) ?? parseFieldSet(text);
    this.#fieldSets.set(text, set);
    return set;
  }

  #readType(definition: CompositeDefinition): void {
    const types = new Map<DraftSubgraph, DraftType>();
    const typeIn = (subgraph: DraftSubgraph, isInterfaceObject = false): DraftType => {
      const existing = types.get(subgraph);
      if (existing !== undefined) {
        return existing;
      }
      const type = draftType(definition, isInterfaceObject);
      types.set(subgraph, type);
      subgraph.types.set(type.name, type);
      if (isInterfaceObject) {
        subgraph.interfaceObjects.push(type);
      }
      return type;
    };
    const joins = this.#joins('type', definition.directives);
    for (const join of joins) {
      const subgraph = this.#subgraphOf(join);
      const key = this.#fieldSet(stringOf(join, 'key'));
      if (subgraph !== undefined) {
        const type = typeIn(subgraph, booleanOf(join, 'isInterfaceObject') === true);
        if (key !== undefined) {
          addKey(type, key, booleanOf(join, 'resolvable') !== false);
        }
      }
    }
    const owner = this.#ownerOf(definition);
    // In v0.1, a type without join directives is a value type: every subgraph may have it.
    for (const subgraph of joins.length === 0 && owner === undefined ? this.#subgraphs.values() : []) {
      typeIn(subgraph);
    }
    if (owner !== undefined) {
      typeIn(owner);
    }
    if (definition.kind !== Kind.UNION_TYPE_DEFINITION) {
      for (const field of definition.fields ?? []) {
        this.#readField(field, types, owner);
      }
    }
    for (const [subgraph, type] of types) {
      this.#addKeyFields(definition, subgraph, type);
    }
  }

  /** The subgraph of all fields that name none: `@join__owner` of v0.1. */
  #ownerOf({ directives }: CompositeDefinition): DraftSubgraph | undefined {
    const [owner] = this.#joins('owner', directives);
    return owner && this.#subgraphOf(owner);
  }

  #readField(
    field: FieldDefinitionNode,
    types: ReadonlyMap<DraftSubgraph, DraftType>,
    owner: DraftSubgraph | undefined,
  ): void {
    const joins = this.#joins('field', field.directives);
    if (joins.length === 0) {
      for (const [subgraph, { fields }] of types) {
        if (owner === undefined || owner === subgraph) {
          fields.set(field.name.value, draftField(field));
        }
      }
    }
    for (const join of joins) {
      const subgraph = this.#subgraphOf(join);
      const read = subgraph && this.#joinedField(field, join);
      if (read !== undefined && subgraph !== undefined) {
        types.get(subgraph)?.fields.set(read.name, read);
      }
    }
  }

  /** Undefined where the subgraph does not have the field, because another one takes it over. */
  #joinedField(field: FieldDefinitionNode, join: ConstDirectiveNode): SubgraphField | undefined {
    const label = stringOf(join, 'overrideLabel');
    const takesOver = stringOf(join, 'override') !== undefined;
    const isUsed = booleanOf(join, 'usedOverridden') === true;
    const isOn = label === undefined || this.#isLabelOn(label);
    const isOverridden = takesOver ? !isOn : isOn && (label !== undefined || isUsed);
    if (isOverridden && !isUsed && !takesOver) {
      return undefined;
    }
    const type = stringOf(join, 'type');
    return {
      ...draftField(field),
      ...(type !== undefined && { type: parseType(type, { noLocation: true }) }),
      ...(type !== undefined && { namedType: namedType(parseType(type, { noLocation: true })) }),
      isExternal: booleanOf(join, 'external') === true,
      isOverridden,
      requires: this.#fieldSet(stringOf(join, 'requires')),
      provides: this.#fieldSet(stringOf(join, 'provides')),
      contextArguments: this.#contextArguments.of(join),
    };
  }

  /** In v0.1 a subgraph's key fields are named only by the key. */
  #addKeyFields(
    definition: CompositeDefinition,
    { types }: DraftSubgraph,
    { name, keyFields }: DraftType,
  ): void {
    const fields = types.get(name)?.fields;
    for (const field of definition.kind === Kind.UNION_TYPE_DEFINITION ? [] : (definition.fields ?? [])) {
      const joins = this.#joins('field', field.directives);
      const isUnsaid = joins.length === 0 || joins.every((join) => stringOf(join, 'graph') !== undefined);
      if (keyFields.has(field.name.value) && isUnsaid && fields?.has(field.name.value) === false) {
        fields.set(field.name.value, draftField(field));
      }
    }
  }

  #readObjects(definition: CompositeDefinition): void {
    const { name } = definition;
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) {
      const joins = this.#joins('implements', definition.directives);
      for (const subgraph of this.#subgraphs.values()) {
        subgraph.types.get(name.value)?.objects.push(name.value);
      }
      const implemented =
        joins.length > 0
          ? joins.map((join) => [this.#subgraphOf(join), stringOf(join, 'interface')] as const)
          : this.#implementedEverywhere(definition);
      for (const [subgraph, interfaceName] of implemented) {
        subgraph?.types.get(interfaceName ?? '')?.objects.push(name.value);
      }
    } else if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      const joins = this.#joins('unionMember', definition.directives);
      const members =
        joins.length > 0
          ? joins.map((join) => [this.#subgraphOf(join), stringOf(join, 'member')] as const)
          : [...this.#subgraphs.values()].flatMap((subgraph) =>
              (definition.types ?? []).map((member) => [subgraph, member.name.value] as const),
            );
      for (const [subgraph, member = ''] of members) {
        if (subgraph?.types.has(member)) {
          subgraph.types.get(name.value)?.objects.push(member);
        }
      }
    }
    for (const { types } of this.#subgraphs.values()) {
      const type = types.get(name.value);
      if (type?.isInterfaceObject) {
        type.objects.push(...this.#types.objectsOf(name.value));
      }
    }
  }

  /** v0.1 does not say which subgraph has which interface: each that has both types. */
  #implementedEverywhere({
    name,
    interfaces = [],
    directives,
  }: ObjectTypeDefinitionNode): readonly (readonly [DraftSubgraph, string])[] {
    if (
      this.#joins('type', directives).length > 0 &&
      this.#ownerOf({ directives } as CompositeDefinition) === undefined
    ) {
      return [];
    }
    return [...this.#subgraphs.values()]
      .filter(({ types }) => types.has(name.value))
      .flatMap((subgraph) => interfaces.map((each) => [subgraph, each.name.value] as const));
  }

  /** In v0.1 a field that is provided stands nowhere else in its subgraph. */
  #addProvided(): void {
    for (const subgraph of this.#subgraphs.values()) {
      for (const { fields } of subgraph.types.values()) {
        for (const { namedType: type, provides } of fields.values()) {
          if (provides !== undefined) {
            this.#addProvidedOf(subgraph, type, provides);
          }
        }
      }
    }
  }

  #addProvidedOf(subgraph: DraftSubgraph, typeName: string, { selections }: SelectionSetNode): void {
    const type = subgraph.types.get(typeName);
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value ?? typeName;
        this.#addProvidedOf(subgraph, condition, selection.selectionSet);
      } else if (selection.kind === Kind.FIELD) {
        const field = this.#types.definitionOf(typeName, selection.name.value);
        if (type !== undefined && field !== undefined && !type.fields.has(selection.name.value)) {
          type.fields.set(selection.name.value, { ...draftField(field), isExternal: true });
        }
        if (field !== undefined && selection.selectionSet !== undefined) {
          this.#addProvidedOf(subgraph, namedType(field.type), selection.selectionSet);
        }
      }
    }
  }
}

function isComposite(definition: DocumentNode['definitions'][number]): definition is CompositeDefinition {
  return (
    definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
    definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
    definition.kind === Kind.UNION_TYPE_DEFINITION
  );
}

const kinds = {
  [Kind.OBJECT_TYPE_DEFINITION]: 'object',
  [Kind.INTERFACE_TYPE_DEFINITION]: 'interface',
  [Kind.UNION_TYPE_DEFINITION]: 'union',
} as const;

function draftType(definition: CompositeDefinition, isInterfaceObject: boolean): DraftType {
  return {
    name: definition.name.value,
    kind: isInterfaceObject ? 'object' : kinds[definition.kind],
    isInterfaceObject,
    keys: [],
    keyFields: new Set(),
    fields: new Map(),
    objects: [],
  };
}

function draftField({ name, type }: FieldDefinitionNode): SubgraphField {
  return {
    name: name.value,
    type,
    namedType: namedType(type),
    isExternal: false,
    isOverridden: false,
    requires: undefined,
    provides: undefined,
    contextArguments: [],
  };
}

function addKey(type: DraftType, key: SelectionSetNode, isResolvable: boolean): void {
  if (isResolvable) {
    type.keys.push(key);
  }
  for (const selection of key.selections) {
    if (selection.kind === Kind.FIELD) {
      type.keyFields.add(selection.name.value);
    }
  }
}
