/** Reads and changes the state of a finding that staff work on. */
import { z } from 'zod';
import type { FindingKey, FindingKind, FindingState, WorkedFinding } from '../../../store/journal/port.ts';
import type { Task } from '../../operations/procedure.ts';
import { refused } from '../rules/problems.ts';
import type { FindingServices } from './finding-services.ts';

export type FindingTask = Task<FindingServices>;

/** A finding's id in the graph: the `id` and the `kind` of its key. */
export const findingId = /^([0-9A-Za-z_-]{22})\.([A-Z_]{1,32})$/;

export const findingIdOf = ({ id, kind }: FindingKey): string => `${id}.${kind}`;

/** The key of a finding. Null for a text that is not the id of a finding. */
export function findingKeyOf(text: string): FindingKey | null {
  const [, id, kind] = findingId.exec(text) ?? [];
  // The kind is not checked here: a finding of an unknown kind is never found.
  return id === undefined || kind === undefined ? null : { id, kind: kind as FindingKind };
}

/** A finding, and the version of it that the caller has seen. Without a version, any version is accepted. */
export const seenFinding = z.object({ findingId: z.string(), version: z.string().exactOptional() });
type SeenFinding = z.infer<typeof seenFinding>;

/**
 * Returns the finding. Requires that it is still to be worked on, and that the caller has seen its current version.
 * @throws OperationRefused FINDING_NOT_FOUND, FINDING_NOT_OPEN, VERSION_CONFLICT
 */
export async function requireOpen(
  { services, patron }: FindingTask,
  { findingId: text, version }: SeenFinding,
): Promise<WorkedFinding> {
  const key = findingKeyOf(text);
  const finding = key === null ? null : await services.findings.findFinding(key);
  if (finding === null) {
    throw refused('FINDING_NOT_FOUND');
  }
  if (finding.patronId !== null) {
    patron.learn(finding.patronId);
  }
  if (!isOpen(finding)) {
    throw refused('FINDING_NOT_OPEN');
  }
  if (version !== undefined && version !== String(finding.version)) {
    throw refused('VERSION_CONFLICT', { field: ['version'] });
  }
  return finding;
}

const isOpen = ({ state }: WorkedFinding): boolean => state === 'OPEN' || state === 'ACKNOWLEDGED';

/**
 * Changes the state of a finding in the caller's name, if the finding still has the planned version. Resolves to false
 * if the finding has another version. An earlier run of the same procedure may have caused that.
 */
export async function changeState(
  { services, caller: by }: FindingTask,
  { findingId: text, version: planned }: SeenFinding,
  state: FindingState,
  reason: string | null = null,
): Promise<boolean> {
  const key = findingKeyOf(text);
  const version = planned === undefined ? undefined : BigInt(planned);
  return key !== null && (await services.findings.changeFinding(key, { state, by, reason }, version));
}

/**
 * Like {@link changeState}, but if the finding has another version and is open, the operation is refused. It is not
 * refused if an earlier run of this procedure made the change.
 * @throws OperationRefused VERSION_CONFLICT
 */
export async function changeOrRefuse(
  task: FindingTask,
  planned: SeenFinding,
  state: FindingState,
  reason: string | null = null,
): Promise<void> {
  if (await changeState(task, planned, state, reason)) {
    return;
  }
  const key = findingKeyOf(planned.findingId);
  const finding = key === null ? null : await task.services.findings.findFinding(key);
  const isOwnChange = finding?.state === state && finding.changed?.by === task.caller;
  if (finding !== null && isOpen(finding) && !isOwnChange) {
    throw refused('VERSION_CONFLICT', { field: ['version'] });
  }
}
