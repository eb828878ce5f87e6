import type { ComplexType } from '../../soap/contract/contract-types.ts';
import { isSimple, type Member, membersOf, type PathMember, primitiveOf } from '../members.ts';
import type { ContractFacts } from '../report/facts.ts';
import { camelCase, isDateName, isPatronName, pascalCase } from '../words.ts';
import { canBeNamed, isOwnKey, kindOfPrimitive, nounOf } from './guesses.ts';
import type { MappedType, ValueKind } from './schema.ts';

type Lookup = NonNullable<MappedType['lookup']>;

/** Drafts a graph type for each record that the mapping's operations return. */
export class TypeDrafter {
  /** The reasons of guesses, by the path of the property. */
  readonly guesses = new Map<string, string>();
  readonly types: Record<string, MappedType> = {};
  readonly #facts: ContractFacts;
  readonly #subgraph: string;
  readonly #taken: ReadonlySet<string>;
  /** The graph's names for the contract's types. */
  readonly #names = new Map<ComplexType, string>();

  constructor(facts: ContractFacts, subgraph: string, takenTypes: ReadonlySet<string>) {
    this.#facts = facts;
    this.#subgraph = subgraph;
    this.#taken = takenTypes;
  }

  guess(path: string, why: string): void {
    this.guesses.set(path, why);
  }

  /** The name of a record's type in the graph. The first call for a type drafts its fields and its key. */
  typeOf(type: ComplexType, operation: string): string {
    const known = this.#names.get(type);
    if (known !== undefined) {
      return known;
    }
    // The type of a whole reply has no name of its own, so the operation gives the name.
    const wanted = pascalCase(type.name.endsWith('Response') ? nounOf(operation) : type.name);
    const free = (name: string) => !this.#taken.has(name) && !(name in this.types);
    const name = free(wanted) ? wanted : `${pascalCase(this.#subgraph)}${wanted}`;
    this.#names.set(type, name);
    const fields = Object.fromEntries(
      membersOf(type).flatMap((member) => {
        const as = this.#kindOf(member, `types.${name}.fields.${camelCase(member.name)}`);
        return as === null ? [] : [[camelCase(member.name), { from: member.key, as }]];
      }),
    );
    const lookup = this.#lookupOf(type);
    if (lookup !== null) {
      this.guess(`types.${name}.key`, `\`${lookup.operation}\` reads by it`);
    }
    const key = lookup === null ? null : camelCase(lookup.keyName);
    if (key !== null) {
      const from = fields[key]?.from ?? '';
      fields[key] = { from, as: 'id' };
    }
    const { keyName: _, ...mapped } = lookup ?? { keyName: '' };
    this.types[name] = {
      from: type.name,
      description: `A record of type \`${type.name}\`.`,
      key,
      lookup: lookup === null ? null : (mapped as Lookup),
      fields,
    };
    this.guess(`types.${name}.description`, 'say what it is to a reader of the graph');
    return name;
  }

  /**
   * Finds the read that gives a record by its own key: `GetRooms` by `RoomNo`, not `GetBookings` by `PatronNo`. Null if
   * there is none.
   */
  #lookupOf(type: ComplexType): (Lookup & { readonly keyName: string }) | null {
    for (const { isRead, name, request, rows, batch } of this.#facts.operations) {
      if (!isRead || rows === null || rows.type !== type) {
        continue;
      }
      const others = request.filter((member) => member !== batch?.key && !member.isOptional);
      if (batch !== null && others.length === 0 && isOwnKey(type, batch.rowKey)) {
        const limit = Number.isFinite(batch.key.max) ? Math.min(batch.key.max, 100) : 20;
        return { operation: name, keys: batch.key.path, rows: rows.path, limit, keyName: batch.rowKey.name };
      }
      const [only, another] = request;
      if (batch === null && !rows.isList && only !== undefined && another === undefined && !only.isRepeated) {
        const key = membersOf(type).find((member) => member.type === only.type && member.name === only.name);
        if (key !== undefined && isSimple(key.type) && isOwnKey(type, key)) {
          return { operation: name, keys: only.path, rows: rows.path, limit: 1, keyName: key.name };
        }
      }
    }
    return null;
  }

  argumentsOf(request: readonly PathMember[], at: string): Record<string, { to: string; as: ValueKind }> {
    return Object.fromEntries(
      request.flatMap((member) => {
        const name = camelCase(member.name);
        const as = this.#kindOf(member, `${at}.${name}`);
        return as === null ? [] : [[name, { to: member.path, as }]];
      }),
    );
  }

  #kindOf({ name, type }: Member, at: string): ValueKind | null {
    if (!canBeNamed(type)) {
      return null;
    }
    const primitive = primitiveOf(type);
    if (isPatronName(name)) {
      return 'id';
    }
    if (primitive === 'string' && type.kind === 'atomic' && type.enumeration !== null) {
      const values = [...type.enumeration.values()];
      return values.every((value) => /^[A-Za-z_][0-9A-Za-z_]*$/.test(value)) ? 'enum' : 'text';
    }
    if (primitive === 'string' && isDateName(name)) {
      this.guess(at, 'perhaps compact-date (20261129), slashed-date (29/11/2026) or stamp (20261129173000)');
    }
    return kindOfPrimitive(type);
  }
}
