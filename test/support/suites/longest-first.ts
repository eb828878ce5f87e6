/** The order of the files of a run. A long file that begins last would run alone for a minute. */
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take a quarter of a minute or more, the longest first. A new checkout has no times of earlier runs, from
 * which vitest would know them. `.ci/run` prints at its end which files took half a minute.
 */
export const longestFiles: readonly string[] = [
  'system/processes/processes',
  'system/adopt/adopt',
  'system/processes/guides',
  'fault/kill/kill',
  'apps/reader/charges',
  'fault/books/books',
  'torture/torture',
  'system/processes/rotation/rotation',
  'contract/journal/journal',
  'apps/staff/charges',
  'fault/procedures/killed',
  'system/live/kinds',
  'fault/notices/mail',
  'system/live/generations',
  'apps/staff/lists/notes',
  'apps/staff/notices',
  'system/alerts/alerts',
  'system/sign-in/chromium',
  'system/processes/one-process',
  'apps/staff/failing-views',
  'apps/staff/patron',
  'apps/graphiql/graphiql',
  'apps/reader/sessions',
  'system/sign-in/npm-start',
  'apps/staff/desk/desk',
  'apps/staff/patron-acts',
  'system/processes/compose',
  'fault/procedures/replicas',
  'system/kubernetes/containers',
  'fault/procedures/lost-answers',
  'fault/procedures/frozen',
  'peers/turns/turns',
  'fault/procedures/two-runners',
  'apps/reader/home',
  'apps/layout/layout',
  'torture/terminated',
  'apps/station/staff-view',
  'apps/staff/applications',
  'apps/staff/library-views',
  'apps/portal/portal',
  'fault/index/index',
  'fault/procedures/moving-holds',
  'system/processes/drop-time',
  'system/stories/cards/outages',
  'system/processes/workers',
  'system/live/killed-subgraph',
  'system/processes/upgrade',
  'system/access/number-and-pin/sign-in',
  'unit/subgraphs/circulation/certainty',
  'apps/partner/partner',
  'apps/station/journeys',
  'apps/reader/cards',
  'apps/staff/desk/workspace',
  'system/stories/applications/same-document',
  'fault/books/second-installation',
  'contract/index/index',
  'system/sign-in/too-many-tries',
  'system/alerts/rules',
  'apps/reader/unanswered',
  'system/sip2/connections',
  'apps/staff/desk/desk-states',
  'system/processes/health',
  'fault/notices/sending',
  'system/access/number-and-pin/partners',
  'apps/reader/paying',
  'fault/procedures/delivered-twice',
  'fault/payments/books',
  'fault/notices/two-senders',
  'apps/reader/views',
  'apps/staff/find',
  'unit/gateway/from-file/reload',
  'packages/packages',
  'fault/load/flood',
  'unit/gateway/streams/ends',
  'apps/staff/desk/charges-limit',
  'system/processes/environment',
  'fault/books/servers',
  'property/lending/model',
  'apps/station/failures',
  'system/processes/rolling/rolling-restart',
  'unit/subgraphs/circulation/delivered-twice',
  'unit/store/journal/encryption',
  'unit/gateway/from-file/documents',
  'unit/store/journal/postgres',
  'system/registry/added-system',
  'system/lending/lending',
  'apps/staff/lists/overdue',
  'apps/reader/choices',
  'unit/gateway/from-file/command',
  'apps/staff/scopes',
  'system/sign-in/consents',
  'system/access/audit/command',
  'fault/secrets/in-mutations',
  'apps/live/live',
  'system/stories/applications/odd-texts',
  'unit/gateway/configuration/settings',
  'unit/gateway/streams/bounds',
  'fault/load/shares',
  'system/sign-in/attacks',
  'fault/soak/soak',
  'system/streams/haproxy',
  'system/lending/problems',
  'apps/station/leaving',
  'apps/reader/phone',
  'fault/calls/graph',
  'unit/gateway/access/issuers/availability',
  'system/processes/tls',
].map((name) => `test/${name}.test.ts`);

/** Orders the files of each project: first `longestFiles`, then all others as vitest does. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const byProject = Map.groupBy(await super.sort(files), ({ project }) => project);
    return [...byProject.values()].flatMap((specifications) => this.#longestFirst(specifications));
  }

  /** Deals the files to the shards in turns, the longest first, so that all shards take about the same time. */
  override async shard(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { index, count } = this.ctx.config.shard ?? { index: 1, count: 1 };
    const byPath = files.toSorted((a, b) => (a.moduleId < b.moduleId ? -1 : 1));
    return this.#longestFirst(byPath).filter((_, position) => position % count === index - 1);
  }

  #longestFirst(files: readonly TestSpecification[]): TestSpecification[] {
    const { root } = this.ctx.config;
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const rank = longestFiles.indexOf(relative(root, moduleId));
      return rank === -1 ? longestFiles.length : rank;
    };
    return files.toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}
