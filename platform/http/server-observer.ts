import type { FastifyInstance } from 'fastify';
import type { Health } from './health.ts';

/** Observes an HTTP server of this process, the health of the process, and how full its bounded tables are. */
export interface ServerObserver {
  /** Called before the server's own routes are added. The observer may add hooks and routes. */
  watchServer?(app: FastifyInstance): void;
  /** The observer may read `health` at any time. The health routes answer with the same data. */
  watchHealth?(health: Health): void;
  /**
   * Called once. `status` returns data that only this process knows and that another of our processes shows. The port
   * of the metrics answers `/status` with this data, as JSON. The data must contain nothing personal and no secrets.
   */
  watchStatus?(status: () => object): void;
  /**
   * Called once for each bounded table that callers can fill (decision 52). `fill` may be called at any time. It returns
   * 0 if the table is empty, and 1 if it is full.
   */
  watchTable?(table: string, fill: () => number | Promise<number>): void;
}
