import { rememberTokens, type TokenSource, tokenLifetimeSeconds } from '../../edge/graph/tokens.ts';
import { openDevelopmentIssuer } from '../../gateway/access/development.ts';

/** Returns a source of tokens of the development issuer, for the other services of this process. */
export async function developmentTokens(dataDir: string): Promise<TokenSource> {
  const issuer = await openDevelopmentIssuer(dataDir);
  return rememberTokens(({ clientId, scope, branch }) =>
    issuer.sign({ subject: clientId, clientId, scope, branch: branch ?? undefined }, tokenLifetimeSeconds),
  );
}
