import type { FastifyInstance } from 'fastify';
import type { Health } from './health.ts';

/** Gets access to an HTTP server of this process and to its health. */
export interface ServerObserver {
  /** Called before the server's own routes are added. The observer may add hooks and routes. */
  watchServer?(app: FastifyInstance): void;
  /** The observer may read `health` at any time. The health routes answer with the same data. */
  watchHealth?(health: Health): void;
}
