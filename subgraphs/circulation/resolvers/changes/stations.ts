/**
 * Stations report that they were withdrawn from service or have returned to it. A station calls as the client
 * `station-<id>`.
 */
import { type Followed, follow, startOf } from '../../../operations/changes/follow.ts';
import { cursorBefore, followable } from '../../../operations/changes/list-cursors.ts';
import { badInput } from '../../../runtime/pagination.ts';
import type { SourceEvent } from '../../../runtime/streams/subscribe.ts';
import { type CirculationContext, requireScope } from '../../context.ts';

interface RecordStationServiceInput {
  readonly changeId: string;
  readonly isInService: boolean;
}

/** @throws GraphQLError FORBIDDEN; BAD_USER_INPUT if the caller is no client `station-…`, or for an invalid `changeId` */
async function recordStationService(
  _: unknown,
  { input: { changeId, isInService } }: { readonly input: RecordStationServiceInput },
  context: CirculationContext,
): Promise<{ readonly isInService: boolean }> {
  requireScope(context, ['station']);
  const { caller, services } = context;
  const [, stationId] = /^station-([\w-]{1,56})$/.exec(caller.clientId ?? '') ?? [];
  if (stationId === undefined) {
    throw badInput('Only a client `station-…` has a service to be recorded.');
  }
  if (!/^[\w-]{1,64}$/.test(changeId)) {
    throw badInput('`input.changeId` must have 1 to 64 letters, digits, `-` and `_`.');
  }
  const kind = isInService ? 'STATION_RETURNED' : 'STATION_WITHDRAWN';
  await services.changeLog.logStation(kind, stationId, changeId);
  return { isInService };
}

const beforeRecording = ({ services, caller }: CirculationContext) =>
  cursorBefore(services, { caller, field: 'stationChanges' });

export const stationMutations = { recordStationService: followable(recordStationService, beforeRecording) };

export async function stationChanges(
  _: unknown,
  { after = null }: { readonly after?: readonly string[] | null },
  context: CirculationContext,
): Promise<AsyncIterable<SourceEvent>> {
  requireScope(context, ['station']);
  const { caller, services, signal } = context;
  const followed: Followed = { caller, field: 'stationChanges', args: {}, after, signal };
  const start = await startOf(services, followed);
  return follow(services, start, followed, async ({ kind, subjectId }) => {
    const isInService = kind === 'STATION_RETURNED';
    const isOfStation = isInService || kind === 'STATION_WITHDRAWN';
    return isOfStation && `station-${subjectId}` === caller.clientId ? { isInService } : null;
  });
}
