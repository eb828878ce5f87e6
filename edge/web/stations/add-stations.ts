import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { AreaSessions } from '../http/area-sessions.ts';
import type { WebService } from '../service.ts';
import { type StationOptions, stationPath } from '../station-options.ts';
import { readPageDocuments } from './documents.ts';
import { createEnrolments } from './enrolments.ts';
import { addEnrolmentRoutes } from './staff-routes.ts';
import { addStationRoutes } from './station-routes.ts';

/**
 * Stations, and their enrolment by staff. Without the built page there are no operations that a station may send. `staff`: null where
 * staff don't sign in here.
 */
export async function addStations(
  app: FastifyInstance,
  service: WebService,
  options: StationOptions,
  staff: AreaSessions | null,
): Promise<void> {
  const enrolments = createEnrolments(service.state, service.now);
  if (staff !== null) {
    addEnrolmentRoutes(app, service, staff, enrolments);
  }
  const documents = await readPageDocuments(join(service.pages, stationPath));
  if (documents !== null) {
    addStationRoutes(app, service, { ...options, enrolments, documents });
  }
}
