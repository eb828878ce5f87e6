import { z } from 'zod';
import { wholeNumber } from '../../../platform/lifecycle/environment.ts';

/**
 * The limits of the calls to a legacy system. If a limit is not set, the adapter's default is used.
 * docs/configuration.md has the table.
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

const systems = ['PRS', 'CMS', 'CIRC'] as const;
export type LegacyLimitsBySystem = Readonly<Record<(typeof systems)[number], LegacyLimits>>;

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

/**
 * The longest deadline for circulation, in ms. The reconciler relies on it when it settles a change as not done
 * (`changeTimes.callMs`). A longer call could still make the change later.
 */
const maxCirculationDeadlineMs = 5_000;

const variables = systems.flatMap((system) =>
  bounds.map(({ limit, variable, min, max }) => ({
    system,
    limit,
    name: `${system}_${variable}`,
    min,
    max: system === 'CIRC' && limit === 'deadlineMs' ? maxCirculationDeadlineMs : max,
  })),
);

/** The names of the variables that set limits. */
export const legacyLimitVariables: readonly string[] = variables.map(({ name }) => name);

/** Parses the limits in the environment, which have names such as `PRS_DEADLINE_MS`. Errors name the variable. */
export const legacyLimits: z.ZodType<LegacyLimitsBySystem> = z
  .object(Object.fromEntries(variables.map(({ name, min, max }) => [name, wholeNumber(min, max).optional()])))
  .transform((values) => {
    const limitsOf = (wanted: string): LegacyLimits =>
      Object.fromEntries(
        variables
          .filter(({ system, name }) => system === wanted && values[name] !== undefined)
          .map(({ limit, name }) => [limit, values[name]]),
      );
    return { PRS: limitsOf('PRS'), CMS: limitsOf('CMS'), CIRC: limitsOf('CIRC') };
  });
