import { join } from 'node:path';
import { openDevelopmentIssuer } from '../gateway/access/development.ts';
import type { GatewayConfig } from '../gateway/config.ts';
import { isBuilt } from '../platform/static-pages/add-static-page.ts';
import { builtPages } from '../platform/static-pages/built-pages.ts';
import type { EmbeddedSubgraphs } from './subgraphs.ts';

const mainQuery =
  '{ me { name { english chinese } credentials { libraryCardNumber status } loanQuota { limit used remaining } loans { edges { node { item { title } dueOn } } } } }';

const tokenLifetimeSeconds = 12 * 60 * 60;

/** The other services of this process, for the text that is printed at the start. Null if a service doesn't run. */
export interface Edges {
  /** The host and port of SIP2. */
  readonly sip2: string | null;
  readonly signIn: string | null;
  readonly hasPartnerSample: boolean;
  /** Whether a page shows the mails to readers. */
  readonly hasOutbox: boolean;
}

/** For a process without the development issuer. It runs none of these services, because other processes run them. */
export const noEdges: Edges = { sip2: null, signIn: null, hasPartnerSample: false, hasOutbox: false };

/** The text that is printed when everything runs: all addresses, and a `curl` command with a token. */
export async function createAnnouncement(
  config: GatewayConfig,
  address: string,
  { simulators, examplePatron }: Pick<EmbeddedSubgraphs, 'simulators' | 'examplePatron'>,
  { sip2, signIn, hasPartnerSample, hasOutbox }: Edges,
): Promise<string> {
  const lines = [`GraphQL     ${address}/graphql`];
  const announcePage = (title: string, path: string) => {
    if (isBuilt({ path, folder: join(builtPages, path), folders: [] })) {
      lines.push(`${title.padEnd(12)}${address}${path}/`);
    }
  };
  if (!config.production) {
    announcePage('GraphiQL', '/graphiql');
  }
  if (config.servesPortal) {
    announcePage('Guides', '/docs');
  }
  lines.push(`Health      ${address}/health/ready`);
  if (sip2 !== null) {
    lines.push(`SIP2        ${sip2}`);
  }
  if (signIn !== null) {
    lines.push(`Sign-in     ${signIn}`);
    announcePage('Staff', '/staff');
    announcePage('Readers', '/my');
    announcePage('Station', '/station');
  }
  if (hasPartnerSample) {
    lines.push(`E-books     ${address}/partner-sample`);
  }
  if (hasOutbox) {
    lines.push(`Outbox      ${address}/outbox`);
  }
  for (const [system, url] of simulators) {
    lines.push(`Simulator   ${url} (${system})`);
  }
  if (config.issuers === null) {
    const issuer = await openDevelopmentIssuer(config.dataDir);
    const token = await issuer.sign(
      { subject: examplePatron, patronId: examplePatron },
      tokenLifetimeSeconds,
    );
    lines.push(
      '',
      `Send a query as the patron ${examplePatron}:`,
      '',
      `curl -s ${address}/graphql -H 'content-type: application/json' \\`,
      `  -H 'authorization: Bearer ${token}' \\`,
      `  -d '${JSON.stringify({ query: mainQuery })}'`,
    );
  }
  return `${lines.join('\n')}\n`;
}
