import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * The status of a request whose client disconnected before the answer. nginx uses the same number. It is not an error
 * of this process.
 */
export const clientClosedRequest = 499;

type RequestBegun = (request: FastifyRequest, reply: FastifyReply) => void;
type RequestEnded = (request: FastifyRequest, reply: FastifyReply, status: number) => void;
/** `isSent` is true if the whole answer was written, and false if the client disconnected first. */
type ResponseClosed = (request: FastifyRequest, isSent: boolean) => void;

/** The functions that a server calls during each request: at its start, at its end, and when its response is closed. */
interface RequestListeners {
  readonly begun: RequestBegun[];
  readonly ended: RequestEnded[];
  readonly closed: ResponseClosed[];
}

const known = new WeakMap<object, RequestListeners>();

/**
 * Calls `begun` when the headers of a request to the routes of `app` have arrived. Functions from several calls run in
 * the order of these calls. All functions share one hook, because each hook costs time in every request.
 */
export function onRequestBegin(app: FastifyInstance, begun: RequestBegun): void {
  (known.get(app) ?? listen(app)).begun.push(begun);
}

/**
 * Calls `ended` once for each request to the routes of `app`. If the server around `app` has listeners already, `ended`
 * is called for all requests to that server. If the answer is sent, `ended` gets its status. If the client disconnects
 * first, `ended` gets 499, because Fastify doesn't call `onResponse` then. All functions share one pair of listeners
 * for each request.
 */
export function onRequestEnd(app: FastifyInstance, ended: RequestEnded): void {
  nearestListeners(app).ended.push(ended);
}

/** Like `onRequestEnd`, but calls `closed` later: when the answer is written or the client has disconnected. */
export function onResponseClose(app: FastifyInstance, closed: ResponseClosed): void {
  nearestListeners(app).closed.push(closed);
}

/**
 * Returns the listeners of `app`, or of the nearest scope around it that has listeners. If there are none, makes new
 * ones for `app`. In Fastify, the prototype of a scope is the scope around it.
 */
function nearestListeners(app: FastifyInstance): RequestListeners {
  for (let scope: object | null = app; scope !== null; scope = Object.getPrototypeOf(scope)) {
    const listeners = known.get(scope);
    if (listeners !== undefined) {
      return listeners;
    }
  }
  return listen(app);
}

function listen(app: FastifyInstance): RequestListeners {
  const listeners: RequestListeners = { begun: [], ended: [], closed: [] };
  known.set(app, listeners);
  app.addHook('onRequest', (request, reply, done) => {
    for (const each of listeners.begun) {
      each(request, reply);
    }
    listenToResponse(request, reply, listeners);
    done();
  });
  return listeners;
}

function listenToResponse(
  request: FastifyRequest,
  reply: FastifyReply,
  { ended, closed }: RequestListeners,
): void {
  const { raw } = reply;
  let isSent = false;
  const tell = (status: number) => {
    for (const each of ended) {
      each(request, reply, status);
    }
  };
  raw.on('finish', () => {
    isSent = true;
    tell(reply.statusCode);
  });
  raw.on('close', () => {
    if (!isSent) {
      tell(clientClosedRequest);
    }
    for (const each of closed) {
      each(request, isSent);
    }
  });
}
