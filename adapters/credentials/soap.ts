import { randomBytes } from 'node:crypto';
import type { ByClass } from '../../platform/priority/call-classes.ts';
import { createSoapClient, portOver, type SystemSettings } from '../soap/client.ts';
import { digestToken } from '../soap/plugins/username-token.ts';
import { wsSecurity } from '../soap/plugins/ws-security.ts';
import { changesOf } from './changes.ts';
import * as cms from './contract.generated.ts';
import { reasonOfFault } from './fault-codes.ts';
import type { CardManagement } from './port.ts';
import { readsOf } from './reads.ts';

export interface CardManagementSettings extends SystemSettings {
  readonly user: string;
  readonly password: string;
  /** The time for the security header, by default the machine's. CMS's clock must be within five minutes of it. */
  readonly now?: () => Date;
}

/** Card management over SOAP: CMS, the Card Management System of 2009. Connects at the first call. */
export function createCardManagement({
  user,
  password,
  now = () => new Date(),
  ...settings
}: CardManagementSettings): CardManagement & ByClass<CardManagement> & AsyncDisposable {
  const client = createSoapClient<cms.Operations>({
    ...settings,
    system: 'card management',
    contract: cms.contract,
    reads: [
      'GetCardsByPatron',
      'GetCardsByNumber',
      'FindSmartCard',
      'GetApplications',
      'ListApplications',
      'ListLossReports',
    ],
    reasonOf: (response) => (response.kind === 'reply' ? null : reasonOfFault(response)),
    plugins: [wsSecurity([digestToken({ user, password, now, randomBytes })])],
  });
  return portOver(client, (calls): CardManagement => ({ ...readsOf(calls), ...changesOf(calls) }));
}
