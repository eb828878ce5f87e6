import { readFile } from 'node:fs/promises';
import type { JWK } from 'jose';
import { z } from 'zod';
import { openClientTls } from '../../adapters/tls/client.ts';
import type { TlsLog } from '../../adapters/tls/files.ts';
import { openServerTls } from '../../adapters/tls/server.ts';
import { createHttpGraphClient } from '../graph/client.ts';
import { rememberTokens, signTokens } from '../graph/tokens.ts';
import type { Sip2Config } from './config.ts';
import type { ConnectionLog } from './connection.ts';
import { type Sip2Server, startSip2Server } from './server.ts';
import { readTerminals } from './terminals.ts';

/**
 * Starts the server that the configuration describes. Resolves when it listens.
 * @throws Error whose message is for the person who started the process.
 */
export async function startSip2(config: Sip2Config, log: ConnectionLog & TlsLog): Promise<Sip2Server> {
  await using resources = new AsyncDisposableStack();
  const terminals = await readTerminals(config.terminalsFile);
  const needsCertificate = terminals.terminals.find(({ certificate }) => certificate !== null);
  if (needsCertificate !== undefined && (config.tls === null || config.tls.files.ca === null)) {
    throw new Error(
      `SIP2_TERMINALS_FILE: ${needsCertificate.name} has a certificate, and nobody checks it: set TLS_CLIENT_CA_FILE.`,
    );
  }
  const source = await signTokens({
    issuer: config.tokenIssuer,
    audience: config.tokenAudience,
    key: await readKey(config.tokenKeyFile),
  });
  const graph = resources.use(
    createHttpGraphClient(
      config.graphUrl,
      config.graphTls === null ? null : openClientTls(config.graphTls, log),
    ),
  );
  const { port } = resources.use(
    await startSip2Server({
      host: config.host,
      port: config.port,
      tls: config.tls === null ? null : openServerTls(config.tls, log),
      terminals,
      graph,
      tokenFor: rememberTokens(source),
      log,
    }),
  );
  const running = resources.move();
  return { port, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

const jwk = z.looseObject({ kty: z.literal('EC'), crv: z.literal('P-256'), d: z.string() });

/** An error of the parser would quote the key. */
async function readKey(file: string): Promise<JWK> {
  const text = await readFile(file, 'utf8').catch(() => '');
  try {
    return jwk.parse(JSON.parse(text)) as JWK;
  } catch {
    throw new Error(`SIP2_TOKEN_KEY_FILE ${file} is no private key for ES256, as a JWK.`);
  }
}
