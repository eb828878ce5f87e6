/**
 * Prints a token of the development issuer: `npm run --silent token -- --patron P0000001`, or
 * `npm run --silent token -- --staff --scope "patrons:read credentials:read"`.
 */

import { parseArgs } from 'node:util';
import { messageOf } from '../../platform/lifecycle/message-of.ts';
import { readGatewayConfig } from '../config.ts';
import { openDevelopmentIssuer, type TokenClaims } from './development.ts';

const usage =
  `Usage: npm run --silent token -- (--patron NUMBER | --staff)\n` +
  `         [--scope "SCOPE ..."] [--client ID] [--branch CODE] [--lifetime SECONDS]`;

function parseClaims(): { claims: TokenClaims; lifetimeSeconds: number } {
  const { values } = parseArgs({
    options: {
      patron: { type: 'string' },
      staff: { type: 'boolean', default: false },
      scope: { type: 'string' },
      client: { type: 'string' },
      branch: { type: 'string' },
      lifetime: { type: 'string', default: '43200' },
    },
  });
  const lifetimeSeconds = Number(values.lifetime);
  if ((values.patron === undefined) === !values.staff) {
    throw new Error('give --patron or --staff, and not both');
  }
  if (!Number.isInteger(lifetimeSeconds) || lifetimeSeconds < 1) {
    throw new Error(`--lifetime must be a whole number of seconds, not ${values.lifetime}`);
  }
  return {
    lifetimeSeconds,
    claims: {
      subject: values.patron ?? 'staff',
      patronId: values.patron,
      scope: values.scope,
      clientId: values.client,
      branch: values.branch,
    },
  };
}

try {
  const { claims, lifetimeSeconds } = parseClaims();
  const config = readGatewayConfig(process.env);
  if (config.issuers !== null) {
    throw new Error('JWKS_URL or ISSUERS_FILE is set: get tokens from an issuer there');
  }
  const issuer = await openDevelopmentIssuer(config.dataDir);
  process.stdout.write(`${await issuer.sign(claims, lifetimeSeconds)}\n`);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n${usage}\n`);
  process.exitCode = 2;
}
