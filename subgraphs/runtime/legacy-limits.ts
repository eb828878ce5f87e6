import { z } from 'zod';

/** What is set of an adapter's bounds on a legacy system; its own defaults stand for the rest. README.md has the table. */
export interface LegacyLimits {
  /** Of one call, all included. */
  readonly deadlineMs?: number;
  /** Calls under way at once, each on a connection of its own. */
  readonly connections?: number;
  /** Calls that wait for a connection. */
  readonly queue?: number;
  /** Of an answer. */
  readonly maxBytes?: number;
  /** So many failures in a row open the circuit breaker. */
  readonly breakerThreshold?: number;
  /** How long it stays open. */
  readonly breakerOpenMs?: number;
}

const systems = ['PRS', 'CMS', 'CIRC'] as const;
export type LegacyLimitsBySystem = Readonly<Record<(typeof systems)[number], LegacyLimits>>;

interface Bound {
  readonly limit: keyof LegacyLimits;
  /** After the system's prefix. */
  readonly variable: string;
  readonly least: number;
  readonly most: number;
}

const bounds: readonly Bound[] = [
  { limit: 'deadlineMs', variable: 'DEADLINE_MS', least: 100, most: 60_000 },
  { limit: 'connections', variable: 'CONNECTIONS', least: 1, most: 256 },
  { limit: 'queue', variable: 'QUEUE', least: 0, most: 10_000 },
  { limit: 'maxBytes', variable: 'MAX_BYTES', least: 1_024, most: 64 * 1024 * 1024 },
  { limit: 'breakerThreshold', variable: 'BREAKER_FAILURES', least: 1, most: 10_000 },
  { limit: 'breakerOpenMs', variable: 'BREAKER_OPEN_MS', least: 100, most: 600_000 },
];

/**
 * The settling of circulation's changes reckons a call with so long (`changeTimes.callMs`): one that might run longer could
 * do what has been settled as not done.
 */
const longestOfCirculation = 5_000;

const variables = systems.flatMap((system) =>
  bounds.map(({ limit, variable, least, most }) => ({
    system,
    limit,
    name: `${system}_${variable}`,
    least,
    most: system === 'CIRC' && limit === 'deadlineMs' ? longestOfCirculation : most,
  })),
);

/** Their names. */
export const legacyLimitVariables: readonly string[] = variables.map(({ name }) => name);

function numberWithin(least: number, most: number) {
  const error = `must be a whole number, ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, error)
    .transform(Number)
    .refine((value) => value >= least && value <= most, error)
    .optional();
}

/** The limits that the environment sets, under names like `PRS_DEADLINE_MS`. Fails by the variable's name. */
export const legacyLimits: z.ZodType<LegacyLimitsBySystem> = z
  .object(Object.fromEntries(variables.map(({ name, least, most }) => [name, numberWithin(least, most)])))
  .transform((values) => {
    const limitsOf = (wanted: string): LegacyLimits =>
      Object.fromEntries(
        variables
          .filter(({ system, name }) => system === wanted && values[name] !== undefined)
          .map(({ limit, name }) => [limit, values[name]]),
      );
    return { PRS: limitsOf('PRS'), CMS: limitsOf('CMS'), CIRC: limitsOf('CIRC') };
  });
