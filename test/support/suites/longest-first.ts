/** The order of the files of a run. A long file that begins last would run alone for a minute. */
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take a quarter of a minute or more, the longest first. A new checkout has no times of earlier runs, from
 * which vitest would know them. `.ci/run` prints at its end which files took half a minute.
 */
export const longestFiles: readonly string[] = [
  'fault/kill/kill',
  'contract/journal/journal',
  'system/processes/guides',
  'torture/torture',
  'system/alerts/alerts',
  'system/live/generations',
  'system/live/kinds',
  'system/sign-in/npm-start',
  'peers/turns/turns',
  'fault/procedures/lost-answers',
  'system/processes/one-process',
  'apps/staff/patron',
  'apps/reader/sessions',
  'apps/staff/desk/desk',
  'system/processes/processes',
  'apps/staff/patron-acts',
  'fault/calls/writes',
  'fault/books/books',
  'fault/procedures/replicas',
  'apps/station/staff-view',
  'unit/subgraphs/circulation/certainty',
  'system/stories/cards/outages',
  'system/access/number-and-pin/sign-in',
  'system/adopt/adopt',
  'system/processes/upgrade',
  'system/stories/applications/same-document',
  'fault/procedures/two-runners',
  'system/processes/rotation/rotation',
  'system/sign-in/chromium',
  'torture/terminated',
  'fault/notices/mail',
  'unit/gateway/from-file/reload',
  'system/sign-in/too-many-tries',
  'fault/index/index',
  'system/sip2/connections',
  'fault/procedures/killed',
  'system/access/number-and-pin/partners',
  'fault/load/flood',
  'apps/staff/desk/desk-states',
  'fault/procedures/frozen',
  'unit/gateway/streams/ends',
  'system/live/killed-subgraph',
  'system/processes/compose',
  'system/kubernetes/containers',
  'system/access/audiences',
  'federation/supergraphs/supergraphs',
  'unit/subgraphs/circulation/delivered-twice',
  'system/processes/workers',
  'apps/portal/portal',
  'system/lending/lending',
  'fault/load/shares',
  'fault/books/second-installation',
  'fault/secrets/in-mutations',
  'fault/notices/two-senders',
  'fault/procedures/delivered-twice',
  'unit/gateway/engine/memory',
  'fault/procedures/moving-holds',
  'property/lending/model',
  'system/sign-in/consents',
  'system/processes/drop-time',
  'system/processes/rolling/rolling-restart',
  'unit/gateway/streams/bounds',
  'fault/calls/graph',
  'system/stories/holds/held-item',
  'system/sign-in/attacks',
  'fault/payments/books',
  'fault/soak/soak',
  'system/sign-in/fresh-sign-in',
  'unit/gateway/access/issuers/availability',
  'unit/store/journal/postgres',
  'fault/notices/sending',
  'unit/gateway/from-file/command',
  'unit/gateway/from-file/documents',
].map((name) => `test/${name}.test.ts`);

/** Orders the files of each project: first `longestFiles`, then all others as vitest does. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const rank = longestFiles.indexOf(relative(root, moduleId));
      return rank === -1 ? longestFiles.length : rank;
    };
    const byProject = Map.groupBy(await super.sort(files), ({ project }) => project);
    return [...byProject.values()].flatMap((specifications) =>
      specifications.toSorted((a, b) => rankOf(a) - rankOf(b)),
    );
  }
}
