/** `npm run record:peers`: records the reply of PHP's SoapServer to every case, for machines without PHP. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCardManagement } from '../../adapters/credentials/soap.ts';
import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import { startRawServer } from '../unit/adapters/soap/raw-server.ts';
import { cardChanges } from './card-changes.ts';
import { cardCases, registryCases } from './cases.ts';
import { account, type Peer, startPeer } from './peer.ts';
import { registryChanges } from './registry-changes.ts';

export interface Recording {
  /** The name and the versions of the stack that replied. */
  readonly stack: string;
  readonly status: number;
  readonly contentType: string;
  /** The reply, byte for byte. */
  readonly body: string;
}

const fileOf = (name: string): string => join(import.meta.dirname, 'recorded', `${name}.xml`);
/**
 * The first comment of a recorded file. It follows the XML declaration, because nothing may precede the declaration.
 */
const head = /^<!-- (.+) \| HTTP ([0-9]{3}) \| (.+) -->\n/m;

export function recordingOf(name: string): Recording {
  const text = readFileSync(fileOf(name), 'utf8');
  const [comment = '', stack = '', status = '', contentType = ''] = head.exec(text) ?? [];
  if (comment === '') {
    throw new Error(`${name}.xml does not tell where it is from`);
  }
  return { stack, status: Number(status), contentType, body: text.replace(comment, '') };
}

function write(name: string, { stack, status, contentType, body }: Recording): void {
  const [declaration = ''] = /^<\?xml .*\?>\n/.exec(body) ?? [];
  const comment = `<!-- ${stack} | HTTP ${status} | ${contentType} -->\n`;
  writeFileSync(fileOf(name), declaration + comment + body.slice(declaration.length));
}

interface Relay extends AsyncDisposable {
  readonly url: string;
  /** The last reply that passed through the proxy. */
  last(): Recording;
}

/** A proxy between an adapter and a peer that captures the replies. */
async function startRelay({ url, stack }: Peer): Promise<Relay> {
  let last: Recording | Error = new Error('nothing has passed yet');
  const server = await startRawServer((response, { headers, body }) => {
    const type = headers['content-type'] ?? '';
    const action = headers.soapaction;
    const passed = fetch(url, {
      method: 'POST',
      headers: { 'content-type': type, ...(typeof action === 'string' ? { soapaction: action } : {}) },
      body,
    }).then(async (reply) => {
      const contentType = reply.headers.get('content-type') ?? '';
      last = { stack, status: reply.status, contentType, body: await reply.text() };
      response.writeHead(reply.status, { 'content-type': contentType }).end(last.body);
    });
    passed.catch((error: unknown) => {
      last = new Error('the peer gave no reply', { cause: error });
      response.destroy();
    });
  });
  return {
    url: server.url,
    last() {
      if (last instanceof Error) {
        throw last;
      }
      return last;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Captures the reply to each case. The adapter's outcome doesn't matter here, because the tests check it. */
async function record(): Promise<void> {
  await using prs = await startPeer('prs');
  await using prsRelay = await startRelay(prs);
  await using registry = createPatronRegistry({ url: prsRelay.url });
  for (const { name, ask } of [...registryCases, ...registryChanges]) {
    await Promise.allSettled([ask(registry)]);
    write(name, prsRelay.last());
  }
  await using cms = await startPeer('cms');
  await using cmsRelay = await startRelay(cms);
  await using cards = createCardManagement({ url: cmsRelay.url, ...account });
  for (const { name, ask } of [...cardCases, ...cardChanges]) {
    await Promise.allSettled([ask(cards)]);
    write(name, cmsRelay.last());
  }
}

if (import.meta.main) {
  await record();
}
