import { z } from 'zod';

/** Kubernetes needs some seconds until no balancer sends to a pod that is not ready. */
const productionDelayMs = 5000;
const maxDelayMs = 120_000;
const message = `must be milliseconds, 0 to ${maxDelayMs}`;

/** The variables of every process that serves HTTP. */
export const lifecycleShape = {
  SHUTDOWN_DELAY_MS: z
    .string()
    .regex(/^\d{1,6}$/, message)
    .transform(Number)
    .refine((ms) => ms <= maxDelayMs, message)
    .optional(),
  /** Made by the build of the image. */
  COMMIT: z.string().optional(),
} as const;

/** How long a process takes requests after it said that it stops, in ms: nobody waits for it in development. */
export const shutdownDelayMs = (setMs: number | undefined, production: boolean): number =>
  setMs ?? (production ? productionDelayMs : 0);
