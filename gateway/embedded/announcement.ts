import { openDevelopmentIssuer } from '../access/development.ts';
import type { GatewayConfig } from '../config.ts';

const mainQuery =
  '{ me { name { english chinese } credentials { libraryCardNumber status } loanQuota { limit used remaining } loans { edges { node { item { title } dueOn } } } } }';

/** Twelve hours, in seconds. */
const tokenLifetime = 12 * 60 * 60;

/** What stands on the screen once everything runs: where things are, and a query that is ready to be sent. */
export async function announcement(
  config: GatewayConfig,
  address: string,
  simulators: ReadonlyMap<string, string>,
): Promise<string> {
  const lines = [`GraphQL     ${address}/graphql`];
  if (!config.production) {
    lines.push(`GraphiQL    ${address}/graphiql`);
  }
  lines.push(`Health      ${address}/health/ready`);
  for (const [system, url] of simulators) {
    lines.push(`Simulator   ${url} (${system})`);
  }
  if (config.jwks === null) {
    const issuer = await openDevelopmentIssuer(config.dataDir);
    const token = await issuer.sign({ subject: 'P0000001', patronId: 'P0000001' }, tokenLifetime);
    lines.push(
      '',
      'Ask as the made-up patron P0000001:',
      '',
      `curl -s ${address}/graphql -H 'content-type: application/json' \\`,
      `  -H 'authorization: Bearer ${token}' \\`,
      `  -d '${JSON.stringify({ query: mainQuery })}'`,
    );
  }
  return `${lines.join('\n')}\n`;
}
