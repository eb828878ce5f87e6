import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { AreaSessions } from '../http/area-sessions.ts';
import type { WebService } from '../service.ts';
import { type StationOptions, stationPath } from '../station-options.ts';
import { readPageDocuments } from './documents.ts';
import { createEnrolments, type Enrolments, maxOfKind } from './enrolments.ts';
import { type StationReporter, startStationReporter } from './report-stations.ts';
import { addEnrolmentRoutes } from './staff-routes.ts';
import { addStationRoutes } from './station-routes.ts';
import { unreportedChanges } from './unreported-changes.ts';

/** The kinds of stored items whose number is limited, by their names in metrics. */
const tables = { station_codes: 'StationCode', stations: 'Station' } as const;

/**
 * Adds the routes of stations, and the routes for staff who enrol stations. Stations have no routes if their page isn't
 * built, because the build lists the operations that stations may send. `staff` is null if staff don't sign in here.
 */
export async function addStations(
  app: FastifyInstance,
  service: WebService,
  options: StationOptions,
  staff: AreaSessions | null,
): Promise<void> {
  const { state, observer = {} } = service;
  for (const [table, kind] of Object.entries(tables)) {
    const max = maxOfKind[kind];
    observer.watchTable?.(table, async () => (await state.count(kind, max)) / max);
  }
  const kept = createEnrolments(state, service.now);
  const reporter = startStationReporter(service, unreportedChanges(state, service.now), options.tokenFor);
  app.addHook('preClose', () => reporter[Symbol.asyncDispose]());
  const enrolments = reportingEnrolments(kept, reporter);
  if (staff !== null) {
    addEnrolmentRoutes(app, service, staff, enrolments);
  }
  const documents = await readPageDocuments(join(service.pages, stationPath));
  if (documents !== null) {
    addStationRoutes(app, service, { ...options, enrolments, documents });
  }
}

/** Wraps enrolments so that the graph learns of each change at once. */
const reportingEnrolments = (enrolments: Enrolments, reporter: StationReporter): Enrolments => ({
  ...enrolments,
  async enrol(code) {
    const enrolled = await enrolments.enrol(code);
    reporter.report();
    return enrolled;
  },
  async revoke(id, by) {
    const isStation = await enrolments.revoke(id, by);
    reporter.report();
    return isStation;
  },
});
