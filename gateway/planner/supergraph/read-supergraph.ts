/**
 * Reads a supergraph for one outcome of its progressive `@override`s.
 *
 * Before: `weight: Int @join__field(graph: SHOP, overrideLabel: "percent(30)")
 * @join__field(graph: DEPOT, override: "shop", overrideLabel: "percent(30)")`.
 * After: if the label is on, *depot* has the field `weight`. If it is off, *shop* has it.
 */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parseType,
  type SelectionSetNode,
  type UnionTypeDefinitionNode,
} from 'graphql';
import { ContextArguments, readContexts } from './context-arguments.ts';
import { addKey, type DraftSubgraph, type DraftType, draftField, draftType } from './draft-types.ts';
import { FieldSets } from './field-sets.ts';
import { booleanOf, namedType, specificationName, stringOf } from './join-directives.ts';
import type { SubgraphField, Supergraph } from './model.ts';
import { type CompositeDefinition, fieldsOf, isComposite, SupergraphTypes } from './supergraph-types.ts';

const noContexts: ReadonlySet<string> = new Set();

/** @throws Error if two subgraphs have the same name, or if a directive has invalid fields or an unknown subgraph. */
export function readSupergraph(document: DocumentNode, isLabelOn: (label: string) => boolean): Supergraph {
  return new SupergraphParser(document, isLabelOn).read();
}

/** Says that objects of the type `object` are also objects of the subgraph's type `type`, such as an interface. */
interface Membership {
  readonly subgraph: DraftSubgraph | undefined;
  readonly type: string | undefined;
  readonly object: string;
}

class SupergraphParser {
  readonly #document: DocumentNode;
  readonly #isLabelOn: (label: string) => boolean;
  readonly #joinName: string;
  readonly #types: SupergraphTypes;
  /** The subgraphs, by the values of the enum `join__Graph`. */
  readonly #subgraphs = new Map<string, DraftSubgraph>();
  /** The subgraphs that have a type, by its name. */
  readonly #subgraphsWith = new Map<string, readonly DraftSubgraph[]>();
  readonly #fieldSets: FieldSets;
  readonly #contextArguments = new ContextArguments();

  constructor(document: DocumentNode, isLabelOn: (label: string) => boolean) {
    this.#document = document;
    this.#isLabelOn = isLabelOn;
    this.#joinName = specificationName(document, 'join');
    this.#types = new SupergraphTypes(document);
    this.#fieldSets = new FieldSets(this.#types);
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
    this.#addProvidedFields();
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
        definition.name.value === `${this.#joinName}__Graph`
      ) {
        for (const { name, directives } of definition.values ?? []) {
          const [graph] = this.#joins('graph', directives);
          const subgraphName = (graph && stringOf(graph, 'name')) ?? name.value;
          if (this.#subgraphs.has(name.value)) {
            throw new Error(`two subgraphs have the value ${name.value} of ${definition.name.value}`);
          }
          if (this.#inAllSubgraphs().some((subgraph) => subgraph.name === subgraphName)) {
            throw new Error(`two subgraphs have the name ${subgraphName}`);
          }
          this.#subgraphs.set(name.value, {
            index: this.#subgraphs.size,
            name: subgraphName,
            types: new Map(),
            interfaceObjects: [],
          });
        }
      }
    }
  }

  /** Returns the join directives of one kind, such as all `@join__field` for the kind `field`. */
  #joins(kind: string, directives: readonly ConstDirectiveNode[] = []): readonly ConstDirectiveNode[] {
    const name = `${this.#joinName}__${kind}`;
    return directives.filter((directive) => directive.name.value === name);
  }

  #subgraphOf(join: ConstDirectiveNode): DraftSubgraph | undefined {
    const graph = stringOf(join, 'graph');
    const subgraph = graph === undefined ? undefined : this.#subgraphs.get(graph);
    if (graph !== undefined && subgraph === undefined) {
      throw new Error(`@${join.name.value} names the subgraph ${graph}, which does not exist`);
    }
    return subgraph;
  }

  /** Parses a field set. Equal field sets are the same object. */
  #fieldSetOf(
    join: ConstDirectiveNode,
    argument: 'key' | 'requires' | 'provides',
    coordinate: string,
    of: string,
  ): SelectionSetNode | undefined {
    const text = stringOf(join, argument) ?? '';
    return text.trim() === ''
      ? undefined
      : this.#fieldSets.read(text, of, `the ${argument} of ${coordinate}`);
  }

  #readType(definition: CompositeDefinition): void {
    const types = new Map<DraftSubgraph, DraftType>();
    const typeIn = (subgraph: DraftSubgraph, isObject = false): DraftType => {
      const existing = types.get(subgraph);
      if (existing !== undefined) {
        return existing;
      }
      const isInterfaceObject = isObject && !this.#types.hasNoObjectTypes(definition.name.value);
      const type = draftType(definition, isObject, isInterfaceObject);
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
      const key = this.#fieldSetOf(join, 'key', definition.name.value, definition.name.value);
      if (subgraph !== undefined) {
        const type = typeIn(subgraph, booleanOf(join, 'isInterfaceObject') === true);
        if (key !== undefined) {
          addKey(type, key, booleanOf(join, 'resolvable') !== false);
        }
      }
    }
    const owner = this.#ownerOf(definition);
    if (owner !== undefined) {
      typeIn(owner);
    } else if (joins.length === 0) {
      // In v0.1, a type without join directives is a value type, and every subgraph may have it.
      for (const subgraph of this.#subgraphs.values()) {
        typeIn(subgraph);
      }
    }
    for (const field of fieldsOf(definition)) {
      this.#readField(definition.name.value, field, types, owner);
    }
    for (const type of types.values()) {
      this.#addKeyFields(definition, type);
    }
    this.#subgraphsWith.set(definition.name.value, [...types.keys()]);
  }

  /** The subgraph of the fields that name no subgraph. In v0.1, the type names it in `@join__owner`. */
  #ownerOf({ directives }: CompositeDefinition): DraftSubgraph | undefined {
    const [owner] = this.#joins('owner', directives);
    return owner && this.#subgraphOf(owner);
  }

  #readField(
    type: string,
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
      const joined = subgraph && this.#joinedField(type, field, join);
      if (joined !== undefined && subgraph !== undefined) {
        types.get(subgraph)?.fields.set(joined.name, joined);
      }
    }
  }

  /**
   * The field in the subgraph of `join`. Undefined if another subgraph has taken the field over with `@override` and
   * this subgraph doesn't use it any more.
   */
  #joinedField(
    parent: string,
    field: FieldDefinitionNode,
    join: ConstDirectiveNode,
  ): SubgraphField | undefined {
    const label = stringOf(join, 'overrideLabel');
    const isOn = label === undefined || this.#isLabelOn(label);
    const takesOver = stringOf(join, 'override') !== undefined;
    const isUsed = booleanOf(join, 'usedOverridden') === true;
    const isOverridden = takesOver ? !isOn : isOn && (label !== undefined || isUsed);
    if (isOverridden && !isUsed && !takesOver) {
      return undefined;
    }
    const type = stringOf(join, 'type');
    const drafted = draftField(field, type === undefined ? undefined : parseType(type, { noLocation: true }));
    const coordinate = `${parent}.${field.name.value}`;
    return {
      ...drafted,
      isExternal: booleanOf(join, 'external') === true,
      isOverridden,
      requires: this.#fieldSetOf(join, 'requires', coordinate, parent),
      provides: this.#fieldSetOf(join, 'provides', coordinate, drafted.namedType),
      contextArguments: this.#contextArguments.of(join),
    };
  }

  /** Adds the fields of the keys. In v0.1, a key may be the only sign that the subgraph has these fields. */
  #addKeyFields(definition: CompositeDefinition, { keyFields, fields }: DraftType): void {
    for (const field of fieldsOf(definition)) {
      const name = field.name.value;
      const joins = this.#joins('field', field.directives);
      const isUnsaid = joins.length === 0 || joins.every((join) => stringOf(join, 'graph') !== undefined);
      if (keyFields.has(name) && isUnsaid && !fields.has(name)) {
        fields.set(name, draftField(field));
      }
    }
  }

  #readObjects(definition: CompositeDefinition): void {
    for (const { subgraph, type = '', object } of this.#membershipsIn(definition)) {
      subgraph?.types.get(type)?.objects.push(object);
    }
    for (const { types } of this.#declaring(definition)) {
      const type = types.get(definition.name.value);
      if (type?.isInterfaceObject) {
        for (const object of this.#types.objectsOf(type.name)) {
          type.objects.push(object);
        }
      }
    }
  }

  /**
   * Returns which object types belong to which types, according to one definition. An object type belongs to itself and
   * to its interfaces. A union's members belong to the union. An interface without object types belongs to itself.
   */
  #membershipsIn(definition: CompositeDefinition): readonly Membership[] {
    const name = definition.name.value;
    switch (definition.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
        return [
          ...this.#declaring(definition).map((subgraph) => ({ subgraph, type: name, object: name })),
          ...this.#implementationsIn(definition),
        ];
      case Kind.UNION_TYPE_DEFINITION:
        return this.#membersIn(definition).filter(({ subgraph, object }) => subgraph?.types.has(object));
      default:
        return this.#types.hasNoObjectTypes(name)
          ? this.#declaring(definition).map((subgraph) => ({ subgraph, type: name, object: name }))
          : [];
    }
  }

  /** The subgraphs that have the type. */
  #declaring({ name }: CompositeDefinition): readonly DraftSubgraph[] {
    return this.#subgraphsWith.get(name.value) ?? [];
  }

  #inAllSubgraphs(): readonly DraftSubgraph[] {
    return [...this.#subgraphs.values()];
  }

  #implementationsIn(definition: ObjectTypeDefinitionNode): readonly Membership[] {
    const { name, interfaces = [], directives } = definition;
    const object = name.value;
    const joins = this.#joins('implements', directives);
    if (joins.length > 0) {
      return joins.map((join) => ({
        subgraph: this.#subgraphOf(join),
        type: stringOf(join, 'interface'),
        object,
      }));
    }
    // v0.1 does not say in which subgraphs a type implements an interface: all subgraphs with both types count.
    const isValueTypeOrOwned =
      this.#joins('type', directives).length === 0 || this.#ownerOf(definition) !== undefined;
    return this.#declaring(definition)
      .filter(() => isValueTypeOrOwned)
      .flatMap((subgraph) => interfaces.map((each) => ({ subgraph, type: each.name.value, object })));
  }

  #membersIn({ name, types = [], directives }: UnionTypeDefinitionNode): readonly Membership[] {
    const type = name.value;
    const joins = this.#joins('unionMember', directives);
    return joins.length > 0
      ? joins.map((join) => ({
          subgraph: this.#subgraphOf(join),
          type,
          object: stringOf(join, 'member') ?? '',
        }))
      : this.#inAllSubgraphs().flatMap((subgraph) =>
          types.map((member) => ({ subgraph, type, object: member.name.value })),
        );
  }

  /** Adds provided fields. In v0.1, only `provides` says that a subgraph has them. */
  #addProvidedFields(): void {
    for (const subgraph of this.#subgraphs.values()) {
      for (const { fields } of subgraph.types.values()) {
        for (const { namedType: type, provides } of fields.values()) {
          if (provides !== undefined) {
            this.#addProvidedBy(provides, subgraph, type);
          }
        }
      }
    }
  }

  #addProvidedBy({ selections }: SelectionSetNode, subgraph: DraftSubgraph, typeName: string): void {
    const type = subgraph.types.get(typeName);
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value ?? typeName;
        this.#addProvidedBy(selection.selectionSet, subgraph, condition);
      } else if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        const field = this.#types.definitionOf(typeName, name);
        if (type !== undefined && field !== undefined && !type.fields.has(name)) {
          type.fields.set(name, { ...draftField(field), isExternal: true });
        }
        if (field !== undefined && selection.selectionSet !== undefined) {
          this.#addProvidedBy(selection.selectionSet, subgraph, namedType(field.type));
        }
      }
    }
  }
}
