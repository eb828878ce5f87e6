import { inSpan } from '../../platform/telemetry/spans.ts';
import type { JournalTables } from './tables.ts';

/** The methods that return no promise. They ask the database nothing, or next to nothing. */
type Immediate = {
  [Name in keyof JournalTables]: ReturnType<JournalTables[Name]> extends PromiseLike<unknown> ? never : Name;
}[keyof JournalTables];

/** They stay as they are: within a span, their results would be promises. */
const immediate: Readonly<Record<Immediate, true>> = { connections: true, eraseRemoved: true };

/**
 * The same tables, whose operations are spans (semantic conventions of databases): one for each method, which is one statement
 * or one transaction. A span has the method's name, and no argument.
 */
export function tracedTables(tables: JournalTables, system: 'postgresql' | 'sqlite'): JournalTables {
  const traced: Record<string, unknown> = {};
  for (const [name, method] of Object.entries(tables)) {
    if (!Object.hasOwn(immediate, name)) {
      traced[name] = tracedMethod(name, method, system);
    }
  }
  // Safe: each method has the parameters and the result of the one that it calls.
  return { ...tables, ...(traced as Partial<JournalTables>) };
}

type Method = (...args: never[]) => Promise<unknown>;

function tracedMethod(name: string, method: Method, system: string): Method {
  const description = {
    name: `journal ${name}`,
    kind: 'client',
    attributes: { 'db.system.name': system, 'db.operation.name': name },
  } as const;
  return (...args) => inSpan(description, () => method(...args));
}
