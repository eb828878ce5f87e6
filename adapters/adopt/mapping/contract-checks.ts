import type { ElementDeclaration, SchemaType } from '../../soap/contract/contract-types.ts';
import type { ReadContract } from '../../soap/contract/read/read-contract.ts';
import { isSimple, type Member, memberAt, membersOf, primitiveOf, requiredPaths } from '../members.ts';
import type { Fault } from './fault.ts';
import type { Mapping, PatronField, ValueKind } from './schema.ts';

export type Path = readonly string[];

/**
 * The contract's primitive types that each kind of value in the graph accepts. A kind that is not listed accepts every
 * primitive type.
 */
const primitivesOf: Partial<Record<ValueKind, readonly string[]>> = {
  int: ['int'],
  float: ['int', 'float', 'double'],
  boolean: ['boolean'],
  date: ['date'],
  'date-time': ['dateTime'],
  'compact-date': ['string'],
  'slashed-date': ['string'],
  stamp: ['string'],
};

export class ContractChecks {
  readonly faults: Fault[] = [];
  readonly mapping: Mapping;
  readonly contract: ReadContract;

  constructor(mapping: Mapping, contract: ReadContract) {
    this.mapping = mapping;
    this.contract = contract;
  }

  fault(path: Path, message: string): void {
    this.faults.push({ path, message });
  }

  faultNames(): string[] {
    const faults = [...this.contract.contract.operations.values()].flatMap((operation) => operation.faults);
    return [...new Set(faults.map(({ name }) => name))];
  }

  faultElement(name: string): ElementDeclaration | undefined {
    return [...this.contract.contract.operations.values()]
      .flatMap((operation) => operation.faults)
      .find((fault) => fault.name === name);
  }

  /**
   * The types of an operation's request and reply. If the mapping can't use the operation, adds a fault and returns
   * null.
   */
  operation(name: string, at: Path): { readonly request: SchemaType; readonly reply: SchemaType } | null {
    const { operations } = this.contract.contract;
    const operation = operations.get(name);
    const refused = this.contract.refused.get(name);
    if (refused !== undefined) {
      this.fault(at, `it is refused: ${refused.message}`);
      return null;
    }
    if (operation === undefined) {
      this.fault(at, `no such operation: ${oneOf([...operations.keys()])}`);
      return null;
    }
    if (operation.input === null || operation.output === null) {
      this.fault(at, 'its request or its reply is empty');
      return null;
    }
    return { request: operation.input.type, reply: operation.output.type };
  }

  member(root: SchemaType, path: string, at: Path): Member | null {
    const member = memberAt(root, path);
    const outer = path.split('.').map((_, index, keys) => keys.slice(0, index).join('.'));
    const list = outer.find((around) => around !== '' && memberAt(root, around)?.isRepeated === true);
    if (list !== undefined) {
      this.fault(at, `\`${list}\` is repeated, and nothing in it can be named`);
    }
    if (member === null) {
      this.fault(at, `no such member: ${oneOf(membersOf(root).map(({ key }) => key))}`);
    }
    return member;
  }

  rows(reply: SchemaType, path: string, returns: string, isList: boolean, at: Path): void {
    const mapped = this.mapping.types[returns];
    if (mapped === undefined) {
      this.fault(at, `\`types\` has no ${returns}`);
      return;
    }
    if (path === '') {
      if (reply.name !== mapped.from) {
        this.fault(at, `the reply is of type ${reply.name}, and ${returns} is from ${mapped.from}`);
      }
      return;
    }
    const member = this.member(reply, path, at);
    if (member !== null && member.type.name !== mapped.from) {
      this.fault(at, `\`${path}\` is of type ${member.type.name}, and ${returns} is from ${mapped.from}`);
    }
    if (member?.isRepeated === !isList) {
      this.fault(
        at,
        isList
          ? `\`${path}\` is not repeated: write "list": false`
          : `\`${path}\` is repeated: write "list": true`,
      );
    }
  }

  /** Checks that each required member of the request has a value. */
  required(request: SchemaType, given: readonly string[], at: Path): void {
    for (const path of requiredPaths(request)) {
      if (!given.includes(path)) {
        this.fault(at, `\`${path}\` of the request must be there, and nothing fills it`);
      }
    }
  }

  keys(request: SchemaType, { keys, limit }: Pick<PatronField, 'keys' | 'limit'>, at: Path): void {
    const member = this.member(request, keys, [...at, 'keys']);
    if (member !== null && !member.isRepeated && limit !== 1) {
      this.fault([...at, 'limit'], `\`${keys}\` is not repeated: write 1`);
    }
    if (member?.isRepeated === true && limit > member.max) {
      this.fault([...at, 'limit'], `the contract allows ${member.max}`);
    }
  }

  value(member: Member | null, as: ValueKind, at: Path): void {
    if (member === null) {
      return;
    }
    if (!isSimple(member.type) || member.type.kind === 'list') {
      this.fault(
        at,
        `\`${member.key}\` is no simple value: name its parts, as in \`${member.key}.Part\`, or take it away`,
      );
      return;
    }
    const primitive = primitiveOf(member.type);
    if (primitive === 'base64Binary' || primitive === 'hexBinary') {
      this.fault(at, `\`${member.key}\` is binary, and can't be in the graph: take it away`);
      return;
    }
    const allowed = primitivesOf[as];
    if (allowed !== undefined && (primitive === null || !allowed.includes(primitive))) {
      this.fault(
        [...at, 'as'],
        `\`${member.key}\` is of type ${primitive ?? member.type.kind}: write "text"`,
      );
    }
    if (as === 'enum' && (member.type.kind !== 'atomic' || member.type.enumeration === null)) {
      this.fault([...at, 'as'], `\`${member.key}\` has no list of values: write "text"`);
    }
  }

  arguments(
    given: Readonly<Record<string, { to: string; as: ValueKind }>>,
    request: SchemaType | null,
    at: Path,
  ): void {
    for (const [name, { to, as }] of Object.entries(given)) {
      const path = [...at, name];
      if (request !== null) {
        this.value(this.member(request, to, [...path, 'to']), as, path);
      }
    }
  }

  read(
    { operation, rows, returns, list }: Pick<PatronField, 'operation' | 'rows' | 'returns' | 'list'>,
    at: Path,
  ): SchemaType | null {
    const found = this.operation(operation, [...at, 'operation']);
    if (found !== null) {
      this.rows(found.reply, rows, returns, list, [...at, 'rows']);
    }
    return found?.request ?? null;
  }
}

export const oneOf = (names: readonly string[]): string =>
  names.length === 0 ? 'there is none' : `write one of ${names.slice(0, 20).join(', ')}`;
