/**
 * Prints a token of the development issuer: `npm run --silent token -- --patron P0000001`, or
 * `-- --staff --scope "patrons:read credentials:read"`.
 */
import { parseArgs } from 'node:util';
import { readGatewayConfig } from '../config.ts';
import { openDevelopmentIssuer, type TokenClaims } from './development.ts';

const usage = `Usage: npm run --silent token -- (--patron NUMBER | --staff) [--scope "SCOPE ..."] [--client ID] [--lifetime SECONDS]`;

function parseClaims(): { claims: TokenClaims; lifetime: number } {
  const { values } = parseArgs({
    options: {
      patron: { type: 'string' },
      staff: { type: 'boolean', default: false },
      scope: { type: 'string' },
      client: { type: 'string' },
      lifetime: { type: 'string', default: '43200' },
    },
  });
  const lifetime = Number(values.lifetime);
  if ((values.patron === undefined) === !values.staff) {
    throw new Error('one of --patron and --staff is wanted');
  }
  if (!Number.isInteger(lifetime) || lifetime < 1) {
    throw new Error(`--lifetime takes whole seconds, not ${values.lifetime}`);
  }
  return {
    lifetime,
    claims: {
      subject: values.patron ?? 'staff',
      ...(values.patron !== undefined && { patronId: values.patron }),
      ...(values.scope !== undefined && { scope: values.scope }),
      ...(values.client !== undefined && { clientId: values.client }),
    },
  };
}

try {
  const { claims, lifetime } = parseClaims();
  const config = readGatewayConfig(process.env);
  if (config.jwks !== null) {
    throw new Error('JWKS_URL is set: that issuer makes the tokens');
  }
  const issuer = await openDevelopmentIssuer(config.dataDir);
  process.stdout.write(`${await issuer.sign(claims, lifetime)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
  process.exitCode = 2;
}
