import { z } from 'zod';
import { logLevel, nodeEnv, port, wholeNumber } from './environment.ts';

/** After a pod stops being ready, Kubernetes needs some seconds until no balancer sends requests to it. */
const productionDelayMs = 5000;
const maxDelayMs = 120_000;
/** The maximum number of worker processes. More processes than cores would only cost memory. */
const maxWorkers = 64;
const workersMessage = `must be auto, or a whole number, 1 to ${maxWorkers}`;

/** The variables that every process except the simulators reads. */
export const processShape = {
  LOG_LEVEL: logLevel,
  NODE_ENV: nodeEnv,
  SHUTDOWN_DELAY_MS: wholeNumber(0, maxDelayMs, 'milliseconds').optional(),
  /** The build of the image sets this variable. */
  COMMIT: z.string().optional(),
} as const;

/** The variables that say where `/metrics` is answered. */
export const metricsShape = {
  METRICS_PORT: port.optional(),
} as const;

/** The variables that gateways and subgraphs read. */
export const lifecycleShape = {
  ...processShape,
  ...metricsShape,
  /** The number of processes that serve. `auto` means one for each core. */
  WORKERS: z
    .string()
    .regex(/^(?:auto|[1-9]\d?)$/, workersMessage)
    .transform((text) => (text === 'auto' ? text : Number(text)))
    .refine((workers) => workers === 'auto' || workers <= maxWorkers, workersMessage)
    .default(1),
} as const;

/**
 * Time in which a process still accepts requests after it has announced that it stops, in ms. In development it is 0 by
 * default.
 */
export const shutdownDelayMs = (setMs: number | undefined, production: boolean): number =>
  setMs ?? (production ? productionDelayMs : 0);

/**
 * Where `/metrics` is answered: on its own port; on the server's port, only for programs on this machine; or
 * nowhere. In production, the server's port has no `/metrics`. Outside production, `/metrics` on the server's port
 * refuses requests of other machines and of proxies.
 */
export type MetricsEndpoint =
  | { readonly kind: 'own port'; readonly host: string; readonly port: number }
  | { readonly kind: 'this machine' }
  | { readonly kind: 'nowhere' };

interface MetricsVariables {
  readonly HOST: string;
  readonly METRICS_PORT?: number | undefined;
}

export function metricsEndpoint(
  { HOST, METRICS_PORT }: MetricsVariables,
  production: boolean,
): MetricsEndpoint {
  if (METRICS_PORT !== undefined) {
    return { kind: 'own port', host: HOST, port: METRICS_PORT };
  }
  return { kind: production ? 'nowhere' : 'this machine' };
}
