import { openDevelopmentIssuer } from '../access/development.ts';
import type { GatewayConfig } from '../config.ts';

const mainQuery =
  '{ me { name { english chinese } credentials { libraryCardNumber status } loanQuota { limit used remaining } loans { edges { node { item { title } dueOn } } } } }';

const tokenLifetimeSeconds = 12 * 60 * 60;

/** Other protocols: where each is served, or null. */
interface Edges {
  /** Host and port. */
  readonly sip2: string | null;
  readonly signIn: string | null;
}

/** The text that is printed once everything runs: the addresses, and a `curl` command with a token that can be run. */
export async function createAnnouncement(
  config: GatewayConfig,
  address: string,
  simulators: ReadonlyMap<string, string>,
  { sip2, signIn }: Edges,
): Promise<string> {
  const lines = [`GraphQL     ${address}/graphql`];
  if (!config.production) {
    lines.push(`GraphiQL    ${address}/graphiql`);
  }
  lines.push(`Health      ${address}/health/ready`);
  if (sip2 !== null) {
    lines.push(`SIP2        ${sip2}`);
  }
  if (signIn !== null) {
    lines.push(`Sign-in     ${signIn}`);
  }
  for (const [system, url] of simulators) {
    lines.push(`Simulator   ${url} (${system})`);
  }
  if (config.issuers === null) {
    const issuer = await openDevelopmentIssuer(config.dataDir);
    const token = await issuer.sign({ subject: 'P0000001', patronId: 'P0000001' }, tokenLifetimeSeconds);
    lines.push(
      '',
      'Send a query as the simulated patron P0000001:',
      '',
      `curl -s ${address}/graphql -H 'content-type: application/json' \\`,
      `  -H 'authorization: Bearer ${token}' \\`,
      `  -d '${JSON.stringify({ query: mainQuery })}'`,
    );
  }
  return `${lines.join('\n')}\n`;
}
