import type { Logger } from 'pino';
import { createCirculation } from '../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../adapters/credentials/soap.ts';
import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import { openClientTls } from '../../platform/tls/client.ts';
import { withoutUndefined } from '../../platform/without-undefined.ts';
import { type LegacySystem, readLegacyConfig } from '../runtime/config.ts';
import { required } from '../runtime/start.ts';
import type { SweptSystems } from './before-upgrade.ts';

/**
 * Opens the three systems of the environment. All calls are of the class `background`, so that the command leaves most
 * connections to others.
 * @throws Error whose message names every variable that is missing.
 */
export async function openSystems(
  env: NodeJS.ProcessEnv,
  log: Logger,
): Promise<SweptSystems & AsyncDisposable> {
  const { prs, cms, circ } = readLegacyConfig(env);
  const { PRS_URL, CMS_URL, CIRC_URL } = required({ PRS_URL: prs, CMS_URL: cms, CIRC_URL: circ });
  const withTls = <System extends LegacySystem>({ tls, ...system }: System) => ({
    ...system,
    ...withoutUndefined({ tls: openClientTls(tls, log) ?? undefined }),
  });
  await using resources = new AsyncDisposableStack();
  const patrons = resources.use(createPatronRegistry(withTls(PRS_URL)));
  const cards = resources.use(createCardManagement(withTls(CMS_URL)));
  const circulation = resources.use(createCirculation(withTls(CIRC_URL)));
  const open = resources.move();
  return {
    patrons: patrons.forClass('background'),
    cards: cards.forClass('background'),
    circulation: circulation.forClass('background'),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
