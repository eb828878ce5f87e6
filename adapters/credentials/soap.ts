import { randomBytes } from 'node:crypto';
import { type ByClass, perClass } from '../../platform/priority/call-classes.ts';
import type { ClientTls } from '../../platform/tls/client.ts';
import type { CallObserver } from '../soap/call-observer.ts';
import { createSoapClient, type ResponseTo } from '../soap/client.ts';
import { usernameTokenHeader } from '../soap/codec/username-token.ts';
import { type Clock, systemClock } from '../soap/policy/clock.ts';
import type { Limits } from '../soap/policy/limits.ts';
import type { UpstreamReason } from '../soap/port.ts';
import { changesOf } from './changes.ts';
import type * as cms from './contract.generated.ts';
import { reasonOfFault } from './fault-codes.ts';
import type { CardManagement } from './port.ts';
import {
  applicationsById,
  cardsByNumber,
  cardsByPatron,
  findSmartId,
  listApplications,
  listLossReports,
} from './reads.ts';
import { applicationOf, lossReportOf } from './translation.ts';

/** How to reach CMS, the Card Management System of 2009. */
export interface CardManagementSettings {
  /** The address of the system; http or https. */
  readonly url: string | URL;
  readonly user: string;
  readonly password: string;
  /** How TLS connections are made; Node's defaults where it is absent. */
  readonly tls?: ClientTls;
  /** `defaultLimits` of `adapters/soap/policy/limits.ts` for those that are absent. */
  readonly limits?: Partial<Limits>;
  /** For deadlines and the delay before a retry; `systemClock` by default. */
  readonly clock?: Clock;
  readonly observer?: CallObserver;
  /** For the time in the security header. It must be within five minutes of CMS's clock. The machine's by default. */
  readonly now?: () => Date;
}

/**
 * Card management over SOAP. Reads the WSDL; connects at the first call. Disposing of it waits for the calls under way.
 */
export async function createCardManagement({
  url,
  user,
  password,
  tls,
  limits = {},
  clock = systemClock,
  observer = {},
  now = () => new Date(),
}: CardManagementSettings): Promise<CardManagement & ByClass<CardManagement> & AsyncDisposable> {
  const client = await createSoapClient<cms.Operations>({
    system: 'card management',
    wsdl: new URL('./card-management.wsdl', import.meta.url),
    url,
    tls,
    limits,
    clock,
    observer,
    reads: [
      'GetCardsByPatron',
      'GetCardsByNumber',
      'FindSmartCard',
      'GetApplications',
      'ListApplications',
      'ListLossReports',
    ],
    reasonOf,
    header: () => usernameTokenHeader({ user, password, now, randomBytes }),
  });
  const forClass = perClass((callClass): CardManagement => {
    const calls = client.forClass(callClass);
    return {
      cardsByPatron: (patronIds, signal) => cardsByPatron(calls, patronIds, signal),
      cardsByNumber: (numbers, signal) => cardsByNumber(calls, numbers, signal),
      findSmartId: (presented, signal) => findSmartId(calls, presented, signal),
      applicationsById: (ids, signal) => applicationsById(calls, ids, signal),
      listApplications: (filter, page, signal) =>
        listApplications(calls, filter, page, signal, applicationOf),
      listLossReports: (page, signal) => listLossReports(calls, page, signal, lossReportOf),
      applicationIds: (page, signal) =>
        listApplications(calls, {}, page, signal, ({ applicationNo }) => applicationNo),
      lossReportIds: (page, signal) => listLossReports(calls, page, signal, ({ reportNo }) => reportNo),
      ...changesOf(calls),
      async ping(signal) {
        // No patron has this number, so the answer is empty.
        await calls.call('GetCardsByPatron', { patronNo: ['P0000000'] }, signal);
      },
    };
  });
  return {
    ...forClass('lending'),
    forClass,
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

function reasonOf(response: ResponseTo<cms.Operations[keyof cms.Operations]>): UpstreamReason | null {
  return response.kind === 'reply' ? null : reasonOfFault(response);
}
