import type { ReadContract } from '../../soap/contract/read/read-contract.ts';
import { memberAt } from '../members.ts';
import { ContractChecks, oneOf, type Path } from './contract-checks.ts';
import type { Fault } from './fault.ts';
import type { MappedChange, MappedType, Mapping, PatronField } from './schema.ts';

/** Finds the contradictions in a mapping, and between the mapping and its contract. */
export function checkMapping(mapping: Mapping, contract: ReadContract): Fault[] {
  const checker = new Checker(mapping, contract);
  return checker.run();
}

class Checker {
  readonly #mapping: Mapping;
  readonly #checks: ContractChecks;

  constructor(mapping: Mapping, contract: ReadContract) {
    this.#mapping = mapping;
    this.#checks = new ContractChecks(mapping, contract);
  }

  run(): Fault[] {
    const { system, ping, types, queries, patron, changes, faults, leftOut } = this.#mapping;
    if (system.id === system.subgraph) {
      this.#checks.fault(
        ['system', 'id'],
        'write another name than that of the subgraph: both have a variable for their address',
      );
    }
    const pinged = this.#checks.operation(ping.operation, ['ping', 'operation']);
    if (pinged !== null) {
      const given = Object.keys(ping.request);
      for (const path of given) {
        this.#checks.member(pinged.request, path, ['ping', 'request', path]);
      }
      this.#checks.required(pinged.request, given, ['ping', 'request']);
    }
    for (const [name, type] of Object.entries(types)) {
      this.#type(type, ['types', name]);
    }
    for (const [name, query] of Object.entries(queries)) {
      const at = ['queries', name];
      if ('byKey' in query) {
        if (types[query.byKey]?.lookup == null) {
          this.#checks.fault([...at, 'byKey'], 'write a type that has a `key` and a `lookup`');
        }
        continue;
      }
      const request = this.#checks.read(query, at);
      this.#checks.arguments(query.arguments, request, [...at, 'arguments']);
      if (request !== null) {
        const given = Object.values(query.arguments).map(({ to }) => to);
        this.#checks.required(request, given, [...at, 'arguments']);
      }
    }
    for (const [name, field] of Object.entries(patron)) {
      this.#patronField(field, ['patron', name]);
    }
    for (const [name, change] of Object.entries(changes)) {
      this.#change(change, ['changes', name]);
    }
    if (faults !== null && this.#checks.faultElement(faults.element) === undefined) {
      this.#checks.fault(
        ['faults', 'element'],
        `no operation has this fault: ${oneOf(this.#checks.faultNames())}`,
      );
    }
    this.#leftOutOrNamed(leftOut);
    return this.#checks.faults;
  }

  #type({ from, fields, key, lookup }: MappedType, at: Path): void {
    const type = this.#checks.contract.types.find((candidate) => candidate.name === from);
    if (type === undefined) {
      this.#checks.fault([...at, 'from'], `the contract has no type ${from}`);
      return;
    }
    for (const [name, field] of Object.entries(fields)) {
      const path = [...at, 'fields', name];
      this.#checks.value(this.#checks.member(type, field.from, [...path, 'from']), field.as, path);
    }
    if (key !== null && fields[key] === undefined) {
      this.#checks.fault([...at, 'key'], `no such field: ${oneOf(Object.keys(fields))}`);
    }
    if (lookup !== null) {
      if (key === null) {
        this.#checks.fault([...at, 'key'], 'write the field that `lookup` reads by, or "lookup": null');
      }
      const operation = this.#checks.operation(lookup.operation, [...at, 'lookup', 'operation']);
      if (operation !== null) {
        this.#checks.keys(operation.request, lookup, [...at, 'lookup']);
        this.#checks.required(operation.request, [lookup.keys], [...at, 'lookup']);
        const rows = memberAt(operation.reply, lookup.rows);
        if (rows?.type.name !== from && !(lookup.rows === '' && operation.reply.name === from)) {
          this.#checks.fault(
            [...at, 'lookup', 'rows'],
            `there is no ${from} at \`${lookup.rows}\` of the reply`,
          );
        }
      }
    }
  }

  #patronField(field: PatronField, at: Path): void {
    const request = this.#checks.read(field, at);
    if (request === null) {
      return;
    }
    this.#checks.keys(request, field, at);
    this.#checks.required(request, [field.keys], at);
    const from = this.#mapping.types[field.returns]?.from;
    const row = this.#checks.contract.types.find(({ name }) => name === from);
    if (field.rowKey === null && field.limit !== 1) {
      this.#checks.fault(
        [...at, 'rowKey'],
        'write the member of each row that has the patron number, or "limit": 1',
      );
    } else if (field.rowKey !== null && row !== undefined) {
      this.#checks.member(row, field.rowKey, [...at, 'rowKey']);
    }
    if (!field.list && field.limit !== 1) {
      this.#checks.fault([...at, 'limit'], 'write 1: only lists are read for several patrons');
    }
  }

  #change(change: MappedChange, at: Path): void {
    const request = this.#checks.read({ ...change, rows: change.row, list: false }, [...at]);
    if (request !== null) {
      this.#checks.member(request, change.reference, [...at, 'reference']);
      if (change.patron !== null) {
        this.#checks.member(request, change.patron, [...at, 'patron']);
      }
      this.#checks.arguments(change.input, request, [...at, 'input']);
      const filled = [change.reference, ...(change.patron === null ? [] : [change.patron])];
      const given = [...filled, ...Object.values(change.input).map(({ to }) => to)];
      this.#checks.required(request, given, [...at, 'input']);
    }
    if (change.own && change.patron === null) {
      this.#checks.fault([...at, 'own'], 'write false: the change names no patron');
    }
    if (!change.own && change.scopes.length === 0) {
      this.#checks.fault([...at, 'scopes'], 'write who may do it: a scope, or "own": true');
    }
    const { operation, reference, row } = change.afterTimeout;
    const lookup = this.#checks.operation(operation, [...at, 'afterTimeout', 'operation']);
    if (lookup !== null) {
      this.#checks.member(lookup.request, reference, [...at, 'afterTimeout', 'reference']);
      const found = memberAt(lookup.reply, row);
      if (found?.type.name !== this.#mapping.types[change.returns]?.from) {
        this.#checks.fault(
          [...at, 'afterTimeout', 'row'],
          `there is no ${change.returns} at \`${row}\` of its reply`,
        );
      }
    }
  }

  /** Checks that the mapping either uses each operation of the contract, or leaves it out with a reason. */
  #leftOutOrNamed(leftOut: Mapping['leftOut']): void {
    const { ping, types, queries, patron, changes } = this.#mapping;
    const named = new Set([
      ping.operation,
      ...Object.values(types).map(({ lookup }) => lookup?.operation),
      ...Object.values(queries).map((query) => ('byKey' in query ? '' : query.operation)),
      ...Object.values(patron).map(({ operation }) => operation),
      ...Object.values(changes).flatMap(({ operation, afterTimeout }) => [operation, afterTimeout.operation]),
      ...Object.keys(leftOut),
    ]);
    for (const name of [
      ...this.#checks.contract.contract.operations.keys(),
      ...this.#checks.contract.refused.keys(),
    ]) {
      if (!named.has(name)) {
        this.#checks.fault(['leftOut'], `\`${name}\` is mapped nowhere: write why not`);
      }
    }
  }
}
