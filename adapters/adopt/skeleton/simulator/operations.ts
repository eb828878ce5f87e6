import type { ComplexType } from '../../../soap/contract/contract-types.ts';
import { memberAt } from '../../members.ts';
import { camelCase } from '../../words.ts';
import { operationOf, type Plan, rootOf, typeNamed } from '../plan.ts';

export const recordTypes = ({ types }: Plan): ComplexType[] =>
  types.map(({ from }) => from).filter((type) => type.kind === 'complex');

export const rowsName = ({ name }: ComplexType): string => `sample${name}Rows`;
export const tableName = ({ name }: ComplexType): string => `${camelCase(name)}Rows`;
export const templateName = ({ name }: ComplexType): string => `${camelCase(name)}Xml`;

/** Whether only the health check uses the ping's operation. */
export const isBarePing = (plan: Plan): boolean =>
  !simulatedOperations(plan).some(({ name }) => name === plan.mapping.ping.operation);

export interface SimulatedOperation {
  readonly name: string;
  readonly type: ComplexType;
  readonly path: string;
  readonly isList: boolean;
  readonly isRead: boolean;
}

/**
 * The operations that the mapping uses to read or change records, each once. Each has the type and the path of its
 * records in the reply. An operation that only the health check calls is left out.
 */
export function simulatedOperations(plan: Plan): SimulatedOperation[] {
  const { mapping, changes } = plan;
  const found = new Map<string, SimulatedOperation>();
  const add = (name: string, typeName: string, path: string, isRead: boolean): void => {
    const { from } = typeNamed(plan, typeName);
    const member = path === '' ? null : memberAt(rootOf(operationOf(plan.contract, name).output).type, path);
    if (from.kind === 'complex' && !found.has(name)) {
      found.set(name, { name, type: from, path, isList: member?.isRepeated === true, isRead });
    }
  };
  for (const [name, { lookup }] of Object.entries(mapping.types)) {
    if (lookup !== null) {
      add(lookup.operation, name, lookup.rows, true);
    }
  }
  for (const query of Object.values(mapping.queries)) {
    if ('operation' in query) {
      add(query.operation, query.returns, query.rows, true);
    }
  }
  for (const { operation, returns, rows } of Object.values(mapping.patron)) {
    add(operation, returns, rows, true);
  }
  for (const { operation, returns, row, afterTimeout } of changes) {
    add(operation, returns, row, false);
    add(afterTimeout.operation, returns, afterTimeout.row, true);
  }
  return [...found.values()];
}
