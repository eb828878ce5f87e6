import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import iconv from 'iconv-lite';
import { escapeText } from '../soap/template.ts';
import type { Reply, Trouble, TroubleKind } from '../vendor.ts';
import type { Strike } from './faults.ts';
import type { Fault } from './schema.ts';

/** A request that has come in whole and met a fault. */
export interface FaultyExchange {
  readonly strike: Strike;
  readonly request: Buffer;
  /** Has the system answer, in trouble or not. */
  readonly ask: (trouble: Trouble | null) => Reply;
  /** Has it answer the same request once more, as it arrives again; null where it is switched off by then. */
  readonly askAgain: () => Reply | null;
  /** The operations that the system has. */
  readonly operations: ReadonlyMap<string, unknown>;
  readonly response: ServerResponse;
}

const TROUBLES = {
  busy: true,
  housekeeping: true,
  internal: true,
  'expired-session': true,
} as const satisfies Record<TroubleKind, true>;

const isTrouble = (fault: Fault): fault is Extract<Fault, { kind: TroubleKind }> =>
  Object.hasOwn(TROUBLES, fault.kind);

/** Answers, or does not, as the fault has it. Asks the system at once, or never; resolves when there is no more to come. */
export async function answerFaultily(exchange: FaultyExchange): Promise<void> {
  const { strike, ask, response } = exchange;
  const { fault } = strike;
  if (isTrouble(fault)) {
    return send(response, ask({ kind: fault.kind, text: fault.text ?? '' }));
  }
  const apply = (): Reply => {
    strike.markApplied();
    return ask(null);
  };
  switch (fault.kind) {
    case 'refuse':
    case 'reset-before':
      return reset(response);
    case 'reset-after':
      apply();
      return reset(response);
    case 'hang':
      if (fault.applied) {
        apply();
      }
      return hang(response, fault.delayMs);
    case 'html-page':
      if (fault.applied) {
        apply();
      }
      return send(response, page(exchange.request, fault));
    case 'empty-body':
      return send(response, { ...apply(), status: fault.status, body: '' });
    case 'slow-drip':
      return drip(response, apply(), fault.delayMs);
    case 'oversized':
      return oversize(response, apply(), fault.bytes);
    case 'delay':
    case 'hold-back':
      return send(response, apply());
    case 'deliver-twice':
      return deliverTwice(exchange, fault, apply());
    default:
      return send(response, spoil(apply(), fault, exchange.operations.keys()));
  }
}

/** The second time comes whether anybody waits for it or not. */
async function deliverTwice(
  { askAgain, response }: FaultyExchange,
  { delayMs, answer }: Extract<Fault, { kind: 'deliver-twice' }>,
  first: Reply,
): Promise<void> {
  if (answer === 'first') {
    send(response, first);
  }
  if (delayMs > 0) {
    await sleep(delayMs);
  }
  const second = askAgain();
  if (answer === 'second' && second !== null) {
    send(response, second);
  }
}

type Spoiling = Extract<Fault, { kind: 'cut-off' | 'wrong-charset' | 'wrong-element' | 'deep' }>;

/** The answer with something wrong in it. */
function spoil(reply: Reply, fault: Spoiling, operations: Iterable<string>): Reply {
  const said = noted(reply, fault.text ?? '');
  switch (fault.kind) {
    case 'cut-off':
      return { ...said, body: bytesOf(said).subarray(0, bytesOf(said).length >> 1) };
    case 'wrong-charset':
      return { ...said, body: Buffer.from(`\ufeff${textOf(said)}`, 'utf16le') };
    case 'wrong-element':
      return rename(said, operations);
    case 'deep':
      return edit(said, (xml) => xml.replace(/<(\w+):Envelope[^>]*>/, `$&${deepHeader(fault.levels)}`));
    default:
      return fault satisfies never;
  }
}

const deepHeader = (levels: number): string =>
  `<$1:Header><deep xmlns="urn:deep">${'<d>'.repeat(levels - 1)}${'</d>'.repeat(levels - 1)}</deep></$1:Header>`;

/** What stands in the Body gets the name of another operation's reply. */
function rename(reply: Reply, operations: Iterable<string>): Reply {
  const other = [...operations].find((name) => name !== reply.operation) ?? 'Other';
  return edit(reply, (xml) =>
    xml.replace(/(<\/?(?:\w+:)?)(?:\w+Response|Fault)(?=[\s/>])/g, `$1${other}Response`),
  );
}

/** The fault's text, as a comment after the XML declaration. */
function noted(reply: Reply, text: string): Reply {
  if (text === '') {
    return reply;
  }
  const comment = `<!-- ${text.replaceAll('--', '- -')} -->`;
  return edit(reply, (xml) => xml.replace(/^<\?xml[^>]*\?>/, `$&${comment}`));
}

const bytesOf = ({ body }: Reply): Buffer => (typeof body === 'string' ? Buffer.from(body) : body);

function textOf(reply: Reply): string {
  const charset = /charset=([^;]+)/i.exec(reply.contentType)?.[1] ?? 'utf-8';
  return iconv.decode(bytesOf(reply), charset);
}

/** Markup is ASCII in every charset of the vendors: bytes are changed, and no character is decoded. */
const edit = (reply: Reply, change: (xml: string) => string): Reply => ({
  ...reply,
  body: Buffer.from(change(bytesOf(reply).toString('latin1')), 'latin1'),
});

/** Like many a proxy's, it quotes what it could not pass on. */
function page(request: Buffer, { status, text = '' }: Extract<Fault, { kind: 'html-page' }>): Reply {
  const quoted = escapeText(request.toString('utf8'));
  return {
    operation: null,
    status,
    contentType: 'text/html; charset=utf-8',
    body: `<html><body><h1>Please wait</h1><p>${escapeText(text)}</p><pre>${quoted}</pre></body></html>`,
  };
}

function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

/** A signal that aborts when the caller leaves or the system is switched off. */
function closing(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  if (response.closed) {
    controller.abort();
  } else {
    response.once('close', () => controller.abort());
  }
  return controller.signal;
}

/** Waits; false where it ended early. */
async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal });
    return true;
  } catch (error) {
    if (!signal.aborted) {
      throw error;
    }
    return false;
  }
}

async function hang(response: ServerResponse, ms: number): Promise<void> {
  if (await waited(ms, closing(response))) {
    response.socket?.destroy();
  }
}

async function drip(response: ServerResponse, reply: Reply, delayMs: number): Promise<void> {
  const bytes = bytesOf(reply);
  const closed = closing(response);
  response.writeHead(reply.status, { 'content-type': reply.contentType, 'content-length': bytes.length });
  response.flushHeaders();
  for (let index = 0; index < bytes.length; index += 1) {
    if (!(await waited(delayMs, closed))) {
      return;
    }
    response.write(bytes.subarray(index, index + 1));
  }
  response.end();
}

let padding = Buffer.alloc(0);

function oversize(response: ServerResponse, reply: Reply, count: number): void {
  const bytes = bytesOf(reply);
  // One for all: nothing is copied on the way to the socket.
  if (padding.length !== count) {
    padding = Buffer.alloc(count, ' ');
  }
  // White space may stand after the XML declaration, not before it.
  const start = bytes.indexOf('?>') + 2;
  response.writeHead(reply.status, { 'content-type': reply.contentType });
  response.write(bytes.subarray(0, start));
  response.write(padding);
  response.end(bytes.subarray(start));
}

export function send(response: ServerResponse, { status, contentType, body }: Reply): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  // Text goes out in one write with the head, bytes would take two; as Latin-1, text is what the bytes were.
  if (typeof body === 'string') {
    response.end(body);
  } else {
    response.end(body.toString('latin1'), 'latin1');
  }
}
