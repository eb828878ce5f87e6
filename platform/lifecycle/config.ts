import { z } from 'zod';
import { logLevel, nodeEnv, port, wholeNumber } from './environment.ts';

/** Kubernetes needs some seconds until no balancer sends requests to a pod that is not ready. */
const productionDelayMs = 5000;
const maxDelayMs = 120_000;
/** More processes than any machine has cores for would only cost memory. */
const maxWorkers = 64;
const workersMessage = `must be auto, or a whole number, 1 to ${maxWorkers}`;

/** The variables of every process. */
export const processShape = {
  LOG_LEVEL: logLevel,
  NODE_ENV: nodeEnv,
  SHUTDOWN_DELAY_MS: wholeNumber(0, maxDelayMs, 'milliseconds').optional(),
  /** Made by the build of the image. */
  COMMIT: z.string().optional(),
} as const;

/** Where `/metrics` is answered. */
export const metricsShape = {
  METRICS_PORT: port.optional(),
  METRICS_HOST: z.string().optional(),
} as const;

/** The variables of gateways and subgraphs. */
export const lifecycleShape = {
  ...processShape,
  ...metricsShape,
  /** How many processes serve; `auto`: one for each core. */
  WORKERS: z
    .string()
    .regex(/^(?:auto|[1-9]\d?)$/, workersMessage)
    .transform((text) => (text === 'auto' ? text : Number(text)))
    .refine((workers) => workers === 'auto' || workers <= maxWorkers, workersMessage)
    .default(1),
} as const;

/** How long a process still takes requests after it has announced that it stops, in ms. In development it stops at once. */
export const shutdownDelayMs = (setMs: number | undefined, production: boolean): number =>
  setMs ?? (production ? productionDelayMs : 0);

/**
 * Where `/metrics` is answered: on a port of its own; on the server's port, for programs on this machine alone; or nowhere. No
 * stranger can read them by accident: a server that strangers reach is in production, or behind a proxy.
 */
export type MetricsPlace =
  | { readonly kind: 'own port'; readonly host: string; readonly port: number }
  | { readonly kind: 'this machine' }
  | { readonly kind: 'nowhere' };

interface MetricsVariables {
  readonly HOST: string;
  readonly METRICS_HOST?: string | undefined;
  readonly METRICS_PORT?: number | undefined;
}

export function metricsPlace(
  { HOST, METRICS_HOST, METRICS_PORT }: MetricsVariables,
  production: boolean,
): MetricsPlace {
  if (METRICS_PORT !== undefined) {
    return { kind: 'own port', host: METRICS_HOST ?? HOST, port: METRICS_PORT };
  }
  return { kind: production ? 'nowhere' : 'this machine' };
}
