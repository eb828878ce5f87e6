import type { Sql } from '../../sql.ts';
import { asUnavailable } from '../as-unavailable.ts';
import type { ClientVersion, CoordinateUsage, OperationUsage, UsageStore } from '../port.ts';
import type { UsageStatement } from './statements.ts';

/** PostgreSQL returns large numbers as strings. */
interface Counted extends ClientVersion {
  readonly requests: number | string;
  readonly last_day: string;
}

export function createUsage({ read, write, transact, ...database }: Sql<UsageStatement>): UsageStore {
  return {
    add: ({ day, client, version, coordinates, operations }) =>
      asUnavailable(() =>
        transact('add usage', function* ({ ask, last }) {
          ask('addCoordinates', [day, client, version, JSON.stringify([...coordinates])]);
          const items = operations.map(({ hash, name, text, requests }) => [hash, name, text, requests]);
          yield* last('addOperations', [day, client, version, JSON.stringify(items)]);
        }),
      ),
    removeBefore: (day) =>
      asUnavailable(async () => {
        await write('removeCoordinates', [day]);
        await write('removeOperations', [day]);
      }),
    read: (day) =>
      asUnavailable(async () => ({
        coordinates: (
          await read<Counted & Pick<CoordinateUsage, 'coordinate'>>('readCoordinates', [day])
        ).map(totalOf),
        operations: (
          await read<Counted & Pick<OperationUsage, 'hash' | 'name' | 'text'>>('readOperations', [day])
        ).map(totalOf),
      })),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

const totalOf = <Row extends Counted>({ requests, last_day: lastDay, ...row }: Row) => ({
  ...row,
  requests: Number(requests),
  lastDay,
});
