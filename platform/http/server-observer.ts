import type { FastifyInstance } from 'fastify';
import type { Health } from './health.ts';

/** Told of an HTTP server of this process. */
export interface ServerObserver {
  /** Called before the server's own routes are added. It may add hooks, and routes of its own. */
  watchServer?(app: FastifyInstance): void;
  /** `health` may be asked at any time: it is what the health routes answer. */
  watchHealth?(health: Health): void;
}
