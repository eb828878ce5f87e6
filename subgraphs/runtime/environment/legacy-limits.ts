import { z } from 'zod';
import { wholeNumber } from '../../../platform/lifecycle/environment.ts';
import { type SystemEntry, variablePrefix } from '../../../platform/systems.ts';

/**
 * The limits of the calls to a legacy system. If a limit is not set, the default of the registry or of the
 * adapter is used. docs/configuration.md has the table.
 */
export interface LegacyLimits {
  /** The deadline of one call, in ms. The time of waiting is included. */
  readonly deadlineMs?: number;
  /** The maximum number of concurrent calls. Each has its own connection. */
  readonly connections?: number;
  /** The maximum number of calls that wait for a connection. */
  readonly queue?: number;
  /** The maximum size of an answer, in bytes. */
  readonly maxBytes?: number;
  /** The number of consecutive failures that opens the circuit breaker. */
  readonly breakerThreshold?: number;
  /** The time for which the circuit breaker stays open, in ms. */
  readonly breakerOpenMs?: number;
}

/** The limits of each system, by its id. */
export type LegacyLimitsBySystem = ReadonlyMap<string, LegacyLimits>;

interface Bound {
  readonly limit: keyof LegacyLimits;
  /** The variable's name without the system's prefix. */
  readonly variable: string;
  readonly min: number;
  readonly max: number;
}

const bounds: readonly Bound[] = [
  { limit: 'deadlineMs', variable: 'DEADLINE_MS', min: 100, max: 60_000 },
  { limit: 'connections', variable: 'CONNECTIONS', min: 1, max: 256 },
  { limit: 'queue', variable: 'QUEUE', min: 0, max: 10_000 },
  { limit: 'maxBytes', variable: 'MAX_BYTES', min: 1_024, max: 64 * 1024 * 1024 },
  { limit: 'breakerThreshold', variable: 'BREAKER_FAILURES', min: 1, max: 10_000 },
  { limit: 'breakerOpenMs', variable: 'BREAKER_OPEN_MS', min: 100, max: 600_000 },
];

const variablesOf = ({ limits, ...entry }: SystemEntry) =>
  bounds.map(({ limit, variable, min, max }) => ({
    limit,
    name: `${variablePrefix(entry)}_${variable}`,
    min,
    max: limit === 'deadlineMs' ? (limits.maxDeadlineMs ?? max) : max,
  }));

/** The names of the variables that set limits. */
export const legacyLimitVariables = (entries: readonly SystemEntry[]): readonly string[] =>
  entries.flatMap(variablesOf).map(({ name }) => name);

/** Parses the limits in the environment, which have names such as `PRS_DEADLINE_MS`. Errors name the variable. */
export const legacyLimits = (entries: readonly SystemEntry[]): z.ZodType<LegacyLimitsBySystem> =>
  z
    .object(
      Object.fromEntries(
        entries.flatMap(variablesOf).map(({ name, min, max }) => [name, wholeNumber(min, max).optional()]),
      ),
    )
    .transform((values) => new Map(entries.map((entry) => [entry.id, limitsIn(values, entry)])));

function limitsIn(values: Readonly<Record<string, number | undefined>>, entry: SystemEntry): LegacyLimits {
  const { maxDeadlineMs: _, ...defaults } = entry.limits;
  const set = variablesOf(entry)
    .filter(({ name }) => values[name] !== undefined)
    .map(({ limit, name }) => [limit, values[name]]);
  return { ...defaults, ...Object.fromEntries(set) };
}
