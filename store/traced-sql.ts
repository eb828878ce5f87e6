import { inSpan, type SpanDescription } from '../platform/telemetry/spans.ts';
import type { Ask, Sql } from './sql.ts';

/**
 * Makes a span for each statement and transaction. The span has the statement's name, and follows the semantic
 * conventions for databases. It never contains a value of a statement.
 */
export function tracedSql<Name extends string, Tables extends Sql<Name>>(
  tables: Tables & Sql<Name>,
  system: 'postgresql' | 'sqlite',
): Tables {
  /**
   * The description of each span, by the statement's name. Calls that are not traced reuse them and create no new
   * objects.
   */
  const descriptions = new Map<string, SpanDescription>();
  const traced = <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    const description = descriptions.get(name) ?? {
      name: `journal ${name}`,
      kind: 'client',
      attributes: { 'db.system.name': system, 'db.operation.name': name },
    };
    descriptions.set(name, description);
    return inSpan(description, work);
  };
  const tracedAsk =
    (ask: Ask<Name>): Ask<Name> =>
    (name, values) =>
      traced(name, () => ask(name, values));
  return {
    ...tables,
    read: tracedAsk(tables.read),
    write: tracedAsk(tables.write),
    writeEventually: tracedAsk(tables.writeEventually),
    transact: (name, work) => traced(name, () => tables.transact(name, work)),
    transactEventually: (name, work) => traced(name, () => tables.transactEventually(name, work)),
  };
}
