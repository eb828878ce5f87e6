import { addedSystems } from '../../../platform/systems.ts';
import { defaultLogin } from '../../../simulators/added-systems.ts';
import { DEFAULT_CREDENTIALS, type RunningSimulators, type SystemName } from '../../../simulators/index.ts';
import { environmentOf } from '../../../subgraphs/runtime/environment/legacy-systems.ts';

/** `SUBGRAPH_SECRET` and `JOURNAL_SECRET` of the processes that tests start. */
export const serviceSecret = 'a secret of thirty-two characters';

/** The variables with the simulators' URLs and logins. */
export function legacyEnv(legacy: Readonly<Record<SystemName, { readonly url: string }>>): NodeJS.ProcessEnv {
  const { cms, circ } = DEFAULT_CREDENTIALS;
  return {
    PRS_URL: legacy.prs.url,
    CMS_URL: legacy.cms.url,
    CIRC_URL: legacy.circ.url,
    CMS_USER: cms.user,
    CMS_PASSWORD: cms.password,
    CIRC_USER: circ.user,
    CIRC_PASSWORD: circ.password,
  };
}

/** The variables with the URLs and logins of the simulators that were added to the three of lending. */
export const addedEnv = ({ all }: RunningSimulators): NodeJS.ProcessEnv =>
  Object.assign(
    {},
    ...addedSystems.map((entry) =>
      environmentOf(entry, {
        url: new URL(all.get(entry.id)?.url ?? ''),
        limits: {},
        tls: null,
        ...defaultLogin(entry),
      }),
    ),
  );

/** The variables that every subgraph needs: both secrets, the journal's database and the simulators. */
export const subgraphEnvOf = (
  legacy: Readonly<Record<SystemName, { readonly url: string }>>,
  databaseUrl: string,
): NodeJS.ProcessEnv => ({
  SUBGRAPH_SECRET: serviceSecret,
  JOURNAL_SECRET: serviceSecret,
  DATABASE_URL: databaseUrl,
  ...legacyEnv(legacy),
});
