import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import iconv from 'iconv-lite';
import type { InjectedError, InjectedErrorKind, Reply } from '../simulated-system.ts';
import { escapeText } from '../soap/write-xml.ts';
import type { DrawnFault } from './faults.ts';
import type { Fault } from './schema.ts';

/** A request that has arrived completely and is hit by a fault. */
export interface FaultyExchange {
  readonly drawn: DrawnFault;
  readonly request: Buffer;
  /** Makes the system answer. If an error is passed, the answer is this error. */
  readonly ask: (injectedError: InjectedError | null) => Reply;
  /**
   * Makes the system answer the request again, as if it arrived a second time. Returns null if the system has been
   * switched off.
   */
  readonly askAgain: () => Reply | null;
  readonly operations: ReadonlyMap<string, unknown>;
  readonly response: ServerResponse;
}

const INJECTED_ERRORS = {
  busy: true,
  housekeeping: true,
  internal: true,
  'expired-session': true,
} as const satisfies Record<InjectedErrorKind, true>;

const isInjectedError = (fault: Fault): fault is Extract<Fault, { kind: InjectedErrorKind }> =>
  Object.hasOwn(INJECTED_ERRORS, fault.kind);

/**
 * Answers as the fault describes, or not at all. Calls `ask` immediately or never. Resolves when nothing more will be
 * sent.
 */
export async function answerWithFault(exchange: FaultyExchange): Promise<void> {
  const { drawn, ask, response } = exchange;
  const { fault } = drawn;
  if (isInjectedError(fault)) {
    return send(response, ask({ kind: fault.kind, text: fault.text ?? '' }));
  }
  const apply = (): Reply => {
    drawn.markApplied();
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
    case 'apply-late':
      return send(response, apply());
    case 'deliver-twice':
      return deliverTwice(exchange, fault, fault.busyFirst ? ask({ kind: 'busy', text: '' }) : apply());
    default:
      return send(response, corrupt(apply(), fault, exchange.operations.keys()));
  }
}

/** Delivers the request a second time, even if the caller has left. */
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

type CorruptingFault = Extract<Fault, { kind: 'cut-off' | 'wrong-charset' | 'wrong-element' | 'deep' }>;

function corrupt(reply: Reply, fault: CorruptingFault, operations: Iterable<string>): Reply {
  const commented = withComment(reply, fault.text ?? '');
  switch (fault.kind) {
    case 'cut-off':
      return { ...commented, body: bytesOf(commented).subarray(0, bytesOf(commented).length >> 1) };
    case 'wrong-charset':
      return { ...commented, body: Buffer.from(`\ufeff${textOf(commented)}`, 'utf16le') };
    case 'wrong-element':
      return rename(commented, operations);
    case 'deep':
      return edit(commented, (xml) => withHeader(xml, fault.levels));
    default:
      return fault satisfies never;
  }
}

/** Adds a header block with nested elements. The answer may already have a Header. */
const withHeader = (xml: string, levels: number): string => {
  const block = `<deep xmlns="urn:deep">${'<d>'.repeat(levels - 1)}${'</d>'.repeat(levels - 1)}</deep>`;
  return /<\w+:Header>/.test(xml)
    ? xml.replace(/<\w+:Header>/, `$&${block}`)
    : xml.replace(/<(\w+):Envelope[^>]*>/, `$&<$1:Header>${block}</$1:Header>`);
};

/** Replaces the name of the element in the Body with the name of another operation's response. */
function rename(reply: Reply, operations: Iterable<string>): Reply {
  const other = [...operations].find((name) => name !== reply.operation) ?? 'Other';
  return edit(reply, (xml) =>
    xml.replace(/(<\/?(?:\w+:)?)(?:\w+Response|Fault)(?=[\s/>])/g, `$1${other}Response`),
  );
}

/** Inserts the fault's text as a comment after the XML declaration, or at the beginning if there is none. */
function withComment(reply: Reply, text: string): Reply {
  if (text === '') {
    return reply;
  }
  const comment = `<!-- ${text.replaceAll('--', '- -')} -->`;
  return edit(reply, (xml) => xml.replace(/^(?:<\?xml[^>]*\?>)?/, `$&${comment}`));
}

const bytesOf = ({ body }: Reply): Buffer => (typeof body === 'string' ? Buffer.from(body) : body);

function textOf(reply: Reply): string {
  const charset = /charset=([^;]+)/i.exec(reply.contentType)?.[1] ?? 'utf-8';
  return iconv.decode(bytesOf(reply), charset);
}

/** Edits the markup without decoding the text. This works because markup is ASCII in all of the vendors' charsets. */
const edit = (reply: Reply, change: (xml: string) => string): Reply => ({
  ...reply,
  body: Buffer.from(change(bytesOf(reply).toString('latin1')), 'latin1'),
});

/** Returns a proxy's error page. The page quotes the request, as many proxies do. */
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

/** Returns a signal that aborts when the caller leaves or the system is switched off. */
function closing(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  if (response.closed) {
    controller.abort();
  } else {
    response.once('close', () => controller.abort());
  }
  return controller.signal;
}

/** Waits for `ms`. Resolves to false if the signal ended the wait early. */
async function waitUnlessAborted(ms: number, signal: AbortSignal): Promise<boolean> {
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
  if (await waitUnlessAborted(ms, closing(response))) {
    response.socket?.destroy();
  }
}

async function drip(response: ServerResponse, reply: Reply, delayMs: number): Promise<void> {
  const bytes = bytesOf(reply);
  const closed = closing(response);
  response.writeHead(reply.status, { 'content-type': reply.contentType, 'content-length': bytes.length });
  response.flushHeaders();
  for (let index = 0; index < bytes.length; index += 1) {
    if (!(await waitUnlessAborted(delayMs, closed))) {
      return;
    }
    response.write(bytes.subarray(index, index + 1));
  }
  response.end();
}

let padding = Buffer.alloc(0);

function oversize(response: ServerResponse, reply: Reply, count: number): void {
  const bytes = bytesOf(reply);
  // All responses share one buffer of white space, so that nothing is copied on the way to the socket.
  if (padding.length !== count) {
    padding = Buffer.alloc(count, ' ');
  }
  // White space is allowed only after the XML declaration, if there is one.
  const start = bytes.indexOf('<?xml') === 0 ? bytes.indexOf('?>') + 2 : 0;
  response.writeHead(reply.status, { 'content-type': reply.contentType });
  response.write(bytes.subarray(0, start));
  response.write(padding);
  response.end(bytes.subarray(start));
}

export function send(response: ServerResponse, { status, contentType, body, closesConnection }: Reply): void {
  if (closesConnection === true) {
    response.socket?.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  // Node writes a string in the same write as the headers, but a buffer in a second write. So a buffer is sent as
  // Latin-1 text, which keeps its bytes unchanged.
  if (typeof body === 'string') {
    response.end(body);
  } else {
    response.end(body.toString('latin1'), 'latin1');
  }
}
