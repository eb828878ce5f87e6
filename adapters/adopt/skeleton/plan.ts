import type { ElementDeclaration, SchemaType, SoapOperation } from '../../soap/contract/contract-types.ts';
import type { ReadContract } from '../../soap/contract/read/read-contract.ts';
import type {
  MappedChange,
  MappedField,
  MappedQuery,
  MappedType,
  Mapping,
  PatronField,
  ValueKind,
} from '../mapping/schema.ts';
import { type Member, memberAt, membersOf } from '../members.ts';
import { camelCase, pascalCase } from '../words.ts';

/** A value of a record or an argument: its names in the graph and in the contract. */
export interface ValuePlan {
  readonly name: string;
  readonly as: ValueKind;
  readonly description: string | null;
  /** Keys joined by dots. */
  readonly path: string;
  readonly member: Member;
  /** Whether the value may be absent. A record's value is also absent if an element around it is absent. */
  readonly isOptional: boolean;
  /** The enum of the graph. Null if the value has another type. */
  readonly enumName: string | null;
}

export interface TypePlan {
  readonly name: string;
  readonly description: string;
  readonly from: SchemaType;
  readonly key: ValuePlan | null;
  readonly lookup: MappedType['lookup'];
  readonly fields: readonly ValuePlan[];
}

/** A query that calls an operation of its own. A `KeyQueryPlan` uses the operation that looks up records by key. */
export interface QueryPlan extends Extract<MappedQuery, { operation: string }> {
  readonly name: string;
  readonly values: readonly ValuePlan[];
}

export interface KeyQueryPlan extends Extract<MappedQuery, { byKey: string }> {
  readonly name: string;
  readonly type: TypePlan;
}

export interface PatronFieldPlan extends PatronField {
  readonly name: string;
  readonly method: string;
}

export interface ChangePlan extends MappedChange {
  readonly name: string;
  readonly values: readonly ValuePlan[];
}

export interface Plan {
  readonly mapping: Mapping;
  readonly contract: ReadContract;
  /** The name of the subgraph, and of the folders of the adapter and the subgraph. */
  readonly id: string;
  /** The id in `platform/systems.ts`, and the name of the simulator's folder. */
  readonly systemId: string;
  /** `Rooms` for `rooms`. */
  readonly pascal: string;
  readonly types: readonly TypePlan[];
  readonly enums: ReadonlyMap<string, readonly string[]>;
  readonly queries: readonly QueryPlan[];
  readonly keyQueries: readonly KeyQueryPlan[];
  readonly patronFields: readonly PatronFieldPlan[];
  readonly changes: readonly ChangePlan[];
}

export function planOf(mapping: Mapping, contract: ReadContract, takenTypes: ReadonlySet<string>): Plan {
  const planner = new Planner(mapping, contract, takenTypes);
  return planner.plan();
}

export const operationOf = (contract: ReadContract, name: string): SoapOperation => {
  const operation = contract.contract.operations.get(name);
  if (operation === undefined) {
    throw new TypeError(`the mapping was not checked: ${name}`);
  }
  return operation;
};

/** The root element of a request or reply. A checked mapping names no operation with an empty message. */
export function rootOf(element: ElementDeclaration | null): ElementDeclaration {
  if (element === null) {
    throw new TypeError('the mapping was not checked: an empty message');
  }
  return element;
}

export const typeNamed = ({ types }: Pick<Plan, 'types'>, name: string): TypePlan => {
  const type = types.find((candidate) => candidate.name === name);
  if (type === undefined) {
    throw new TypeError(`the mapping was not checked: ${name}`);
  }
  return type;
};

class Planner {
  readonly #mapping: Mapping;
  readonly #contract: ReadContract;
  readonly #taken: ReadonlySet<string>;
  readonly #enums = new Map<string, readonly string[]>();

  constructor(mapping: Mapping, contract: ReadContract, taken: ReadonlySet<string>) {
    this.#mapping = mapping;
    this.#contract = contract;
    this.#taken = taken;
  }

  plan(): Plan {
    const { system, types: mappedTypes, queries, patron, changes } = this.#mapping;
    const types = Object.entries(mappedTypes).map(([name, type]) => this.#type(name, type));
    const request = (operation: string) => rootOf(operationOf(this.#contract, operation).input).type;
    return {
      mapping: this.#mapping,
      contract: this.#contract,
      id: system.subgraph,
      systemId: system.id,
      pascal: pascalCase(system.subgraph),
      types,
      queries: Object.entries(queries).flatMap(([name, query]) =>
        'operation' in query
          ? [{ ...query, name, values: this.values(request(query.operation), query.arguments) }]
          : [],
      ),
      keyQueries: Object.entries(queries).flatMap(([name, query]) =>
        'byKey' in query ? [{ ...query, name, type: typeNamed({ types }, query.byKey) }] : [],
      ),
      patronFields: Object.entries(patron).map(([name, field]) => ({
        ...field,
        name,
        method: `${name}OfPatrons`,
      })),
      changes: Object.entries(changes).map(([name, change]) => ({
        ...change,
        name,
        values: this.values(request(change.operation), change.input),
      })),
      enums: this.#enums,
    };
  }

  #type(name: string, { from, description, key, lookup, fields: mapped }: MappedType): TypePlan {
    const type = this.#contract.types.find((candidate) => candidate.name === from);
    if (type === undefined) {
      throw new TypeError(`the mapping was not checked: ${from}`);
    }
    const fields = this.#fields(
      type,
      Object.fromEntries(Object.entries(mapped).map(([field, value]) => [field, toArgument(value)])),
    );
    return {
      name,
      description,
      from: type,
      lookup,
      fields,
      key: fields.find((field) => field.name === key) ?? null,
    };
  }

  /** The values of a record. A value is also optional if an element around it in the reply is optional. */
  #fields(root: SchemaType, mapped: Parameters<Planner['values']>[1]): ValuePlan[] {
    return this.values(root, mapped).map((value) => ({
      ...value,
      isOptional: isOptionalAt(root, value.path),
    }));
  }

  values(
    root: SchemaType,
    mapped: Readonly<Record<string, { to: string; as: ValueKind; description?: string | undefined }>>,
  ): ValuePlan[] {
    return Object.entries(mapped).map(([name, { to, as, description = null }]) => {
      const member = memberAt(root, to);
      if (member === null) {
        throw new TypeError(`the mapping was not checked: ${to}`);
      }
      const enumName = as === 'enum' ? this.#enumOf(member) : null;
      return { name, as, description, path: to, member, isOptional: member.isOptional, enumName };
    });
  }

  #enumOf({ type }: Member): string {
    const wanted = pascalCase(type.name);
    const name =
      this.#taken.has(wanted) || wanted in this.#mapping.types
        ? pascalCase(`${this.#mapping.system.subgraph}_${wanted}`)
        : wanted;
    if (type.kind === 'atomic' && type.enumeration !== null) {
      this.#enums.set(name, [...type.enumeration.values()]);
    }
    return name;
  }
}

const toArgument = ({ from, ...field }: MappedField) => ({ to: from, ...field });

function isOptionalAt(root: SchemaType, path: string): boolean {
  const [first = '', ...rest] = path.split('.');
  const member = membersOf(root).find(({ key }) => key === first);
  if (member === undefined) {
    return false;
  }
  return member.isOptional || (rest.length > 0 && isOptionalAt(member.type, rest.join('.')));
}

export const translatorOf = (typeName: string): string => `${camelCase(typeName)}Of`;

/** The method of the port that reads records by their keys. */
export const lookupMethod = (typeName: string): string => `${camelCase(typeName)}ByKey`;

/** The method of the port that finds the record of a change by our reference. */
export const referenceMethod = (changeName: string): string => `${changeName}ByReference`;
